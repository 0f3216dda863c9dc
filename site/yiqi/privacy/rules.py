"""Whose a number is that nobody used for long, and whose guardian is asked: arithmetic only."""

from datetime import date, timedelta

from yiqi.booking.rules.eligibility import full_years

CLAIM_LIFE = timedelta(minutes=15)
CLAIM_TRIES = 3
_SHORTEST_UNION = 2


def is_surname(typed: str, name: str) -> bool:
    """Whether somebody named the surname of a name, or all of it. An unknown name fits nothing."""
    said, known = "".join(typed.split()), "".join(name.split())
    if not said or not known:
        return False
    return said == known or (len(said) <= 2 and len(said) < len(known) and known.startswith(said))


def is_of_union(typed: str, union: str) -> bool:
    """Whether somebody named a union, or its enterprise: two characters of it at the least, in one piece."""
    said = "".join(typed.split()).casefold()
    return (
        len(said) >= _SHORTEST_UNION
        and said not in ("工会", "公司")
        and said in "".join(union.split()).casefold()
    )


GUARDED_BELOW = 14
"""Years of age below which a guardian agrees first, whatever somebody takes part in (个人信息保护法 31). A programme may ask
for more: `Plug.guarded_below`."""


def needs_guardian(born_on: date | None, today: date, below: int = GUARDED_BELOW) -> bool:
    """Whether somebody is younger than `below` on a Beijing day; who told no birthday is taken for a worker."""
    return born_on is not None and full_years(born_on, today) < below
