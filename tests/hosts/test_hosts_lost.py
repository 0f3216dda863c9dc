"""A host loses its power, or its line to the database: nothing that was acknowledged is lost, nobody has anything twice, and
the other host goes on."""

import random
import subprocess
import sys
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from concurrent.futures import TimeoutError as TooLate
from contextlib import contextmanager

import pytest
from sqlalchemy import text

from tests.concurrency.crowd import Answer
from tests.faults.load import PEOPLE, under_load
from tests.faults.test_streams import until
from tests.hosts.machines import City, Host
from yiqi.db import db

pytestmark = pytest.mark.hosts

PATIENCE = 20
"""Seconds after which htmx gives up: whoever presses has an answer before."""
HOLDS_A_SLOT = """
import sys, time
from sqlalchemy import text
from wsgi import app
from yiqi.db import writing
with app.app_context(), writing() as session:
    session.execute(text("UPDATE slot SET version = version + 1 WHERE id = :slot"), {"slot": int(sys.argv[1])})
    print("held", flush=True)
    time.sleep(300)
"""
HOLDS_IT_UNGUARDED = """
import os, sys, time, psycopg
connection = psycopg.connect(os.environ["DATABASE_URL"])
connection.execute("UPDATE slot SET version = version + 1 WHERE id = %s", [int(sys.argv[1])])
print("held", flush=True)
time.sleep(300)
"""


@contextmanager
def holding(host: Host, slot_id: int, program: str) -> Iterator[None]:
    """A process on a host that has locked a slot's row and says nothing more."""
    process = subprocess.Popen(
        [*host.network.inside(host.name), sys.executable, "-c", program, str(slot_id)],
        cwd=host.folder,
        env={**host.env, "PYTHONPATH": str(host.folder)},
        stdout=subprocess.PIPE,
    )
    try:
        assert process.stdout is not None
        assert process.stdout.readline() == b"held\n"
        yield
    finally:
        process.kill()
        process.communicate()


def goes_free(two: City, program: str) -> bool:
    """Whether somebody can sign up, on one host, for a slot that was locked by another one whose line is cut since."""
    made, (who,) = two.front.activity(places=3), two.front.people(1)
    with (
        ThreadPoolExecutor(1) as pool,
        holding(two.hosts[0], made.slot_id, program),
        two.network.cut("app1", "inner"),
    ):
        began = time.monotonic()
        pressed = pool.submit(two.doors[1].signs_up, who, made.slot_id, nonce="n")
        try:
            answer = pressed.result(timeout=PATIENCE)
        except TooLate:
            return False
        print(f"\na slot that a lost host had locked was free after {time.monotonic() - began:.1f} s")
    assert answer.status == 303, answer.text[:500]
    return True


def test_what_a_lost_host_had_locked_is_free_before_anybody_gives_up(two: City) -> None:
    assert goes_free(two, HOLDS_A_SLOT)


def test_a_connection_that_nobody_looks_after_holds_its_locks_for_longer_than_people_wait(two: City) -> None:
    assert not goes_free(two, HOLDS_IT_UNGUARDED)


def timed(two: City, ask: str, who: str, slot_id: int) -> tuple[float, Answer]:
    """What somebody is answered by the first host, and after how many seconds."""
    door, began = two.doors[0], time.monotonic()
    if ask == "POST":
        csrf = two.taken["csrf"]
        fields = {"csrf_token": csrf, "party": "1", "nonce": "kept"}
        answer = door.ask("POST", f"/slots/{slot_id}/bookings", who, fields, htmx=False)
    else:
        answer = door.ask("GET", ask, who)
    return time.monotonic() - began, answer


def test_a_host_that_is_cut_off_from_the_database_says_so_in_time_and_comes_back(two: City) -> None:
    made, (who, other) = two.front.activity(places=3), two.front.people(2)
    two.taken["csrf"] = who.csrf
    page = f"/activities/{made.activity_id}"
    with ThreadPoolExecutor(8) as pool:
        list(pool.map(lambda _n: two.doors[0].ask("GET", page, who.cookie), range(24)))  # its pool is warm
        with two.network.cut("app1", "inner"):
            asked = [
                pool.submit(timed, two, what, who.cookie, made.slot_id)
                for what in (page, "/", "POST", "/readyz")
            ]
            assert two.doors[1].signs_up(other, made.slot_id, nonce="n").status == 303, (
                "the other host goes on"
            )
            answers = [one.result() for one in asked]
            assert two.doors[0].ask("GET", "/livez").status == 200
            later = [timed(two, page, who.cookie, made.slot_id) for _time in range(2)]
        took = [seconds for seconds, _answer in [*answers, *later]]
        print(f"\ncut off from the database: answered after {', '.join(f'{one:.1f}' for one in took)} s")

    assert [answer.status for _seconds, answer in [*answers, *later]] == [503] * 6
    assert max(took) < PATIENCE, took
    assert "现在人太多，稍等一下" in answers[2][1].text
    assert 'name="nonce" value="kept"' in answers[2][1].text

    began = time.monotonic()
    assert until(lambda: two.doors[0].ask("GET", page, who.cookie).status == 200, 30)
    print(f"served again {time.monotonic() - began:.1f} s after the line was there")
    assert two.doors[0].signs_up(who, made.slot_id, nonce="kept").status == 303
    assert two.doors[0].signs_up(who, made.slot_id, nonce="kept").status == 303
    assert two.front.states(made.slot_id) == ["confirmed"] * 2
    assert two.front.faults() == []


def test_a_cut_line_under_load_loses_nothing_and_leaves_nothing_half(two: City) -> None:
    with under_load(two.front) as load:
        for _cut in range(2):
            load.goes_on(PEOPLE)
            with two.network.cut("app1", "inner"):
                time.sleep(8)
            load.goes_on(PEOPLE)

    assert load.lost() == []
    assert two.front.faults() == []
    assert set(load.answers) <= {0, 200, 503}
    print(f"\nline cut twice for 8 s under load: {dict(load.answers)}")


def test_a_host_killed_under_load_loses_nothing_that_was_acknowledged_and_the_other_goes_on(
    two: City,
) -> None:
    chance = random.Random(1)
    with under_load(two.front) as load:
        for victim in (two.hosts[0], two.hosts[1], two.hosts[0]):
            load.goes_on(PEOPLE)
            time.sleep(chance.uniform(0, 0.2))
            before = load.answers[200]
            victim.kill()
            began = time.monotonic()
            load.goes_on(1)
            first = time.monotonic() - began
            load.goes_on(2 * PEOPLE)
            print(
                f"\n{victim.name} killed after {before} acknowledgements; the next came after {first:.2f} s"
            )
            victim.start()
        load.goes_on(PEOPLE)

    assert load.lost() == []
    assert two.front.faults() == []
    assert set(load.answers) <= {0, 200, 503}
    assert load.answered_again > 0
    print(f"\nanswers: {dict(load.answers)}, of forms sent again {load.answered_again}")


def test_what_a_dead_host_did_not_answer_is_done_once_when_it_is_pressed_again(two: City) -> None:
    """The form has reached the host, which waits for the slot's row and is killed there; what the proxy says then is for a
    person, and the same form goes to the other host."""
    made, (who,) = two.front.activity(places=3), two.front.people(1)
    two.taken["csrf"] = who.csrf
    with two.app.app_context():
        held = db.engine.connect()
    locked = held.begin()
    held.execute(text("UPDATE slot SET version = version + 1 WHERE id = :slot"), {"slot": made.slot_id})
    with ThreadPoolExecutor(1) as pool:
        pressed = pool.submit(two.front.signs_up, who, made.slot_id, nonce="same")
        time.sleep(1)
        for host in two.hosts:
            host.kill()
        answer = pressed.result(timeout=30)
        locked.rollback()
        held.close()
    assert answer.status == 503
    assert "等几秒再按一次，不会重复" in answer.text

    two.hosts[1].start()
    assert two.front.signs_up(who, made.slot_id, nonce="same").status == 303
    assert two.front.signs_up(who, made.slot_id, nonce="same").status == 303
    assert two.front.states(made.slot_id) == ["confirmed"]
