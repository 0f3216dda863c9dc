"""Below which age a guardian's word is asked for: arithmetic only."""

from datetime import date

from yiqi.booking.rules.eligibility import full_years

OF_AGE = 18
GUARDED_BELOW = 14
"""Years of age below which a guardian agrees first, whatever somebody takes part in (个人信息保护法 31). A programme may ask
for more: `Plug.guarded_below`."""


def needs_guardian(born_on: date | None, today: date, below: int = GUARDED_BELOW) -> bool:
    """Whether somebody is younger than `below` on a Beijing day; who told no birthday is taken for a worker."""
    return born_on is not None and full_years(born_on, today) < below
