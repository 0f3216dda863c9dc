"""The bench itself: it runs at the size of a village, and on a site whose guards are off it says so."""

import asyncio
import json
import re
from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import update

from tests.bench import __main__ as bench
from tests.bench import report, stage
from tests.bench.machine import present
from tests.bench.measuring import Figures, Wrong, must, percentile
from tests.bench.stage import Options, Stage, staged
from tests.databases import built
from yiqi import clock
from yiqi.activities.models import Slot
from yiqi.db import write_out, writing

VILLAGE = Options(people=6, places=2, clients=3, watch=3, seconds=2.0)


@pytest.fixture(scope="module")
def empty_file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("bench")
    with built(f"sqlite:///{folder / 'empty.db'}", folder) as app, app.app_context():
        write_out()
    return folder / "empty.db"


@pytest.fixture(autouse=True)
def without_demo(empty_file: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The demo takes most of a minute to load, and says nothing about the bench."""
    monkeypatch.setattr(stage, "_demo", lambda: empty_file)
    monkeypatch.setattr(report, "FOLDER", tmp_path)


def figures_of(names: list[str], options: Options) -> list[Figures]:
    return bench.run(names, "sqlite", options)


def test_a_village_signs_up_and_every_answer_is_held_against_the_tables() -> None:
    done = figures_of(["browse", "stampede", "doubletap", "checkin", "line"], VILLAGE)

    assert {one.scenario for one in done} == {"browse", "stampede", "doubletap", "checkin", "line"}
    crowd = next(one for one in done if one.scenario == "stampede")
    assert crowd.right.startswith("2 confirmed, queue 1..4")
    assert all(one.cpu_ms and one.statements and one.p99_ms for one in done)
    report.written(present(), done, keep=False)
    lines = (report.FOLDER / "results.jsonl").read_text(encoding="utf-8").splitlines()
    assert [json.loads(line)["scenario"] for line in lines] == [one.scenario for one in done]


def test_a_site_that_sells_too_much_or_twice_has_no_figures() -> None:
    naive = Options(people=30, places=2, app="tests.concurrency.unguarded:app")
    said: list[str] = []
    with pytest.raises(Wrong, match="the tables are not whole"), staged("sqlite", naive) as here:
        said += [told_wrong(here, "stampede"), told_wrong(here, "doubletap")]

    assert re.search("sold of|given|passed over|counters|not told|answered", said[0])
    assert re.search("and there are|different bookings|answered", said[1])


def told_wrong(here: Stage, name: str) -> str:
    """What a scenario finds; a busy machine may well run one crowd in turn, and another one then."""
    for _time in range(10):
        try:
            asyncio.run(bench.SCENARIOS[name](here))
        except (Wrong, ExceptionGroup) as wrong:
            return repr(wrong)
    return "nothing"


def test_what_is_no_scenario_is_named() -> None:
    with pytest.raises(SystemExit, match="There is no teleport"):
        bench.asked(["only=teleport"])
    assert bench.asked(["only=signup", "people=5", "db=sqlite", "full=1"])[2].most == 1_000_000


def test_of_a_hundred_answers_the_last_but_one_is_the_99th() -> None:
    assert [percentile(range(1, 101), part) for part in (0.5, 0.99, 1.0)] == [50, 99, 100]
    with pytest.raises(Wrong, match="sold"):
        must(False, "51 sold of 50")


def test_kept_figures_stand_in_their_page_between_its_markers(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    page = tmp_path / "performance.md"
    page.write_text(
        "above\n<!-- goals -->\nold\n<!-- /goals -->\nbetween\n<!-- results -->\n<!-- /results -->\nbelow\n"
    )
    monkeypatch.setattr(report, "HISTORY", tmp_path / "kept" / "history.jsonl")
    monkeypatch.setattr(report, "PAGE", page)
    monkeypatch.setattr(report, "PICTURE", tmp_path / "drawn.svg")
    floor = Figures("floor", "Flask, 10 KB without database", "-", 1, 1.0, cpu_ms=2.0)
    home = Figures("browse", "home", "postgresql", 10, 2.0, cpu_ms=9.0, database_cpu_ms=1.0, statements=3.0)

    report.written(present(), [floor, home], keep=True)

    said = page.read_text()
    assert "| CPU of the front page | ≤ 3 ms | `browse` | 10 ms | 5.0 | 4.75 ms | 1.6 × off |" in said
    assert "| statements of the front page | ≤ 3 | `browse` | 3  |  |  | reached |" in said
    assert "| browse | home | postgresql | 5.0 | 10.0 |" in said
    assert "old" not in said
    assert [said.count(word) for word in ("above", "between", "below")] == [1, 1, 1]
    assert "home: 5.0" in (tmp_path / "drawn.svg").read_text()


@pytest.mark.parametrize("names", [["checkin"], ["checkin", "line"]], ids=str)
def test_one_seat_too_many_is_found_at_the_end_whatever_else_was_measured(names: list[str]) -> None:
    with pytest.raises(Wrong, match="the tables are not whole"), staged("sqlite", VILLAGE) as here:
        spoiled_after(here, names)


def spoiled_after(here: Stage, names: list[str]) -> None:
    """Run scenarios, and then sell a seat past the verbs."""
    for name in names:
        asyncio.run(bench.SCENARIOS[name](here))
    with here.ground.app.app_context(), writing() as session:
        session.execute(update(Slot).values(held=Slot.held + 1))


def test_who_waits_beside_a_free_seat_is_found_as_long_as_the_queue_moves() -> None:
    """Before the cut-off somebody should have moved up; after it whoever comes to the door takes what is left."""
    with staged("sqlite", VILLAGE) as here:
        made, crowd = here.activity(places=1), here.people(2)
        here.booked(made, crowd[:1])
        here.queued(made, [crowd[1].person_id])
        full = here.ground.faults()
        with here.ground.app.app_context(), writing() as session:
            session.execute(update(Slot).where(Slot.id == made.slot_id).values(capacity=2))
        beside = [one for one in here.ground.faults() if one not in full]
        here.begins_at(made, clock.now() + timedelta(minutes=30))

        assert [one.partition(" ")[2] for one in beside] == ["waits beside seats that are free to it"]
        assert beside[0] not in here.ground.faults()
