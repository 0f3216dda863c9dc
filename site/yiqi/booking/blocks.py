"""A person's state in each slot, with everything that is said beside it: the context of `booking/_booking.html`."""

import secrets
from collections.abc import Collection, Mapping, Sequence
from datetime import datetime
from typing import Any

from msgspec import Struct

from yiqi import clock
from yiqi.booking import (
    answer_words,
    attendance,
    chance,
    condition_words,
    endings,
    handing,
    marks,
    nearby,
    questions,
)
from yiqi.booking.attendance import Sign
from yiqi.booking.condition_words import Missing
from yiqi.booking.endings import Ending
from yiqi.booking.models import Mark
from yiqi.booking.nearby import Around
from yiqi.booking.rules.answers import Current
from yiqi.booking.rules.chance import Chance
from yiqi.booking.rules.eligibility import parse
from yiqi.booking.rules.marks import Record, leaves_marks
from yiqi.booking.rules.refs import spoken
from yiqi.booking.rules.states import LIVE, State
from yiqi.booking.series_showing import block as series
from yiqi.booking.series_showing import done_at, is_drop_in
from yiqi.booking.standing import GIVEN_UP, Standing
from yiqi.booking.tickets import pass_of
from yiqi.booking.wording import Said, quota_words
from yiqi.db import Facts

ASKABLE = ("open", "full", *GIVEN_UP)
"""States in which somebody may sign up."""


class Block(Struct, frozen=True):
    """One slot as its person sees it. `refused` and `confirm_late` answer what they just tried, `focus` marks it;
    `asks_nothing`: one tap is enough to sign up, else `to_fill` answers are required; `has_answers`: what was answered may
    be changed, `answers` are those of a place; `quota_full`: a heading and a line; `is_saved`: the visitor just changed
    their answers. `watched_until`: while there are more who want a place than places, the organizer looks at this
    person's sign-up first, until then; `link_until`: while the place is held out to a colleague."""

    standing: Standing
    refused: Said | None
    confirm_late: bool
    focus: bool
    nonce: str
    to_fill: int
    has_answers: bool
    answers: list[tuple[str, str]]
    is_saved: bool
    quota_full: tuple[str, str] | None
    missing: Missing | None
    around: Around
    chance: Chance | None
    sign: Sign | None
    mark: Mark | None
    leaves_marks: bool
    watched_until: datetime | None
    ending: Ending | None
    link_until: datetime | None

    @property
    def asks_nothing(self) -> bool:
        """Whether nothing has to be answered."""
        return not self.to_fill

    @property
    def clash(self) -> Facts | None:
        """The row of the place they hold elsewhere that keeps them from signing up here."""
        return self.around.clash if self.standing.state in ASKABLE else None

    @property
    def record(self) -> Record | None:
        """The instants of the mark."""
        mark = self.mark
        return (
            Record(mark.at, mark.objected_at, mark.settled_at, mark.lifted_at) if mark is not None else None
        )

    @property
    def is_given_up(self) -> bool:
        """Whether the booking ended in a way after which its worker may ask again."""
        return self.standing.state in GIVEN_UP

    @property
    def was_given_up(self) -> bool:
        """Whether it ended like that, and sign-ups are closed by now."""
        booking = self.standing.booking
        return booking is not None and booking.state in GIVEN_UP and self.standing.state == "closed"

    @property
    def code(self) -> str:
        """The code on the ticket, as it is spoken."""
        return spoken(self.standing.booking.ref) if self.standing.booking is not None else ""

    @property
    def qr(self) -> str | None:
        """The QR of a confirmed place, until it is over."""
        mine = self.standing.booking
        if mine is None or mine.state is not State.CONFIRMED or self.standing.is_over:
            return None
        return pass_of(mine.ref)


def of(
    standings: Sequence[Standing],
    person_id: int | None,
    *,
    slot_id: int | None = None,
    refused: Said | None = None,
    confirm_late: bool = False,
    focus: bool = False,
    did: int | None = None,
) -> list[Block]:
    """The blocks of some slots; what was just refused, asked or done stands at the slot it is about (`did`: the slot
    in which the visitor just changed their answers)."""
    busy = person_id if any(found.busy for found in standings) else None
    around = nearby.around(busy, [found.slot for found in standings], standings[0].at) if standings else {}
    chances = chance.of(standings)
    confirmed = [_ids(found, State.CONFIRMED) for found in standings]
    attended = attendance.of(
        [one for found in standings if found.came for one in _ids(found, State.CONFIRMED)]
    )
    missed = [one for found in standings if found.is_over for one in _ids(found, State.CONFIRMED)]
    marked = marks.of_bookings(
        [*missed, *(one for found in standings for one in _ids(found, State.CANCELLED_LATE))]
    )
    asked = {
        activity_id: questions.asked(activity_id) if asks else []
        for activity_id, asks in {
            (found.activity.id, found.asks)
            for found in standings
            if found.state in ASKABLE or found.state in LIVE
        }
    }
    answered = _answers(standings, asked)
    watched = watched_until(standings, person_id)
    ended = endings.of([one for found in standings for one in _ids(found, State.CANCELLED)])
    return [
        Block(
            standing=found,
            refused=refused if found.slot.id == slot_id else None,
            confirm_late=confirm_late and found.slot.id == slot_id,
            focus=focus and found.slot.id == slot_id,
            nonce=secrets.token_urlsafe(16),
            to_fill=sum(one.required for one in asked.get(found.activity.id, [])),
            has_answers=_has_answers(found, asked),
            answers=answered.get(ids[0], []) if ids else [],
            is_saved=found.slot.id == did,
            quota_full=_quota_full(found),
            missing=_missing(found),
            around=around[found.slot.id],
            chance=chances.get(found.slot.id),
            sign=attendance.sign(found.slot.occurrences, attended.get(ids[0], []), found.at) if ids else None,
            mark=marked.get(found.booking.id) if found.booking is not None else None,
            leaves_marks=leaves_marks(found.activity.penalties, found.activity.topic),
            watched_until=watched if is_watched(found) else None,
            ending=ended.get(found.booking.id) if found.booking is not None else None,
            link_until=_link_until(found, ids) if not _has_answers(found, asked) else None,
        )
        for found, ids in zip(standings, confirmed, strict=True)
    ]


def is_watched(found: Standing) -> bool:
    """Whether a sign-up here meets the rule of two marks: more want a place than there are places, and it is not
    checked or drawn anyway."""
    activity = found.activity
    crowded = found.is_full or (found.slot.waiting > 0 and found.slot.capacity is not None)
    by_turn = not (found.is_checked or found.is_drawn)
    return found.state in ASKABLE and crowded and by_turn and leaves_marks(activity.penalties, activity.topic)


def watched_until(standings: Sequence[Standing], person_id: int | None) -> datetime | None:
    """Until when the organizer looks at this person's sign-ups first, where that matters in one of these slots. One
    query at most."""
    if person_id is None or not any(is_watched(found) for found in standings):
        return None
    return marks.approval_until(person_id, standings[0].at)


def page(
    standings: Sequence[Standing], person_id: int | None, *, did: Collection[int] = (), **tried: Any
) -> dict[str, Any]:
    """What the page of an activity needs; `tried` is what `of` is told of a refusal or a question, `did` the slots in
    which the visitor just did something that is to be said."""
    occurrences = {one.id: one for found in standings for one in found.slot.occurrences}
    return {
        "activity": standings[0].activity,
        "occurrences": sorted(occurrences.values(), key=lambda one: one.starts_at),
        "blocks": of(standings, person_id, did=next(iter(did)) if len(did) == 1 else None, **tried),
        "series": series(standings, person_id, told=done_at(standings, did))
        if is_drop_in(standings)
        else None,
        "now": standings[0].at,
    }


def _ids(found: Standing, state: State) -> list[int]:
    return [found.booking.id] if found.booking is not None and found.booking.state is state else []


def _has_answers(found: Standing, asked: Mapping[int, Sequence[Current]]) -> bool:
    return found.state in LIVE and bool(asked[found.activity.id])


def _answers(
    standings: Sequence[Standing], asked: Mapping[int, Sequence[Current]]
) -> dict[int, list[tuple[str, str]]]:
    """What was answered of each confirmed place, by booking. One query for each activity that asks something."""
    answered = {}
    for activity_id, questions_now in asked.items():
        places = [
            one
            for found in standings
            if found.activity.id == activity_id and _has_answers(found, asked)
            for one in _ids(found, State.CONFIRMED)
        ]
        if places:
            answered.update(answer_words.of_bookings(places, questions_now))
    return answered


def _link_until(found: Standing, confirmed: Sequence[int]) -> datetime | None:
    """Until when a confirmed place is held out by a link."""
    if not confirmed or not found.held_out or not found.can_hand_on:
        return None
    link = handing.open_link(confirmed[0], found.at)
    return link.ends_at if link is not None else None


def _quota_full(found: Standing) -> tuple[str, str] | None:
    full = found.own_quota_full
    return quota_words(full, found.own.common) if full is not None and found.own is not None else None


def _missing(found: Standing) -> Missing | None:
    if found.own is None or found.own.lacking is None:
        return None
    day = clock.beijing(found.slot.starts_at).date()
    return condition_words.missing(parse(found.activity.conditions), found.own.who, day)
