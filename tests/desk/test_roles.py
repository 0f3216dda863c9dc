"""Giving and taking roles: by whom, to whom, on what; and that what was taken opens nothing any more."""

from datetime import timedelta

import pytest
from flask import Flask
from sqlalchemy import func, select
from werkzeug.test import TestResponse

from tests.browsing import Client, at_time, by_id, words
from tests.builders import a_union, a_worker, an_activity, an_organizer
from tests.desk.proving import a_phone, proves_anew
from tests.unions.at_once import at_once, races_into
from tests.web.asking import a_token
from yiqi import clock
from yiqi.activities.models import Programme
from yiqi.db import db
from yiqi.people import second_factor
from yiqi.people.models import BrowserSession, Person
from yiqi.roles import granting, holding
from yiqi.roles.models import Deed, Grant
from yiqi.roles.rules.deeds import What
from yiqi.roles.rules.permissions import Role
from yiqi.unions.models import Union


def gives(client: Client, person: Person | str, role: Role, **on: object) -> TestResponse:
    phone = person if isinstance(person, str) else person.phone
    fields = {"phone": phone, "role": role.value, "union": "", "programme": "", "activity": ""}
    return client.post("/desk/roles", data=fields | on | {"csrf_token": a_token(client)})


def takes(client: Client, grant_id: int) -> TestResponse:
    return client.post(f"/desk/roles/{grant_id}/revoke", data={"csrf_token": a_token(client)})


def held_by(person: Person) -> list[tuple[Role, int | None, int | None]]:
    mine = (Grant.person_id == person.id, Grant.revoked_at.is_(None))
    rows = db.session.execute(select(Grant.role, Grant.union_id, Grant.activity_id).where(*mine))
    return [(role, union_id, activity_id) for role, union_id, activity_id in rows]


def the_grant(person: Person) -> int:
    found = db.session.scalar(select(Grant.id).where(Grant.person_id == person.id))
    assert found is not None
    return found


def a_tree() -> tuple[Union, Union, Union]:
    """The federation's union, one below it, and one beside that."""
    top = a_union("开发区总工会")
    return top, a_union("京东方工会", parent=top), a_union("中芯国际工会", parent=top)


def test_an_organizer_gives_a_role_on_a_union_below_and_on_an_activity_of_theirs(client: Client) -> None:
    top, below, _beside = a_tree()
    wang, liu = a_worker(name="王芳"), a_worker(name="刘师傅")
    activity = an_activity(owner=below)
    client.sign_in(an_organizer(top))

    assert gives(client, wang, Role.UNION_ORGANIZER, union="京东方工会").status_code == 303
    assert gives(client, liu, Role.CHECK_IN_STAFF, activity=str(activity.activity_id)).status_code == 303

    assert held_by(wang) == [(Role.UNION_ORGANIZER, below.id, None)]
    assert held_by(liu) == [(Role.CHECK_IN_STAFF, None, activity.activity_id)]
    given = db.session.scalars(select(Deed.what).where(Deed.person_id.in_([wang.id, liu.id]))).all()
    assert given == [What.GRANTED, What.GRANTED]
    page = client.get("/desk/roles")
    assert "京东方工会" in words(by_id(page, f"grant-{the_grant(wang)}"))


@pytest.mark.parametrize(
    ("role", "on"),
    [
        (Role.UNION_ORGANIZER, {"union": "中芯国际工会"}),
        (Role.UNION_ORGANIZER, {"union": "开发区总工会"}),
        (Role.UNION_ORGANIZER, {"union": "没有这个工会"}),
        (Role.UNION_ORGANIZER, {"union": "京东"}),
        (Role.FEDERATION_ADMIN, {}),
        (Role.AUDITOR, {}),
        (Role.CHECK_IN_STAFF, {}),
        (Role.CHECK_IN_STAFF, {"union": "京东方工会", "activity": "own"}),
        (Role.UNION_ORGANIZER, {"activity": "own"}),
        (Role.ACTIVITY_ORGANIZER, {"activity": "foreign"}),
        (Role.ACTIVITY_ORGANIZER, {"activity": "987654"}),
        (Role.ACTIVITY_ORGANIZER, {"activity": "x"}),
        (Role.ACTIVITY_ORGANIZER, {"union": "京东方工会", "programme": "chess"}),
        (Role.ACTIVITY_ORGANIZER, {"activity": "own", "programme": "league"}),
    ],
)
def test_nothing_above_ones_own_and_nothing_outside_ones_reach(
    client: Client, role: Role, on: dict[str, str]
) -> None:
    _top, below, beside = a_tree()
    ids = {"own": an_activity(owner=below).activity_id, "foreign": an_activity(owner=beside).activity_id}
    worker = a_worker(name="王芳")
    client.sign_in(an_organizer(below))

    answer = gives(client, worker, role, **{name: str(ids.get(what, what)) for name, what in on.items()})

    assert answer.status_code == 422
    assert held_by(worker) == []


def test_a_foreign_union_and_one_that_is_not_there_are_not_told_apart(client: Client) -> None:
    _top, below, _beside = a_tree()
    worker = a_worker(name="王芳")
    client.sign_in(an_organizer(below))

    said = {
        words(by_id(gives(client, worker, Role.UNION_ORGANIZER, union=name), "union-err"))
        for name in ("中芯国际工会", "没有这个工会")
    }

    assert len(said) == 1


def test_a_role_in_one_programme_gives_only_in_that_programme(client: Client) -> None:
    _top, below, _beside = a_tree()
    organizer, wang = a_worker(name="李姐"), a_worker(name="王芳")
    granting.grant(
        person_id=organizer.id,
        role=Role.UNION_ORGANIZER,
        union_id=below.id,
        programme=Programme.READING,
        at=clock.now(),
        by_id=None,
    )
    client.sign_in(organizer)

    assert gives(client, wang, Role.CHECK_IN_STAFF, union="京东方工会").status_code == 422
    league = {"union": "京东方工会", "programme": "league"}
    assert gives(client, wang, Role.CHECK_IN_STAFF, **league).status_code == 422
    reading = {"union": "京东方工会", "programme": "reading"}
    assert gives(client, wang, Role.CHECK_IN_STAFF, **reading).status_code == 303


def test_a_role_is_given_to_somebody_who_is_there_and_never_to_oneself(client: Client) -> None:
    _top, below, _beside = a_tree()
    organizer = an_organizer(below)
    client.sign_in(organizer)

    nobody = gives(client, "13912345678", Role.CHECK_IN_STAFF, union="京东方工会")
    oneself = gives(client, organizer, Role.ACTIVITY_ORGANIZER, union="京东方工会")

    assert (nobody.status_code, oneself.status_code) == (422, 422)
    assert "请对方先登录一次" in words(by_id(nobody, "phone-err"))
    assert "13912345678" in nobody.text
    assert held_by(organizer) == [(Role.UNION_ORGANIZER, below.id, None)]


def test_nobody_takes_their_own_role_nor_one_outside_their_reach(client: Client) -> None:
    top, below, beside = a_tree()
    organizer, above, neighbour = (an_organizer(union, name=union.name) for union in (below, top, beside))
    client.sign_in(organizer)

    assert takes(client, the_grant(organizer)).status_code == 409
    foreign, missing = takes(client, the_grant(neighbour)), takes(client, 987654)
    assert (foreign.status_code, missing.status_code) == (404, 404)
    assert takes(client, the_grant(above)).status_code == 404
    page = client.get("/desk/roles")
    assert "中芯国际工会" not in page.text
    assert "开发区总工会" not in page.text
    assert len(held_by(organizer)) == len(held_by(above)) == len(held_by(neighbour)) == 1


def test_a_role_that_was_taken_opens_nothing_from_the_next_request_on(site: Flask, client: Client) -> None:
    top, below, _beside = a_tree()
    organizer = an_organizer(below)
    theirs = Client(site)
    theirs.sign_in(organizer)
    client.sign_in(an_organizer(top, name="周主任"))
    assert theirs.get("/desk/audit").status_code == 200

    assert takes(client, the_grant(organizer)).status_code == 303

    assert theirs.get("/desk/audit").status_code == 404
    assert 'href="/desk/"' not in theirs.get("/me").text
    assert takes(client, the_grant(organizer)).status_code == 303
    taken = select(func.count()).select_from(Deed).where(Deed.what == What.REVOKED)
    assert db.session.scalar(taken) == 1


def given_twice_at_once(site: Flask) -> int:
    """Two give one person the same role at the same moment; answers how often it is held."""
    union, wang, zhou = a_union(), a_worker(name="王芳"), a_worker(name="周主任")

    def give() -> None:
        granting.grant(
            person_id=wang.id, role=Role.UNION_ORGANIZER, union_id=union.id, at=clock.now(), by_id=zhou.id
        )

    assert at_once(site, give, give) == ["done", "done"]
    db.session.rollback()
    return len(held_by(wang))


def test_a_role_given_twice_at_once_is_held_once_and_so_is_gone_when_it_is_taken(site: Flask) -> None:
    assert given_twice_at_once(site) == 1


def test_without_the_lock_it_would_be_held_twice(site: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    """The negative control: each looks before the other has written. SQLite has one writer anyway."""
    races_into(monkeypatch, granting, "_hold", "_same")

    assert given_twice_at_once(site) == (2 if db.engine.dialect.name == "postgresql" else 1)


def test_a_role_counts_to_the_end_of_its_last_day_in_beijing(site: Flask, client: Client) -> None:
    top, below, _beside = a_tree()
    helper = a_worker(name="王芳")
    client.sign_in(an_organizer(top, name="周主任"))
    last = clock.today() + timedelta(days=3)
    union = {"union": below.name}

    for typed in ("明天", str(clock.today() - timedelta(days=1)), "2026-02-30"):
        assert gives(client, helper, Role.UNION_ORGANIZER, **union, ends_on=typed).status_code == 422
    for _again in range(2):
        assert gives(client, helper, Role.UNION_ORGANIZER, **union, ends_on=str(last)).status_code == 303

    assert len(held_by(helper)) == 1
    assert f"用到 {last}" in words(by_id(client.get("/desk/roles"), "rows"))
    theirs = Client(site)
    midnight = clock.at(last + timedelta(days=1))
    with at_time(midnight - timedelta(seconds=1)):
        theirs.sign_in(helper)
        assert theirs.get("/desk/audit").status_code == 200
        assert 'href="/desk/"' in theirs.get("/me").text
    with at_time(midnight):
        assert theirs.get("/desk/audit").status_code == 404
        assert 'href="/desk/"' not in theirs.get("/me").text
        client.sign_in(an_organizer(top, name="吴主任"))
        assert "王芳" not in client.get("/desk/roles").text


def test_an_admin_for_some_days_is_not_the_one_who_could_give_the_role_back(site: Flask) -> None:
    lasting = an_organizer(a_union(), role=Role.FEDERATION_ADMIN, name="周")
    for_a_day = a_worker(name="吴")
    granting.grant(
        person_id=for_a_day.id, role=Role.FEDERATION_ADMIN, ends_on=clock.today(), at=clock.now(), by_id=None
    )

    with pytest.raises(granting.LastAdmin):
        granting.revoke(grant_id=the_grant(lasting), at=clock.now(), by_id=for_a_day.id)
    assert granting.revoke(grant_id=the_grant(for_a_day), at=clock.now(), by_id=lasting.id)


def test_the_last_federation_admin_keeps_the_role(site: Flask) -> None:
    first, second = (an_organizer(a_union(), role=Role.FEDERATION_ADMIN, name=name) for name in ("周", "吴"))

    granting.revoke(grant_id=the_grant(first), at=clock.now(), by_id=second.id)
    with pytest.raises(granting.LastAdmin):
        granting.revoke(grant_id=the_grant(second), at=clock.now(), by_id=first.id)

    assert [one.role for one in holding.of(second.id, clock.now())] == [Role.FEDERATION_ADMIN]


def test_an_admin_takes_the_second_factor_of_somebody_who_lost_the_phone_and_never_ones_own(
    site: Flask, client: Client
) -> None:
    admin, organizer = an_organizer(a_union(), role=Role.FEDERATION_ADMIN, name="周"), an_organizer(a_union())
    a_phone(organizer, clock.now() - timedelta(hours=1))
    thief = Client(site)
    thief.sign_in(organizer)
    client.sign_in(admin)
    proves_anew(admin)
    token = {"csrf_token": a_token(client)}

    own = client.post(f"/desk/people/{admin.id}/take-factor", data=token)
    nobodys = client.post(f"/desk/people/{a_worker().id}/take-factor", data=token)
    done = client.post(f"/desk/people/{organizer.id}/take-factor", data=token)

    assert (own.status_code, nobodys.status_code, done.status_code) == (409, 404, 303)
    assert second_factor.standing(organizer.id) is None
    assert thief.get("/me").status_code == 401
    sessions = (
        select(func.count()).select_from(BrowserSession).where(BrowserSession.person_id == organizer.id)
    )
    assert db.session.scalar(sessions) == 0
    (deed,) = db.session.scalars(select(Deed).where(Deed.what == What.FACTOR_TAKEN_AWAY))
    assert (deed.by_id, deed.person_id) == (admin.id, organizer.id)


def test_a_long_list_goes_on_a_page_at_a_time_and_is_found_by_name_and_number(client: Client) -> None:
    union = a_union()
    at = clock.now()
    staff = [a_worker(name=f"帮手{n}") for n in range(60)]
    for one in staff:
        granting.grant(person_id=one.id, role=Role.CHECK_IN_STAFF, union_id=union.id, at=at, by_id=None)
    client.sign_in(an_organizer(union, name="李姐"))

    first = client.get("/desk/roles")
    more = next(one for one in by_id(first, "main").iter("a") if "before=" in one.get("href", ""))
    second = client.get(more.get("href"))

    shown = [words(row) for page in (first, second) for row in by_id(page, "rows")]
    assert len(shown) == len(set(shown)) == 61
    found = client.get("/desk/roles?who=帮手7")
    assert [words(row)[:3] for row in by_id(found, "rows")] == ["帮手7"]
    by_number = client.get(f"/desk/roles?who={staff[3].phone[-4:]}")
    assert "帮手3 " in words(by_id(by_number, "rows"))
    assert staff[3].phone[3:] not in by_number.text
