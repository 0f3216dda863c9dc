"""What volunteers see of their hours: the card, the ledger, objecting, certificates, consents, the honour list."""

from datetime import timedelta

import pytest
from flask import Flask

from tests.booking.steps import NOON
from tests.browsing import Client, at_time, parsed, words
from tests.builders import a_union, a_worker
from tests.builders.serving import HOUR, an_event, by, counted, line_of, served, signs
from tests.web.asking import press_by_htmx
from yiqi.certificates import issuing
from yiqi.hours.rules.standing import State
from yiqi.people.models import Person
from yiqi.programmes.volunteering import confirming, consents, honours, proving
from yiqi.programmes.volunteering.models import Purpose
from yiqi.programmes.volunteering.proving import NothingServed, Period

DAY = timedelta(days=1)
YEAR = Period(NOON.date().replace(month=1, day=1), NOON.date().replace(month=12, day=31))


def text_of(page: object) -> str:
    return words(parsed(page)).replace("\u00a0", " ")  # type: ignore[arg-type]


def test_my_page_shows_hours_stars_and_the_way_to_the_next(
    client: Client, 小王: Person, 李姐: Person
) -> None:
    served(小王, NOON - 2 * DAY, organizer=李姐)
    client.sign_in(小王)
    with at_time(NOON):
        assert "再服务 98 小时升一星（100）" in text_of(client.get("/me"))
        mine = text_of(client.get("/volunteering/hours"))
    assert "已入账" in mine
    assert "地铁站文明引导" in mine


def test_who_never_served_has_no_card(client: Client, 小赵: Person) -> None:
    client.sign_in(小赵)
    assert "志愿时长" not in client.get("/me").text


def test_objecting_takes_words_and_is_answered_at_once(client: Client, 小王: Person, 李姐: Person) -> None:
    served(小王, NOON, organizer=李姐)
    line = line_of(小王)
    path = f"/volunteering/hours/{line.service_id}/dispute"
    client.sign_in(小王)
    with at_time(NOON + DAY):
        page = client.get("/volunteering/hours")
        empty = client.press(page, path, words="")
        assert empty.status_code == 422
        by_htmx = press_by_htmx(client, page, path, words="我 9 点就到了")
        assert by_htmx.status_code == 200
        assert "我 9 点就到了" not in client.get("/me").text
        stale = client.press(page, path, words="还有一件事")
    assert stale.status_code == 303
    assert line_of(小王).state == State.DISPUTED
    assert line_of(小王).because == "我 9 点就到了"


def test_somebody_elses_service_is_not_there(client: Client, 小王: Person, 小赵: Person) -> None:
    served(小王, NOON)
    client.sign_in(小赵)
    line = line_of(小王)
    with at_time(NOON + DAY):
        token = {"csrf_token": _token(client), "words": "x", "seen": str(line.entry_id)}
        foreign = client.post(f"/volunteering/hours/{line.service_id}/dispute", data=token)
        missing = client.post("/volunteering/hours/987654/dispute", data=token)
    assert (foreign.status_code, missing.status_code) == (404, 404)
    assert line_of(小王).state == State.CREDITED


def test_a_certificate_says_the_hours_once_and_its_check_page_stars_the_name(
    client: Client, 李姐: Person
) -> None:
    a_union("北京经济技术开发区总工会")
    person = a_worker(name="欧阳娜娜")
    for day in (0, 3):
        served(person, NOON + day * DAY, organizer=李姐)
    number = proving.prove(person_id=person.id, period=YEAR, at=NOON + 5 * DAY)

    assert number.startswith("ZY-2026-")
    assert proving.prove(person_id=person.id, period=YEAR, at=NOON + 6 * DAY) == number
    page = text_of(client.get(f"/verify/{number}"))
    assert "欧阳**" in page
    assert "娜娜" not in page
    assert "4 小时（2 次）" in page
    client.sign_in(person)
    own = text_of(client.get(f"/me/certificates/{number}"))
    assert "欧阳娜娜" in own
    assert "120 分钟" in own


def test_a_certificate_ends_when_its_hours_are_corrected(site: Flask, 小王: Person, 李姐: Person) -> None:
    a_union("北京经济技术开发区总工会")
    event = served(小王, NOON, organizer=李姐)
    number = proving.prove(person_id=小王.id, period=YEAR, at=NOON + DAY)
    line = line_of(小王)

    confirming.reverse(
        activity_id=event.activity_id,
        service_id=line.service_id,
        seen=line.entry_id,
        by=by(李姐, NOON + 2 * DAY, "冒名签到"),
    )

    found = issuing.numbered_as(number)
    assert found is not None
    assert found.revoked_at is not None
    with pytest.raises(NothingServed):
        proving.prove(person_id=小王.id, period=YEAR, at=NOON + 3 * DAY)


def test_pending_hours_are_not_certified(client: Client, 小王: Person) -> None:
    event = an_event(NOON)
    signs(小王, event, left=120)
    counted(event)
    client.sign_in(小王)
    with at_time(NOON + DAY):
        page = client.get("/volunteering/hours/certificate")
        nothing = client.press(page, "/volunteering/hours/certificate")
        wrong = client.press(page, "/volunteering/hours/certificate", first="昨天")
    assert (nothing.status_code, wrong.status_code) == (409, 422)


def test_only_who_agrees_is_on_the_honour_list_and_gone_the_moment_they_withdraw(
    client: Client, 小王: Person, 小赵: Person, 李姐: Person
) -> None:
    for person in (小王, 小赵):
        served(person, NOON, organizer=李姐)
    client.sign_in(小王)
    with at_time(NOON + DAY):
        page = client.get("/volunteering/consents")
        assert client.press(page, "/volunteering/consents/honour").status_code == 303
        assert consents.of(小王.id) == {Purpose.HONOUR}
        listed = text_of(client.get("/volunteering/honour"))
        assert "小王" in listed
        assert "小赵" not in listed

        page = client.get("/volunteering/consents")
        assert client.press(page, "/volunteering/consents/honour").status_code == 303
        assert "小王" not in text_of(client.get("/volunteering/honour"))


def test_new_stars_are_announced_with_stars_for_names_unless_they_agree(
    site: Flask, 小王: Person, 小赵: Person, 李姐: Person
) -> None:
    for day in range(13):
        for person in (小王, 小赵):
            served(person, NOON + day * DAY, hours=8, organizer=李姐)
    consents.give(person_id=小王.id, purpose=Purpose.HONOUR, at=NOON)
    at = NOON + 13 * DAY + HOUR

    assert {(one.name, one.stars) for one in honours.new_stars(at)} == {("小王", 1), ("小**", 1)}
    assert honours.new_stars(at + 31 * DAY) == []
    assert [(one.place, one.name, one.minutes) for one in honours.year(2026, at)] == [(1, "小王", 13 * 480)]
    assert honours.year(2025, at) == []


def _token(client: Client) -> str:
    found = parsed(client.get("/volunteering/consents")).find(".//input[@name='csrf_token']")
    assert found is not None
    return found.get("value", "")
