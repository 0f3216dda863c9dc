"""The doctor finds nothing where the programmes' verbs have been, and every row of theirs that something else has spoilt."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta

import pytest
from flask import Flask
from sqlalchemy import text

from tests.programmes import scenes
from tests.programmes.scenes import Ids
from yiqi import clock
from yiqi.db import db, writing
from yiqi.programmes.every import EVERY

CHECKS = {name: check for plug in EVERY for name, check in plug.checks.items()}
Named = tuple[str, str]
"""A table, and a row of it: by its name in the scene, or as a query."""
NEWEST = "SELECT max(id) FROM hours_entry"
ROW = (
    "INSERT INTO hours_entry (service_id, replaces_id, deed, state, minutes, starts_at, ends_at, at, by_id, because)"
    " SELECT service_id, id, 'adjusted', {state}, {minutes}, starts_at, ends_at, at, {by}, 'x' FROM hours_entry"
    " WHERE id = :second_row"
)
"""The ledger is only added to: what spoils it is one more row."""


@dataclass(frozen=True)
class Corruption:
    """Statements that no verb would run, and what each check names then. `hindered`: indexes that make it impossible as
    long as they are there."""

    sql: str
    found: dict[str, list[Named]]
    hindered: tuple[str, ...] = ()


LEAGUE = {
    "in two teams": Corruption(
        "UPDATE league_player SET person_id = (SELECT person_id FROM league_player WHERE id = :captain)"
        " WHERE id = :opponent",
        {"league-one-team": [("league_player", "captain")]},
        ("uq_league_player_one_team",),
    ),
    "two with one number": Corruption(
        "UPDATE league_player SET shirt = 1 WHERE id = :mate",
        {"league-one-team": [("league_player", "captain")]},
        ("uq_league_player_shirt",),
    ),
    "one too many": Corruption(
        "UPDATE league_player SET team_id = :home, shirt = 77 WHERE id = :opponent",
        {"league-roster": [("league_team", "home")]},
    ),
    "a point of nobody": Corruption(
        "UPDATE league_game SET away_score = 1 WHERE id = :live",
        {"league-live": [("league_game", "live")]},
    ),
    "a draw": Corruption(
        "UPDATE league_game SET away_score = home_score WHERE id = :over",
        {"league-results": [("league_game", "over")], "league-tables": [("league_group", "group")]},
    ),
    "the loser goes on": Corruption(
        "UPDATE league_game SET away_from_id = :over WHERE id = :live",
        {"league-results": [("league_game", "live")]},
    ),
    "on the sheet of the others": Corruption(
        "UPDATE league_line SET team_id = :away WHERE game_id = :over",
        {"league-results": [("league_game", "over")]},
    ),
    "against a team of another group": Corruption(
        "UPDATE league_team SET group_id = :other_group WHERE id = :away",
        {"league-tables": [("league_group", "group")]},
    ),
}
TROUPE = {
    "a section in an audition": Corruption(
        "UPDATE troupe_section SET slot_id = :strange WHERE id = :dance",
        {"troupe-sections": [("troupe_section", "dance")]},
    ),
    "a sheet of oneself": Corruption(
        "UPDATE troupe_sheet SET juror_id = (SELECT person_id FROM booking WHERE id = :booked)",
        {"troupe-own-marks": [("troupe_sheet", "booked")]},
    ),
    "a mark after the results": Corruption(
        "UPDATE troupe_sheet SET given_at = (SELECT max(ends_at) FROM slot)",
        {"troupe-marks-stop": [("troupe_sheet", "booked")]},
    ),
    "two step in": Corruption(
        "UPDATE troupe_step_in SET answer = 'accepted' WHERE id = :settled",
        {"troupe-step-in": [("troupe_part", "part")]},
        ("uq_troupe_step_in_accepted",),
    ),
    "let in without a place": Corruption(
        "UPDATE troupe_verdict SET seated_ref = ''", {"troupe-accepted": [("troupe_verdict", "booked")]}
    ),
}
READING = {
    "two in one hand": Corruption(
        "UPDATE book_copy SET state = 'in_hand', holder_id = :reader, room_id = NULL WHERE id = :stands",
        {"reading-in-hand": [("book_copy", "held")], "reading-trail": [("book_copy", "stands")]},
        ("uq_book_copy_holder",),
    ),
    "lost without a step": Corruption(
        "UPDATE book_copy SET state = 'lost', holder_id = NULL WHERE id = :held",
        {"reading-trail": [("book_copy", "held")]},
    ),
    "a step is missing": Corruption(
        "UPDATE book_copy SET steps = steps + 1 WHERE id = :stands",
        {"reading-trail": [("book_copy", "stands")]},
    ),
    "a mark for oneself": Corruption(
        "UPDATE essay_entry SET person_id = :juror", {"reading-own-marks": [("essay_mark", "entry")]}
    ),
}
TRAINING = {
    "a certificate of nothing": Corruption(
        "UPDATE training_pass SET certificate = NULL",
        {
            "training-certificates": [("certificate", "certificate")],
            "training-passes": [("training_pass", "pass")],
        },
    ),
    "a certificate of somebody else": Corruption(
        "UPDATE certificate SET person_id = :organizer",
        {"training-certificates": [("certificate", "certificate")]},
    ),
    "a certificate that holds no more, and its pass does": Corruption(
        "UPDATE certificate SET revoked_at = issued_at",
        {"training-certificates": [("certificate", "certificate")]},
    ),
    "passed, and has not what it leads to": Corruption(
        "DELETE FROM credential", {"training-passes": [("training_pass", "pass")]}
    ),
    "more evenings than there were": Corruption(
        "UPDATE training_pass SET came = evenings + 1", {"training-passes": [("training_pass", "pass")]}
    ),
    "granted by nobody": Corruption(
        "UPDATE training_subsidy SET state = 'approved'",
        {"training-subsidies": [("training_subsidy", "subsidy")]},
    ),
    "a request with five files": Corruption(
        "INSERT INTO paper (person_id, kind, name, size, sha256, content, handed_in_at) SELECT person_id, kind, name, size,"
        " sha256, content, handed_in_at FROM paper CROSS JOIN (VALUES (1), (2), (3), (4)) AS times;"
        "INSERT INTO training_subsidy_paper (paper_id, subsidy_id) SELECT id, :subsidy FROM paper WHERE id <> :paper",
        {"training-subsidies": [("training_subsidy", "subsidy")]},
    ),
    "a lesson of another course": Corruption(
        "INSERT INTO training_lesson (occurrence_id, activity_id, topic, topic_en, room, room_en)"
        " VALUES (:evening, :other_course, '', '', '', '')",
        {"training-lessons": [("training_lesson", "evening")]},
    ),
}
VOLUNTEERING = {
    "more than the shift allows": Corruption(
        "UPDATE hours_service SET most = 60 WHERE id = :first", {"hours": [("hours_entry", "first_row")]}
    ),
    "reversed, and counts": Corruption(
        ROW.format(state="'reversed'", minutes=100, by=":organizer"), {"hours": [("hours_entry", NEWEST)]}
    ),
    "said by oneself": Corruption(
        ROW.format(state="state", minutes=100, by=":person"), {"hours": [("hours_entry", NEWEST)]}
    ),
    "never signed in": Corruption(
        "DELETE FROM attendance WHERE booking_id = :booked", {"hours": [("hours_entry", "second_row")]}
    ),
    "twice at one time": Corruption(
        "INSERT INTO hours_entry (service_id, replaces_id, deed, state, minutes, starts_at, ends_at, at, by_id, because)"
        " SELECT :second, :second_row, deed, state, minutes, starts_at, ends_at, at, by_id, because FROM hours_entry"
        " WHERE id = :first_row",
        {"hours-once": [("hours_entry", NEWEST)]},
    ),
    "a row in another's place": Corruption(
        "INSERT INTO hours_entry (service_id, replaces_id, deed, state, minutes, starts_at, ends_at, at, by_id, because)"
        " SELECT service_id, :first_row, deed, 'reversed', 0, starts_at, ends_at, at, by_id, because FROM hours_entry"
        " WHERE id = :second_row",
        {"hours-rows": [("hours_service", "second"), ("hours_entry", NEWEST)]},
    ),
}
PROGRAMMES: dict[str, tuple[Callable[[], Ids], dict[str, Corruption]]] = {
    "league": (scenes.league, LEAGUE),
    "troupe": (scenes.troupe, TROUPE),
    "reading": (scenes.reading, READING),
    "training": (scenes.training, TRAINING),
    "volunteering": (scenes.volunteering, VOLUNTEERING),
}


def spoilt(ids: Ids, one: Corruption | None = None) -> tuple[object, object]:
    """What the checks name once something is spoilt, and what they should name; then it was never so."""
    with writing() as session:
        try:
            for index in one.hindered if one else ():
                db.session.execute(text(f"DROP INDEX {index}"))
            for statement in one.sql.split(";") if one else ():
                wanted = text(statement)
                db.session.execute(wanted, {name: ids[name] for name in wanted.compile().params})
            at = clock.now() + timedelta(hours=2)
            said = {name: [(row.table, row.row) for row in check(at)] for name, check in CHECKS.items()}
            found = {
                name: [
                    (table, ids[row] if row in ids else db.session.scalar(text(row)))
                    for table, row in expected
                ]
                for name, expected in (one.found if one else {}).items()
            }
            return {name: rows for name, rows in said.items() if rows}, found
        finally:
            session.rollback()


@pytest.mark.parametrize("programme", PROGRAMMES)
def test_it_finds_nothing_but_what_is_spoilt(site: Flask, programme: str) -> None:
    """The scene is made once: each corruption is rolled back before the next."""
    made, corruptions = PROGRAMMES[programme]
    ids = made()
    told = {what: spoilt(ids, one) for what, one in corruptions.items()}

    assert {what: said for what, (said, _found) in told.items()} == {
        what: found for what, (_said, found) in told.items()
    }
    assert spoilt(ids) == ({}, {}), "and the scene is well"


def test_every_check_of_every_programme_is_tried() -> None:
    tried = {name for _made, all_ in PROGRAMMES.values() for one in all_.values() for name in one.found}

    assert tried == set(CHECKS)
    assert len(CHECKS) == sum(len(plug.checks) for plug in EVERY), "no two go by one name"
