"""The biggest lists that anybody takes away, in a process with little memory to spare (C11)."""

import subprocess
import sys
from datetime import date, timedelta
from typing import Any
from urllib.parse import urlencode

from flask import Flask
from sqlalchemy import insert, select, text

from tests.browsing import a_session, form_token
from tests.builders import a_union, an_activity, an_organizer, workers
from tests.desk.proving import proves_anew
from tests.servers import ROOT, environment
from yiqi import clock
from yiqi.activities.models import Occurrence, Question
from yiqi.activities.rules.questions import Asked, QuestionKind
from yiqi.booking.models import Answer, Attendance, Booking
from yiqi.booking.rules.refs import new_ref
from yiqi.booking.rules.states import State
from yiqi.db import writing
from yiqi.desk.files.exports import Column, Group
from yiqi.people.browser import cookie_name
from yiqi.roles.rules.permissions import Role
from yiqi.unions.models import Membership

MANY = 5_000
"""As many as the longest list that anybody may bring."""
ROOM = 64
"""MiB beside what the site has once it is up."""


def a_full_lecture(many: int) -> tuple[int, int, int]:
    """A lecture to which so many members came. Answers the activity, its union and the year it was in."""
    union, now = a_union(), clock.now() - timedelta(days=7)
    made = an_activity(
        places=many, now=now, questions=[Asked("size", QuestionKind.TEXT, "衣服尺码", "Size", most=100)]
    )
    people = [one.id for one in workers(many)]
    booked: dict[str, Any] = {"slot_id": made.slot_id, "party": 1, "state": State.CONFIRMED, "nonce": "bulk"}
    booked |= {"passed_over": 0, "skipped_because": "", "created_at": now, "changed_at": now}
    came: dict[str, Any] = {"in_at": made.starts_at, "out_at": made.ends_at}
    with writing() as session:
        here = session.connection()
        member = {"union_id": union.id, "since": date(2020, 1, 1)}
        here.execute(insert(Membership), [{**member, "person_id": one} for one in people])
        rows = [
            {**booked, "person_id": one, "ref": new_ref(), "seq": seq, "note": f"素食，坐在前排第 {seq} 座"}
            for seq, one in enumerate(people, start=1)
        ]
        here.execute(insert(Booking), rows)
        ids = list(here.scalars(select(Booking.id)))
        came["occurrence_id"] = here.execute(select(Occurrence.id)).scalar_one()
        here.execute(insert(Attendance), [{**came, "booking_id": one} for one in ids])
        asked = here.execute(select(Question.id)).scalar_one()
        said = {"question_id": asked, "value": "上衣 175/96A，裤子 170/80A"}
        here.execute(insert(Answer), [{**said, "booking_id": one} for one in ids])
        here.execute(text("ANALYZE"))
    return made.activity_id, union.id, clock.beijing(made.starts_at).year


def taken(site: Flask) -> list[tuple[int, int]]:
    """Status and length of the roster (twice: as a workbook, and as separated values), the members and the year of a crowd,
    from a process with little memory to spare; the last is the roster again, of a crowd twenty times as large. A process
    that dies says nothing more."""
    activity, union, year = a_full_lecture(MANY)
    admin = an_organizer(a_union(), role=Role.FEDERATION_ADMIN)
    made = a_session(admin.id)
    proves_anew(admin)
    everything = {"columns": [str(one) for one in Column], "states": [str(one) for one in Group]}
    roster = f"/desk/activities/{activity}/export?{urlencode(everything, doseq=True)}"
    done = subprocess.run(
        [
            *(sys.executable, "-m", "tests.sheets.taking", str(ROOM)),
            *(f"{cookie_name(site)}={made.token}", form_token(made.csrf)),
            f"{roster}&kind=xlsx",
            f"{roster}&kind=csv",
            f"/desk/unions/{union}/export?kind=xlsx",
            f"/desk/years/unions/{union}/export?kind=xlsx&year={year}",
        ],
        cwd=ROOT,
        env=environment(site.config["SQLALCHEMY_DATABASE_URI"]),
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        text=True,
        check=False,
    )
    return [(int(status), int(length)) for status, length in map(str.split, done.stdout.splitlines())]


def test_the_biggest_lists_are_written_within_the_memory_and_one_twenty_times_as_long_is_not(
    site: Flask,
) -> None:
    """The last one is the control: so whoever lets lists grow has to write them in pieces first."""
    *answers, control = [*taken(site), (500, 0)][:5]

    assert [status for status, _length in answers] == [200] * 4
    assert min(length for _status, length in answers) > 20 * MANY
    assert control[0] != 200
