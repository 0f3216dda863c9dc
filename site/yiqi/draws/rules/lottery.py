"""The lottery: a list in one spelling, a promise about a secret, an order that follows from both and a public number.

Whatever decides the order is in the text of the list, and the digest of that text is published before the number is
known. `static/draw/verify.py` says the same a second time, on its own, for everybody else.
"""

import hashlib
import hmac
import secrets
import unicodedata
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from decimal import Context, Decimal

from msgspec import Struct

from yiqi.booking.rules.refs import ALPHABET

CODE_LENGTH = 6
MOST_DIGITS = 40
LOSSES = 3
"""So many draws lost, one after another …"""
HEAVIER = 2
"""… make an entry count for so many."""

_EXACT = Context(prec=100)
"""`Decimal` rounds a logarithm correctly at any precision, so that each machine finds the same hundred digits; the C
library's `log` promises no such thing. The key has 78."""
WHOLE = 2**257


class Entry(Struct, frozen=True):
    """One line of the list: a public code, the slot's number, how many come, and what the entry counts for."""

    code: str
    slot: int
    party: int = 1
    weight: int = 1


class Outcome(Struct, frozen=True):
    """What became of an entry: `confirmed`, `waiting`, `withdrawn`, or why a place that was there was not theirs."""

    entry: Entry
    became: str


CONFIRMED, WAITING, WITHDRAWN = "confirmed", "waiting", "withdrawn"


def new_secret() -> str:
    """32 random bytes in hexadecimal."""
    return secrets.token_hex(32)


def new_codes(many: int) -> list[str]:
    """So many different random codes. They say nothing of who it is or when they asked."""
    codes: dict[str, None] = {}
    while len(codes) < many:
        codes["".join(secrets.choice(ALPHABET) for _ in range(CODE_LENGTH))] = None
    return list(codes)


def digest(text: str) -> str:
    """SHA-256 of a text's UTF-8 bytes, in hexadecimal: of a list, and of a secret as it is written."""
    return hashlib.sha256(text.encode()).hexdigest()


def listing(activity_id: int, source: str, commitment: str, entries: Iterable[Entry]) -> str:
    """The frozen list in its one spelling: the same entries in any order give the same bytes.

    Four lines say what is drawn, which public number is used and which secret was promised; then an entry a line,
    by code. Every line ends with a line feed.
    """
    head = ["yiqi-draw 1", f"activity {activity_id}", f"source {source}", f"commitment {commitment}"]
    lines = [f"entry {one.code} {one.slot} {one.party} {one.weight}" for one in entries]
    return "".join(f"{line}\n" for line in [*head, *sorted(lines)])


def entries(text: str) -> list[Entry]:
    """The entries of a list, in its order."""
    rows = (line.split(" ") for line in text.splitlines() if line.startswith("entry "))
    return [Entry(code, int(slot), int(party), int(weight)) for _entry, code, slot, party, weight in rows]


def key(seed: str, code: str) -> int:
    """The HMAC-SHA256 of a code under the seed as an odd number of 2^257ths: u = key / WHOLE is neither 0 nor 1."""
    return 2 * int(hmac.new(seed.encode(), code.encode(), hashlib.sha256).hexdigest(), 16) + 1


def of_key(drawn: int, weight: int) -> Decimal:
    """−ln(u) / weight.

    The smallest of such numbers is an entry's as often as its weight is of all weights (Efraimidis and Spirakis,
    Weighted random sampling with a reservoir, 2006).
    """
    return _EXACT.divide(_EXACT.ln(_EXACT.divide(WHOLE, drawn)), weight)


def score(seed: str, code: str, weight: int) -> Decimal:
    """What an entry draws; the smallest comes first."""
    return of_key(key(seed, code), weight)


def ranked(found: Iterable[Entry], secret: str, number: str) -> list[Entry]:
    """Entries in the order of the draw: all slots together, the first one first."""
    seed = secret + number
    return sorted(found, key=lambda one: (score(seed, one.code, one.weight), one.code))


def allot(
    order: Iterable[Entry],
    seats: Mapping[int, int],
    withdrawn: Collection[str],
    take: Callable[[Entry], str | None],
) -> list[Outcome]:
    """Give each slot's seats away in the order of the draw.

    Codes that were withdrawn after the list was frozen stay in it and are passed over. So is a party that is too big
    for what is left; it keeps its rank, and smaller ones after it may still fit. `take` is called for whoever fits, in
    order: None when they have their seats, else the word for why these are not theirs.
    """
    left = dict(seats)
    outcomes = []
    for one in order:
        became = WITHDRAWN
        if one.code not in withdrawn:
            became = WAITING if one.party > left[one.slot] else take(one) or CONFIRMED
        if became == CONFIRMED:
            left[one.slot] -= one.party
        outcomes.append(Outcome(one, became))
    return outcomes


def weight(newest_first: Sequence[bool]) -> int:
    """What an entry counts for, from whether its person was drawn in draws before: not drawn the last 3 times, ×2."""
    last = newest_first[:LOSSES]
    return HEAVIER if len(last) == LOSSES and not any(last) else 1


def number(typed: str) -> str:
    """A public number as it goes into the seed: its digits alone, in their order, without blanks and marks between.

    Raises `ValueError` for letters and other digits, for none, and for more than 40.
    """
    folded = unicodedata.normalize("NFKC", typed)
    kept = "".join(char for char in folded if char.isalnum())
    if not 1 <= len(kept) <= MOST_DIGITS or not (kept.isascii() and kept.isdigit()):
        raise ValueError("a public number has 1 to 40 digits and no letters")
    return kept
