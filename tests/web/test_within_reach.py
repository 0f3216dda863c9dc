"""「我能去的」 on the week page: what fits one's shifts and one's other places, together with the other filters."""

from collections.abc import Iterator
from datetime import date, timedelta
from urllib.parse import parse_qs, urlsplit

import pytest

from tests.browsing import Client, at_time, by_id, form_of, parsed, words
from tests.builders import a_worker, an_activity
from tests.web.asking import HTMX
from tests.web.test_home import days, on, titles
from tests.web.test_queries import asks
from yiqi import clock
from yiqi.activities.models import Programme
from yiqi.activities.planning import Meeting
from yiqi.booking import places
from yiqi.people.models import Person
from yiqi.rota import rotas
from yiqi.rota.rules.patterns import KNOWN, Pattern
from yiqi.rota.rules.shifts import Cycle, Shift

WEDNESDAY = date(2026, 11, 18)
MIDDLE, NIGHT = Shift(900, 480), Shift(1380, 480)


@pytest.fixture(autouse=True)
def _ten_on_a_wednesday() -> Iterator[None]:
    with at_time(clock.at(WEDNESDAY, 10)):
        yield


@pytest.fixture
def me(client: Client) -> Person:
    person = a_worker(name="王小明")
    client.sign_in(person)
    return person


def works(person: Person, *days: Shift | None) -> None:
    """A cycle of days from Wednesday."""
    rotas.keep(person_id=person.id, pattern=Pattern.CUSTOM, cycle=Cycle(WEDNESDAY, days))


def books(person: Person, slot_id: int) -> None:
    places.sign_up(slot_id=slot_id, person_id=person.id, party=1, nonce=f"n{slot_id}", at=clock.now())


def test_it_leaves_out_work_and_the_sleep_after_a_night(client: Client, me: Person) -> None:
    works(me, MIDDLE, NIGHT, None, None, None, None, None)
    for title, ahead, hour in (
        ("上班前", 0, 14),
        ("中班", 0, 15),
        ("夜班前", 1, 22),
        ("夜班", 1, 23),
        ("补觉", 2, 14),
        ("醒了", 2, 15),
    ):
        on(title, ahead, hour)

    page = client.get("/?mine=1")

    assert titles(page) == ["上班前", "夜班前", "醒了"]
    assert (
        words(by_id(page, "reach")).replace("\u00a0", " ").startswith("按你的倒班和已报的活动筛，避开了 3 场")
    )
    assert len(titles(client.get("/"))) == 6


def test_it_leaves_out_what_is_at_the_time_of_another_place_but_not_the_place_itself(
    client: Client, me: Person
) -> None:
    works(me, None)
    held, waits = on("报上的", 1, 9), on("候补的", 3, 9, seats=1)
    for title, ahead, hour in (("同时", 1, 9), ("接着", 1, 10), ("不碍事", 3, 9)):
        on(title, ahead, hour)
    books(me, held.slot_id)
    books(a_worker(), waits.slot_id)
    books(me, waits.slot_id)

    assert titles(client.get("/?mine=1")) == ["报上的", "接着", "候补的", "不碍事"]


def test_of_a_course_each_evening_stands_for_itself(client: Client, me: Person) -> None:
    works(me, *KNOWN[Pattern.FOUR_CREWS_TWO])
    starts = [clock.at(WEDNESDAY + timedelta(days=ahead), 19) for ahead in range(5)]
    an_activity(title="电工班", meetings=[Meeting(one, one + timedelta(hours=2)) for one in starts])

    page = client.get("/?mine=1")

    assert days(page) == ["星期五 11月20日", "星期六 11月21日"]
    assert titles(page) == ["电工班", "电工班"]


def test_an_evening_over_new_year_is_measured_on_both_sides(client: Client, me: Person) -> None:
    rotas.keep(
        person_id=me.id,
        pattern=Pattern.CUSTOM,
        cycle=Cycle(date(2026, 12, 31), (NIGHT, *[None] * 6)),
    )
    with at_time(clock.at(date(2026, 12, 30), 10)):
        for title, day, hour, long in (
            ("迎新跑", date(2026, 12, 31), 22, 2),
            ("元旦早跑", date(2027, 1, 1), 6, 1),
            ("元旦午后", date(2027, 1, 1), 14, 1),
            ("元旦电影", date(2027, 1, 1), 15, 2),
        ):
            start = clock.at(day, hour)
            an_activity(title=title, meetings=[Meeting(start, start + timedelta(hours=long))])
        client.sign_in(me)
        assert titles(client.get("/?mine=1")) == ["元旦电影"]


def test_it_goes_together_with_the_other_filters_and_they_keep_it(client: Client, me: Person) -> None:
    works(me, MIDDLE, None)
    for title, ahead, hour, programme in (
        ("碰上班", 2, 18, Programme.TRAINING),
        ("晚上电工", 1, 18, Programme.TRAINING),
        ("早上电工", 1, 9, Programme.TRAINING),
        ("晚上读书", 1, 18, Programme.READING),
    ):
        on(title, ahead, hour, programme)

    page = client.get("/?programme=training&free=1&after=17&mine=1&q=电工")

    assert titles(page) == ["晚上电工"]
    assert parse_qs(urlsplit(by_id(page, "chip-mine").get("href", "")).query).keys() == {
        "programme",
        "free",
        "after",
        "q",
    }
    assert by_id(page, "chip-mine").get("aria-current") == "true"
    for chip in ("chip-free", "chip-evening", "chip-all", "chip-training", "week-after", "day-2026-11-20"):
        assert "mine=1" in by_id(page, chip).get("href", ""), chip
    assert form_of(page, "/")["mine"] == "1"
    counted = words(by_id(client.get("/?mine=1"), "chip-training"))
    assert counted.endswith("2")


def test_when_nothing_is_left_it_says_why_and_leads_on(client: Client, me: Person) -> None:
    works(me, MIDDLE)
    on("中班", 1, 16)

    page = client.get("/?mine=1&after=3")

    empty = next(one for one in parsed(page).iter("div") if one.get("class") == "empty")
    assert words(next(empty.iter("h2"))) == "这几天没有你能去的"
    assert [one.get("href") for one in empty.iter("a")] == ["/", "/?week=2026-11-23&mine=1"]


def test_when_there_was_nothing_at_all_it_says_that(client: Client, me: Person) -> None:
    works(me, MIDDLE)
    page = client.get("/?mine=1")
    empty = next(one for one in parsed(page).iter("div") if one.get("class") == "empty")
    assert words(next(empty.iter("h2"))) == "这几天没有活动"


def test_without_a_rota_the_chip_leads_to_it_and_saving_leads_back(client: Client, me: Person) -> None:
    on("读书", 1, 18)
    chip = by_id(client.get("/?after=17"), "chip-mine").get("href", "")
    assert chip == "/?after=17&mine=1"

    sent = client.get(chip)
    assert sent.status_code == 303
    choice = client.follow(sent)
    first = client.get(by_id(choice, "pattern-office_hours").get("href", ""))
    back = client.press(first, "/me/rota")

    assert back.location == chip
    assert titles(client.follow(back)) == ["读书"]


@pytest.mark.parametrize("boosted", [{"HX-Boosted": "true"}, {}], ids=["a chip", "the search"])
def test_htmx_is_sent_there_as_a_whole_page(client: Client, me: Person, boosted: dict[str, str]) -> None:
    sent = client.get("/?mine=1", headers=HTMX | boosted)
    assert (sent.status_code, sent.text) == (200, "")
    assert sent.headers["HX-Redirect"] == "/me/rota?next=/?mine%3D1"
    assert client.get(sent.headers["HX-Redirect"]).status_code == 200


def test_a_visitor_is_led_to_sign_in_and_an_address_they_were_given_shows_everything(client: Client) -> None:
    on("读书", 1, 18)

    chip = by_id(client.get("/?after=17"), "chip-mine")
    assert parse_qs(urlsplit(chip.get("href", "")).query) == {"next": ["/?after=17&mine=1"]}
    assert urlsplit(chip.get("href", "")).path == "/sign-in"
    assert chip.get("hx-boost") == "false"

    page = client.get("/?mine=1")
    assert titles(page) == ["读书"]
    assert by_id(page, "chip-mine").get("aria-current") is None
    assert "登录并填好倒班" in page.text
    assert "mine" not in form_of(page, "/")


def test_it_asks_twice_more_however_much_there_is(client: Client, me: Person) -> None:
    works(me, MIDDLE, NIGHT, None)
    for ahead in range(1, 6):
        for hour in (9, 14, 19):
            made = on("读书", ahead, hour)
            if hour == 9:
                books(me, made.slot_id)

    assert len(asks(client, "/?mine=1")) - len(asks(client, "/")) == 2
