"""What those who play in a production wear: read for the desk, and taken away as a list."""

from collections.abc import Sequence
from datetime import datetime

from msgspec import Struct

from yiqi.db import writing
from yiqi.i18n import gettext as _
from yiqi.programmes.troupe import casting, things
from yiqi.programmes.troupe.models import Measures
from yiqi.roles import trail
from yiqi.roles.rules.deeds import What

_SIZES = ("height", "chest", "waist", "head", "shirt", "shoe")


class Worn(Struct, frozen=True):
    """Somebody who plays, and what they told; None for who told nothing."""

    person_id: int
    name: str
    measures: Measures | None

    @property
    def cells(self) -> list[str]:
        """The line as texts, in the order of `head`."""
        told = [getattr(self.measures, name) if self.measures else None for name in _SIZES]
        return [self.name, *(str(one) if one else "" for one in told)]


def head() -> Sequence[str]:
    """What the columns are called."""
    return (_("姓名"), _("身高"), _("胸围"), _("腰围"), _("头围"), _("上衣"), _("鞋码"))


def of(production_id: int) -> list[Worn]:
    """Everybody who plays in a production, by name."""
    people = casting.measured(production_id)
    told = casting.measures_of([one.person_id for one in people])
    return [Worn(one.person_id, one.name, told.get(one.person_id)) for one in people]


def taken(*, production_id: int, by_id: int, at: datetime) -> list[Worn]:
    """The same, for a file that somebody takes away: the trail keeps that they did."""
    lines, thing = of(production_id), things.production({"production_id": production_id})
    with writing() as session:
        trail.note(session.connection(), What.EXPORTED, at=at, by_id=by_id, thing=thing, count=len(lines))
    return lines
