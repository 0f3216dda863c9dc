"""The demo's reading programme, played through its verbs: rooms, groups, a year of drifting books, two essay calls."""

from datetime import datetime, timedelta
from random import Random

from sqlalchemy import select

from yiqi import clock
from yiqi.activities.models import Activity, Occurrence, Programme
from yiqi.cli.demo_content import drifting_books as content
from yiqi.cli.demo_content.book_rooms import ROOMS
from yiqi.cli.demo_content.unions import FEDERATION
from yiqi.cli.demo_people import Cast
from yiqi.cli.demo_programmes.reading_drift import let_drift
from yiqi.cli.demo_programmes.reading_essays import call_for_essays
from yiqi.cli.demo_programmes.reading_scene import DAY, Play
from yiqi.db import db
from yiqi.programmes.reading import groups, notes, nudging, rooms
from yiqi.programmes.reading.rules import hours

ADMIN, HOST = 1, 16
GROUPS = (
    (
        ("青马读书班", "Young Marxist readers"),
        ("矛盾论", "On Contradiction"),
        ("毛泽东", "Mao Zedong"),
        (
            "每两周一个晚上，一人读一节，再用车间的事来讲。",
            "Every other evening: one reads, all explain it by the shop floor.",
        ),
        FEDERATION[0],
        HOST,
        "青年马克思主义读书班",
    ),
    (
        ("午间领读小组", "Lunch-hour readers"),
        ("平凡的世界", "Ordinary World"),
        ("路遥", "Lu Yao"),
        (
            "二十分钟读，十五分钟聊，饭照吃。",
            "Twenty minutes of reading, a quarter of an hour of talk, with lunch.",
        ),
        "泰德制药",
        11,
        "午间领读二十分钟",
    ),
    (
        ("写作小组", "Writers’ group"),
        ("把一天写成一千字", "A day in a thousand characters"),
        ("《工人日报》副刊", "Workers’ Daily"),
        ("不谈道理，只改稿子。", "No theory: we edit."),
        FEDERATION[0],
        18,
        "“我在亦庄”写作坊",
    ),
)
"""Name, book, author, about, whose, host, and the title of the activities that are its meetings."""


def furnish(cast: Cast, at: datetime) -> None:
    """Everything of this programme, as of an instant."""
    rng = Random(clock.beijing(at).date().toordinal())  # noqa: S311
    play = Play(cast, rng, at, cast.accounts[ADMIN])
    _open_rooms(play)
    _form_groups(play)
    let_drift(play)
    call_for_essays(play)
    nudging.nudge_due(at - timedelta(hours=3))


def _open_rooms(play: Play) -> None:
    for room in ROOMS:
        week = [*[hours.typed(room.weekdays)] * 5, *[hours.typed(room.weekend)] * 2]
        fields = {
            "name": room.name[0],
            "name_en": room.name[1],
            "area": room.area[0],
            "area_en": room.area[1],
            "address": room.address[0],
            "address_en": room.address[1],
            "about": room.about[0],
            "about_en": room.about[1],
            "latitude": room.spot[0],
            "longitude": room.spot[1],
        }
        play.rooms.append(
            rooms.add(
                union_id=play.cast.unions[room.union],
                fields=fields,
                week=week,
                at=play.evening(400),
                by_id=play.admin,
                nonce=f"demo-{room.name[0]}",
            )
        )
    day = clock.beijing(play.at).date()
    rooms.differ(
        room_id=play.rooms[0],
        day=day + 4 * DAY,
        spans=(),
        because="消防检修，停一天",
        at=play.at,
        by_id=play.admin,
    )
    rooms.differ(
        room_id=play.rooms[3],
        day=day + 2 * DAY,
        spans=hours.typed("13:00-17:00"),
        because="上午晒书",
        at=play.at,
        by_id=play.admin,
    )


def _form_groups(play: Play) -> None:
    made = play.evening(60)
    for name, book, author, about, union, host, title in GROUPS:
        fields = {
            "name": name[0],
            "name_en": name[1],
            "book": book[0],
            "book_en": book[1],
            "author": author[0],
            "author_en": author[1],
            "about": about[0],
            "about_en": about[1],
            "host_id": play.cast.accounts[host],
        }
        group_id = groups.add(
            union_id=play.cast.unions[union],
            fields=fields,
            at=made,
            by_id=play.admin,
            nonce=f"demo-{name[0]}",
        )
        wanted = (Activity.programme == Programme.READING, Activity.title == title)
        told = 0
        for activity_id in db.session.scalars(select(Activity.id).where(*wanted).order_by(Activity.id)).all():
            groups.meets_at(group_id=group_id, activity_id=activity_id, at=made, by_id=play.admin)
            told += _tell(play, group_id, activity_id, told)


def _tell(play: Play, group_id: int, activity_id: int, told: int) -> int:
    """The host's notes of what is over, and lines of members; answers how many notes were written."""
    over = db.session.execute(
        select(Occurrence.id, Occurrence.ends_at)
        .where(Occurrence.activity_id == activity_id, Occurrence.ends_at < play.at - timedelta(hours=4))
        .order_by(Occurrence.starts_at.desc())
        .limit(1)
    ).one_or_none()
    if over is None or told >= len(content.HOSTED):
        return 0
    notes.write(
        group_id=group_id,
        person_id=play.cast.accounts[HOST],
        text=content.HOSTED[told],
        nonce=f"demo-note-{over.id}",
        at=over.ends_at + timedelta(hours=1),
        occurrence_id=over.id,
    )
    for number, text in content.LINES:
        notes.write(
            group_id=group_id,
            person_id=play.cast.accounts[number],
            text=text,
            nonce=f"demo-line-{number}",
            at=over.ends_at + timedelta(hours=number),
        )
    return 1
