"""Changing a published activity at the desk: what touches people is looked at first, the rest is saved at once."""

from datetime import datetime, timedelta

import pytest
from flask import Flask
from sqlalchemy import select
from werkzeug.test import TestResponse

from tests.booking.invariants import broken
from tests.booking.steps import asks, seats, slot, states
from tests.browsing import Client, by_id, sign_in, words
from tests.builders import a_union, a_worker, an_activity, an_organizer
from tests.desk.editing_steps import an_edited, confirms, deeds, form_at, page_of, saves
from yiqi import clock
from yiqi.activities.models import Activity, Occurrence, Quota
from yiqi.activities.planning import Share
from yiqi.booking import editing
from yiqi.db import db
from yiqi.notices.models import Notice
from yiqi.people.models import Person
from yiqi.roles.rules.deeds import What
from yiqi.roles.rules.permissions import Role

DAY, HOUR = timedelta(days=1), timedelta(hours=1)


def the_activity(activity_id: int) -> Activity:
    db.session.rollback()
    return db.session.get_one(Activity, activity_id, populate_existing=True)


def the_date(activity_id: int) -> Occurrence:
    db.session.rollback()
    return the_activity(activity_id).occurrences[0]


def test_words_are_saved_at_once_and_phones_read_anew(client: Client) -> None:
    made = an_edited(client)
    before = slot(made).version

    answer = saves(client, made, "words", title="职工书屋夜读会", fee="免费")

    assert answer.status_code == 303
    page = client.follow(answer)
    assert "存好了" in words(by_id(page, "saved"))
    assert "职工书屋读书会 → 职工书屋夜读会" in words(by_id(page, "last"))
    assert the_activity(made.activity_id).title == "职工书屋夜读会"
    assert slot(made).version > before
    (deed,) = [one for one in deeds() if one.what is What.CHANGED]
    assert deed.facts["was"] == {"title": "职工书屋读书会", "fee": ""}
    assert deed.facts["became"] == {"title": "职工书屋夜读会", "fee": "免费"}


def test_one_wrong_part_keeps_what_was_typed_and_holds_up_no_other(client: Client) -> None:
    made = an_edited(client)

    wrong = saves(client, made, "words", title="", fee="免费")
    right = saves(client, made, "slot", made.slot_id, **{f"slot-{made.slot_id}-waitlist": "7"})

    assert wrong.status_code == 422
    assert "还没填" in words(by_id(wrong, "errsum"))
    assert by_id(wrong, "fee").get("value") == "免费"
    assert right.status_code == 303
    assert slot(made).waitlist_limit == 7


@pytest.mark.parametrize(
    "capacity", ["-1", "１.5", "abc", "1e3", "99999999999999999999", "0x10", "٣٣", "1_000"]
)
def test_a_number_that_is_none_comes_back_in_its_form(client: Client, capacity: str) -> None:
    made = an_edited(client, places=5)
    name = f"slot-{made.slot_id}-capacity"

    answer = saves(client, made, "capacity", made.slot_id, **{name: capacity})

    assert answer.status_code == 422
    assert by_id(answer, name).get("value") == capacity
    assert slot(made).capacity == 5


@pytest.mark.parametrize(
    ("day", "starts"),
    [
        ("2026-02-30", "18:30"),
        ("9999-12-31", "18:30"),
        ("0000-01-01", "18:30"),
        ("明天", "18:30"),
        ("", "18:30"),
        ("2020-01-01", "18:30"),
        ("2026-12-01", "24:00"),
        ("2026-12-01", "23:59:60"),
        ("2026-12-01", ""),
    ],
)
def test_a_date_that_is_none_comes_back_in_its_form(client: Client, day: str, starts: str) -> None:
    made = an_edited(client)
    one = the_date(made.activity_id)

    answer = saves(
        client,
        made,
        "occurrence",
        one.id,
        **{f"date-{one.id}-day": day, f"date-{one.id}-starts": starts, f"date-{one.id}-end_day": ""},
    )

    assert answer.status_code == 422
    assert by_id(answer, f"date-{one.id}-day").get("value") == day
    assert the_date(made.activity_id).starts_at == made.starts_at


def test_a_new_time_is_shown_first_and_told_to_exactly_those_it_touches(
    client: Client, 小王: Person, 小赵: Person
) -> None:
    made = an_edited(client, places=1)
    tickets = [asks(小王, made, at=clock.now()), asks(小赵, made, at=clock.now())]
    one = the_date(made.activity_id)
    later = clock.beijing(one.starts_at + DAY)
    typed = {
        f"date-{one.id}-day": f"{later:%Y-%m-%d}",
        f"date-{one.id}-starts": "09:00",
        f"date-{one.id}-ends": "11:00",
        f"date-{one.id}-end_day": "",
    }

    look = saves(client, made, "occurrence", one.id, **typed)

    assert look.status_code == 200
    assert the_date(made.activity_id).starts_at == made.starts_at
    assert "小王、小赵" in words(by_id(look, "hit-moved"))
    assert words(by_id(look, "confirm")) == "保存并通知\N{NO-BREAK SPACE}2 人".replace(
        "\N{NO-BREAK SPACE}", " "
    )

    done = confirms(client, look, made, "occurrence", one.id)
    again = confirms(client, look, made, "occurrence", one.id)

    assert (done.status_code, again.status_code) == (303, 303)
    assert clock.beijing(the_date(made.activity_id).starts_at).strftime("%H:%M") == "09:00"
    assert states(*tickets) == ["confirmed", "waiting"]
    told = db.session.scalars(db.select(Notice.person_id).where(Notice.kind == "change")).all()
    assert sorted(told) == sorted([小王.id, 小赵.id])
    assert [one.what for one in deeds()].count(What.CHANGED) == 1
    assert broken(clock.now()) == []


def test_back_from_the_look_keeps_what_was_typed(client: Client, 小王: Person) -> None:
    made = an_edited(client, places=1)
    asks(小王, made, at=clock.now())
    one = the_date(made.activity_id)
    look = saves(client, made, "occurrence", one.id, **{f"date-{one.id}-venue": "博大公园"})

    page = client.press(look, form_at(made, "occurrence", one.id), back="1")

    assert page.status_code == 200
    assert by_id(page, f"date-{one.id}-venue").get("value") == "博大公园"
    assert the_date(made.activity_id).venue == "荣华中路 10 号"


def test_fewer_seats_than_are_given_are_allowed_with_a_warning_and_nobody_is_dropped(
    client: Client, 小王: Person, 小赵: Person, 老陈: Person
) -> None:
    made = an_edited(client, places=2)
    tickets = [asks(who, made, at=clock.now()) for who in (小王, 小赵, 老陈)]
    name = f"slot-{made.slot_id}-capacity"

    look = saves(client, made, "capacity", made.slot_id, **{name: "1"})

    assert words(by_id(look, "over")).startswith("超 1 人")
    assert "没有人会收到消息" in words(by_id(look, "rest"))
    page = client.follow(confirms(client, look, made, "capacity", made.slot_id))
    assert "超 1 人" in page.text.replace("\N{NO-BREAK SPACE}", " ")
    assert states(*tickets) == ["confirmed", "confirmed", "waiting"]
    assert (slot(made).capacity, slot(made).over) == (1, 1)
    assert broken(clock.now()) == []


def test_more_seats_name_who_moves_up(client: Client, 小王: Person, 小赵: Person) -> None:
    made = an_edited(client, places=1)
    tickets = [asks(who, made, at=clock.now()) for who in (小王, 小赵)]

    look = saves(client, made, "capacity", made.slot_id, **{f"slot-{made.slot_id}-capacity": "2"})

    assert "小赵" in words(by_id(look, "hit-moves_up"))
    assert "其余 1 个报名不变" in words(by_id(look, "rest"))
    confirms(client, look, made, "capacity", made.slot_id)
    assert states(*tickets) == ["confirmed", "confirmed"]


def test_what_changed_since_the_look_is_looked_at_again(client: Client, 小王: Person, 小赵: Person) -> None:
    made = an_edited(client, places=2)
    asks(小王, made, at=clock.now())
    one = the_date(made.activity_id)
    look = saves(client, made, "occurrence", one.id, **{f"date-{one.id}-venue": "博大公园"})
    asks(小赵, made, at=clock.now())

    stale = confirms(client, look, made, "occurrence", one.id)

    assert stale.status_code == 409
    assert "刚才情况变了" in words(by_id(stale, "changed-since"))
    assert "小赵" in words(by_id(stale, "hit-other_venue"))
    assert the_date(made.activity_id).venue == "荣华中路 10 号"
    assert confirms(client, stale, made, "occurrence", one.id).status_code == 303
    assert the_date(made.activity_id).venue == "博大公园"


def test_calling_off_asks_for_a_reason_and_is_told(client: Client, 小王: Person) -> None:
    made = an_edited(client)
    ticket = asks(小王, made, at=clock.now())

    assert saves(client, made, "call-off").status_code == 422
    name = f"call-{made.activity_id}-because"
    look = saves(client, made, "call-off", None, **{name: "场地停电"})
    assert words(by_id(look, "confirm")).startswith("取消活动并通知")
    page = client.follow(confirms(client, look, made, "call-off"))

    assert "活动取消了" in page.text
    assert states(ticket) == ["called_off"]
    assert [(one.because, one.facts["people"]) for one in deeds() if one.what is What.CALLED_OFF] == [
        ("场地停电", 1)
    ]


def test_calling_off_what_nobody_booked_is_looked_at_too(client: Client) -> None:
    made = an_edited(client)

    look = saves(client, made, "call-off", None, **{f"call-{made.activity_id}-because": "场地停电"})

    assert look.status_code == 200
    assert the_activity(made.activity_id).status == "published"


def test_parts_of_another_activity_are_not_there(client: Client) -> None:
    made, other = an_edited(client), an_activity(title="别的活动")
    page = client.get(page_of(made))
    sent = {"csrf_token": page.text.split('name="csrf_token" value="')[1].split('"')[0]}

    assert client.post(form_at(made, "capacity", other.slot_id), data=sent).status_code == 404
    assert client.post(form_at(made, "nothing"), data=sent).status_code == 404


def test_who_only_checks_people_in_changes_nothing(client: Client) -> None:
    made = an_activity()
    sign_in(client, an_organizer(a_union(), role=Role.CHECK_IN_STAFF))

    assert client.get(page_of(made)).status_code == 404


def test_closing_earlier_ends_nobodys_booking_and_closing_after_the_start_is_refused(
    client: Client, 小王: Person
) -> None:
    made = an_edited(client)
    ticket = asks(小王, made, at=clock.now())
    after, soon = clock.beijing(made.starts_at + DAY), clock.beijing(clock.now() + DAY)

    late = saves(client, made, "windows", closes_day=f"{after:%Y-%m-%d}")
    done = saves(client, made, "windows", closes_day=f"{soon:%Y-%m-%d}", cancel="90")

    assert late.status_code == 422
    assert done.status_code == 303
    assert the_activity(made.activity_id).cancel_minutes == 90
    assert clock.beijing(the_activity(made.activity_id).closes_at).date() == soon.date()
    assert states(ticket) == ["confirmed"]


def test_two_organizers_change_the_seats_at_once_and_the_second_sees_what_the_first_did(site: Flask) -> None:
    made, name = an_activity(places=5), ""
    first, second = Client(site), Client(site)
    for client, who in ((first, "李姐"), (second, "陈老师")):
        sign_in(client, an_organizer(a_union(), name=who))
    name = f"slot-{made.slot_id}-capacity"
    both_see = [client.get(page_of(made)) for client in (first, second)]
    action = form_at(made, "capacity", made.slot_id)

    assert first.press(both_see[0], action, **{name: "8"}).status_code == 303
    stale = second.press(both_see[1], action, **{name: "6"})

    assert stale.status_code == 409
    assert slot(made).capacity == 8
    last = words(by_id(stale, "last"))
    assert "李姐" in last
    assert "名额 5 → 8" in last
    assert by_id(stale, name).get("value") == "6"
    assert second.press(stale, action, **{name: "6"}).status_code == 303
    assert slot(made).capacity == 6


def test_without_the_digest_the_second_would_write_over_the_first(
    site: Flask, monkeypatch: pytest.MonkeyPatch
) -> None:
    made = an_activity(places=5)
    first, second = Client(site), Client(site)
    for client in (first, second):
        sign_in(client, an_organizer(a_union()))
    name, action = f"slot-{made.slot_id}-capacity", form_at(made, "capacity", made.slot_id)
    both_see = [client.get(page_of(made)) for client in (first, second)]
    monkeypatch.setattr("yiqi.desk.views.editing.stands.digest", lambda _known: "always the same")
    first.press(both_see[0], action, **{name: "8", "stood": "always the same"})
    second.press(both_see[1], action, **{name: "6", "stood": "always the same"})

    assert slot(made).capacity == 6


def test_words_somebody_else_changed_are_not_written_over(client: Client) -> None:
    made = an_edited(client)
    page = client.get(page_of(made))
    editing.rewrite(
        activity_id=made.activity_id,
        words={"title": "共读《平凡的世界》"},
        stood=by_stood(page.text),
        at=clock.now(),
        by_id=a_worker(name="陈老师").id,
    )

    stale = client.press(page, form_at(made, "words"), title="夜读")

    assert stale.status_code == 409
    assert "陈老师" in words(by_id(stale, "last"))
    assert the_activity(made.activity_id).title == "共读《平凡的世界》"


def by_stood(page: str) -> str:
    """The digest that the first form of a page carries."""
    return page.split('name="stood" value="')[1].split('"')[0]


def test_seats_come_free_and_are_given_by_the_same_rules(client: Client, 小王: Person, 小赵: Person) -> None:
    made = an_edited(client, places=2, promotion_minutes=60 * 24 * 30)
    asks(小王, made, party=1, at=clock.now())
    asks(小赵, made, at=clock.now())

    assert saves(client, made, "windows", promotion="60").status_code == 303
    assert seats(made) == (2, 0)
    assert broken(clock.now()) == []


def instant(at: datetime, name: str) -> dict[str, str]:
    """A day and a time as the two controls of a form hold them."""
    local = clock.beijing(at)
    return {f"{name}_day": f"{local:%Y-%m-%d}", f"{name}_time": f"{local:%H:%M}"}


def kept_until(released_in: timedelta) -> Share:
    return Share("一线班组", least=3, tag="一线", releases_at=whole_hour() + released_in)


def whole_hour() -> datetime:
    return clock.now().replace(minute=0, second=0, microsecond=0)


def the_release() -> datetime | None:
    db.session.rollback()
    return db.session.scalars(select(Quota.releases_at)).one()


def test_a_quota_is_not_released_after_sign_up_closes(client: Client) -> None:
    made = an_edited(client, places=5, quotas=[kept_until(DAY)], closes_in=2 * DAY)
    quota_id = db.session.scalars(select(Quota.id)).one()
    late = {
        f"quota-{quota_id}-{name}": one for name, one in instant(made.closes_at + HOUR, "release").items()
    }
    early = {
        f"quota-{quota_id}-{name}": one for name, one in instant(made.closes_at - HOUR, "release").items()
    }

    refused = saves(client, made, "quota", quota_id, **late)
    stood = the_release()
    kept = saves(client, made, "quota", quota_id, **early)

    assert refused.status_code == 422
    assert "再晚就没有人能报上了" in words(by_id(refused, f"quota-{quota_id}-release_day-err"))
    assert stood == whole_hour() + DAY
    assert kept.status_code == 303
    assert the_release() != stood


def test_what_was_published_to_be_released_too_late_stays_and_the_rest_of_it_is_changed(
    client: Client,
) -> None:
    made = an_edited(client, places=5, quotas=[kept_until(9 * DAY)])
    quota_id = db.session.scalars(select(Quota.id)).one()

    answer = saves(client, made, "quota", quota_id, **{f"quota-{quota_id}-least": "2"})
    windows = saves(client, made, "windows", promotion="30")

    assert (answer.status_code, windows.status_code) == (303, 303)
    assert the_release() == whole_hour() + 9 * DAY


def test_a_new_quota_is_not_released_after_sign_up_closes(client: Client) -> None:
    made = an_edited(client, places=5)
    new = {"quota-new-name": "一线", "quota-new-least": "2", "quota-new-tag": "一线"}

    def asked(at: datetime) -> TestResponse:
        typed = {f"quota-new-{name}": one for name, one in instant(at, "release").items()}
        return saves(client, made, "new-quota", made.activity_id, **new, **typed)

    late, early = asked(made.closes_at + HOUR), asked(made.closes_at - HOUR)

    assert late.status_code == 422
    assert "再晚就没有人能报上了" in words(by_id(late, "quota-new-release_day-err"))
    assert early.status_code != 422


def test_sign_up_does_not_close_before_kept_places_are_released(client: Client) -> None:
    made = an_edited(client, places=5, quotas=[kept_until(DAY)])

    refused = saves(client, made, "windows", made.activity_id, **instant(whole_hour() + DAY - HOUR, "closes"))
    kept = saves(client, made, "windows", made.activity_id, **instant(whole_hour() + DAY + HOUR, "closes"))

    assert refused.status_code == 422
    assert "“一线班组”的名额" in words(by_id(refused, "closes_day-err"))
    assert kept.status_code == 303


def test_a_date_is_not_moved_before_its_kept_places_are_released(client: Client) -> None:
    made = an_edited(client, places=5, quotas=[kept_until(DAY)])
    one = the_date(made.activity_id)
    name = f"date-{one.id}"

    def moved(starts: datetime) -> TestResponse:
        local, ends = clock.beijing(starts), clock.beijing(starts + HOUR)
        typed = {"day": f"{local:%Y-%m-%d}", "starts": f"{local:%H:%M}", "ends": f"{ends:%H:%M}"}
        typed["end_day"] = f"{ends:%Y-%m-%d}" if ends.date() != local.date() else ""
        sent = {f"{name}-{key}": value for key, value in typed.items()}
        return saves(client, made, "occurrence", one.id, **sent)

    refused, looked = moved(whole_hour() + DAY - 2 * HOUR), moved(whole_hour() + DAY + 2 * HOUR)

    assert refused.status_code == 422
    assert "“一线班组”的名额" in refused.text
    assert looked.status_code != 422


def test_no_fewer_seats_than_are_kept_for_some(client: Client) -> None:
    """As when it was published: seats that are not there cannot be kept. The control: as many as are kept are enough."""
    kept = Share("一线班组", least=3, tag="一线")
    made = an_edited(client, places=5, quotas=[kept])
    name = f"slot-{made.slot_id}-capacity"

    fewer = saves(client, made, "capacity", made.slot_id, **{name: "2"})

    assert (fewer.status_code, slot(made).capacity) == (422, 5)
    assert "留出了 3 个" in fewer.text
    assert saves(client, made, "capacity", made.slot_id, **{name: "3"}).status_code == 303
    assert slot(made).capacity == 3
