"""What the reading programme adds to pages, letters, upkeep and checks that are not its own."""

from collections.abc import Sequence
from datetime import datetime, timedelta

from flask import url_for
from sqlalchemy import exists

from yiqi import clock
from yiqi.activities.models import Activity, Programme
from yiqi.booking.dated import Dated, at_occurrences
from yiqi.booking.programme import Card, Door, Line, Plug
from yiqi.i18n import gettext as _
from yiqi.programmes.reading import (
    carrying,
    checks,
    counting,
    dates,
    desk,
    essay_lists,
    letters,
    measures,
    meetings,
    nudging,
    room_lists,
    trails,
    views,
)
from yiqi.programmes.reading.essay_models import EssayEntry, EssayJuror
from yiqi.programmes.reading.models import BookCopy, ReadingGroup, group_activity
from yiqi.programmes.reading.rules.calls import Phase
from yiqi.programmes.reading.wording import AWARDS, PHASES
from yiqi.roles.rules.permissions import Action, Held, may
from yiqi.web.formats import moment, said

SEARCHED, EACH = 5, 2
"""Lines that a search answers at the most, and of each kind while others have some, too."""
ON_BOARD = 3


def front(person_id: int, at: datetime) -> list[Line]:
    """The book in my hand, and essays that I have to read."""
    lines = []
    held = trails.in_hand(person_id, at)
    if held is not None:
        text = _("《%(title)s》在你手里第 %(n)s 天", title=said(held.title, "name"), n=held.day)
        lines.append(Line(text, url_for("reading.book", copy_id=held.copy.id)))
    for found, done, all_of in essay_lists.of_juror(person_id, at):
        if found.phase is Phase.JUDGED and done < all_of:
            title = said(found.call, "title")
            text = _("“%(title)s”等你看稿，还有 %(n)s 篇", title=title, n=all_of - done)
            lines.append(Line(text, url_for("reading.jury", call_id=found.call.id)))
    return lines[:2]


def mine(person_id: int, at: datetime) -> list[Card]:
    """The book in my hand; what I handed in and what I have to mark."""
    cards = []
    held = trails.in_hand(person_id, at)
    if held is not None:
        cards.append(Card("reading/_book.html", {"held": held}))
    entries, juries = essay_lists.own_entries(person_id, at), essay_lists.of_juror(person_id, at)
    if entries or juries:
        words = {"phases": PHASES, "awards": AWARDS}
        cards.append(Card("reading/_essays.html", {"entries": entries[:3], "juries": juries, **words}))
    return cards


def beside(activity_id: int, person_id: int | None, at: datetime) -> list[Card]:
    """The group whose meetings an activity is, with its book and the latest notes."""
    group = meetings.of_activity(activity_id)
    found = meetings.one(group.id, person_id, at) if group is not None else None
    if found is None:
        return []
    told = next((one for one in found.past if one.notes), None)
    return [Card("reading/_group.html", {"found": found, "group": found.group, "told": told})]


def own_dates(person_id: int, since: datetime, _at: datetime) -> list[Dated]:
    """The meetings that I host."""
    found = dates.duties(person_id, since, lambda group_id: url_for("reading.group", group_id=group_id))
    return at_occurrences(found, since)


def search(words: str, person_id: int | None, at: datetime) -> list[Line]:
    """Rooms, titles, groups and calls that are called so."""
    q = words.strip().strip("《》“”")[:40]
    if not q:
        return []
    found = [
        [
            Line(_("小组：%(name)s", name=said(one, "name")), url_for("reading.group", group_id=one.id))
            for one in meetings.called(q, SEARCHED)
        ],
        [
            Line(
                _("漂流书：《%(name)s》", name=said(one, "name")),
                url_for("reading.book", copy_id=one.copy_id),
            )
            for one in trails.titles_called(q, SEARCHED)
        ],
        [
            Line(
                _("书屋：%(name)s", name=said(one.room, "name")), url_for("reading.room", room_id=one.room.id)
            )
            for one in room_lists.all_of(at, q=q)[:SEARCHED]
        ],
        [
            Line(_("征文：%(name)s", name=said(one, "title")), url_for("reading.essay", call_id=one.id))
            for one in essay_lists.called(q, SEARCHED)
        ],
    ]
    first = [line for kind in found for line in kind[:EACH]]
    return [*first, *(line for kind in found for line in kind[EACH:])][:SEARCHED]


def board(at: datetime) -> list[Line]:
    """Next meetings, how many books are free and rooms open, and the next deadline: no names of people."""
    lines = []
    for group, meeting in meetings.next_of_all(None, at, limit=ON_BOARD):
        if meeting is not None:
            name, when = said(group, "name"), moment(meeting.starts_at)
            text = _("%(name)s：%(when)s", name=name, when=when)
            lines.append(Line(text, url_for("reading.group", group_id=group.id), meeting.starts_at))
    _adrift, free, _passed = trails.counts()
    rooms = room_lists.all_of(at)
    is_open = sum(room.is_open for room in rooms)
    if rooms:
        text = _("%(n)s 间书屋现在开着，%(free)s 本漂流书可以拿", n=is_open, free=free)
        lines.append(Line(text, url_for("reading.rooms", open=1)))
    for found in essay_lists.lately(at):
        if found.phase is Phase.OPEN:
            title, when = said(found.call, "title"), moment(found.call.closes_at)
            text = _("征文“%(title)s”，%(when)s 截止", title=title, when=when)
            url = url_for("reading.essay", call_id=found.call.id)
            lines.append(Line(text, url, found.call.closes_at))
    return lines


def doors(held: Sequence[Held], at: datetime) -> list[Door]:
    """The door of this part of the desk, with how many notes are reported and calls are past their deadline."""
    if may(held, Action.EDIT) is None or not _keeps_something(held):
        return []
    url = url_for("reading_desk.home")
    return [Door("reading_desk.home", url, _("职工书屋"), counting.waiting(held, at))]


def _keeps_something(held: Sequence[Held]) -> bool:
    """Whether some role is on more than one activity, and on this programme."""
    return any(one.activity_id is None and one.programme in (None, Programme.READING) for one in held)


def _nudge(at: datetime) -> None:
    """Letters about books that stay long in one hand are written by day: nobody is woken for a book."""
    if 9 <= clock.beijing(at).hour < 21:
        nudging.nudge_due(at)


PLUG = Plug(
    programme=Programme.READING,
    home="reading.home",
    blueprints=(views.blueprint, desk.blueprint),
    people=(BookCopy.holder_id, ReadingGroup.host_id, EssayEntry.person_id, EssayJuror.person_id),
    only_named=True,
    front=front,
    mine=mine,
    beside=beside,
    is_beside=exists().where(group_activity.c.activity_id == Activity.id),
    dates=own_dates,
    search=search,
    board=board,
    desk=doors,
    carry=carrying.carry,
    letters={
        "reading_passed": letters.passed_letter,
        "reading_settled": letters.settled_letter,
        "reading_nudge": letters.nudge_letter,
        "reading_juror": letters.juror_letter,
        "reading_essay": letters.essay_letter,
    },
    chores=((timedelta(minutes=30), _nudge),),
    checks=checks.CHECKS,
    joins={
        "reading.receive": "",
        "reading.hand_in": "",
        "reading.leave_line": "",
        "reading.write_note": "",
        "reading.say_name": "whole",
        "reading.show_name": "whole",
    },
    measures=measures.MEASURES,
)
