"""kill -9 between every two statements, before COMMIT, after it and before the reply (faults: C2), on both databases.

What is there afterwards is all of a request or nothing of it, and sending it again does it once.
"""

from collections.abc import Iterator
from pathlib import Path
from signal import SIGKILL

import pytest
from sqlalchemy import update

from tests.faults.dying import Mortal, Scene, mortal
from tests.faults.scenes import (
    DAYS,
    a_slot,
    accepting,
    cancelling,
    reading_too_late,
    signing_up,
    take_seats,
)
from yiqi import clock
from yiqi.db import writing
from yiqi.notices.models import Notice

pytestmark = pytest.mark.fault

SCENES: dict[str, Scene] = {
    "signing up": signing_up,
    "cancelling": cancelling,
    "accepting": accepting,
    "settling": reading_too_late,
}


@pytest.fixture(scope="module")
def site(database_url: str, folder: Path) -> Iterator[Mortal]:
    with mortal(database_url, folder) as made:
        yield made


@pytest.mark.parametrize("scene", SCENES.values(), ids=SCENES)
def test_a_kill_leaves_all_or_nothing_and_sent_again_it_is_done_once(site: Mortal, scene: Scene) -> None:
    struck = site.struck_everywhere(scene)

    stood = [one.stood for one in struck]
    assert set(stood) == {"before", "after"}
    assert stood == sorted(stood, reverse=True)
    assert stood.count("before") > 8
    for one in struck:
        assert one.faults == []
        assert (one.status_again, one.stands, one.faults_again) == (200, "after", [])


def test_without_one_transaction_around_it_all_a_kill_leaves_halves(database_url: str, folder: Path) -> None:
    with mortal(database_url, folder, "piecemeal") as site:
        struck = site.struck_everywhere(cancelling, every=4)

    assert {one.stood for one in struck} >= {"neither"}
    assert [one for one in struck if one.faults]


class TestLetters:
    """A kill between the fact and its letter: the letter goes out all the same (at least once)."""

    def test_a_letter_is_not_lost_by_a_kill_at_any_point(self, site: Mortal) -> None:
        lost = letters_lost(site)

        assert lost == [0] * len(lost)
        assert len(lost) > 8

    def test_a_letter_noted_before_it_is_sent_is_lost(self, database_url: str, folder: Path) -> None:
        with mortal(database_url, folder, "forgetful") as site:
            lost = letters_lost(site)

        assert max(lost) > 0


def letters_lost(site: Mortal) -> list[int]:
    """Kill the background work at each point while it has letters to send, and let it go on half a minute later.

    Answers for each point how many of those letters never went out.
    """
    owed(site)
    site.deliver()
    lost: list[int] = []
    while True:
        phones = owed(site)
        site.letters.write_text("", encoding="utf-8")
        if site.deliver(at_point=len(lost) + 1) != {"killed_by": SIGKILL}:
            return lost
        site.deliver(later=31)
        lost.append(len(phones - set(site.letters.read_text(encoding="utf-8").split())))


def owed(site: Mortal) -> set[str]:
    """Two people must hear something, nobody else does; answers their phones."""
    with site.app.app_context(), writing() as session:
        session.execute(update(Notice).where(Notice.sent_at.is_(None)).values(sent_at=clock.now()))
    made, crowd = a_slot(site, seats=2, people=2, starts_in=DAYS)
    take_seats(site, made, crowd)
    one, other = (each.person_id for each in crowd)
    found = site.rows("SELECT phone FROM person WHERE id IN (:one, :other)", one=one, other=other)
    return {row.phone for row in found}
