"""What `make test` takes turns at and `make nightly` does everywhere: every wrong thing at every address, every colour in
every look. By day each address meets some of them, and each of them some addresses."""

from collections.abc import Collection, Sequence
from typing import TypeVar

from hypothesis import settings

T = TypeVar("T")


def is_nightly() -> bool:
    """Known once pytest is configured: `--hypothesis-profile=nightly`."""
    return settings.get_current_profile_name() == "nightly"


def in_turns(things: Collection[T], turn: int, many: int) -> Sequence[T]:
    """So many of some things, the next ones with the next turn; by night all of them."""
    ordered = list(things)
    if is_nightly() or many >= len(ordered):
        return ordered
    return [ordered[(turn * many + step) % len(ordered)] for step in range(many)]
