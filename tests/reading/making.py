"""Rooms, groups, books and essay calls as the desk makes them, through its verbs."""

import secrets
from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import select

from tests.builders import a_union, a_worker
from yiqi import clock
from yiqi.db import db
from yiqi.papers.rules.kinds import Kind
from yiqi.people.models import Person
from yiqi.programmes.reading import calls, drifting, essays, groups, rooms, titles
from yiqi.programmes.reading.drifting import Moved
from yiqi.programmes.reading.essay_models import EssayEntry
from yiqi.programmes.reading.models import BookCopy
from yiqi.programmes.reading.rules import hours

HOUR, DAY = timedelta(hours=1), timedelta(days=1)
EN = {"平凡的世界": "Ordinary World", "我在亦庄": "I live in Yizhuang", "师傅": "My master"}
TEXT = "师傅退休那天，把卡尺留给了我。".encode()


def once() -> str:
    return secrets.token_urlsafe(8)


def desk_hand() -> int:
    """Somebody at the desk."""
    return a_worker("书屋管理员").id


def a_room(
    name: str = "", *, union_id: int | None = None, week: str = "09:00-20:00", at: datetime | None = None
) -> int:
    name = name or f"书屋{once()}"
    fields = {
        "name": name,
        "name_en": f"{name.replace('书屋', '')} library" if name.startswith("书屋") else "",
        "area": "核心区",
        "area_en": "Core area",
        "address": "荣华中路 10 号 B1",
        "address_en": "10 Ronghua Middle Rd, B1",
    }
    return rooms.add(
        union_id=union_id or a_union().id,
        fields=fields,
        week=[hours.typed(week)] * 7,
        at=at or clock.now(),
        by_id=desk_hand(),
        nonce=once(),
    )


def a_title(name: str = "平凡的世界", *, union_id: int | None = None, at: datetime | None = None) -> int:
    return titles.add(
        union_id=union_id or a_union().id,
        fields={"name": name, "name_en": EN.get(name, ""), "author": "路遥", "author_en": "Lu Yao"},
        at=at or clock.now(),
        by_id=desk_hand(),
        nonce=once(),
    )


def a_copy(
    name: str = "平凡的世界",
    *,
    title_id: int | None = None,
    room_id: int | None = None,
    union_id: int | None = None,
    giver: Person | None = None,
    at: datetime | None = None,
) -> BookCopy:
    """A copy that was put adrift a month before `at`."""
    at = at or clock.now()
    (copy_id,) = titles.put_adrift(
        title_id=title_id or a_title(name, union_id=union_id, at=at - 40 * DAY),
        copies=1,
        room_id=room_id or a_room(union_id=union_id, at=at - 40 * DAY),
        giver_id=giver.id if giver else None,
        at=at - 30 * DAY,
        by_id=desk_hand(),
        nonce=once(),
    )
    return now(copy_id)


def now(copy_id: int) -> BookCopy:
    """A copy as it is now."""
    db.session.rollback()
    return db.session.get_one(BookCopy, copy_id, populate_existing=True)


def receives(
    person: Person,
    copy: BookCopy,
    *,
    at: datetime | None = None,
    place: str = "",
    text: str = "",
    nonce: str = "",
    seen: int | None = None,
) -> Moved:
    return drifting.receive(
        token=copy.token,
        person_id=person.id,
        seen=now(copy.id).steps if seen is None else seen,
        place=place,
        text=text,
        nonce=nonce or once(),
        at=at or clock.now(),
    )


def a_group(
    *,
    union_id: int | None = None,
    host: Person | None = None,
    activities: Sequence[int] = (),
    name: str = "青马读书班",
) -> int:
    made_at, by_id = clock.now(), desk_hand()
    fields = {
        "name": name,
        "name_en": "Young readers",
        "book": "矛盾论",
        "book_en": "On Contradiction",
        "host_id": host.id if host else None,
    }
    group_id = groups.add(
        union_id=union_id or a_union().id, fields=fields, at=made_at, by_id=by_id, nonce=once()
    )
    for activity_id in activities:
        groups.meets_at(group_id=group_id, activity_id=activity_id, at=made_at, by_id=by_id)
    return group_id


def a_call(
    *,
    union_id: int | None = None,
    at: datetime | None = None,
    closes_in: timedelta = 5 * DAY,
    title: str = "我在亦庄",
    **fields: Any,
) -> int:
    """A call that opened a month before `at`."""
    at = at or clock.now()
    told = {
        "title": title,
        "title_en": EN.get(title, ""),
        "theme": "写一件身边的小事",
        "theme_en": "One small thing near you",
        "opens_at": at - 30 * DAY,
        "closes_at": at + closes_in,
        "kinds": ["docx", "pdf", "txt"],
        "most_kb": 5120,
    }
    return calls.add(
        union_id=union_id or a_union().id,
        fields=told | fields,
        at=at - 31 * DAY,
        by_id=desk_hand(),
        nonce=once(),
    )


def hands_in(
    person: Person, call_id: int, *, at: datetime, title: str = "卡尺", content: bytes = TEXT, **more: Any
) -> int:
    """Somebody hands in; answers the id of their entry."""
    told: dict[str, Any] = {"filename": f"{person.name}的文章.txt", "kind": Kind.TXT, "shows_name": False}
    essays.hand_in(call_id=call_id, person_id=person.id, title=title, content=content, at=at, **(told | more))
    db.session.rollback()
    mine = (EssayEntry.call_id == call_id, EssayEntry.person_id == person.id)
    return db.session.scalars(select(EssayEntry.id).where(*mine)).one()


def is_juror(person: Person, call_id: int, *, at: datetime) -> None:
    calls.choose(call_id=call_id, person_id=person.id, at=at, by_id=desk_hand())
