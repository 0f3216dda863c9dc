"""What a phone downloads, as the real server sends it with the built files: the first visit and the pages after it."""

import gzip
import http.client
import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urljoin, urlsplit

import brotli  # type: ignore[import-untyped]
import pytest

from tests.browsing import parsed
from tests.databases import built
from tests.servers import ROOT, running_site
from tests.web.test_headers import EXACTLY

FIRST_VISIT, LATER_PAGE = 35 * 1024, 6 * 1024
AS_PHONES_DO = "gzip, deflate, br"


@dataclass(frozen=True)
class Got:
    """An answer as it came over the wire: the length of its body is what was sent, before unpacking."""

    status: int
    headers: http.client.HTTPMessage
    body: bytes

    @property
    def text(self) -> str:
        coding = self.headers["Content-Encoding"]
        body = gzip.decompress(self.body) if coding == "gzip" else self.body
        return bytes(brotli.decompress(body) if coding == "br" else body).decode()


@dataclass(frozen=True)
class Phone:
    """A browser on the other end of a real connection."""

    base: str
    cookie: str = ""

    def get(self, address: str, encodings: str = AS_PHONES_DO) -> Got:
        parts = urlsplit(urljoin(self.base + "/", address))
        line = http.client.HTTPConnection(parts.netloc, timeout=20)
        try:
            headers = {"Accept-Encoding": encodings} | ({"Cookie": self.cookie} if self.cookie else {})
            line.request("GET", parts.path + (f"?{parts.query}" if parts.query else ""), headers=headers)
            answer = line.getresponse()
            return Got(answer.status, answer.headers, answer.read())
        finally:
            line.close()


@pytest.fixture(scope="module")
def demo(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[str, str]]:
    """A served site with its demo data, and the cookie of a worker with bookings."""
    if not (ROOT / "instance" / "static" / "staticfiles.json").exists():
        pytest.skip("the static files are not built: make assets")
    folder: Path = tmp_path_factory.mktemp("weight")
    url = f"sqlite:///{folder / 'yiqi.db'}"
    with built(url, folder) as app:
        runner = app.test_cli_runner()
        assert runner.invoke(args=["demo", "load"]).exit_code == 0
        cookie = runner.invoke(args=["demo", "sessions", "1"]).stdout.splitlines()[0].split("\t")[0]
        with running_site(url, workers=1) as base:
            yield base, cookie


@pytest.fixture(params=["visitor", "worker"])
def phone(request: pytest.FixtureRequest, demo: tuple[str, str]) -> Phone:
    base, cookie = demo
    return Phone(base, cookie if request.param == "worker" else "")


def parts_of(page: Got) -> list[str]:
    """What a page makes a browser fetch: style, scripts, icons, pictures."""
    tree = parsed(page.text)
    linked = [one.get("href", "") for one in tree.iter("link")]
    return [*linked, *(src for one in tree.iter() if (src := one.get("src")))]


@pytest.mark.parametrize(
    ("encodings", "without"),
    [(AS_PHONES_DO, "nothing"), ("gzip", "touch-icon")],
    ids=["all of it", "gzip alone, without the picture for a home screen"],
)
def test_the_first_visit_fits(phone: Phone, encodings: str, without: str) -> None:
    page = phone.get("/", encodings)
    parts = {one: phone.get(one, encodings) for one in parts_of(page) if without not in one}

    assert page.status == 200
    assert {got.status for got in parts.values()} == {200}
    assert len(parts) >= 4
    sizes = {"/": len(page.body)} | {address: len(got.body) for address, got in parts.items()}
    assert sum(sizes.values()) <= FIRST_VISIT, sizes


def first(phone: Phone, address: str, pattern: str) -> str:
    found = re.search(pattern, phone.get(address).text)
    assert found is not None, pattern
    return found[1]


def test_each_page_after_it_is_small(phone: Phone) -> None:
    activity = first(phone, "/?free=1", r'href="(/activities/[0-9]+)"')
    pages = [
        "/",
        "/?q=%E7%94%B5%E5%B7%A5",
        activity,
        "/sign-in",
        "/notice",
        "/privacy",
        "/nothing-here",
        "/me",
    ]
    if phone.cookie:
        slot = first(phone, activity, r'data-slot="([0-9]+)"')
        pages += ["/me/codes", "/me?tab=past", f"/slots/{slot}/sign-up"]

    sizes = {page: len(phone.get(page).body) for page in pages}

    assert {page: size for page, size in sizes.items() if size > LATER_PAGE} == {}


def test_the_busiest_day_and_the_longest_list_are_small_too(phone: Phone) -> None:
    days = re.findall(r'href="(/\?day=[0-9-]+)"', phone.get("/").text)
    sizes = {page: len(phone.get(page).body) for page in [*days, "/?week=" + days[0][-10:]]}
    assert {page: size for page, size in sizes.items() if size > LATER_PAGE} == {}


def test_files_are_packed_kept_for_a_year_and_carry_the_headers(phone: Phone) -> None:
    addresses = [one for one in parts_of(phone.get("/")) if one.startswith("/static/")]
    for address in addresses:
        got = phone.get(address)
        assert re.search(r"\.[0-9a-f]{12}\.\w+$", address), address
        assert "immutable" in got.headers["Cache-Control"]
        assert {name: got.headers[name] for name in EXACTLY} == EXACTLY
        assert "Set-Cookie" not in got.headers
        if not address.endswith(".png"):
            assert got.headers["Content-Encoding"] == "br"
            assert phone.get(address, "gzip").headers["Content-Encoding"] == "gzip"
            assert "Accept-Encoding" in got.headers["Vary"]


def test_pages_are_packed_as_the_browser_likes(phone: Phone) -> None:
    sizes = {coding: phone.get("/", coding) for coding in ("identity", "gzip", AS_PHONES_DO)}
    assert [got.headers["Content-Encoding"] for got in sizes.values()] == [None, "gzip", "br"]
    plain, packed, smallest = (len(got.body) for got in sizes.values())
    assert plain > 3 * packed
    assert smallest < packed <= LATER_PAGE * 1.1
    assert "Accept-Encoding" in sizes["gzip"].headers["Vary"]
