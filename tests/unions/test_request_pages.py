"""What workers ask of a union, on the desk and on 我的工会, as a browser without JavaScript uses them."""

import pytest
from flask import Flask
from sqlalchemy import select

from tests.browsing import Client, by_id, form_of, words
from tests.builders import a_union, a_worker
from tests.builders.belonging import a_membership
from tests.web.asking import a_token
from tests.web.test_permissions import same
from yiqi import clock
from yiqi.db import db
from yiqi.people.models import Person
from yiqi.unions import requests
from yiqi.unions.models import Membership, MembershipRequest, RequestKind, Union


def memberships(**of: int) -> list[Membership]:
    db.session.rollback()
    rows = select(Membership).filter_by(**of)
    return list(db.session.scalars(rows.execution_options(populate_existing=True)))


def test_requests_wait_on_the_desk_and_are_answered_once(
    site: Flask, client: Client, plant: Union, 李姐: Person
) -> None:
    worker, now = a_worker("王小芳"), clock.now()
    request_id = requests.ask(
        person_id=worker.id, union_id=plant.id, kind=RequestKind.JOIN, said="工号 8801", at=now
    )
    elsewhere = a_union("中芯国际工会")
    foreign_id = requests.ask(
        person_id=worker.id, union_id=elsewhere.id, kind=RequestKind.JOIN, said="别家的事", at=now
    )
    assert "答复会员申请（1 条）" in words(by_id(client.get("/desk/"), "todo"))
    page = client.get("/desk/requests")
    assert "工号 8801" in page.text
    assert "别家的事" not in page.text
    answer = f"/desk/unions/{plant.id}/requests/{request_id}"

    unreasoned = client.press(page, answer, granted="0")
    granted = client.press(page, answer, granted="1")
    second = client.press(page, answer, granted="0", because="名册上没有")

    assert (unreasoned.status_code, granted.status_code, second.status_code) == (422, 303, 409)
    assert "已经答复过了" in second.text
    assert len(memberships(person_id=worker.id)) == 1
    assert "没有等答复的申请" in client.get("/desk/requests").text
    assert not by_ids(client, "todo")
    token = {"csrf_token": a_token(client), "granted": "1"}
    asked = [f"/desk/unions/{elsewhere.id}/requests/{foreign_id}", f"/desk/unions/{plant.id}/requests/987654"]
    asked.append(f"/desk/unions/{plant.id}/requests/{foreign_id}")
    bodies = {(one.status_code, same(one.text)) for one in (client.post(path, data=token) for path in asked)}
    assert len(bodies) == 1
    assert {status for status, _body in bodies} == {404}
    assert len(memberships(person_id=worker.id)) == 1


def by_ids(client: Client, name: str) -> bool:
    try:
        by_id(client.get("/desk/"), name)
    except LookupError:
        return False
    return True


def test_a_worker_finds_the_union_and_asks_to_be_confirmed(client: Client, plant: Union) -> None:
    worker = a_worker("王小芳")
    client.sign_in(worker)
    assert by_id(client.get("/me"), "my-union").get("href") == "/me/union"
    assert "没找到" in client.get("/me/union?q=博世").text

    assert "京东方工会" in words(by_id(client.get("/me/union?q=京东"), "found"))
    token = {"q": "京东", "csrf_token": a_token(client)}
    unchosen = client.post("/me/union", data={"said": "工号 1"} | token)
    asked = client.post("/me/union", data={"union": str(plant.id), "said": "工号 8801"} | token)
    client.post("/me/union", data={"union": str(plant.id), "said": "再来一次"} | token)

    assert (unchosen.status_code, asked.status_code) == (422, 303)
    assert by_id(unchosen, "said").get("value") == "工号 1"
    (row,) = db.session.scalars(select(MembershipRequest))
    assert (row.union_id, row.said) == (plant.id, "工号 8801")
    shown = client.get("/me/union")
    assert "等工会答复" in words(by_id(shown, f"request-{row.id}"))
    assert client.press(shown, f"/me/union/requests/{row.id}/withdraw").status_code == 303
    assert "已撤回" in words(by_id(client.get("/me/union"), f"request-{row.id}"))


def test_a_member_says_what_is_wrong_and_that_they_left(client: Client, plant: Union) -> None:
    worker, other = a_worker("王小芳"), a_worker("小赵")
    a_membership(worker, plant)
    client.sign_in(worker)
    own = f"/me/union/{plant.id}"
    page = client.get("/me/union")

    empty = client.press(page, f"{own}/correct", said=" ")
    said = client.press(page, f"{own}/correct", said="工号少了一位")
    left = client.press(page, f"{own}/leave")

    assert (empty.status_code, said.status_code, left.status_code) == (422, 303, 303)
    kinds = set(db.session.scalars(select(MembershipRequest.kind)))
    assert kinds == {RequestKind.CORRECT, RequestKind.LEAVE}
    assert memberships(person_id=worker.id)[0].until is None
    with pytest.raises(LookupError):
        form_of(client.get("/me/union"), f"{own}/leave")
    joining = client.post("/me/union", data={"union": str(plant.id), "csrf_token": a_token(client)})
    assert joining.status_code == 409
    client.sign_in(other)
    token = {"csrf_token": a_token(client), "said": "不是我的"}
    for verb in ("correct", "leave"):
        foreign = client.post(f"{own}/{verb}", data=token)
        missing = client.post(f"/me/union/987654/{verb}", data=token)
        assert (foreign.status_code, same(foreign.text)) == (404, same(missing.text))
    request_id = db.session.scalars(select(MembershipRequest.id)).first()
    foreign = client.post(f"/me/union/requests/{request_id}/withdraw", data=token)
    assert foreign.status_code == 404


def test_a_refusal_is_shown_with_its_reason(client: Client, plant: Union, 李姐: Person) -> None:
    worker = a_worker("王小芳")
    request_id = requests.ask(
        person_id=worker.id, union_id=plant.id, kind=RequestKind.JOIN, said="", at=clock.now()
    )
    page = client.get("/desk/requests")

    client.press(
        page, f"/desk/unions/{plant.id}/requests/{request_id}", granted="0", because="名册上没有这个号码"
    )

    client.sign_in(worker)
    shown = words(by_id(client.get("/me/union"), f"request-{request_id}"))
    assert "未通过" in shown
    assert "名册上没有这个号码" in shown
