"""我的倒班: a pattern saved in three taps, one's own days typed in, changed and forgotten; all of it without JavaScript."""

from collections.abc import Iterator
from datetime import date, timedelta
from urllib.parse import parse_qs, urlsplit

import pytest
from werkzeug.test import TestResponse

from tests.browsing import Client, at_time, by_id, form_of, parsed, words
from tests.builders import a_worker
from tests.web.answers import complaint
from tests.web.asking import a_token
from yiqi import clock
from yiqi.people.models import Person
from yiqi.rota import rotas
from yiqi.rota.rules.patterns import BY_WEEKS, KNOWN, Pattern
from yiqi.rota.rules.shifts import Cycle, Shift

SATURDAY = date(2026, 11, 21)
EIGHT_DAYS = KNOWN[Pattern.FOUR_CREWS_THREE]


@pytest.fixture(autouse=True)
def _ten_on_a_saturday() -> Iterator[None]:
    with at_time(clock.at(SATURDAY, 10)):
        yield


@pytest.fixture
def me(client: Client) -> Person:
    person = a_worker(name="王小明")
    client.sign_in(person)
    return person


def tap(client: Client, page: TestResponse, name: str) -> TestResponse:
    """Follow the link with an id."""
    return client.get(by_id(page, name).get("href", "").partition("#")[0])


def signs(page: TestResponse) -> str:
    """The two weeks as they stand in the strip: 早早中中 …"""
    (strip,) = parsed(page).iter("ol")
    return "".join(words(one) for one in strip.iter("i"))


def saved(person: Person) -> rotas.Kept:
    kept = rotas.of_person(person.id)
    assert kept is not None
    return kept


def has_none(person: Person) -> bool:
    return rotas.of_person(person.id) is None


@pytest.mark.parametrize("pattern", [one for one in KNOWN if one is not Pattern.OFFICE_HOURS])
def test_three_taps_save_a_pattern(client: Client, me: Person, pattern: Pattern) -> None:
    number = 13 if pattern in BY_WEEKS else 2

    first = tap(client, client.get("/me/rota"), f"pattern-{pattern}")
    second = tap(client, first, f"today-{number}")
    third = client.press(second, "/me/rota")

    assert third.status_code == 303
    assert third.location == "/me/rota"
    days = KNOWN[pattern]
    assert saved(me) == rotas.Kept(pattern, Cycle(SATURDAY - timedelta(days=number - 1), days))
    assert signs(client.follow(third)) == signs(second)


def test_office_hours_need_no_choice_of_today(client: Client, me: Person) -> None:
    page = tap(client, client.get("/me/rota"), "pattern-office_hours")
    assert client.press(page, "/me/rota").status_code == 303
    assert saved(me).cycle == Cycle(date(2026, 11, 16), KNOWN[Pattern.OFFICE_HOURS])


def test_the_days_of_a_pattern_are_named_and_the_strip_shows_two_weeks(client: Client, me: Person) -> None:
    page = tap(client, client.get("/me/rota"), "pattern-four_crews_three")
    named = [
        words(by_id(page, f"today-{n}")).replace("\u00a0", " ").replace("\u2060", "") for n in range(1, 9)
    ]
    assert named == [
        "早班第 1 天07:00–15:00",
        "早班第 2 天07:00–15:00",
        "中班第 1 天15:00–23:00",
        "中班第 2 天15:00–23:00",
        "夜班第 1 天23:00–07:00",
        "夜班第 2 天23:00–07:00",
        "休息第 1 天",
        "休息第 2 天",
    ]
    with pytest.raises(LookupError):
        form_of(page, "/me/rota")

    page = tap(client, page, "today-4")

    assert signs(page) == "中夜夜休休早早中中夜夜休休早"
    assert by_id(page, "today-4").get("aria-current") == "true"
    assert "11月21日 星期六" in page.text


def test_by_weeks_one_says_which_week_it_is(client: Client, me: Person) -> None:
    page = tap(client, client.get("/me/rota"), "pattern-weeks_day_night")
    assert words(by_id(page, "today-6")).startswith("这周上白班")
    assert words(by_id(page, "today-13")).startswith("这周上夜班")
    assert signs(tap(client, page, "today-6")) == "休休夜夜夜夜夜休休白白白白白"


def test_a_form_shown_before_midnight_and_sent_after_it_means_the_day_it_was_shown(
    client: Client, me: Person
) -> None:
    page = client.get("/me/rota?pattern=four_crews_two&number=2")
    with at_time(clock.at(SATURDAY + timedelta(days=1), 0, 5)):
        assert client.press(page, "/me/rota").status_code == 303
    assert saved(me).cycle.on(SATURDAY) == KNOWN[Pattern.FOUR_CREWS_TWO][1]


def test_a_form_from_the_day_before_yesterday_is_shown_again_with_todays_date(
    client: Client, me: Person
) -> None:
    page = client.get("/me/rota?pattern=four_crews_two&number=2&next=/%3Fmine%3D1")
    with at_time(clock.at(SATURDAY + timedelta(days=2), 9)):
        answer = client.press(page, "/me/rota")

        assert answer.status_code == 422
        assert "核对一遍" in words(by_id(answer, "errsum"))
        sent = form_of(answer, "/me/rota")
        assert (sent["pattern"], sent["number"], sent["day"], sent["next"]) == (
            "four_crews_two",
            "2",
            "2026-11-23",
            "/?mine=1",
        )
        assert has_none(me)
        assert client.press(answer, "/me/rota").location == "/?mine=1"
        assert saved(me).cycle.on(date(2026, 11, 23)) == KNOWN[Pattern.FOUR_CREWS_TWO][1]


@pytest.mark.parametrize(
    "changed",
    [
        {"pattern": ""},
        {"pattern": "custom"},
        {"pattern": "no-such\x00"},
        {"number": ""},
        {"number": "0"},
        {"number": "5"},
        {"number": "-1"},
        {"number": "９" * 40},
        {"day": ""},
        {"day": "0000-00-00"},
        {"day": "2026-11-22"},
        {"day": "9999-12-31"},
    ],
)
def test_what_cannot_be_saved_is_answered_with_the_choice_again(
    client: Client, me: Person, changed: dict[str, str]
) -> None:
    page = client.get("/me/rota?pattern=four_crews_two&number=2&next=/%3Fmine%3D1")

    answer = client.press(page, "/me/rota", **changed)

    assert answer.status_code == 422
    assert has_none(me)
    (told,) = by_id(answer, "errsum").iter("li")
    assert words(told)
    assert (parsed(answer).findtext(".//title") or "").startswith("出错了")
    links = [one.get("href", "") for one in parsed(answer).iter("a") if "/me/rota?" in one.get("href", "")]
    assert all(parse_qs(urlsplit(one).query)["next"] == ["/?mine=1"] for one in links)
    if "pattern" not in changed:
        assert by_id(answer, "today-1") is not None


@pytest.mark.parametrize(
    "query", ["number=99", "number=x", "pattern=%00&number=1", "pattern=custom", "next=//x.cn"]
)
def test_an_address_that_makes_no_sense_begins_with_the_choice(
    client: Client, me: Person, query: str
) -> None:
    page = client.get(f"/me/rota?{query}")
    assert page.status_code == 200
    assert by_id(page, "pattern-four_crews_three").get("href") == "/me/rota?pattern=four_crews_three"


def test_who_comes_back_sees_their_rota_and_can_change_it(client: Client, me: Person) -> None:
    rotas.keep(person_id=me.id, pattern=Pattern.FOUR_CREWS_THREE, cycle=Cycle(SATURDAY, EIGHT_DAYS))

    page = client.get("/me/rota")
    assert signs(page) == "早早中中夜夜休休早早中中夜夜"
    assert "四班三运转" in page.text
    assert [one.get("href") for one in parsed(page).iter("a") if "mine=1" in one.get("href", "")] == [
        "/?mine=1"
    ]

    choice = client.get("/me/rota?change=1")
    third = client.press(tap(client, tap(client, choice, "pattern-four_crews_two"), "today-1"), "/me/rota")

    assert signs(client.follow(third)) == "白夜休休白夜休休白夜休休白夜"


def test_who_stops_using_it_is_asked_again_and_may_stop_twice(client: Client, me: Person) -> None:
    rotas.keep(person_id=me.id, pattern=Pattern.FOUR_CREWS_THREE, cycle=Cycle(SATURDAY, EIGHT_DAYS))
    page = client.get("/me/rota")

    answers = [client.press(page, "/me/rota/stop") for _time in range(2)]

    assert [one.location for one in answers] == ["/me/rota"] * 2
    assert has_none(me)
    assert by_id(client.follow(answers[0]), "pattern-four_crews_two") is not None


def test_ones_own_days_are_typed_in_from_today(client: Client, me: Person) -> None:
    page = client.get("/me/rota/own?length=4&next=/%3Fmine%3D1")
    assert next(words(one) for one in parsed(page).iter("legend")).endswith("今天 11月21日")

    answer = client.press(
        page, "/me/rota/own", starts_1="20:00", ends_1="08:00", starts_3="8：30", ends_3="17:30:00"
    )

    assert answer.location == "/?mine=1"
    days = (Shift(1200, 720), None, Shift(510, 540), None)
    assert saved(me) == rotas.Kept(Pattern.CUSTOM, Cycle(SATURDAY, days))
    assert "自己排的班" in client.get("/me/rota").text


@pytest.mark.parametrize(
    ("begins", "ends", "shift"),
    [
        ("08:00", "08:00", Shift(480, 1440)),
        ("16:00", "00:00", Shift(960, 480)),
        ("16:00", "24:00", Shift(960, 480)),
        ("00:00", "08:00", Shift(0, 480)),
        (" 7:05 ", "７：１０", Shift(425, 5)),
    ],
)
def test_hours_are_understood(client: Client, me: Person, begins: str, ends: str, shift: Shift) -> None:
    page = client.get("/me/rota/own?length=2")
    assert client.press(page, "/me/rota/own", starts_1=begins, ends_1=ends).status_code == 303
    assert saved(me).cycle.days == (shift, None)


@pytest.mark.parametrize(
    ("typed", "field"),
    [
        ({}, "starts_1"),
        ({"starts_2": "08:00"}, "ends_2"),
        ({"ends_3": "08:00"}, "starts_3"),
        ({"starts_1": "25:00", "ends_1": "08:00"}, "starts_1"),
        ({"starts_1": "08:00", "ends_1": "24:30"}, "ends_1"),
        ({"starts_1": "八点", "ends_1": "17:00"}, "starts_1"),
        ({"starts_1": "08:00" * 50, "ends_1": "17:00"}, "starts_1"),
        ({"starts_1": "08:\x0000", "ends_1": "17:00"}, "starts_1"),
        ({"starts_1": "20:00", "ends_1": "08:00", "starts_2": "07:59", "ends_2": "12:00"}, "starts_2"),
        ({"starts_3": "20:00", "ends_3": "08:00", "starts_1": "06:00", "ends_1": "12:00"}, "starts_1"),
    ],
)
def test_hours_that_make_no_sense_are_told_where_they_stand_and_kept(
    client: Client, me: Person, typed: dict[str, str], field: str
) -> None:
    page = client.get("/me/rota/own?length=3&next=/%3Fmine%3D1")

    answer = client.press(page, "/me/rota/own", **typed)

    assert answer.status_code == 422
    assert has_none(me)
    assert complaint(answer, field)
    kept = form_of(answer, "/me/rota/own")
    assert (kept["length"], kept["next"]) == ("3", "/?mine=1")
    if "\x00" not in "".join(typed.values()):
        assert {name: kept[name] for name in typed} == typed


@pytest.mark.parametrize("length", ["", "0", "15", "x", "-2", "9" * 50])
def test_a_strange_number_of_days_is_a_week(client: Client, me: Person, length: str) -> None:
    page = client.get("/me/rota/own", query_string={"length": length})
    assert form_of(page, "/me/rota/own")["length"] == "7"
    token = {"csrf_token": a_token(client), "day": "2026-11-21", "starts_1": "08:00", "ends_1": "17:00"}
    assert client.post("/me/rota/own", data=token | {"length": length}).status_code == 303
    assert len(saved(me).cycle.days) == 7


def test_an_old_form_of_ones_own_is_shown_again_with_todays_dates(client: Client, me: Person) -> None:
    page = client.get("/me/rota/own?length=2")
    with at_time(clock.at(SATURDAY + timedelta(days=3), 9)):
        answer = client.press(page, "/me/rota/own", starts_1="08:00", ends_1="20:00")
        assert answer.status_code == 422
        assert form_of(answer, "/me/rota/own")["day"] == "2026-11-24"
        assert client.press(answer, "/me/rota/own").status_code == 303
    assert saved(me).cycle.anchor == date(2026, 11, 24)


def test_a_known_pattern_with_other_hours_begins_from_that_pattern(client: Client, me: Person) -> None:
    sent = form_of(client.get("/me/rota/own?pattern=four_crews_two&number=2"), "/me/rota/own")
    hours = {name: value for name, value in sent.items() if name.startswith(("starts", "ends"))}
    assert hours == {
        **{f"{name}_{n}": "" for name in ("starts", "ends") for n in (2, 3)},
        "starts_1": "20:00",
        "ends_1": "08:00",
        "starts_4": "08:00",
        "ends_4": "20:00",
    }


def test_changing_ones_hours_begins_from_what_one_has(client: Client, me: Person) -> None:
    days = (Shift(480, 1440), None, Shift(960, 480))
    rotas.keep(person_id=me.id, pattern=Pattern.CUSTOM, cycle=Cycle(SATURDAY - timedelta(days=1), days))
    page = client.get("/me/rota/own")

    assert client.press(page, "/me/rota/own").status_code == 303

    assert saved(me).cycle == Cycle(SATURDAY, (*days[1:], days[0]))


def test_nobody_sees_or_changes_anothers_rota(client: Client) -> None:
    mine, other = a_worker(), a_worker()
    rotas.keep(person_id=mine.id, pattern=Pattern.FOUR_CREWS_THREE, cycle=Cycle(SATURDAY, EIGHT_DAYS))
    client.sign_in(other)

    assert by_id(client.get("/me/rota"), "pattern-four_crews_three") is not None
    client.post("/me/rota/stop", data={"csrf_token": a_token(client)})

    assert rotas.of_person(mine.id) is not None
