"""How many short messages a text makes."""

ALONE, EACH = 70, 67
"""What one short message holds in UCS-2, and each of several that belong together (3GPP TS 23.040)."""


def characters(text: str) -> int:
    """Its length as a short message counts it: UTF-16 units, so that most emoji are two."""
    return len(text.encode("utf-16-le")) // 2


def parts(text: str) -> int:
    """How many short messages a whole text takes, its signature included."""
    length = characters(text)
    return 1 if length <= ALONE else -(-length // EACH)
