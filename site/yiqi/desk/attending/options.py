"""The slots that somebody can be put into by hand, as a form lists them: each with what is left there."""

from msgspec import Struct

from yiqi.activities.models import Slot
from yiqi.booking.standing import Standing
from yiqi.booking.whole import Whole
from yiqi.i18n import gettext as _
from yiqi.web.formats import moment, said


class Option(Struct, frozen=True):
    """One slot of the list. What is left is counted for somebody whom no quota names."""

    standing: Standing

    @property
    def value(self) -> str:
        return str(self.standing.slot.id)

    @property
    def words(self) -> str:
        """Its name, or when it begins, and what is left: B组 周六 18:30 · 余 3."""
        slot = self.standing.slot
        name = " ".join(part for part in (said(slot, "label"), moment(slot.starts_at)) if part)
        return " · ".join([name, *self._left()])

    @property
    def is_open(self) -> bool:
        """Whether sign-up is open there."""
        return self.standing.state == "signed_out"

    def has_room_for(self, party: int) -> bool:
        """Whether a party would have its places at once."""
        free = self.standing.free
        return not self._waits_for_a_draw and (free is None or free >= party)

    @property
    def _waits_for_a_draw(self) -> bool:
        return self.standing.is_drawn and not self.standing.slot.held

    def _left(self) -> list[str]:
        slot, left = self.standing.slot, self.standing.left_to_them
        if left is None:
            return [_("不限名额")]
        if self._waits_for_a_draw:
            return [_("共 %(n)s 个名额，摇号给", n=slot.capacity)]
        if left > 0 and slot.waiting and self.standing.can_move_up:
            return [_("余 %(n)s", n=left), _("先给候补 %(n)s 人", n=slot.waiting)]
        if left > 0:
            return [_("余 %(n)s", n=left)]
        return [_("已满"), *([_("候补 %(n)s 人", n=slot.waiting)] if slot.waiting else [])]


def of(found: Whole, *, but: int | None = None) -> list[Option]:
    """The slots of an activity that are not over, in their order, without one (`but`). No statement of its own."""
    on = [slot for slot in found.slots if found.at < slot.ends_at and slot.called_off_at is None]
    return [Option(_as_anybody(slot, found)) for slot in on if slot.id != but]


def first_with_room(options: list[Option], party: int = 1) -> str:
    """The one that is chosen before anybody chooses: the first that is open and has room for a party, else has room, else the first."""
    roomy = [one for one in options if one.has_room_for(party)]
    best = [one for one in roomy if one.is_open] or roomy or options
    return best[0].value if best else ""


def listed(options: list[Option]) -> list[tuple[str, str]]:
    """As a select has them: values and words."""
    return [(one.value, one.words) for one in options]


def _as_anybody(slot: Slot, found: Whole) -> Standing:
    return Standing(slot, booking=None, place=None, signed_in=False, at=found.at)
