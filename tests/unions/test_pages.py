"""The desk's pages of unions and members, as a browser without JavaScript uses them."""

import pytest
from sqlalchemy import func, select

from tests.booking.steps import asks
from tests.browsing import Client, by_id, form_of, parsed, words
from tests.builders import a_union, a_worker, an_activity, an_organizer
from tests.builders.belonging import a_membership
from tests.web.asking import a_token
from tests.web.test_permissions import same
from yiqi import clock
from yiqi.db import db, writing
from yiqi.people.models import Credential, Person
from yiqi.roles import union_keeping
from yiqi.roles.models import Deed
from yiqi.roles.rules.permissions import Role
from yiqi.unions.models import Membership, Union


def fresh(union: Union) -> Union:
    db.session.rollback()
    return db.session.get_one(Union, union.id, populate_existing=True)


def memberships(**of: int) -> list[Membership]:
    db.session.rollback()
    rows = select(Membership).filter_by(**of).order_by(Membership.id)
    return list(db.session.scalars(rows.execution_options(populate_existing=True)))


def listed(client: Client, path: str) -> list[str]:
    """The names of the links in a list's rows."""
    rows = by_id(client.get(path), "rows")
    return [words(a) for a in rows.iter("a") if a.get("class") == "t"]


def test_the_tree_is_walked_level_by_level_and_searched(client: Client, plant: Union) -> None:
    group, other = (
        a_union("京东方一车间", parent=plant),
        a_union("中芯国际工会", parent=a_union("开发区总工会")),
    )
    client.sign_in(an_organizer(plant, role=Role.FEDERATION_ADMIN))

    assert listed(client, "/desk/unions") == ["开发区总工会"]
    assert set(listed(client, f"/desk/unions?under={plant.parent_id}")) == {"京东方工会", "中芯国际工会"}
    assert listed(client, f"/desk/unions?under={plant.id}") == ["京东方一车间"]
    assert set(listed(client, "/desk/unions?q=京东方")) == {"京东方工会", "京东方一车间"}
    assert "没找到" in words(by_id(client.get("/desk/unions?q=博世"), "rows"))
    client.sign_in(an_organizer(plant))
    assert listed(client, "/desk/unions") == ["京东方工会"]
    assert listed(client, "/desk/unions?q=工会") == ["京东方工会"]
    foreign, missing = (client.get(f"/desk/unions?under={one}") for one in (other.id, 987654))
    assert (foreign.status_code, same(foreign.text)) == (404, same(missing.text))
    assert group.id


def test_of_many_unions_each_is_on_one_page(client: Client, plant: Union) -> None:
    for n in range(60):
        a_union(f"第 {n} 车间", parent=plant)
    client.sign_in(an_organizer(plant))

    first = client.get(f"/desk/unions?under={plant.id}")
    further = by_id(first, "further").get("href", "")
    seen = listed(client, f"/desk/unions?under={plant.id}") + listed(client, further)

    assert len(seen) == len(set(seen)) == 60


def test_a_group_is_added_renamed_moved_and_ended(client: Client, plant: Union, 李姐: Person) -> None:
    edit = f"/desk/unions/{plant.id}/edit"
    made = client.press(client.get(edit), f"/desk/unions/{plant.id}/groups", **{"new-name": "一车间"})
    group = a_union("一车间")
    assert made.location == f"/desk/unions/{group.id}"
    assert group.parent_id == plant.id
    second, own = a_union("二车间", parent=plant), f"/desk/unions/{group.id}"

    page = client.get(f"{own}/edit")
    assert client.press(page, f"{own}/edit", name="冲压车间", name_en="Press shop").status_code == 303
    assert client.press(page, f"{own}/move", under="二车间").status_code == 303
    assert (fresh(group).name, fresh(group).name_en, fresh(group).parent_id) == (
        "冲压车间",
        "Press shop",
        second.id,
    )
    assert (
        client.post(f"/desk/unions/{second.id}/end", data={"csrf_token": a_token(client)}).status_code == 409
    )
    assert client.press(page, f"{own}/end").status_code == 303
    assert fresh(group).ended_on == clock.today()
    assert "停用" in client.get(own).text


@pytest.mark.parametrize(
    ("path", "field", "typed"),
    [
        ("groups", "new-name", ""),
        ("groups", "new-name", "开发区总工会"),
        ("edit", "name", ""),
        ("edit", "name", "开发区总工会"),
        ("move", "under", ""),
        ("move", "under", "一车间"),
        ("move", "under", "一车间二班"),
        ("move", "under", "中芯国际工会"),
        ("move", "under", "没有这个工会"),
    ],
)
def test_what_cannot_be_so_is_said_beside_its_field_and_kept(
    client: Client, plant: Union, 李姐: Person, path: str, field: str, typed: str
) -> None:
    a_union("中芯国际工会")
    group = a_union("一车间", parent=plant)
    a_union("一车间二班", parent=group)
    page = client.get(f"/desk/unions/{group.id}/edit")

    answer = client.press(page, f"/desk/unions/{group.id}/{path}", **{field: typed})

    assert answer.status_code == 422
    assert words(by_id(answer, f"{field}-err"))
    assert form_of(answer, f"/desk/unions/{group.id}/{path}")[field] == typed
    assert (fresh(group).name, fresh(group).parent_id) == ("一车间", plant.id)
    assert db.session.scalar(select(func.count()).select_from(Deed).where(Deed.union_id == group.id)) == 0


def test_a_foreign_union_and_one_that_is_not_there_are_not_told_apart_as_the_new_place(
    client: Client, plant: Union, 李姐: Person
) -> None:
    a_union("中芯国际工会")
    group = a_union("一车间", parent=plant)
    page = client.get(f"/desk/unions/{group.id}/edit")

    said = {
        words(by_id(client.press(page, f"/desk/unions/{group.id}/move", under=name), "under-err"))
        for name in ("中芯国际工会", "没有这个工会")
    }

    assert len(said) == 1


def test_ones_own_union_is_changed_by_those_above(client: Client, plant: Union, 李姐: Person) -> None:
    token = {"csrf_token": a_token(client)}

    for path, fields in (("edit", {"name": "改了"}), ("move", {"under": "京东方工会"}), ("end", {})):
        assert client.post(f"/desk/unions/{plant.id}/{path}", data=fields | token).status_code == 404
    assert client.post("/desk/unions", data={"new-name": "新的"} | token).status_code == 404
    page = client.get(f"/desk/unions/{plant.id}/edit")
    with pytest.raises(LookupError):
        form_of(page, f"/desk/unions/{plant.id}/edit")
    assert fresh(plant).ended_on is None


def test_the_federation_adds_a_union_at_the_top(client: Client, plant: Union) -> None:
    client.sign_in(an_organizer(plant, role=Role.FEDERATION_ADMIN))

    fields = {"new-name": "联合工会", "csrf_token": a_token(client)}

    made, taken = (client.post("/desk/unions", data=fields) for _n in range(2))

    assert (made.status_code, taken.status_code) == (303, 422)
    assert a_union("联合工会").parent_id is None


def test_members_are_listed_with_those_of_groups_and_searched(
    client: Client, plant: Union, 李姐: Person
) -> None:
    group = a_union("一车间", parent=plant)
    wang, zhao = a_worker("王小芳", phone="+8613900001234"), a_worker("赵铁柱")
    foreign, old = a_worker("孙外人"), a_worker("钱早走")
    a_membership(wang, plant, number="A8801")
    a_membership(zhao, group)
    a_membership(foreign, a_union("中芯国际工会"))
    a_membership(old, plant, until=clock.today())
    with writing() as session:
        for one, letters in ((wang, "wang xiao fang"), (zhao, "zhao tie zhu")):
            session.get_one(Person, one.id).pinyin = letters
    path = f"/desk/unions/{plant.id}"

    assert listed(client, path) == ["王小芳", "赵铁柱"]
    assert listed(client, f"{path}?past=1") == ["钱早走"]
    for q in ("小芳", "xiaofang", "wxf", "1234", "a8801"):
        assert listed(client, f"{path}?q={q}") == ["王小芳"], q
    assert listed(client, f"{path}?q=孙") == []
    assert "139" in words(by_id(client.get(path), "rows"))
    assert "13900001234" not in client.get(path).text


def test_of_many_members_each_is_on_one_page(client: Client, plant: Union, 李姐: Person) -> None:
    for n in range(60):
        a_membership(a_worker(f"工友{n}"), plant)
    path = f"/desk/unions/{plant.id}"

    further = by_id(client.get(path), "further").get("href", "")
    seen = listed(client, path) + listed(client, further)

    assert len(seen) == len(set(seen)) == 60


def test_a_member_is_added_by_phone_once(client: Client, plant: Union, 李姐: Person) -> None:
    path, add = f"/desk/unions/{plant.id}", f"/desk/unions/{plant.id}/members"
    page = client.get(path)

    first = client.press(page, add, phone="138 1111 2222", name="孙丽", number="8801")
    again = client.press(page, add, phone="13811112222", name="别的名字")
    wrong = client.press(page, add, phone="1381111", name="孙丽")

    assert first.location == again.location
    assert wrong.status_code == 422
    assert form_of(wrong, add)["phone"] == "1381111"
    (one,) = memberships(union_id=plant.id)
    assert (one.number, one.since) == ("8801", clock.today())
    assert "孙丽" in client.get(first.location).text


def test_a_union_that_has_ended_shows_its_members_and_takes_none(
    client: Client, plant: Union, 李姐: Person
) -> None:
    a_membership(a_worker("王小芳"), plant)
    union_keeping.end(union_id=plant.id, at=clock.now(), by_id=李姐.id)
    token = {"csrf_token": a_token(client)}

    answer = client.post(f"/desk/unions/{plant.id}/members", data={"phone": "13811112222"} | token)

    assert answer.status_code == 422
    assert listed(client, f"/desk/unions/{plant.id}") == ["王小芳"]
    with pytest.raises(LookupError):
        form_of(client.get(f"/desk/unions/{plant.id}"), f"/desk/unions/{plant.id}/members")


def test_what_is_kept_of_a_member_is_corrected(client: Client, plant: Union, 李姐: Person) -> None:
    worker = a_worker("王小芳")
    own = f"/desk/unions/{plant.id}/members/{a_membership(worker, plant)}"
    page = client.get(own)

    unticked = {name: value for name, value in form_of(page, own).items() if name != "good"}
    assert client.post(own, data=unticked | {"number": "8802"}).status_code == 303
    assert client.press(page, f"{own}/tags", tag="女职工").status_code == 303
    fields = {"code": "电工三级", "since": "2025-07-01", "until": "2025-06-01"}
    backwards = client.press(page, f"{own}/credentials", **fields)
    assert client.press(page, f"{own}/credentials", **(fields | {"until": ""})).status_code == 303

    assert backwards.status_code == 422
    (one,) = memberships(person_id=worker.id)
    assert (one.number, one.in_good_standing) == ("8802", False)
    shown = client.get(own)
    assert "女职工" in shown.text
    assert db.session.scalars(select(Credential.code)).all() == ["电工三级"]
    token = a_token(client)
    client.post(f"{own}/tags", data={"off": "女职工", "csrf_token": token})
    client.post(f"{own}/credentials", data={"off": "电工三级", "since": "2025-07-01", "csrf_token": token})
    assert "还没有标签" in client.get(own).text
    assert db.session.scalars(select(Credential.code)).all() == []
    deeds = [row["deed"] for row in db.session.scalars(select(Deed.facts).order_by(Deed.id)) if "deed" in row]
    assert deeds == ["kept", "tagged", "certified", "untagged", "struck"]


def test_who_saves_an_old_page_of_a_member_takes_back_nothing_that_another_changed(
    client: Client, plant: Union, 李姐: Person
) -> None:
    worker = a_worker("王小芳")
    own = f"/desk/unions/{plant.id}/members/{a_membership(worker, plant)}"
    old = client.get(own)
    unticked = {name: value for name, value in form_of(old, own).items() if name != "good"}
    assert client.post(own, data=unticked).status_code == 303

    assert client.press(old, own, number="8802").status_code == 303
    both = client.press(old, own, number="9903")

    assert (both.status_code, "刚刚有人改过" in both.text) == (409, True)
    (one,) = memberships(person_id=worker.id)
    assert (one.number, one.in_good_standing) == ("8802", False)
    assert client.press(both, own, number="9903").status_code == 303
    (one,) = memberships(person_id=worker.id)
    assert (one.number, one.in_good_standing) == ("9903", False)


def test_a_form_that_did_not_say_what_it_showed_would_take_it_back(
    client: Client, plant: Union, 李姐: Person
) -> None:
    """The control: the same old page, without what it showed."""
    worker = a_worker("王小芳")
    own = f"/desk/unions/{plant.id}/members/{a_membership(worker, plant)}"
    old = form_of(client.get(own), own)
    client.post(own, data={name: value for name, value in old.items() if name != "good"})

    client.post(own, data={name: value for name, value in old.items() if name != "good_before"})

    (one,) = memberships(person_id=worker.id)
    assert one.in_good_standing


def test_of_who_is_a_member_no_more_nothing_is_changed_here(
    client: Client, plant: Union, 李姐: Person
) -> None:
    """Tags and certificates count everywhere. The control: the same forms while they are one."""
    worker = a_worker("王小芳")
    own = f"/desk/unions/{plant.id}/members/{a_membership(worker, plant)}"
    page = client.get(own)
    deeds = {
        f"{own}/tags": {"tag": "女职工"},
        f"{own}/credentials": {"code": "电工三级", "since": "2025-07-01"},
        own: {"number": "8802"},
    }

    while_member = [client.press(page, form, **typed).status_code for form, typed in deeds.items()]
    client.press(page, f"{own}/end", because="离职")
    token = {"csrf_token": a_token(client)}
    later = [client.post(form, data=typed | token).status_code for form, typed in deeds.items()]
    later.append(client.post(f"{own}/tags", data={"off": "女职工"} | token).status_code)
    struck = {"off": "电工三级", "since": "2025-07-01"}
    later.append(client.post(f"{own}/credentials", data=struck | token).status_code)

    assert (while_member, later) == ([303] * 3, [409] * 5)
    assert db.session.scalars(select(Credential.code)).all() == ["电工三级"]
    over = client.get(own)
    assert "女职工" in over.text
    assert [form for form in parsed(over).iter("form") if form.get("action", "").startswith(own)] == []


def test_a_membership_ends_for_a_reason_and_what_hangs_on_it_is_shown_before(
    client: Client, plant: Union, 李姐: Person
) -> None:
    worker = a_worker("王小芳")
    own = f"/desk/unions/{plant.id}/members/{a_membership(worker, plant)}"
    only = an_activity(owner=plant, union_only=True, title="厂区接力")
    ticket = asks(worker, only, at=clock.now())
    page = client.get(own)
    assert "厂区接力" in words(by_id(page, "main"))

    without = client.press(page, f"{own}/end", because=" ")
    ended = client.press(page, f"{own}/end", because="离职")
    again = client.press(page, f"{own}/end", because="离职")

    assert (without.status_code, ended.status_code, again.status_code) == (422, 303, 303)
    assert [one.until for one in memberships(person_id=worker.id)] == [clock.today()]
    assert db.session.scalar(select(func.count()).select_from(Deed).where(Deed.because == "离职")) == 1
    client.sign_in(worker)
    assert client.get(f"/t/{ticket.ref}").status_code == 200
