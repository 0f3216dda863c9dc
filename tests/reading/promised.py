"""What the promises ask of this programme: its addresses, the rows behind them, and what its part of the desk needs."""

import json
from collections.abc import Mapping
from dataclasses import replace
from datetime import timedelta

from tests.builders import an_activity
from tests.promises.route import (
    A_FILE,
    CONFLICT,
    GO,
    OWNER,
    OWNER_POST,
    SIGN_IN,
    SIGNED_IN,
    SIGNED_IN_POST,
    WRONG,
    Kind,
    Planted,
    Route,
    Samples,
    addresses,
    desk,
    page,
    post,
)
from tests.reading.making import (
    DAY,
    HOUR,
    a_call,
    a_copy,
    a_group,
    a_room,
    a_title,
    hands_in,
    is_juror,
    receives,
)
from yiqi import clock
from yiqi.db import db
from yiqi.papers.forms import MOST_BODY
from yiqi.programmes.reading import notes
from yiqi.programmes.reading.models import ReaderNote, ReadingGroup
from yiqi.unions.models import Union

at = addresses("reading")
ROOM = {"name": "新书屋", "area": "核心区", "address": "荣华中路 10 号", "mon": "09:00-20:00"}
A_CALL = {
    "title": "新征文",
    "theme": "写一件小事",
    "opens_day": "2026-01-01",
    "opens_time": "09:00",
    "closes_day": str(clock.today() + timedelta(days=40)),
    "closes_time": "18:00",
    "kinds": "txt",
    "most_mb": "5",
}


def _of(name: str) -> str:
    return f"reading_{name}"


_room = at("/desk/reading/rooms/{room}")
_group = at("/desk/reading/groups/{group}")
_title = at("/desk/reading/titles/{title}")
_copy = at("/desk/reading/copies/{copy}")
_call = at("/desk/reading/calls/{judged}")


def _entry(one: Samples) -> str:
    return f"{_call(one)}/entries/{one.more['reading_entry']}"


_jury = at("/reading/jury/{judged}")


def _marked(one: Samples) -> str:
    return f"{_jury(one)}/entries/{one.more['reading_entry']}"


_essay = at("/reading/essays/{open}")


def _union(one: Samples) -> dict[str, str]:
    return {"union": str(one.union_id), "nonce": "a-nonce-of-its-own"}


READERS: tuple[Route, ...] = (
    page("/reading/", "reading.home"),
    page("/reading/rooms", "reading.rooms"),
    page(
        "/reading/rooms/<id:room_id>",
        "reading.room",
        at("/reading/rooms/{room}"),
    ),
    page(
        "/reading/groups/<id:group_id>",
        "reading.group",
        at("/reading/groups/{group}"),
    ),
    post(
        "/reading/groups/<id:group_id>/lines",
        "reading.leave_line",
        at("/reading/groups/{group}/lines"),
        who=OWNER_POST,
        fields=lambda _one: {"text": "读到第三节了", "nonce": "a-line"},
        books=True,
    ),
    post(
        "/reading/groups/<id:group_id>/notes",
        "reading.write_note",
        at("/reading/groups/{group}/notes"),
        who=OWNER_POST,
        fields=lambda one: {
            "text": "这次聊了排产",
            "meeting": str(one.more["reading_meeting"]),
            "nonce": "a-note",
        },
        books=True,
    ),
    page(
        "/reading/notes/<id:note_id>/report",
        "reading.report_form",
        at("/reading/notes/{note}/report"),
        who=SIGNED_IN,
    ),
    post(
        "/reading/notes/<id:note_id>/report",
        "reading.report",
        at("/reading/notes/{note}/report"),
        who=SIGNED_IN_POST,
        fields=lambda _one: {"because": "骂人"},
    ),
    page("/reading/drift", "reading.drift"),
    page(
        "/reading/drift/<id:copy_id>",
        "reading.book",
        at("/reading/drift/{copy}"),
    ),
    page(
        "/reading/drift/<id:copy_id>/hand-on",
        "reading.hand_on",
        at("/reading/drift/{copy}/hand-on"),
        who=OWNER,
    ),
    post(
        "/reading/drift/<id:copy_id>/return",
        "reading.give_back",
        at("/reading/drift/{copy}/return"),
        who=OWNER_POST,
        fields=lambda one: {"room": str(one.more["reading_room"]), "seen": "2", "nonce": "back"},
        books=True,
    ),
    post(
        "/reading/drift/<id:copy_id>/lost",
        "reading.lose",
        at("/reading/drift/{copy}/lost"),
        who=OWNER_POST,
        fields=lambda _one: {"seen": "2", "nonce": "lost"},
        books=True,
    ),
    page(
        "/reading/copies/<token:token>",
        "reading.scanned",
        at("/reading/copies/{token}"),
    ),
    post(
        "/reading/copies/<token:token>",
        "reading.receive",
        at("/reading/copies/{token}"),
        who=(SIGN_IN, CONFLICT, GO),
        fields=lambda _one: {"seen": "1", "nonce": "received", "place": "荣京东街站"},
        books=True,
    ),
    post("/reading/name", "reading.say_name", who=SIGNED_IN_POST, fields=lambda _one: {"whole": "1"}),
    page("/reading/awards", "reading.awards"),
    page("/reading/essays/<id:call_id>", "reading.essay", _essay),
    replace(
        post(
            "/reading/essays/<id:call_id>/entry",
            "reading.hand_in",
            lambda one: f"{_essay(one)}/entry",
            who=(SIGN_IN, WRONG, WRONG),
            fields=lambda _one: {"title": "卡尺"},
        ),
        most_bytes=MOST_BODY,
    ),
    post(
        "/reading/essays/<id:call_id>/withdraw",
        "reading.withdraw",
        lambda one: f"{_essay(one)}/withdraw",
        who=OWNER_POST,
    ),
    post(
        "/reading/essays/<id:call_id>/name",
        "reading.show_name",
        lambda one: f"{_essay(one)}/name",
        who=OWNER_POST,
        fields=lambda _one: {"whole": "1"},
    ),
    page(
        "/reading/essays/<id:call_id>/entry/file",
        "reading.own_file",
        lambda one: f"{_essay(one)}/entry/file",
        who=OWNER,
        kind=Kind.MACHINE,
    ),
    page("/reading/jury/<id:call_id>", "reading.jury", _jury, who=OWNER),
    page("/reading/jury/<id:call_id>/entries/<id:entry_id>", "reading.marked", _marked, who=OWNER),
    post(
        "/reading/jury/<id:call_id>/entries/<id:entry_id>",
        "reading.mark",
        _marked,
        who=OWNER_POST,
        fields=lambda _one: {"mark": "88", "word": "扎实"},
    ),
    page(
        "/reading/jury/<id:call_id>/entries/<id:entry_id>/file",
        "reading.blind_file",
        lambda one: f"{_marked(one)}/file",
        who=OWNER,
        kind=Kind.MACHINE,
    ),
)

DESKS: tuple[Route, ...] = (
    desk("GET", "/desk/reading/", "reading_desk.home"),
    desk("GET", "/desk/reading/rooms", "reading_desk.rooms"),
    desk(
        "POST",
        "/desk/reading/rooms",
        "reading_desk.add_room",
        fields=lambda one: ROOM | _union(one),
        books=True,
    ),
    desk("GET", "/desk/reading/rooms/<id:room_id>", "reading_desk.room", _room),
    desk("POST", "/desk/reading/rooms/<id:room_id>", "reading_desk.change_room", _room, lambda _one: ROOM),
    desk(
        "POST",
        "/desk/reading/rooms/<id:room_id>/days",
        "reading_desk.differ",
        lambda one: f"{_room(one)}/days",
        lambda _one: {"day": "2026-12-31", "hours": ""},
    ),
    desk(
        "POST",
        "/desk/reading/rooms/<id:room_id>/close",
        "reading_desk.close_room",
        lambda one: f"{_room(one)}/close",
    ),
    desk("GET", "/desk/reading/rooms/list", "reading_desk.room_list"),
    desk(
        "POST",
        "/desk/reading/rooms/list",
        "reading_desk.try_rooms",
        fields=_union,
        status=WRONG,
        most_bytes=A_FILE,
    ),
    desk(
        "POST",
        "/desk/reading/rooms/list/take",
        "reading_desk.take_rooms",
        fields=lambda one: {
            "union": str(one.union_id),
            "lines": json.dumps([{"name": "甲", "area": "核心区", "address": "乙", "weekdays": "全天"}]),
        },
    ),
    desk("GET", "/desk/reading/groups", "reading_desk.groups"),
    desk(
        "POST",
        "/desk/reading/groups",
        "reading_desk.add_group",
        fields=lambda one: {"name": "新小组", "book": "活着"} | _union(one),
        books=True,
    ),
    desk("GET", "/desk/reading/groups/<id:group_id>", "reading_desk.group", _group),
    desk(
        "POST",
        "/desk/reading/groups/<id:group_id>",
        "reading_desk.change_group",
        _group,
        lambda _one: {"name": "小组", "book": "活着"},
    ),
    desk(
        "POST",
        "/desk/reading/groups/<id:group_id>/activities",
        "reading_desk.link",
        lambda one: f"{_group(one)}/activities",
        lambda one: {"activity": str(one.listed_id)},
    ),
    desk("GET", "/desk/reading/titles", "reading_desk.titles"),
    desk(
        "POST",
        "/desk/reading/titles",
        "reading_desk.add_title",
        fields=lambda one: {"name": "活着"} | _union(one),
        books=True,
    ),
    desk("GET", "/desk/reading/titles/<id:title_id>", "reading_desk.title", _title),
    desk(
        "POST",
        "/desk/reading/titles/<id:title_id>",
        "reading_desk.change_title",
        _title,
        lambda _one: {"name": "活着"},
    ),
    desk(
        "POST",
        "/desk/reading/titles/<id:title_id>/copies",
        "reading_desk.put_adrift",
        lambda one: f"{_title(one)}/copies",
        lambda one: {"copies": "2", "room": str(one.more["reading_room"]), "nonce": "adrift"},
        books=True,
    ),
    desk("GET", "/desk/reading/labels", "reading_desk.labels"),
    desk("GET", "/desk/reading/copies/<id:copy_id>", "reading_desk.copy", _copy),
    desk(
        "POST",
        "/desk/reading/copies/<id:copy_id>",
        "reading_desk.settle_copy",
        _copy,
        lambda _one: {"do": "paused", "because": "书脊坏了", "seen": "2", "nonce": "settled"},
        books=True,
    ),
    desk("GET", "/desk/reading/calls", "reading_desk.calls"),
    desk(
        "POST",
        "/desk/reading/calls",
        "reading_desk.add_call",
        fields=lambda one: A_CALL | _union(one),
        books=True,
    ),
    desk("GET", "/desk/reading/calls/<id:call_id>", "reading_desk.call", _call),
    desk(
        "GET",
        "/desk/reading/calls/<id:call_id>/edit",
        "reading_desk.edit_call",
        lambda one: f"{_call(one)}/edit",
    ),
    desk(
        "POST",
        "/desk/reading/calls/<id:call_id>/edit",
        "reading_desk.change_call",
        lambda one: f"{_call(one)}/edit",
        lambda _one: A_CALL,
    ),
    desk(
        "POST",
        "/desk/reading/calls/<id:call_id>/jurors",
        "reading_desk.choose_juror",
        lambda one: f"{_call(one)}/jurors",
        lambda one: {"phone": str(one.more["reading_phone"])},
    ),
    desk(
        "POST",
        "/desk/reading/calls/<id:call_id>/jurors/dismiss",
        "reading_desk.dismiss_juror",
        lambda one: f"{_call(one)}/jurors/dismiss",
        lambda one: {"juror": str(one.worker_id)},
    ),
    desk(
        "POST",
        "/desk/reading/calls/<id:call_id>/entries/<id:entry_id>/award",
        "reading_desk.award",
        lambda one: f"{_entry(one)}/award",
        lambda _one: {"given": "first"},
    ),
    desk(
        "GET",
        "/desk/reading/calls/<id:call_id>/entries/<id:entry_id>/file",
        "reading_desk.entry_file",
        lambda one: f"{_entry(one)}/file",
        kind=Kind.MACHINE,
    ),
    desk(
        "POST",
        "/desk/reading/calls/<id:call_id>/publish",
        "reading_desk.publish",
        lambda one: f"{_call(one)}/publish",
        status=CONFLICT,
    ),
    desk("GET", "/desk/reading/notes", "reading_desk.notes"),
    desk(
        "POST",
        "/desk/reading/notes/<id:note_id>/hide",
        "reading_desk.hide",
        at("/desk/reading/notes/{note}/hide"),
        lambda _one: {"because": "广告"},
    ),
    desk(
        "POST",
        "/desk/reading/notes/<id:note_id>/keep",
        "reading_desk.keep",
        at("/desk/reading/notes/{note}/keep"),
    ),
    desk("GET", "/desk/reading/awards", "reading_desk.awards"),
    desk("GET", "/desk/reading/awards.xlsx", "reading_desk.awards_file", kind=Kind.MACHINE),
)
ROUTES = READERS + DESKS
DESK: Mapping[str, str] = {
    "import": "reading_desk.room_list reading_desk.try_rooms reading_desk.take_rooms",
    "see_statistics": "reading_desk.awards",
    "export": "reading_desk.awards_file",
    "edit": " ".join(
        route.endpoint
        for route in DESKS
        if route.endpoint.split(".")[1]
        not in ("room_list", "try_rooms", "take_rooms", "awards", "awards_file")
    ),
}
"""By action of the rule book: the endpoints of its part of the desk."""
WRITTEN = ""
"""What people wrote in the rows that are planted, as a pattern: it stays Chinese on an English page."""
PHONE = "13800000016"
"""Of the demo's account whose pages the browser looks at; `AS`: of the others, for some addresses."""
AS: Mapping[str, str] = {"reading.hand_on": "13800000012"}
DEMO: Mapping[str, str] = {
    "reading_room": "SELECT min(id) FROM book_room",
    "reading_group": "SELECT min(id) FROM reading_group",
    "reading_title": "SELECT min(id) FROM book_title",
    "reading_copy": "SELECT c.id FROM book_copy c JOIN person p ON p.id = c.holder_id WHERE p.phone = '+8613800000012'",
    "reading_token": "SELECT token FROM book_copy WHERE state = 'in_room' ORDER BY id LIMIT 1",
    "reading_note": "SELECT min(id) FROM reader_note",
    "reading_open": "SELECT id FROM essay_call WHERE published_at IS NULL ORDER BY id LIMIT 1",
    "reading_judged": "SELECT id FROM essay_call WHERE published_at IS NOT NULL ORDER BY id LIMIT 1",
    "reading_entry": "SELECT min(e.id) FROM essay_entry e JOIN essay_call c ON c.id = e.call_id"
    " WHERE c.published_at IS NOT NULL",
    "reading_meeting": "SELECT min(id) FROM occurrence",
    "reading_phone": "SELECT '13800000012'",
}
"""How the browser finds in the demo what stands in the addresses: a query of one value for each name."""


def plant(by: Planted) -> Mapping[str, int | str]:
    """A room, a group whose host the owner is, a book in the owner's hand and one in the room, a call that is open with
    an essay of the owner's, and one that the owner judges, with an essay of the other worker's."""
    union_id, at = by.union_id, by.at
    room_id = a_room(union_id=union_id, at=at - DAY)
    union = db.session.get_one(Union, union_id)
    met = an_activity(
        places=5,
        starts_in=-3 * HOUR,
        opens_in=-5 * HOUR,
        owner=union,
        title="青马读书班",
        title_en="Young readers",
        now=at,
    )
    group_id = a_group(union_id=union_id, host=by.owner, activities=[met.activity_id])
    db.session.rollback()
    occurrence_id = db.session.get_one(ReadingGroup, group_id).activities[0].occurrences[0].id
    notes.write(
        group_id=group_id,
        person_id=by.owner.id,
        text="Bring one hard thing next time",
        nonce=f"planted-{group_id}",
        at=at,
    )
    title_id = a_title(union_id=union_id, at=at - DAY)
    held = a_copy(title_id=title_id, room_id=room_id, at=at)
    receives(by.owner, held, at=at - timedelta(days=2))
    free = a_copy(title_id=title_id, room_id=room_id, at=at)
    open_id = a_call(union_id=union_id, at=at, title="我在亦庄")
    hands_in(by.owner, open_id, at=at, title="The calliper", filename="calliper.txt")
    judged_id = a_call(union_id=union_id, at=at - 10 * DAY, title="师傅")
    entry_id = hands_in(by.other, judged_id, at=at - 9 * DAY, title="The calliper")
    is_juror(by.owner, judged_id, at=at)
    db.session.rollback()
    note = db.session.query(ReaderNote).filter_by(group_id=group_id).one()
    return {
        "reading_room": room_id,
        "reading_group": group_id,
        "reading_meeting": occurrence_id,
        "reading_note": note.id,
        "reading_title": title_id,
        "reading_copy": held.id,
        "reading_token": free.token,
        "reading_open": open_id,
        "reading_judged": judged_id,
        "reading_entry": entry_id,
        "reading_phone": by.owner.phone.removeprefix("+86"),
    }
