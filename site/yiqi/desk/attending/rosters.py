"""A roster as a page shows it: what is asked for in its address, its numbers, and its rows in words."""

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime
from typing import Any

from flask import url_for
from msgspec import Struct
from msgspec.structs import replace
from werkzeug.datastructures import MultiDict

from yiqi import clock
from yiqi.activities.models import Allocation, Occurrence, Slot
from yiqi.booking import answer_words, attendance, questions, roster, whole
from yiqi.booking.attendance import Attended
from yiqi.booking.door_words import state_word
from yiqi.booking.numbers import Tally
from yiqi.booking.numbers import of as numbers_of
from yiqi.booking.roster import Page, Tab, Wanted
from yiqi.booking.rules.refs import spoken
from yiqi.booking.rules.states import State
from yiqi.booking.whole import Whole
from yiqi.db import Facts
from yiqi.people import finding
from yiqi.people.rules import masked, starred
from yiqi.unions import belonging
from yiqi.web.formats import moment, said
from yiqi.web.texts import Unwritable, identifier, plain

LONGEST = 50
"""Characters of a search."""


class Filters(Struct, frozen=True):
    """What the address of a roster asks for, and only what there is."""

    activity_id: int
    tab: Tab = Tab.CONFIRMED
    q: str = ""
    slot_id: int | None = None
    occurrence_id: int | None = None
    after: int | None = None

    @classmethod
    def read(cls, asked: "MultiDict[str, str]", of: Whole) -> "Filters":
        """From the address, or from the hidden fields of a form."""
        tab = asked.get("tab", "")
        slot_id, date = identifier(asked.get("slot", "")), identifier(asked.get("occurrence", ""))
        try:
            typed = plain(asked.get("q", ""))[:LONGEST]
        except Unwritable:
            typed = ""
        return cls(
            of.activity.id,
            Tab(tab) if tab in list(Tab) else Tab.CONFIRMED,
            typed,
            slot_id if any(slot.id == slot_id for slot in of.slots) else None,
            date if any(one.id == date for one in of.occurrences) else None,
            identifier(asked.get("after", "")),
        )

    def fields(self, **changes: object) -> dict[str, str]:
        """As the fields of a form that say the same; what is as it always is has none."""
        wanted = replace(self, **({"after": None} | changes))
        said_so = {
            "tab": "" if wanted.tab is Tab.CONFIRMED else str(wanted.tab),
            "q": wanted.q,
            "slot": wanted.slot_id,
            "occurrence": wanted.occurrence_id,
            "after": wanted.after,
        }
        return {name: str(value) for name, value in said_so.items() if value}

    def url(self, **changes: object) -> str:
        """The address with some of it changed, from the first page unless it says otherwise."""
        values: dict[str, Any] = self.fields(**changes)
        return url_for("desk.roster", activity_id=self.activity_id, **values)


class Line(Struct, frozen=True):
    """A row in words. `syllables`: each with how many of its first letters were typed; `name`, `phone` as whoever asks
    may see them; `slot` by its label, or when it begins. `occurrence_id`: where a check-in counts, None where there is none now; `came_at` and `left_at` when
    they did."""

    ref: str
    name: str
    syllables: Sequence[tuple[str, str]]
    union: str
    slot: str
    phone: str
    party: int
    note: str
    desk_note: str
    answers: Sequence[tuple[str, str]]
    state: State
    state_word: str
    place: int | None
    offer_until: datetime | None
    changed_at: datetime
    is_rechecked: bool
    occurrence_id: int | None
    came_at: datetime | None
    left_at: datetime | None
    can_tick: bool

    @property
    def code(self) -> str:
        return spoken(self.ref)


class Roster(Struct, frozen=True):
    """Everything the page shows but its frame."""

    whole: Whole
    filters: Filters
    tally: Tally
    page: Page
    lines: list[Line]
    is_masked: bool

    @property
    def chosen(self) -> Occurrence | None:
        """The date that the page is about, where there are several."""
        return next((one for one in self.whole.occurrences if one.id == self.filters.occurrence_id), None)

    @property
    def tabs(self) -> list[Tab]:
        """The groups there are: a draw has entries, others have none."""
        drawn = self.whole.activity.allocation is Allocation.DRAW or self.tally.tabs[Tab.ENTERED]
        return [
            tab
            for tab in (Tab.CONFIRMED, Tab.WAITING, Tab.PENDING, Tab.ENTERED, Tab.CANCELLED, Tab.CAME)
            if tab is not Tab.ENTERED or drawn
        ]

    @property
    def waiting_slot(self) -> Slot | None:
        """The one slot for which all who wait do so, where there are several."""
        found = [slot for slot in self.whole.slots if self.tally.by_slot[slot.id][Tab.WAITING]]
        return found[0] if len(found) == 1 and len(self.whole.slots) > 1 else None

    @property
    def all_found(self) -> int:
        """How many people are in the group, whatever was typed."""
        return self.tally.people[self.filters.tab]


def of(found: Whole, filters: Filters, *, is_masked: bool, may_tick: bool) -> Roster:
    """The roster as the filters ask for it: a bounded number of statements, however many people there are."""
    chosen = next((one for one in found.occurrences if one.id == filters.occurrence_id), None)
    dates = found.attended_at(chosen)
    page = roster.page(
        Wanted(
            found.activity.id,
            filters.tab,
            filters.q,
            _slots(found, filters, chosen),
            dates,
            filters.after,
            whole_names=is_masked,
        )
    )
    return Roster(
        found,
        filters,
        numbers_of(found.slots, dates),
        page,
        lines(found, page.rows, q=filters.q, chosen=chosen, is_masked=is_masked, may_tick=may_tick),
        is_masked,
    )


def numbers(found: Whole, filters: Filters, *, is_masked: bool) -> Roster:
    """The same without its rows."""
    chosen = next((one for one in found.occurrences if one.id == filters.occurrence_id), None)
    tally = numbers_of(found.slots, found.attended_at(chosen))
    return Roster(found, filters, tally, Page([], 0, 0), [], is_masked)


def lines(
    found: Whole,
    rows: Sequence[Facts],
    *,
    q: str = "",
    chosen: Occurrence | None = None,
    is_masked: bool,
    may_tick: bool,
) -> list[Line]:
    """Rows in words: their unions, answers and attendance in one statement each."""
    ids = [row.id for row in rows]
    unions = belonging.unions_of([row.person_id for row in rows], clock.beijing(found.at).date())
    answers = answer_words.of_bookings(ids, questions.asked(found.activity.id)) if ids else {}
    attended = attendance.of(ids)
    slots = {slot.id: slot for slot in found.slots}
    wanted = finding.letters(q)
    return [
        _line(
            row,
            slots[row.slot_id],
            date=_date_of(found, slots[row.slot_id], chosen),
            entries=attended.get(row.id, ()),
            union=said(unions[row.person_id], "name") if row.person_id in unions else "",
            answers=answers.get(row.id, ()),
            wanted=wanted,
            is_masked=is_masked,
            may_tick=may_tick,
            at=found.at,
        )
        for row in rows
    ]


def _slots(found: Whole, filters: Filters, chosen: Occurrence | None) -> Collection[int] | None:
    """The slots that are asked for; None for all of them."""
    if filters.slot_id is not None:
        return [filters.slot_id]
    if chosen is None:
        return None
    return [slot.id for slot in found.slots if any(one.id == chosen.id for one in slot.occurrences)]


def _date_of(found: Whole, slot: Slot, chosen: Occurrence | None) -> Occurrence | None:
    if chosen is not None and any(one.id == chosen.id for one in slot.occurrences):
        return chosen
    return found.nearest(slot)


def _line(
    row: Facts,
    slot: Slot,
    *,
    date: Occurrence | None,
    entries: Sequence[Attended],
    union: str,
    answers: Sequence[tuple[str, str]],
    wanted: str,
    is_masked: bool,
    may_tick: bool,
    at: datetime,
) -> Line:
    entry = next((one for one in entries if date is not None and one.occurrence_id == date.id), None)
    return Line(
        ref=row.ref,
        name=starred(row.name) if is_masked else row.name,
        syllables=() if is_masked else spelled(row.pinyin, wanted),
        union=union,
        slot=said(slot, "label") or moment(slot.starts_at),
        phone=masked(row.phone),
        party=row.party,
        note="" if is_masked else row.note,
        desk_note="" if is_masked else row.desk_note,
        answers=() if is_masked else answers,
        state=row.state,
        state_word=state_word(row.state),
        place=row.place,
        offer_until=row.offer_until,
        changed_at=row.changed_at,
        is_rechecked=row.recheck_since is not None,
        occurrence_id=date.id if date is not None else None,
        came_at=entry.in_at if entry is not None else None,
        left_at=entry.out_at if entry is not None else None,
        can_tick=may_tick and row.state is State.CONFIRMED and _is_open(date, entry, at),
    )


def _is_open(date: Occurrence | None, entry: Attended | None, at: datetime) -> bool:
    """Whether somebody can be checked in at a date now, or their check-in be taken back."""
    if date is None:
        return False
    doors = whole.doors(date)
    return at < doors.right_until if entry is not None else doors.are_open(at)


def spelled(pinyin: str, wanted: str) -> list[tuple[str, str]]:
    """A spelled name, each syllable in what was typed of it and the rest."""
    syllables = pinyin.split()
    heads: Sequence[int] = (finding.marked(pinyin, wanted) if wanted else None) or [0] * len(syllables)
    return [(part[:head], part[head:]) for part, head in zip(syllables, heads, strict=True)]


def by_slot(found: Roster) -> Mapping[int, int]:
    """How many bookings of the shown group each slot has."""
    return {slot_id: numbers[found.filters.tab] for slot_id, numbers in found.tally.by_slot.items()}
