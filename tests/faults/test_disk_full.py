"""Not a byte of room on the disk with the database and the log (faults: C4): reading goes on, writing is answered with
a page that keeps what was typed, nothing is half written, and with room again everything goes on without a restart."""

import gc
import re
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial
from html import unescape
from pathlib import Path
from signal import SIGBUS

import pytest
from flask import Flask
from werkzeug.test import TestResponse

from tests.browsing import Client
from tests.builders import workers as workers_of_the_union
from tests.concurrency.crowd import Answer, Browser, Door, at_once
from tests.databases import built
from tests.faults.small_disk import SmallDisk, small_disk
from tests.faults.test_killed_under_load import READY_TO_FORK, workers
from tests.servers import ROOT, PostgreSQL, environment, serving

pytestmark = pytest.mark.fault

PEOPLE = 20
NOTE = '我带两个孩子 "来" <看看>\n第二行'
ALONE = {"YIQI_BACKGROUND": "external"}
COUNTS = "from yiqi.counters import SLOW; SLOW.inc()"


@contextmanager
def on_a_small_disk(
    kind: str, request: pytest.FixtureRequest, folder: Path
) -> Iterator[tuple[Door, SmallDisk, int]]:
    """The site with its database and its log on a disk of its own, and the process id of its master."""
    with small_disk(megabytes=64) as disk:
        if kind == "sqlite":
            with _serving(f"sqlite:///{disk.path / 'yiqi.db'}", disk, folder) as (door, master):
                yield door, disk, master
            return
        server: PostgreSQL = request.getfixturevalue("postgresql")
        with (
            server.database_in(disk.path / "tables") as url,
            _serving(url, disk, folder) as (door, master),
        ):
            yield door, disk, master


@contextmanager
def _serving(url: str, disk: SmallDisk, folder: Path) -> Iterator[tuple[Door, int]]:
    with (
        built(url, folder / "instance") as ours,
        serving(url, env=ALONE | READY_TO_FORK, log_folder=disk.path) as (base, master),
    ):
        yield Door(ours, base), master


def until_it_is_full(door: Door, crowd: list[Browser], path: str) -> tuple[Browser, Answer, int]:
    """One after the other signs up, until a page has to be added somewhere and there is no room. Answers who could not,
    what they were told, and how many could."""
    for done, who in enumerate(crowd):
        answer = door.press(who, path, party=1, nonce="full", note=NOTE)
        if answer.status != 303:
            return who, answer, done
    raise AssertionError("the disk was not full")


def hidden(page: Answer) -> dict[str, str]:
    """The form that a page offers to send again."""
    found = re.findall(r'<input type="hidden" name="([^"]*)" value="([^"]*)">', page.text)
    return {name: unescape(value) for name, value in found}


@pytest.mark.parametrize("kind", ["sqlite", "postgresql"])
def test_a_full_disk_stops_no_reader_loses_no_form_and_is_over_when_there_is_room(
    kind: str, request: pytest.FixtureRequest, tmp_path: Path
) -> None:
    with on_a_small_disk(kind, request, tmp_path) as (door, disk, master):
        made, crowd = door.activity(places=PEOPLE), door.people(PEOPLE)
        path, about = f"/slots/{made.slot_id}/bookings", f"/activities/{made.activity_id}"
        at_once([partial(door.ask, "GET", about, who.cookie) for who in crowd])
        alive = workers(master)
        disk.fill()

        who, told, done = until_it_is_full(door, crowd, path)
        piece = door.ask("POST", path, who.cookie, hidden(told), htmx=True)
        pages = [door.ask("GET", at, who.cookie) for at in ("/", "/me", about, "/livez")]
        as_a_stranger = [door.ask("GET", at) for at in ("/", about)]

        assert (told.status, piece.status) == (503, 503)
        assert "现在存不下新内容" in told.text
        assert "Nothing new can be saved right now" in told.text
        assert piece.text.startswith('<div class="problem" role="alert" data-status="503"')
        assert [page.status for page in pages + as_a_stranger] == [200] * 6
        assert door.faults() == []
        assert door.found("SELECT count(*) FROM booking") == (done,)

        disk.free()
        again = door.ask("POST", path, who.cookie, hidden(told))

        assert again.status == 303
        assert door.found("SELECT count(*), max(person_id) FROM booking WHERE note <> ''") == (
            done + 1,
            who.person_id,
        )
        assert door.faults() == []
        assert alive
        assert set(alive) <= set(workers(master))


@pytest.mark.filterwarnings("ignore::ResourceWarning", "ignore::pytest.PytestUnraisableExceptionWarning")
@pytest.mark.parametrize("site", ["sqlite"], indirect=True)
def test_a_file_that_finds_no_room_on_its_way_is_refused_plainly_and_taken_later(
    site: Flask, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What is handed in waits in a temporary file while it is read."""
    client, (person,) = Client(site), workers_of_the_union(1)
    client.sign_in(person)
    with small_disk(megabytes=1) as disk:
        monkeypatch.setattr(tempfile, "tempdir", str(disk.path))
        disk.fill()
        refused = hand_in(client)
        gc.collect()  # the half of a file that Werkzeug leaves to the collector
        disk.free()
        taken = hand_in(client)

    assert (refused.status_code, refused.headers["Retry-After"]) == (503, "60")
    assert "现在存不下新内容" in refused.text
    assert taken.status_code == 403, "it was read to its end: its token is nobody's"


def hand_in(client: Client) -> TestResponse:
    """An essay of more than half a megabyte."""
    parts = (
        b'--x\r\nContent-Disposition: form-data; name="file"; filename="a.pdf"\r\n\r\n',
        bytes(600_000),
        b"\r\n--x--\r\n",
    )
    kind = "multipart/form-data; boundary=x"
    return client.post("/reading/essays/1/entry", data=b"".join(parts), content_type=kind)


def test_counts_kept_on_the_full_disk_would_take_the_process_with_them() -> None:
    """The control: processes count through a map of a file, which gunicorn's settings put into memory for this."""
    with small_disk(megabytes=1) as disk:
        disk.fill()
        done = subprocess.run(
            [sys.executable, "-c", COUNTS],
            cwd=ROOT / "site",
            env=environment("", PROMETHEUS_MULTIPROC_DIR=str(disk.path)),
            stderr=subprocess.DEVNULL,
            check=False,
        )

    assert done.returncode == -SIGBUS
