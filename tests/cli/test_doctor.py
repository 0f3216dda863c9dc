"""`flask doctor`: nothing to say of a healthy site, a line and an exit code for each row that is wrong."""

import json
from datetime import date, timedelta

import chinese_calendar
import pytest
from click.testing import Result
from flask import Flask
from sqlalchemy import func, select, update

from tests.builders import a_worker, an_activity
from yiqi import clock
from yiqi.activities.models import Slot
from yiqi.booking import places
from yiqi.booking.models import Booking, BookingChange
from yiqi.cli.doctor import CHECKS
from yiqi.cli.surroundings import hints
from yiqi.db import db, writing
from yiqi.notices.heartbeat import BACKGROUND, beat
from yiqi.notices.models import Notice


def run(site: Flask, *arguments: str) -> Result:
    return site.test_cli_runner().invoke(args=["doctor", *arguments])


@pytest.fixture(autouse=True)
def next_years_holidays(monkeypatch: pytest.MonkeyPatch) -> date:
    """They are known, whatever the year is in which these tests run."""
    first = date(clock.today().year + 1, 1, 1)
    monkeypatch.setitem(chinese_calendar.holidays, first, "New Year's Day")
    return first


@pytest.fixture
def slot_id(site: Flask) -> int:
    """A slot with one booking of somebody whose name is easily found."""
    activity = an_activity(places=2)
    person = a_worker("欧阳修竹", phone="+8613712345678")
    places.sign_up(slot_id=activity.slot_id, person_id=person.id, party=1, nonce="n", at=clock.now())
    return activity.slot_id


def test_a_healthy_site_is_one_line_and_no_error(site: Flask, slot_id: int) -> None:
    healthy = run(site)

    assert healthy.exit_code == 0
    assert healthy.output == f"All is well: 1 bookings, 1 changes, 1 slots, 0 quotas; {len(CHECKS)} checks.\n"


def test_background_work_that_is_silent_is_missed_but_not_where_everything_is_stopped(
    site: Flask, slot_id: int
) -> None:
    beat(BACKGROUND, clock.now() - timedelta(minutes=5))

    running, stopped = run(site), run(site, "--stopped")

    assert (running.exit_code, stopped.exit_code) == (1, 0)
    assert running.output.startswith("background: background work was last seen at ")


def test_from_december_on_the_next_years_holidays_are_missed(next_years_holidays: date) -> None:
    first = next_years_holidays.replace(year=next_years_holidays.year + 1)
    said = [list(hints(clock.at(first - timedelta(days=before), 12))) for before in (32, 31)]

    assert said[0] == []
    assert [check for check, _says in said[1]] == ["holidays"]
    assert str(first.year) in said[1][0][1]


def test_an_empty_site_is_well(site: Flask) -> None:
    assert run(site).exit_code == 0


def test_a_row_that_is_wrong_is_named_by_its_table_and_id_and_nobody_by_name(
    site: Flask, slot_id: int
) -> None:
    with writing() as session:
        session.execute(update(Slot).values(held=2, capacity=1))
        session.execute(update(Booking).values(state="left"))

    sick = run(site)

    assert sick.exit_code == 1
    lines = sick.output.splitlines()
    assert f"slot {slot_id}: seats: 2 seats are held of 1, 0 of them beyond knowingly" in lines
    assert f"slot {slot_id}: counters: it counts 2 held and 0 waiting, its bookings are 0 and 0" in lines
    refs = db.session.scalars(select(Booking.ref)).all()
    assert not [word for word in ("欧阳", "修竹", "13712345678", "5678", *refs) if word in sick.output]


def test_as_json_it_says_the_same(site: Flask, slot_id: int) -> None:
    well = json.loads(run(site, "--json").stdout)
    with writing() as session:
        session.execute(update(Slot).values(waiting=3))

    sick = run(site, "--json")

    assert (well["well"], well["findings"], well["bookings"]) == (True, [], 1)
    assert sick.exit_code == 1
    assert json.loads(sick.stdout)["findings"] == [
        {
            "check": "counters",
            "table": "slot",
            "row": slot_id,
            "says": "it counts 1 held and 3 waiting, its bookings are 1 and 0",
        }
    ]


def test_a_check_can_be_left_out_where_it_cannot_hold(site: Flask, slot_id: int) -> None:
    with writing() as session:
        session.execute(Notice.__table__.delete())  # type: ignore[attr-defined]

    assert run(site).output.endswith(": notices: nobody is told of it\n")
    assert run(site, "--skip", "notices").exit_code == 0
    assert run(site, "--skip", "nothing").exit_code == 2


def test_it_writes_nothing(site: Flask, slot_id: int) -> None:
    def all_of_it() -> list[object]:
        db.session.rollback()
        counts = [
            db.session.scalar(select(func.count()).select_from(kind)) for kind in (BookingChange, Notice)
        ]
        return [*counts, *db.session.execute(select(Slot.__table__)).all()]

    before = all_of_it()

    run(site)

    assert all_of_it() == before
