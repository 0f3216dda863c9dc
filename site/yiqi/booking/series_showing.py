"""What `booking/_series.html` needs: the coming dates of a drop-in series, a line each, as one person sees them."""

import secrets
from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any

from msgspec import Struct

from yiqi import clock
from yiqi.activities import calendar
from yiqi.activities.models import Occurrence
from yiqi.activities.rules.recurrence import LeftOut
from yiqi.booking import mine, nearby, questions
from yiqi.booking.enrolling import Answered, Left
from yiqi.booking.rules.asking import Refused
from yiqi.booking.rules.clash import Span, overlap
from yiqi.booking.rules.states import LIVE, State
from yiqi.booking.standing import GIVEN_UP, Standing
from yiqi.booking.wording import said
from yiqi.db import Facts
from yiqi.i18n import gettext as _
from yiqi.web.formats import month_day
from yiqi.web.formats import said as tell

FREE_TO_LEAVE = (State.WAITING, State.PENDING, State.ENTERED)
"""What can be given up beside its date at any time; a place late is given up on its ticket, which says what that means."""
ASKABLE = ("open", "full", *GIVEN_UP)


class Line(Struct, frozen=True):
    """One date of a series and how it stands with the person. `clash` is what they hold elsewhere at that time."""

    standing: Standing
    occurrence: Occurrence
    clash: Facts | None

    @property
    def is_off(self) -> bool:
        return self.occurrence.called_off_at is not None

    @property
    def was_moved(self) -> bool:
        return not self.is_off and self.occurrence.planned_at is not None

    @property
    def state(self) -> str:
        return "called_off" if self.is_off else self.standing.state

    @property
    def is_askable(self) -> bool:
        """Whether one can sign up for it now."""
        begun = self.standing.at >= self.occurrence.starts_at
        has_room = not self.standing.is_full or self.standing.can_wait
        return self.state in ASKABLE and has_room and not begun

    @property
    def can_be_left(self) -> bool:
        """Whether one tap gives it up, and nothing is noted."""
        booking = self.standing.booking
        free = booking is not None and (booking.state in FREE_TO_LEAVE or not self.standing.cancels_late)
        return self.is_mine and free and self.can_be_given_back and self.state != State.OFFERED

    @property
    def can_be_given_back(self) -> bool:
        """Whether it can be given up at all: not once they are checked in."""
        return self.standing.can_cancel and not self.standing.came

    @property
    def is_mine(self) -> bool:
        booking = self.standing.booking
        return booking is not None and booking.state in LIVE and not self.is_off


class Group(Struct, frozen=True):
    """The dates of one label: of all of them, where there is only one."""

    label: Standing | None
    lines: tuple[Line, ...]
    nonce: str

    @property
    def to_book(self) -> int:
        """How many dates one tap would ask for."""
        return sum(line.is_askable and line.clash is None for line in self.lines)


class Told(Struct, frozen=True):
    """What became of one's own tap: a heading, and a line for each date that was refused or kept."""

    heading: str
    lines: tuple[str, ...] = ()


def is_drop_in(standings: Sequence[Standing]) -> bool:
    """Whether these, all of one activity, are dates of a series that are signed up for one by one."""
    return bool(standings) and all(
        len(found.slot.occurrences) == 1 and found.slot.occurrences[0].series_id is not None
        for found in standings
    )


def block(
    standings: Sequence[Standing],
    person_id: int | None,
    *,
    told: Told | None = None,
    focus: bool = False,
    asks: bool = False,
) -> dict[str, Any]:
    """The context of `booking/_series.html`, for the page and alone. `focus`: the visitor just acted on it; `asks`: they
    are asked whether they really leave all dates.

    Raises `LookupError` when it is not a drop-in series.
    """
    if not is_drop_in(standings):
        raise LookupError("no series of single dates")
    lines = _lines([one for one in standings if not one.is_over], person_id)
    activity = standings[0].activity
    return {
        "activity": activity,
        "groups": _groups(lines),
        "left_out": _left_out(standings),
        "can_leave": sum(
            line.can_be_left or (line.is_mine and line.state == State.OFFERED) for line in lines
        ),
        "asks_nothing": not questions.must_ask(activity.id),
        "signed_in": standings[0].signed_in,
        "told": told,
        "focus": focus,
        "asks": asks,
    }


def of_enrolling(answered: Sequence[Answered], person_id: int, at: datetime) -> Told:
    """What became of a tap on all dates, in words."""
    tickets = [one.ticket for one in answered if one.ticket is not None]
    got = [one.state for one in tickets if one.fresh] or [one.state for one in tickets]
    refused = [(one, one.refused) for one in answered if one.refused is not None]
    parts = _taken(got, sum(one.state is State.CONFIRMED for one in tickets))
    parts += [_("%(n)s 次没报上", n=len(refused))] if refused else []
    lines = [_refusal(one, why, person_id, at) for one, why in refused]
    return Told(_("，").join(parts) or _("没有要报的日期了"), tuple(lines))


def _taken(got: Sequence[State], all_held: int) -> list[str]:
    """How many dates were taken, by what became of them; `all_held` with those of before."""
    held = got.count(State.CONFIRMED)
    counts = (
        (
            State.CONFIRMED,
            _("报上 %(n)s 次", n=held)
            if held == all_held
            else _("这次报上 %(n)s 次，共 %(all)s 次", n=held, all=all_held),
        ),
        (State.WAITING, _("候补 %(n)s 次", n=got.count(State.WAITING))),
        (State.PENDING, _("等审核 %(n)s 次", n=got.count(State.PENDING))),
        (State.ENTERED, _("等摇号 %(n)s 次", n=got.count(State.ENTERED))),
    )
    return [words for state, words in counts if state in got]


def of_leaving(left: Sequence[Left]) -> Told:
    """What became of leaving all dates, in words."""
    gone = sum(not one.kept for one in left)
    if len(left) == gone == 1:
        day = month_day(clock.beijing(left[0].starts_at).date())
        return Told(_("%(day)s退出了，不记爽约", day=day))
    lines = [
        _("%(day)s：快开始了，要取消请打开签到码", day=month_day(clock.beijing(one.starts_at).date()))
        for one in left
        if one.kept
    ]
    return Told(_("退出了 %(n)s 次", n=gone) if gone else _("没有退出的日期"), tuple(lines))


def done_at(standings: Sequence[Standing], slot_ids: Collection[int]) -> Told | None:
    """What became of signing up for some dates, or of giving them up, in the words of who did it with scripts, as it is
    now; None where nothing did."""
    found = [one for one in standings if one.slot.id in slot_ids and one.booking is not None]
    if len(found) < 2:
        return _done_at_one(found[0]) if found else None
    states = [one.booking.state for one in found if one.booking is not None]
    gone = sum(state in (State.LEFT, State.CANCELLED) for state in states)
    if gone:
        return Told(_("退出了 %(n)s 次", n=gone)) if gone == len(states) else None
    label, held = found[0].slot.label, State.CONFIRMED
    coming = [one for one in standings if not one.is_over and one.slot.label == label]
    parts = _taken(states, sum(one.booking is not None and one.booking.state is held for one in coming))
    return Told(_("，").join(parts)) if parts else None


def _done_at_one(found: Standing) -> Told | None:
    if found.booking is None:
        return None
    day = month_day(clock.beijing(found.slot.starts_at).date())
    match found.booking.state:
        case State.CONFIRMED:
            return Told(_("%(day)s报名成功", day=day))
        case State.WAITING:
            return Told(_("%(day)s满了，你是候补第 %(n)s 位", day=day, n=found.place))
        case State.PENDING:
            return Told(_("%(day)s已提交，等组织者审核", day=day))
        case State.LEFT | State.CANCELLED:
            return Told(_("%(day)s退出了，不记爽约", day=day))
        case State.CANCELLED_LATE:
            return Told(_("%(day)s的报名取消了", day=day))
        case _:
            return None


def _refusal(one: Answered, why: Refused, person_id: int, at: datetime) -> str:
    day, clash = month_day(clock.beijing(one.starts_at).date()), why.facts.get("clash")
    found = mine.by_ref(str(clash), person_id, at) if clash else None
    if found is not None:
        return _("%(day)s：和“%(other)s”时间重叠", day=day, other=tell(found.activity, "title"))
    return _("%(day)s：%(why)s", day=day, why=said(why).heading)


def _lines(standings: Iterable[Standing], person_id: int | None) -> list[Line]:
    dates = sorted(
        ((found, found.slot.occurrences[0]) for found in standings),
        key=lambda pair: (pair[1].starts_at, pair[0].slot.position),
    )
    held: Sequence[Facts] = ()
    if person_id is not None and dates:
        first, last = dates[0][1].starts_at, max(one.ends_at for _found, one in dates)
        held = nearby.held(person_id, first, last, dates[0][0].at)
    return [Line(found, one, _clash(found, one, held)) for found, one in dates]


def _clash(found: Standing, occurrence: Occurrence, held: Iterable[Facts]) -> Facts | None:
    this = Span(occurrence.starts_at, occurrence.ends_at)
    return next(
        (
            one
            for one in held
            if one.slot_id != found.slot.id and overlap(this, Span(one.starts_at, one.ends_at))
        ),
        None,
    )


def _groups(lines: Iterable[Line]) -> list[Group]:
    by_label: dict[str, list[Line]] = {}
    for line in lines:
        by_label.setdefault(line.standing.slot.label, []).append(line)
    return [
        Group(found[0].standing if len(by_label) > 1 else None, tuple(found), secrets.token_urlsafe(16))
        for found in by_label.values()
    ]


def _left_out(standings: Sequence[Standing]) -> list[LeftOut]:
    """The days of the rule that fall out, from today on."""
    series: Mapping[int, None] = dict.fromkeys(
        one.series_id for found in standings for one in found.slot.occurrences if one.series_id is not None
    )
    today = clock.beijing(standings[0].at).date()
    return [one for series_id in series for one in calendar.left_out(series_id) if one.day >= today]
