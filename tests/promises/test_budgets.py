"""What a page and a verb may cost, as tables of numbers that no clock is needed for. Nobody makes the site slower by the way."""

from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import NamedTuple

import pytest
from flask import Flask
from sqlalchemy import select, update
from sqlalchemy.orm import joinedload

from tests.browsing import Client
from tests.builders import a_worker, an_activity, workers
from tests.databases import built, in_use
from tests.promises.budgets import GROWS, VERBS, WRITES, Budget, budgets
from tests.promises.measured import HTML, Cost, costs, counted, readers, rendered
from tests.promises.multiplied import multiply
from tests.promises.route import Route, page
from tests.promises.routes import ROUTES
from tests.promises.scene import Scene, plant, whole_scene
from tests.web.test_live import poll
from yiqi import clock
from yiqi.activities.models import Activity, Allocation
from yiqi.booking import approval, attendance, handing, offers, places
from yiqi.db import db, writing
from yiqi.live import snapshot
from yiqi.unions.models import Union

ON_SQLITE = pytest.mark.parametrize("site", ["sqlite"], indirect=True)
Costs = dict[tuple[str, str], Cost]


class Met(NamedTuple):
    """The costs of all pages, and again with ten times the rows."""

    few: Costs
    many: Costs


@pytest.fixture(scope="module")
def met(sqlite_site: Flask) -> Iterator[Met]:
    """Every page of the site, read by those it is there for."""
    with in_use(sqlite_site):
        stage = whole_scene()
        few = costs(sqlite_site, stage, ROUTES)
        multiply()
        yield Met(few, costs(sqlite_site, stage, ROUTES))


def beyond(found: Costs, told: dict[tuple[str, str], Budget]) -> dict[str, str]:
    """The pages that cost more than their budget, or have none, and what they cost."""
    wrong = {}
    for (rule, who), cost in found.items():
        budget = told.get((rule, who))
        if budget is None or cost.statements > budget.statements or cost.size > budget.kilobytes * 1024:
            wrong[f"{rule} by {who}"] = f"{cost}, may be {budget}"
    return wrong


def grown(found: Met) -> set[str]:
    """The rules that ask more often when there are ten times the rows: an IN of more values is still one statement."""
    return {
        rule
        for (rule, who), cost in found.few.items()
        if found.many[rule, who].statements > cost.statements + 2
    }


def changing(found: Costs) -> set[str]:
    return {rule for (rule, _who), cost in found.items() if cost.writes}


@ON_SQLITE
def test_every_page_is_in_the_table_and_the_table_has_no_other(site: Flask) -> None:
    listed = {
        route.rule for route in ROUTES if route.method == "GET" and route.kind in HTML and readers(route)
    }
    assert {rule for rule, _who in budgets()} == listed


def test_no_page_asks_more_often_or_is_heavier_than_its_budget(met: Met) -> None:
    assert {key: cost.status for key, cost in met.few.items() if cost.status != 200} == {}
    assert beyond(met.few, budgets()) == {}


def test_no_page_asks_more_often_because_there_is_more(met: Met) -> None:
    assert {key: cost.status for key, cost in met.many.items() if cost.status != 200} == {}
    assert grown(met) == set(GROWS)


def test_a_page_that_is_only_read_changes_nothing(met: Met) -> None:
    assert changing(met.few) == set(WRITES)


@pytest.fixture
def careless(tmp_path: Path) -> Iterator[tuple[Flask, Scene, Route]]:
    """A site with a page that asks anew for each activity whose it is, writes, is long, and that nobody wrote down."""
    with built(f"sqlite:///{tmp_path / 'yiqi.db'}", tmp_path) as app:

        def listed() -> str:
            with writing() as session:
                session.execute(update(Activity).values(fee="免费"))
            found = db.session.scalars(select(Activity))
            names = [db.session.scalar(select(Union.name).where(Union.id == one.owner_id)) for one in found]
            return "".join(f"{one} {number * 7919 % 1013}" for number, one in enumerate(names * 400))

        def kept() -> str:
            found = db.session.scalars(select(Activity).options(joinedload(Activity.owner)))
            return " ".join(one.owner.name for one in found)

        app.add_url_rule("/careless", "pages.careless", listed)
        app.add_url_rule("/careful", "pages.careful", kept)
        with in_use(app):
            yield app, plant().scene(), page("/careless", "pages.careless")


def test_a_careless_page_is_noticed(careless: tuple[Flask, Scene, Route]) -> None:
    app, stage, route = careless
    careful = replace(route, rule="/careful", url=lambda _samples: "/careful")
    few = costs(app, stage, [route, careful])
    multiply()
    found = Met(few, costs(app, stage, [route, careful]))

    assert grown(found) == {"/careless"}
    assert changing(few) == {"/careless"}
    small = {key: Budget(20, 1) for key in few}
    assert {name.partition(" ")[0] for name in beyond(few, small)} == {"/careless"}
    assert len(beyond(few, {})) == len(few)


def takes(slot_id: int, person_id: int) -> str:
    return places.sign_up(slot_id=slot_id, person_id=person_id, party=1, nonce="n", at=clock.now()).ref


def signing_up() -> Callable[[], object]:
    made, me = an_activity(places=5), a_worker()
    return lambda: takes(made.slot_id, me.id)


def joining_a_queue() -> Callable[[], object]:
    made, (first, me) = an_activity(places=1), workers(2)
    takes(made.slot_id, first.id)
    return lambda: takes(made.slot_id, me.id)


def pressing_again() -> Callable[[], object]:
    made, me = an_activity(places=5), a_worker()
    takes(made.slot_id, me.id)
    return lambda: takes(made.slot_id, me.id)


def cancelling() -> Callable[[], object]:
    made, me = an_activity(places=5), a_worker()
    ref = takes(made.slot_id, me.id)
    return lambda: places.cancel(ref=ref, person_id=me.id, at=clock.now())


def cancelling_before_others() -> Callable[[], object]:
    made, (me, *waiting) = an_activity(places=1), workers(4)
    ref, *_others = [takes(made.slot_id, one.id) for one in (me, *waiting)]
    return lambda: places.cancel(ref=ref, person_id=me.id, at=clock.now())


def offered() -> tuple[str, int]:
    """A place that is held out to somebody who waited."""
    made, (first, me) = an_activity(places=1, starts_in=timedelta(hours=20)), workers(2)
    ref, mine = takes(made.slot_id, first.id), takes(made.slot_id, me.id)
    places.cancel(ref=ref, person_id=first.id, at=clock.now())
    return mine, me.id


def accepting() -> Callable[[], object]:
    ref, person_id = offered()
    return lambda: offers.accept(ref=ref, person_id=person_id, at=clock.now())


def declining() -> Callable[[], object]:
    ref, person_id = offered()
    return lambda: offers.decline(ref=ref, person_id=person_id, at=clock.now())


def approving() -> Callable[[], object]:
    made, (me, organizer) = an_activity(places=5, allocation=Allocation.APPROVAL), workers(2)
    ref = takes(made.slot_id, me.id)
    return lambda: approval.approve(ref=ref, at=clock.now(), by_id=organizer.id)


def at_the_door() -> tuple[str, int]:
    made, me = an_activity(places=5, starts_in=timedelta(minutes=30)), a_worker()
    ref = takes(made.slot_id, me.id)
    activity = db.session.get_one(Activity, made.activity_id)
    occurrence_id = activity.occurrences[0].id
    return ref, occurrence_id


def checking_in() -> Callable[[], object]:
    ref, occurrence_id = at_the_door()
    return lambda: attendance.check_in(ref=ref, occurrence_id=occurrence_id, at=clock.now(), by_id=None)


def checking_out() -> Callable[[], object]:
    ref, occurrence_id = at_the_door()
    attendance.check_in(ref=ref, occurrence_id=occurrence_id, at=clock.now(), by_id=None)
    return lambda: attendance.check_out(ref=ref, occurrence_id=occurrence_id, at=clock.now(), by_id=None)


def handing_on() -> Callable[[], object]:
    made, (me, friend) = an_activity(places=5), workers(2)
    link = handing.hold_out(ref=takes(made.slot_id, me.id), person_id=me.id, at=clock.now())
    return lambda: handing.take_over(token=link.token, person_id=friend.id, at=clock.now())


DEEDS = (
    *(signing_up, joining_a_queue, pressing_again, cancelling, cancelling_before_others),
    *(accepting, declining, approving, checking_in, checking_out, handing_on),
)


@pytest.mark.parametrize("deed", DEEDS, ids=lambda deed: deed.__name__)
def test_a_verb_says_no_more_than_its_budget(site: Flask, deed: Callable[[], Callable[[], object]]) -> None:
    do = deed()
    db.session.rollback()
    with counted() as said:
        do()
    most = VERBS[deed.__name__][db.engine.dialect.name == "postgresql"]
    assert 0 < len(said) <= most, said


@ON_SQLITE
@pytest.mark.parametrize(("view", "most"), [("page", 1), ("list", 2), ("mine", 1)])
def test_a_poll_that_finds_nothing_new_renders_nothing(
    site: Flask, client: Client, monkeypatch: pytest.MonkeyPatch, view: str, most: int
) -> None:
    monkeypatch.setattr(snapshot, "FRESH_SECONDS", 0)
    made, (me, other) = an_activity(places=6), workers(2)
    takes(made.slot_id, me.id)
    client.sign_in(me)
    with rendered(site) as first:
        shown = client.get({"page": f"/activities/{made.activity_id}", "list": "/", "mine": "/me"}[view])
    with rendered(site) as names:
        for _time in range(3):
            assert poll(client, shown).status_code == 204
    assert names == []

    takes(made.slot_id, other.id)
    with rendered(site) as names:
        assert poll(client, shown).status_code == 200
    assert len(first) == 1
    assert 1 <= len(names) <= most, names
