"""The doctor finds nothing where the verbs have been, and every row that something else has spoilt."""

from dataclasses import dataclass
from datetime import datetime

import pytest
from flask import Flask
from sqlalchemy import text

from tests.booking.machine import on
from tests.booking.steps import HOUR, NOON, asks, gives_back, row
from tests.booking.walks import walk
from tests.booking.world import SCENES, a_world
from tests.builders import Made, a_union, an_activity, workers
from tests.draws.steps import a_draw, enter, held
from yiqi.activities.planning import Share
from yiqi.booking.doctor import checks
from yiqi.booking.models import Booking
from yiqi.cli.doctor import CHECKS
from yiqi.db import db, table, writing
from yiqi.draws import doctor

NOW = NOON + 2 * HOUR
LATER = NOON + 31 * HOUR


def found(at: datetime = NOW) -> dict[str, list[tuple[str, int]]]:
    """What each check names, by tables and rows; those that name nothing are left out."""
    db.session.rollback()
    said = {name: [(one.table, one.row) for one in check(at)] for name, check in CHECKS.items()}
    db.session.rollback()
    return {name: rows for name, rows in said.items() if rows}


@dataclass
class Scene:
    """Bookings in every state, by what they are."""

    made: dict[str, Made]
    ids: dict[str, int]

    def spoil(self, statements: str) -> None:
        """Run what no verb would; names with a colon are slots and bookings of the scene."""
        known = {name: made.slot_id for name, made in self.made.items()} | self.ids
        with writing() as session:
            for statement in statements.split(";"):
                wanted = text(statement)
                session.execute(wanted, {name: known[name] for name in wanted.compile().params})

    def row(self, which: str) -> int:
        """The id of a slot or booking of the scene, or of what else is found."""
        match which.split(" of "):
            case ["change", booking]:
                query = "SELECT max(id) FROM booking_change WHERE booking_id = :one"
                found = db.session.scalar(text(query), {"one": self.ids[booking]})
            case ["notice", _nothing]:
                found = db.session.scalar(text("SELECT id FROM notice WHERE key = 'booking-0-0'"))
            case ["quota"]:
                found = db.session.scalar(text("SELECT id FROM quota"))
            case _:
                found = self.made[which].slot_id if which in self.made else self.ids[which]
        assert isinstance(found, int)
        return found


@pytest.fixture
def scene(site: Flask) -> Scene:
    """A slot with a quota where one has cancelled and two wait; one with an offer; a draw that was held."""
    people = workers(9)
    ours = a_union("北方华创工会", members=people[:3])
    full = an_activity(
        places=2,
        max_party=2,
        now=NOON,
        quotas=[Share("北方华创", most=2, unions=(ours.id,), releases_at=NOON + 40 * HOUR)],
    )
    soon = an_activity(places=1, now=NOON, starts_in=10 * HOUR)
    later = an_activity(places=2, now=NOON, starts_in=200 * HOUR)
    drawn = a_draw(starts_in=300 * HOUR)
    gone = asks(people[0], full)
    tickets = {
        "party": asks(people[1], full, party=1),
        "other": asks(people[3], full),
        "first": asks(people[4], full, party=2),
        "next": asks(people[5], full),
        "elsewhere": asks(people[1], later),
        "asked": asks(people[6], soon),
        "offered": asks(people[7], soon),
        "behind": asks(people[8], soon),
        "gone": gone,
    }
    gives_back(people[0], gone)
    gives_back(people[6], tickets["asked"], at=NOON + HOUR)
    _people, entered = enter(drawn, 3)
    held(drawn)
    tickets |= {f"drawn{number}": ticket for number, ticket in enumerate(entered)}
    made = {"full": full, "soon": soon, "later": later, "drawn": drawn}
    return Scene(made, {name: row(ticket).id for name, ticket in tickets.items()})


@pytest.mark.parametrize("scene", sorted(SCENES))
def test_where_only_verbs_have_been_there_is_nothing_to_find(site: Flask, scene: str) -> None:
    machine = on(a_world())

    for seed in range(2):
        walked = walk(machine, scene, seed)
        walked.sweep()

        assert found(walked.model.at) == {}


def test_the_scene_is_well(scene: Scene) -> None:
    assert found() == {}


@dataclass(frozen=True)
class Corruption:
    """A statement that no verb would run, and what is found then: a check, a table and whose row."""

    check: str
    sql: str
    table: str
    which: str
    at: datetime = NOW
    besides: tuple[str, ...] = ()
    """Checks that see it too."""


SPOILT = {
    "a seat too few": Corruption(
        "seats", "UPDATE slot SET capacity = held - 1 WHERE id = :full", "slot", "full"
    ),
    "beyond knowingly, and it is not": Corruption(
        "seats", "UPDATE slot SET over = 1 WHERE id = :full", "slot", "full"
    ),
    "held is miscounted": Corruption(
        "counters",
        "UPDATE slot SET held = held - 1 WHERE id = :full",
        "slot",
        "full",
        besides=("kept-waiting",),
    ),
    "waiting is miscounted": Corruption(
        "counters", "UPDATE slot SET waiting = waiting + 1 WHERE id = :full", "slot", "full"
    ),
    "who came is miscounted": Corruption(
        "doors",
        "UPDATE slot_occurrence SET expected = 1, came = 1, gone = 0,"
        " counted_version = (SELECT version FROM slot WHERE id = slot_id) WHERE slot_id = :full",
        "slot",
        "full",
    ),
    "a quota is miscounted": Corruption("quotas", "UPDATE quota SET used = used + 1", "quota", "quota"),
    "who has cancelled takes of a quota": Corruption(
        "consumed", "UPDATE consumed SET units = 1 WHERE booking_id = :gone", "booking", "gone"
    ),
    "a booking takes two units with one seat": Corruption(
        "consumed",
        "UPDATE consumed SET units = 2 WHERE booking_id = :party",
        "booking",
        "party",
        besides=("quotas",),
    ),
    "a quota of another slot is taken of": Corruption(
        "consumed", "UPDATE quota_slot SET slot_id = :later", "booking", "party", besides=("due",)
    ),
    "two places at once": Corruption(
        "two-places",
        "UPDATE occurrence SET starts_at = (SELECT starts_at FROM slot WHERE id = :full),"
        " ends_at = (SELECT ends_at FROM slot WHERE id = :full)"
        " WHERE id = (SELECT occurrence_id FROM slot_occurrence WHERE slot_id = :later)",
        "booking",
        "elsewhere",
    ),
    "one ticket twice": Corruption(
        "tickets",
        "UPDATE booking SET seq = (SELECT seq FROM booking WHERE id = :first) WHERE id = :next",
        "booking",
        "next",
    ),
    "a ticket that was not drawn": Corruption(
        "tickets", "UPDATE booking SET seq = 99 WHERE id = :next", "booking", "next"
    ),
    "a change is gone": Corruption(
        "trail",
        "DELETE FROM booking_change WHERE booking_id = :offered AND was IS NULL",
        "booking_change",
        "change of offered",
    ),
    "all changes are gone": Corruption(
        "trail", "DELETE FROM booking_change WHERE booking_id = :behind", "booking", "behind"
    ),
    "a state without a change": Corruption(
        "trail",
        "UPDATE booking SET state = 'left' WHERE id = :gone",
        "booking_change",
        "change of gone",
    ),
    "somebody comes back to life": Corruption(
        "trail",
        "INSERT INTO booking_change (booking_id, at, was, became, why) SELECT id, changed_at, 'cancelled', 'left', ''"
        " FROM booking WHERE id = :gone; UPDATE booking SET state = 'left' WHERE id = :gone",
        "booking_change",
        "change of gone",
    ),
    "nobody is told": Corruption(
        "notices",
        "DELETE FROM notice WHERE key LIKE 'booking-' || CAST(:offered AS TEXT) || '-%'",
        "booking_change",
        "change of offered",
    ),
    "told of nothing": Corruption(
        "notices",
        "INSERT INTO notice (key, kind, facts, created_at, next_try_at, tries) SELECT 'booking-0-0', kind, facts,"
        " created_at, next_try_at, 0 FROM notice WHERE key LIKE 'booking-' || CAST(:offered AS TEXT) || '-%'",
        "notice",
        "notice of nothing",
    ),
    "an offer without an end": Corruption(
        "offers",
        "UPDATE booking SET offer_until = NULL WHERE id = :offered",
        "booking",
        "offered",
        besides=("due",),
    ),
    "an offer beyond the start": Corruption(
        "offers",
        "UPDATE booking SET offer_until = (SELECT ends_at FROM slot WHERE id = :soon) WHERE id = :offered",
        "booking",
        "offered",
        besides=("due",),
    ),
    "an offer that nobody ended": Corruption(
        "offers", "UPDATE slot SET seq = seq", "booking", "offered", at=LATER, besides=("due",)
    ),
    "what is due is not known": Corruption(
        "due", "UPDATE slot SET due_at = NULL WHERE id = :soon", "slot", "soon"
    ),
    "what is due is thought to be later": Corruption(
        "due", "UPDATE slot SET due_at = ends_at WHERE id = :soon", "slot", "soon"
    ),
    "what is due was not done": Corruption(
        "due",
        "UPDATE slot SET due_at = (SELECT opens_at FROM activity WHERE id = activity_id) WHERE id = :full",
        "slot",
        "full",
    ),
    "a seat is free and nobody moved": Corruption(
        "kept-waiting", "UPDATE slot SET capacity = capacity + 2 WHERE id = :full", "booking", "first"
    ),
    "passed over for ever": Corruption(
        "kept-waiting", "UPDATE booking SET passed_over = 4 WHERE id = :first", "booking", "first"
    ),
    "the draw says something else": Corruption(
        "draws",
        "UPDATE draw_entry SET outcome = CASE outcome WHEN 'waiting' THEN 'confirmed' ELSE 'waiting' END"
        " WHERE booking_id = :drawn0",
        "draw_entry",
        "drawn0",
    ),
    "an entry without a place": Corruption(
        "draws", "UPDATE draw_entry SET rank = NULL WHERE booking_id = :drawn1", "draw_entry", "drawn1"
    ),
}


@pytest.mark.parametrize("what", SPOILT)
def test_it_finds(scene: Scene, what: str) -> None:
    spoilt = SPOILT[what]

    scene.spoil(spoilt.sql)

    said = found(spoilt.at)
    wanted = [(spoilt.table, scene.row(spoilt.which))]
    assert said[spoilt.check] == wanted
    assert set(said) == {spoilt.check, *spoilt.besides}


def test_it_finds_two_live_bookings_of_one_person_where_no_index_hinders_them(scene: Scene) -> None:
    (index,) = (one for one in table(Booking).indexes if one.name == "uq_booking_live")
    columns = ", ".join(
        column.name for column in table(Booking).columns if column.name not in ("id", "ref", "seq", "nonce")
    )
    db.session.rollback()
    index.drop(db.engine)
    try:
        scene.spoil(
            f"INSERT INTO booking ({columns}, ref, seq, nonce) SELECT {columns}, 'TWICE222', 0, 'twice'"  # noqa: S608
            " FROM booking WHERE id = :next"
        )
        twin = db.session.scalar(text("SELECT id FROM booking WHERE ref = 'TWICE222'"))
        said = found()
    finally:
        scene.spoil("DELETE FROM booking WHERE ref = 'TWICE222'")
        index.create(db.engine)

    assert said["live-once"] == [("booking", twin)]
    assert found() == {}


def test_every_check_is_tried_with_something_spoilt() -> None:
    assert {spoilt.check for spoilt in SPOILT.values()} | {"live-once"} == {
        *checks.CHECKS,
        *doctor.CHECKS,
    }


@pytest.mark.parametrize(
    "known",
    [
        "UPDATE booking SET moved_at = changed_at WHERE id = :party",
        "UPDATE occurrence SET planned_at = starts_at",
        "INSERT INTO booking_change (booking_id, at, was, became, by_id, why) SELECT id, '2000-01-01', state, state,"
        " (SELECT person_id FROM booking WHERE id = :other), 'the desk' FROM booking WHERE id = :elsewhere",
    ],
    ids=["the time was moved and nobody has answered", "the time was moved", "the desk put them there"],
)
def test_two_places_that_somebody_answers_for_are_none_of_its_business(scene: Scene, known: str) -> None:
    scene.spoil(SPOILT["two places at once"].sql)

    scene.spoil(known)

    assert found() == {}


def test_it_changes_nothing(scene: Scene) -> None:
    before = db.session.execute(text("SELECT id, seq, version, due_at FROM slot ORDER BY id")).all()
    scene.spoil("UPDATE slot SET capacity = capacity + 2 WHERE id = :full")

    assert found()["kept-waiting"] == [("booking", scene.ids["first"])]

    assert db.session.execute(text("SELECT id, seq, version, due_at FROM slot ORDER BY id")).all() == before
