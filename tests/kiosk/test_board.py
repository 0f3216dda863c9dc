"""What the board shows, how often it asks the database, and its arithmetic."""

from datetime import UTC, datetime, timedelta
from types import SimpleNamespace
from typing import Any
from xml.etree.ElementTree import Element

import pytest
from flask import Flask
from hypothesis import given
from hypothesis import strategies as st

from tests.browsing import Client, at_time, by_id, parsed, words
from tests.builders import Made, a_worker, an_activity
from tests.kiosk.steps import a_ticket, said
from yiqi import clock
from yiqi.activities.calendar import Showing
from yiqi.activities.planning import Meeting, Pool
from yiqi.activities.rules.questions import Asked, QuestionKind
from yiqi.booking import places, programme
from yiqi.booking.programme import Line
from yiqi.kiosk import board, screen, watching
from yiqi.kiosk.board import Picture
from yiqi.kiosk.rules import keys, paging
from yiqi.kiosk.rules.times import Doubt, doubt, forgotten_at

SQLITE = pytest.mark.parametrize("site", ["sqlite"], indirect=True)
HTMX = {"HX-Request": "true"}
NOON = clock.at(clock.beijing(datetime(2026, 11, 18, tzinfo=UTC)).date(), 12)


def rows(page: object, turn: str) -> list[list[str]]:
    """The rows of each screen of a part of the board."""
    found = []
    for part in parsed(page).iter("div"):  # type: ignore[arg-type]
        if part.get("data-turn") == turn:
            found.append([one.get("id", "") for one in part if one.get("id", "").startswith("row-")])
    return found


@pytest.mark.parametrize(
    ("lang", "today", "beside"),
    [("zh-CN", 6, 6), ("zh-CN", 3, 10), ("zh-CN", 0, 18), ("en", 6, 3), ("en", 1, 8)],
)
def test_today_stands_four_to_a_screen_and_the_days_after_it_fill_the_rest(
    kiosk: Client, lang: str, today: int, beside: int
) -> None:
    """Three rows of a week stood under a nearly empty today, and forty of them took thirteen turns."""
    kiosk.set_cookie(screen.LANGUAGE, lang, path="/kiosk")
    with at_time(NOON):
        for hour in range(today):
            an_activity(places=5, starts_in=timedelta(hours=1 + hour))
        for number in range(beside + 1):
            an_activity(places=5, starts_in=timedelta(days=1, minutes=number))
        an_activity(places=5, starts_in=timedelta(days=9))
        page = kiosk.get("/kiosk/")

    assert [len(one) for one in rows(page, "today-rows")] == {6: [4, 2]}.get(today, [today])
    assert [len(one) for one in rows(page, "week-rows")] == [beside, 1]


def test_the_board_counts_what_the_front_page_counts(kiosk: Client) -> None:
    """Twelve auditions are one row, and twelve all the same; what is over counts on neither."""
    with at_time(NOON):
        an_activity(
            places=5, starts_in=timedelta(hours=-3), lasts=timedelta(hours=1), closes_in=timedelta(hours=-2)
        )
        an_activity(places=5, starts_in=timedelta(hours=1))
        auditions(12)
        page, front = kiosk.get("/kiosk/"), Client(kiosk.application).get("/")

    assert "今天 还有 1 场" in said(page)
    assert "7 天内还有 共 12 场" in said(page)
    assert "7 天 13 场" in words(by_id(front, "chip-all")).replace("\N{NO-BREAK SPACE}", " ")
    assert len(rows(page, "week-rows")[0]) == 1


def test_a_booking_shows_within_a_second_and_an_unchanged_board_is_not_sent_again(kiosk: Client) -> None:
    made = an_activity(places=5, starts_in=timedelta(hours=1))
    poll = by_id(kiosk.get("/kiosk/"), "poller").get("hx-get", "")
    assert kiosk.get(poll, headers=HTMX).status_code == 204

    a_ticket(made.slot_id, a_worker())
    watching.init(kiosk.application)  # a second later
    changed = kiosk.get(poll, headers=HTMX)

    assert changed.status_code == 200
    assert "余 4 / 5" in said(changed)


def auditions(many: int) -> Made:
    """An activity with a slot for one person every ten minutes from six tomorrow evening."""
    six = clock.at(clock.today() + timedelta(days=1), 18)
    starts = [six + timedelta(minutes=10 * n) for n in range(many)]
    return an_activity(
        meetings=[Meeting(one, one + timedelta(minutes=10), "一层") for one in starts],
        pools=[Pool(1, label=f"第 {n} 位", meetings=(n,), waitlist_limit=0) for n in range(many)],
        closes_in=timedelta(hours=4),
    )


def test_what_an_activity_has_on_one_day_is_one_row_with_all_its_places(kiosk: Client) -> None:
    """Twelve auditions were twelve rows of one place each, and the week took sixteen screens."""
    with at_time(NOON):
        made = auditions(12)
        a_ticket(made.slot_id, a_worker())
        page = kiosk.get("/kiosk/")
        (row,) = [one for one in parsed(page).iter("a") if one.get("id", "").startswith("row-")]
        assert "周四 18:00" in words(row)
        assert "余 11 / 12" in words(row)
        shown = watching.picture("zh-CN").at(clock.now()).week
        assert [one.ends_at - one.facts.starts_at for one in shown] == [timedelta(hours=2)]

        first = kiosk.get(row.get("href", ""))
        assert "18:00–20:00" in said(first)
        second = kiosk.get(by_id(first, "later").get("href", ""))
        buttons = [
            one.get("id") for part in (first, second) for one in parsed(part).iter("button") if is_slot(one)
        ]
    assert buttons == [f"slot-{one}" for one in made.slot_ids[1:]], "who is full and takes nobody is left out"


def is_slot(one: Element) -> bool:
    return one.get("id", "").startswith("slot-")


@SQLITE
def test_a_row_of_several_sums_what_takes_place_and_each_slot_once(site: Flask) -> None:
    """A slot for two dates of a day is counted once; a date that is off takes no part, unless all are."""
    at = datetime(2026, 11, 18, 1, tzinfo=UTC)
    shared, own = a_slot(1, 10, 4), a_slot(2, 5, 5)
    parts = [
        a_showing(7, at, (shared,)),
        a_showing(7, at + timedelta(hours=2), (shared, own), venue="二层"),
        a_showing(7, at + timedelta(hours=4), (a_slot(3, 50, 0),), off=True),
        a_showing(8, at + timedelta(hours=1), (a_slot(4, 9, 0),), off=True),
        a_showing(7, at + timedelta(days=1), (a_slot(5, 3, 0),)),
    ]
    several, off, tomorrow = board.rows(parts)
    assert (several.capacity, several.free, several.held) == (15, 6, 9)
    assert (several.facts.starts_at, several.ends_at) == (at, at + timedelta(hours=3))
    assert not several.has_one_place
    assert off.is_off
    assert (tomorrow.capacity, tomorrow.has_one_place, tomorrow.is_off) == (3, True, False)


def a_slot(slot_id: int, capacity: int, held: int) -> Any:
    return SimpleNamespace(slot_id=slot_id, capacity=capacity, held=held, waiting=0, kept=0, left=None)


def a_showing(
    activity_id: int, starts_at: datetime, slots: tuple[Any, ...], *, venue: str = "一层", off: bool = False
) -> Showing:
    facts: Any = SimpleNamespace(
        occurrence_id=int(starts_at.timestamp()),
        activity_id=activity_id,
        starts_at=starts_at,
        ends_at=starts_at + timedelta(hours=1),
        venue=venue,
        called_off_at=starts_at if off else None,
        status="published",
    )
    return Showing(facts, slots, starts_at)


@SQLITE
def test_a_row_leads_to_its_activity_and_on_a_wall_nowhere(kiosk: Client) -> None:
    made = an_activity(places=5, starts_in=timedelta(hours=1))
    page, wall = kiosk.get("/kiosk/"), kiosk.get("/kiosk/wall")
    link = next(one for one in parsed(page).iter("a") if one.get("id", "").startswith("row-"))
    assert link.get("href", "").startswith(f"/kiosk/activities/{made.activity_id}")
    assert list(parsed(wall).iter("a")) == []
    assert list(parsed(wall).iter("button")) == []
    assert "wall=1" in by_id(wall, "poller").get("hx-get", "")


@SQLITE
def test_only_what_everybody_may_know_stands_there(kiosk: Client) -> None:
    an_activity(places=5, starts_in=timedelta(hours=1), title="内部座谈", union_only=True)
    an_activity(places=5, starts_in=timedelta(hours=1), title="读书会")
    page = said(kiosk.get("/kiosk/"))
    assert "读书会" in page
    assert "内部座谈" not in page


@SQLITE
def test_what_is_called_off_or_full_says_so(kiosk: Client) -> None:
    off = an_activity(places=5, starts_in=timedelta(hours=1), title="河边夜跑")
    full = an_activity(places=1, starts_in=timedelta(hours=1), title="法律门诊", promotion_minutes=0)
    for _worker in range(2):
        a_ticket(full.slot_id, a_worker())
    places.call_off(activity_id=off.activity_id, at=clock.now())
    shown = kiosk.get("/kiosk/")
    page = said(shown)
    assert "取消了" in page
    assert "已满 候补 1" in page


DIET = Asked("diet", QuestionKind.TEXT, "忌口", "Diet", "订餐用", "", required=True)


@SQLITE
def test_what_is_called_off_does_not_count_and_its_row_leads_to_the_word_that_it_is(kiosk: Client) -> None:
    with at_time(NOON):
        off = an_activity(places=5, starts_in=timedelta(hours=1), title="河边夜跑", questions=[DIET])
        an_activity(places=5, starts_in=timedelta(hours=2))
        later = an_activity(places=5, starts_in=timedelta(hours=30))
        for one in (off, later):
            places.call_off(activity_id=one.activity_id, because="大风", at=clock.now())
        board_page = kiosk.get("/kiosk/")
        row = next(one for one in parsed(board_page).iter("a") if "河边夜跑" in words(one))
        page = kiosk.get(row.get("href", ""))

    assert "今天 还有 1 场" in said(board_page)
    assert "7 天内还有" in said(board_page)
    assert "共 0 场" not in said(board_page)
    assert words(by_id(page, "called-off")) == "活动取消了。 因为：大风。"
    assert "扫码在手机上报名" not in said(page)


@SQLITE
def test_what_is_over_leaves_the_board_by_itself(site: Flask) -> None:
    with at_time(NOON):
        an_activity(places=5, starts_in=timedelta(minutes=5), lasts=timedelta(minutes=30))
        picture = Picture()
        assert len(picture.at(clock.now()).today) == 1
        picture._looked_at = float("-inf")
    assert len(picture.at(NOON + timedelta(minutes=36)).today) == 0


@SQLITE
def test_however_many_screens_ask_the_board_is_drawn_once(
    site: Flask, monkeypatch: pytest.MonkeyPatch
) -> None:
    an_activity(places=5, starts_in=timedelta(hours=1))
    drawn = []
    picture, now = Picture(lambda: False), clock.now()
    first = picture.at(now)
    for _poll in range(1000):
        picture._looked_at = float("-inf")
        drawn.append(picture.at(now))
    assert all(one is first for one in drawn)
    moved = Picture(lambda: True)
    before = moved.at(now)
    moved._looked_at = float("-inf")
    assert moved.at(now) is not before


@SQLITE
def test_the_programmes_lines_stand_in_the_strip(kiosk: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    class Loud:
        @staticmethod
        def board(_at: datetime) -> list[Line]:
            return [Line("博大杯 19:30 京东对施耐德", "/league/1")]

    monkeypatch.setattr(programme, "plugs", lambda: [Loud])
    page = kiosk.get("/kiosk/")
    assert "博大杯 19:30 京东对施耐德" in said(page)
    assert "/league/1" not in page.text


@given(st.lists(st.integers(), max_size=60), st.integers(1, 9))
def test_every_row_is_on_one_screen_and_no_screen_has_too_many(many: list[int], most: int) -> None:
    found = paging.screens(many, most)
    assert [row for one in found for row in one] == many
    assert all(len(one) <= most for one in found)
    assert len(found) == max(1, -(-len(many) // most))


def test_the_screens_take_turns_of_twelve_seconds() -> None:
    at = datetime(2026, 11, 18, tzinfo=UTC)
    seen = [paging.showing(at + timedelta(seconds=second), 3) for second in range(36)]
    assert seen == [0] * 12 + [1] * 12 + [2] * 12


@given(st.lists(st.sampled_from([*"0123456789", "del", "clear", "x", "", "12", "٣"]), max_size=40))
def test_keys_type_digits_and_nothing_else(pressed: list[str]) -> None:
    typed = ""
    for key in pressed:
        typed = keys.pressed(typed, key, keys.PHONE)
    assert len(typed) <= keys.PHONE
    assert typed == "" or (typed.isascii() and typed.isdigit())


@given(st.text("0123456789", max_size=11))
def test_hidden_cells_show_the_first_three_and_the_last(typed: str) -> None:
    shown = keys.cells(typed, 11, hidden=True)
    assert len(shown) == 11
    for place, digit in enumerate(typed):
        is_open = place < 3 or place == len(typed) - 1
        assert shown[place] == (digit if is_open else keys.HIDDEN)


def test_nobody_stays_longer_than_five_minutes() -> None:
    began = datetime(2026, 11, 18, 9, tzinfo=UTC)
    assert forgotten_at(began, began) == began + timedelta(seconds=75)
    late = began + timedelta(minutes=4, seconds=59)
    assert forgotten_at(began, late) == began + timedelta(minutes=5)


@given(st.integers(-7200, 200_000), st.integers(-7200, 200_000))
def test_a_scan_is_believed_inside_the_door_and_before_now(scanned: int, arrived: int) -> None:
    start = datetime(2026, 11, 18, 9, tzinfo=UTC)
    opens, ends, right = start, start + timedelta(hours=2), start + timedelta(hours=26)
    at, then = start + timedelta(seconds=arrived), start + timedelta(seconds=scanned)
    found = doubt(then, at, opens_at=opens, ends_at=ends, right_until=right)
    assert (found is None) == (then <= at + timedelta(minutes=1) and opens <= then < ends and at < right)
    assert found is None or found in set(Doubt)


@SQLITE
def test_a_fault_on_a_screen_looks_like_a_screen_and_tries_the_board_again(
    kiosk: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(*_args: object, **_kwargs: object) -> None:
        raise RuntimeError("secret")

    monkeypatch.setattr(watching, "picture", fail)

    page = kiosk.get("/kiosk/")

    assert page.status_code == 500
    assert "secret" not in page.text
    sheets = [one.get("href", "") for one in parsed(page).iter("link") if one.get("rel") == "stylesheet"]
    assert [sheet.rpartition("/")[2].partition(".")[0] for sheet in sheets] == ["yiqi", "kiosk"]
    (again,) = [one for one in parsed(page).iter("meta") if one.get("http-equiv") == "refresh"]
    assert again.get("content") == "10;url=/kiosk/"
