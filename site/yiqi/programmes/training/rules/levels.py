"""The five levels of skilled workers (国家职业技能标准编制技术规程): 5 is a junior worker, 1 a senior technician."""

LEVELS = (5, 4, 3, 2, 1)
"""From the first to the last: each leads to the next."""
_BETWEEN = "-"


def credential(trade: str, level: int) -> str:
    """The code of what a course of a trade and level leads to, as conditions ask for it: `electrician-4`."""
    return f"{trade}{_BETWEEN}{level}"


def of_credential(code: str) -> tuple[str, int] | None:
    """The trade and the level that a code means; None where it is no code of a level."""
    trade, between, level = code.rpartition(_BETWEEN)
    if not between or not trade or level not in {str(one) for one in LEVELS}:
        return None
    return trade, int(level)
