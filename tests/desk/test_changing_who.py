"""Other conditions, and giving up one slot, at the desk: who is in stays, and everybody else is shown first."""

from tests.booking.invariants import broken
from tests.booking.steps import asks, states
from tests.browsing import Client, by_id, words
from tests.desk.editing_steps import an_edited, confirms, deeds, saves
from yiqi import clock
from yiqi.activities.models import Activity, Slot
from yiqi.activities.planning import Pool
from yiqi.db import db
from yiqi.notices.models import Notice
from yiqi.people.models import Person
from yiqi.roles.rules.deeds import What


def conditions_of(activity_id: int) -> list[dict[str, object]]:
    db.session.rollback()
    return db.session.get_one(Activity, activity_id, populate_existing=True).conditions


def test_new_conditions_nobody_fails_are_saved_at_once(client: Client) -> None:
    made = an_edited(client)

    page = client.follow(saves(client, made, "conditions", age_least="18"))

    assert conditions_of(made.activity_id) == [{"kind": "age", "least": 18, "most": None}]
    assert "谁能报名" in words(by_id(page, "last"))
    assert by_id(page, "age_least").get("value") == "18"


def test_who_is_in_and_does_not_meet_new_conditions_stays_and_is_counted_first(
    client: Client, 小王: Person, 小赵: Person
) -> None:
    made = an_edited(client, places=1)
    tickets = [asks(one, made, at=clock.now()) for one in (小王, 小赵)]

    look = saves(client, made, "conditions", conditions_tag="女职工")

    assert "2 个报名的人不符合新条件" in words(by_id(look, "unfit")).replace("\N{NO-BREAK SPACE}", " ")
    assert conditions_of(made.activity_id) == []
    assert confirms(client, look, made, "conditions").status_code == 303
    assert states(*tickets) == ["confirmed", "waiting"]
    assert conditions_of(made.activity_id) == [{"kind": "tag", "tag": "女职工", "tag_en": ""}]
    assert broken(clock.now()) == []


def test_a_waiter_whom_the_old_conditions_held_up_moves_up_when_they_go(client: Client, 小王: Person) -> None:
    made = an_edited(client, places=0)
    ticket = asks(小王, made, at=clock.now())
    look = saves(client, made, "conditions", conditions_tag="女职工")
    confirms(client, look, made, "conditions")
    grown = saves(client, made, "capacity", made.slot_id, **{f"slot-{made.slot_id}-capacity": "3"})
    assert grown.status_code == 303
    assert states(ticket) == ["waiting"]

    look = saves(client, made, "conditions", conditions_tag="")

    assert "小王" in words(by_id(look, "hit-moves_up"))
    confirms(client, look, made, "conditions")
    assert states(ticket) == ["confirmed"]


def test_a_union_that_is_none_comes_back_in_its_form(client: Client) -> None:
    made = an_edited(client)

    answer = saves(client, made, "conditions", conditions_unions="没有这个工会")

    assert answer.status_code == 422
    assert "没有这个工会" in words(by_id(answer, "conditions_unions"))


def test_one_of_two_slots_is_given_up_and_told_to_exactly_its_own(
    client: Client, 小王: Person, 小赵: Person
) -> None:
    made = an_edited(client, pools=[Pool(5, label="文明引导"), Pool(5, label="补给站")])
    first, second = made.slot_ids
    tickets = [asks(小王, first, at=clock.now()), asks(小赵, second, at=clock.now())]

    assert saves(client, made, "slot-off", first).status_code == 422
    look = saves(client, made, "slot-off", first, **{f"stop-{first}-because": "路口封闭"})
    assert "小王" in words(by_id(look, "hit-loses_place"))
    assert "小赵" not in look.text
    page = client.follow(confirms(client, look, made, "slot-off", first))

    assert states(*tickets) == ["called_off", "confirmed"]
    assert db.session.get_one(Slot, first).called_off_at is not None
    assert f'id="slot-{first}"' not in page.text
    told = db.session.scalars(db.select(Notice).where(Notice.person_id.in_([小王.id, 小赵.id])))
    assert [one.person_id for one in told if one.facts.get("state") == "called_off"] == [小王.id]
    assert [(one.because, one.facts["people"]) for one in deeds() if one.what is What.CALLED_OFF] == [
        ("路口封闭", 1)
    ]
    assert broken(clock.now()) == []


def test_the_last_slot_is_given_up_with_the_activity_and_not_alone(client: Client) -> None:
    made = an_edited(client, pools=[Pool(5, label="文明引导"), Pool(5, label="补给站")])
    first, second = made.slot_ids
    look = saves(client, made, "slot-off", first, **{f"stop-{first}-because": "路口封闭"})
    confirms(client, look, made, "slot-off", first)

    page = client.get(f"/desk/activities/{made.activity_id}/edit")

    assert "slot-off" not in page.text
    token = page.text.split('name="csrf_token" value="')[1].split('"')[0]
    sent = {"csrf_token": token, f"stop-{second}-because": "也封闭", "stood": ""}
    answer = client.post(f"/desk/activities/{made.activity_id}/edit/slot-off?of={second}", data=sent)
    assert answer.status_code == 422
    assert db.session.get_one(Slot, second).called_off_at is None
