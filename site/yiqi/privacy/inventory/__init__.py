"""The inventory of data: every column of every table, what it is of a person, why it is kept, how long, and what deleting an
account does with it. A test compares it with the database; `docs/data-inventory.md` is written from it."""

from yiqi.privacy.inventory import (
    booking,
    kiosk,
    league,
    people,
    reading,
    training,
    troupe,
    volunteering,
    years,
)
from yiqi.privacy.kept import Kept

EVERYTHING: tuple[Kept, ...] = (
    *people.KEPT,
    *booking.KEPT,
    *kiosk.KEPT,
    *league.KEPT,
    *troupe.KEPT,
    *reading.KEPT,
    *training.KEPT,
    *volunteering.KEPT,
    *years.KEPT,
)
