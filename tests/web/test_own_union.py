"""An activity that a union keeps to itself: its members, its organizers and who has a booking in it see it; to everybody
else it is not there."""

from collections.abc import Iterator
from datetime import timedelta

import pytest
from flask import Flask
from sqlalchemy import bindparam, func, select, true

from tests.browsing import Client, by_id, words
from tests.builders import Made, a_union, a_worker, an_activity, an_organizer
from tests.builders.series import a_drop_in_series
from tests.promises.measured import counted
from tests.web.asking import HTMX, a_token
from tests.web.test_home import titles
from tests.web.test_permissions import same
from yiqi import clock
from yiqi.activities.models import Activity, Allocation, Programme
from yiqi.booking import handing, places, sight, slot_rows
from yiqi.booking.models import Booking
from yiqi.db import db, writing
from yiqi.people.models import Person
from yiqi.roles import granting
from yiqi.roles.rules.permissions import Role
from yiqi.unions.models import Union

TITLE = "班组趣味运动会"


@pytest.fixture
def plant(site: Flask) -> Union:
    return a_union("京东方工会", parent=a_union("开发区总工会"))


@pytest.fixture
def own(plant: Union) -> Made:
    """The plant's own games, in three days, with five places."""
    return an_activity(places=5, title=TITLE, owner=plant, union_only=True)


def is_listed(client: Client) -> bool:
    return TITLE in titles(client.get("/"))


def a_member(union: Union, name: str = "小王") -> Person:
    person = a_worker(name=name)
    a_union(union.name, members=[person])
    return person


def addresses(own: Made) -> list[tuple[str, str]]:
    """Where it could be met, and the same address with nothing behind it."""
    return [
        (f"/activities/{own.activity_id}", "/activities/987654"),
        (f"/activities/{own.activity_id}/draw", "/activities/987654/draw"),
        (f"/activities/{own.activity_id}/draw.json", "/activities/987654/draw.json"),
        (f"/activities/{own.activity_id}/_series", "/activities/987654/_series"),
        (f"/slots/{own.slot_id}/sign-up", "/slots/987654/sign-up"),
        (f"/slots/{own.slot_id}/_places", "/slots/987654/_places"),
        (f"/slots/{own.slot_id}/_booking", "/slots/987654/_booking"),
        (f"/live?slots={own.slot_id}.0", "/live?slots=987654.0"),
        (f"/live?slots={own.slot_id}.0&view=list", "/live?slots=987654.0&view=list"),
        (f"/live?slots={own.slot_id}.0&view=mine", "/live?slots=987654.0&view=mine"),
    ]


@pytest.mark.parametrize("who", ["visitor", "stranger", "organizer of another union"])
def test_to_others_it_is_like_one_that_is_not_there(client: Client, own: Made, who: str) -> None:
    elsewhere = a_union("拜耳工会")
    if who == "stranger":
        client.sign_in(a_member(elsewhere, "小赵"))
    elif who == "organizer of another union":
        client.sign_in(an_organizer(elsewhere))

    assert not is_listed(client)
    assert TITLE not in client.get("/", query_string={"q": "趣味"}).text.replace("趣味”", "")
    for made, missing in addresses(own):
        found, lost = client.get(made, headers=HTMX), client.get(missing, headers=HTMX)
        assert (found.status_code, same(found.text)) == (lost.status_code, same(lost.text)), made
        found, lost = client.get(made), client.get(missing)
        assert found.status_code == lost.status_code, made
        assert same(found.text.replace(made, "")) == same(lost.text.replace(missing, "")), made


@pytest.mark.parametrize("more", [{}, {"note": "带上我"}], ids=["by the button", "by the form"])
def test_a_stranger_cannot_sign_up_by_its_address(client: Client, own: Made, more: dict[str, str]) -> None:
    client.sign_in(a_worker(name="小赵"))
    fields = {"party": "1", "nonce": "n", "csrf_token": a_token(client), **more}

    assert client.post(f"/slots/{own.slot_id}/bookings", data=fields).status_code == 404
    assert db.session.scalar(select(func.count()).select_from(Booking)) == 0


@pytest.mark.parametrize("where", ["its own", "a group under it"])
def test_its_members_see_it_and_sign_up(client: Client, plant: Union, own: Made, where: str) -> None:
    group = a_union("京东方工会八车间", parent=plant)
    client.sign_in(a_member(plant if where == "its own" else group))

    assert is_listed(client)
    page = client.get(f"/activities/{own.activity_id}")
    signed_up = client.press(page, f"/slots/{own.slot_id}/bookings")
    assert signed_up.status_code == 303
    assert client.get(f"/live?slots={own.slot_id}.0&view=list").status_code == 200


def test_a_member_of_the_union_above_does_not_see_it_and_nor_does_one_who_has_left(
    client: Client, plant: Union, own: Made
) -> None:
    client.sign_in(a_member(a_union("开发区总工会")))
    assert not is_listed(client)

    left = a_member(plant, "老陈")
    with writing() as session:
        session.execute(
            Union.metadata.tables["membership"].update().where(true()).values(until=clock.today())
        )
    client.sign_in(left)
    assert not is_listed(client)


def test_who_has_a_booking_in_it_goes_on_seeing_it(client: Client, plant: Union, own: Made) -> None:
    guest, by = a_worker(name="小赵"), an_organizer(plant)
    places.sign_up(
        slot_id=own.slot_id, person_id=guest.id, party=1, nonce="by-hand", at=clock.now(), by_id=by.id
    )
    client.sign_in(guest)

    assert client.get(f"/activities/{own.activity_id}").status_code == 200
    assert is_listed(client)


@pytest.mark.parametrize("role", [Role.FEDERATION_ADMIN, Role.AUDITOR])
def test_the_federation_sees_it(client: Client, plant: Union, own: Made, role: Role) -> None:
    client.sign_in(an_organizer(plant, role=role))
    assert is_listed(client)


def test_a_role_that_reaches_it_shows_it_and_one_that_was_taken_away_does_not(
    client: Client, plant: Union, own: Made
) -> None:
    federation = a_union("开发区总工会")
    above, staff, of_league = an_organizer(federation), a_worker(name="门口"), a_worker(name="裁判")
    now = clock.now()
    grant = granting.grant(
        person_id=staff.id, role=Role.CHECK_IN_STAFF, activity_id=own.activity_id, at=now, by_id=None
    )
    granting.grant(
        person_id=of_league.id,
        role=Role.UNION_ORGANIZER,
        union_id=plant.id,
        programme=Programme.LEAGUE,
        at=now,
        by_id=None,
    )

    for person, seen in ((above, True), (staff, True), (of_league, False)):
        client.sign_in(person)
        assert is_listed(client) is seen, person.name
    granting.revoke(grant_id=grant, at=now, by_id=None)
    client.sign_in(staff)
    assert not is_listed(client)


def test_a_link_that_hands_a_place_on_is_worth_nothing_to_a_stranger(
    client: Client, plant: Union, own: Made
) -> None:
    member, colleague = a_member(plant), a_member(plant, "小李")
    spare = places.sign_up(slot_id=own.slot_id, person_id=member.id, party=1, nonce="n", at=clock.now())
    link = handing.hold_out(ref=spare.ref, person_id=member.id, at=clock.now())

    client.sign_in(a_worker(name="小赵"))
    assert client.get(f"/hand/{link.token}").status_code == 404
    token = {"csrf_token": a_token(client)}
    assert client.post(f"/hand/{link.token}", data=token).status_code == 404
    client.sign_in(colleague)
    token = {"csrf_token": a_token(client)}
    assert client.post(f"/hand/{link.token}", data=token).status_code == 303


def test_a_series_of_a_union_is_closed_to_strangers_too(client: Client, plant: Union) -> None:
    made = a_drop_in_series(clock.now())
    with writing() as session:
        session.get_one(Activity, made.activity_id).union_only = True
    client.sign_in(a_worker(name="小赵"))
    fields = {"nonce": "n", "csrf_token": a_token(client)}

    assert client.post(f"/activities/{made.activity_id}/enrol", data=fields).status_code == 404
    assert db.session.scalar(select(func.count()).select_from(Booking)) == 0


@pytest.mark.parametrize("said", [{"party": "1"}, {"party": "many"}])
def test_a_form_for_it_is_to_others_like_one_for_nothing(
    client: Client, own: Made, said: dict[str, str]
) -> None:
    client.sign_in(a_member(a_union("拜耳工会"), "小赵"))
    form = {**said, "from_form": "1", "nonce": "n", "csrf_token": a_token(client)}

    found, lost = (client.post(f"/slots/{one}/bookings", data=form) for one in (own.slot_id, 987654))

    assert (found.status_code, same(found.text)) == (lost.status_code, same(lost.text))
    assert found.status_code == 404
    assert db.session.scalars(select(Booking)).all() == []


def test_whether_a_member_may_know_of_it_is_looked_at_under_the_lock_and_for_the_answer_and_not_before(
    client: Client, own: Made, plant: Union
) -> None:
    client.sign_in(a_member(plant))
    form = {"party": "1", "from_form": "1", "nonce": "n", "csrf_token": a_token(client)}

    with counted() as said:
        assert client.post(f"/slots/{own.slot_id}/bookings", data=form).status_code == 303

    assert sum("RECURSIVE" in one.upper() for one in said) == 2


def test_its_draw_is_shown_to_its_members_only(client: Client, plant: Union) -> None:
    drawn = an_activity(
        allocation=Allocation.DRAW, owner=plant, union_only=True, starts_in=timedelta(hours=90)
    )
    assert client.get(f"/activities/{drawn.activity_id}/draw").status_code == 404
    client.sign_in(a_member(plant))
    assert client.get(f"/activities/{drawn.activity_id}/draw").status_code == 200


@pytest.fixture
def statements_made_anew() -> Iterator[None]:
    """Statements are made once a process: here none of before is used, and none of here is kept."""
    slot_rows.statement.cache_clear()
    yield
    slot_rows.statement.cache_clear()


@pytest.mark.usefixtures("statements_made_anew")
def test_without_the_rule_a_stranger_sees_it(
    client: Client, own: Made, monkeypatch: pytest.MonkeyPatch
) -> None:
    client.sign_in(a_worker(name="小赵"))
    assert not is_listed(client)

    anybodys = select(Activity.id).where(Activity.id.in_(bindparam("activities", expanding=True)))
    monkeypatch.setattr(sight, "_SEEN_OF", anybodys)
    monkeypatch.setattr(sight, "SEEN_BY_VIEWER", true())
    monkeypatch.setattr(sight, "_SEES", select(Activity.id).where(Activity.id == bindparam("activity")))

    assert is_listed(client)
    page = client.get(f"/activities/{own.activity_id}")
    assert words(by_id(page, "main")).count(TITLE)
    assert client.press(page, f"/slots/{own.slot_id}/bookings").status_code == 303
