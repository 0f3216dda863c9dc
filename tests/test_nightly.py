"""What takes turns by day leaves nothing out, by night nothing waits, and what time it is can be chosen."""

import fcntl
import subprocess
import sys
from pathlib import Path

import pytest
from hypothesis import settings

from tests import night
from tests.browser.looking import LOOKS, TURNS
from tests.nightly import in_turns
from tests.plugins.another_time import AT


@pytest.mark.parametrize(("of", "many"), [(21, 4), (13, 3), (6, 1), (2, 5)])
def test_after_as_many_turns_as_it_takes_everything_was_there(of: int, many: int) -> None:
    rounds = -(-of // many)
    assert {one for turn in range(rounds) for one in in_turns(range(of), turn, many)} == set(range(of))
    assert {len(in_turns(range(of), turn, many)) for turn in range(50)} == {min(of, many)}


def test_by_night_everything_is_there_at_once() -> None:
    by_day = settings.get_current_profile_name()
    settings.load_profile("nightly")
    try:
        assert in_turns("abc", 7, 1) == ["a", "b", "c"]
    finally:
        settings.load_profile(by_day)


def test_the_colours_of_every_look_have_their_turn() -> None:
    """Large is as coloured as small, and easier to read."""
    assert {look for turn in TURNS for look in turn} == set(LOOKS) - {"large"}


def said(word: str, code: int = 0) -> list[str]:
    return [sys.executable, "-c", f"import sys; print({word!r}); sys.exit({code})"]


def test_what_fails_by_night_keeps_nothing_else_from_its_turn_and_everything_said_is_kept(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    for day in range(1, night.NIGHTS + 3):
        (tmp_path / f"2020-01-{day:02}-fuzz.log").touch()

    failed = night.night({"races": said("three went wrong", 1), "fuzz": said("nothing found")}, tmp_path)
    passed = night.night({"fuzz": said("nothing found")}, tmp_path)

    assert (failed, passed) == (1, 0)
    told = capsys.readouterr().out.splitlines()
    assert told[2].startswith("FAILED: races (races 0 min, fuzz 0 min)")
    assert told[-1].startswith("All passed")
    kept = {
        one.name[11:]: one.read_text() for one in tmp_path.glob("*.log") if not one.name.startswith("2020")
    }
    assert kept == {"races.log": "three went wrong\n", "fuzz.log": "nothing found\n"}
    assert len({one.name[:10] for one in tmp_path.glob("*.log")}) == night.NIGHTS


def test_two_nights_do_not_run_at_once(tmp_path: Path) -> None:
    with (tmp_path / "lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        assert night.night({"fuzz": said("nothing found")}, tmp_path) == 1
    assert list(tmp_path.glob("*.log")) == []


SAYS = """
from yiqi import clock

READ = clock.now()

def test_it_is_then() -> None:
    for instant in (READ, clock.now()):
        assert f"{clock.beijing(instant):%Y-%m-%d %H:%M}" == "2028-02-29 23:50"
"""


@pytest.mark.parametrize(
    ("at", "ends"),
    [("2028-02-29 23:50", pytest.ExitCode.OK), ("2028-02-29 23:30", pytest.ExitCode.TESTS_FAILED)],
)
def test_the_tests_begin_at_the_time_that_is_named(at: str, ends: pytest.ExitCode, tmp_path: Path) -> None:
    (tmp_path / "test_then.py").write_text(SAYS, encoding="utf-8")
    root = Path(__file__).parent.parent
    done = subprocess.run(
        [sys.executable, "-m", "pytest", "-q", "-p", "tests.plugins.another_time", "test_then.py"],
        cwd=tmp_path,
        env={"PYTHONPATH": f"{root}:{root / 'site'}", AT: at},
        check=False,
        capture_output=True,
    )
    assert done.returncode == ends
