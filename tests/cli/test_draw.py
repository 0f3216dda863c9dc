"""`flask draw …`: a draw from its announcement to its check, and what is said when a step cannot be taken."""

import json
from pathlib import Path

import pytest
from click.testing import Result
from flask import Flask

from tests.booking.steps import NOON, states
from tests.browsing import at_time
from tests.builders import a_worker, an_activity
from tests.draws.steps import CLOSES, DRAWS, a_draw, enter, held, the_draw
from yiqi.booking.models import BookingChange
from yiqi.cli.draw import WORDS
from yiqi.db import db
from yiqi.draws.rules.lottery import digest
from yiqi.draws.rules.steps import Hindrance


def run(site: Flask, *arguments: object) -> Result:
    return site.test_cli_runner().invoke(args=["draw", *map(str, arguments)])


def said(site: Flask, *arguments: object) -> str:
    answer = run(site, *arguments)
    assert answer.exit_code == 0, answer.output
    return answer.output.strip()


def test_a_draw_from_its_announcement_to_its_check(site: Flask, tmp_path: Path) -> None:
    made = a_draw(places=2, announced=False)
    _people, tickets = enter(made, 5)
    organizer = a_worker("李姐")

    with at_time(NOON):
        promised = said(site, "announce", made.activity_id, "--source", "双色球", "--source-en", "Lottery")
    with at_time(CLOSES):
        frozen = said(site, "freeze", made.activity_id)
    with at_time(DRAWS):
        outcome = said(site, "hold", made.activity_id, "03 07 12", "--by", organizer.id)
        again = said(site, "hold", made.activity_id, "030712")
        file = tmp_path / "draw.json"
        file.write_text(said(site, "publish", made.activity_id), encoding="utf-8")

    kept = the_draw(made)
    assert promised == f"commitment {digest(kept.secret)}"
    assert frozen == f"digest {kept.digest}"
    assert outcome == again == "2 of 5 entries drawn"
    assert sorted(states(*tickets)) == ["confirmed"] * 2 + ["waiting"] * 3
    assert {
        change.by_id for change in db.session.query(BookingChange).where(BookingChange.was.is_not(None))
    } == {organizer.id}
    assert said(site, "verify", file).startswith("OK source 双色球 030712")


def test_a_file_that_was_changed_does_not_hold(site: Flask, tmp_path: Path) -> None:
    made = a_draw(places=2)
    enter(made, 5)
    held(made)
    with at_time(DRAWS):
        document = json.loads(said(site, "publish", made.activity_id))
    document["ranked"].reverse()
    file = tmp_path / "draw.json"
    file.write_text(json.dumps(document), encoding="utf-8")

    refused = run(site, "verify", file)

    assert refused.exit_code == 1
    assert "does not hold" in refused.output
    assert "order" in refused.output


@pytest.mark.parametrize(
    ("step", "words"),
    [
        (["freeze"], "Sign-up is still open."),
        (["hold", "123"], "The list is not frozen yet"),
    ],
)
def test_a_step_that_cannot_be_taken_says_why(site: Flask, step: list[str], words: str) -> None:
    made = a_draw()
    with at_time(NOON):
        refused = run(site, step[0], made.activity_id, *step[1:])
    assert refused.exit_code == 1
    assert words in refused.output


def test_what_is_no_draw_and_what_is_no_number_are_refused(site: Flask) -> None:
    made, queued = a_draw(), an_activity(now=NOON)
    with at_time(NOON):
        for arguments, words in (
            (("publish", queued.activity_id), "There is no such activity."),
            (("publish", 987654), "There is no such activity."),
            (("freeze", 987654), "There is no such activity."),
            (("hold", made.activity_id, "abc"), "digits"),
            (("announce", made.activity_id, "--source", " "), "characters"),
        ):
            refused = run(site, *arguments)
            assert refused.exit_code == 2, arguments
            assert words in refused.output, refused.output


def test_every_hindrance_has_its_sentence() -> None:
    assert set(WORDS) == set(Hindrance)
