"""Writing an activity: what is typed is kept, right or wrong; published once; seen before as workers will see it."""

from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import func, select
from werkzeug.test import TestResponse

from tests.browsing import Client, by_id, form_of, parsed, words
from tests.builders import a_union, a_worker, an_activity, an_organizer
from tests.builders.drafts import a_draft
from tests.builders.series import a_drop_in_series
from tests.web.answers import complaint, nothing_is_stored_raw
from tests.web.asking import HTMX, a_token, out_of_band, roots
from yiqi import clock
from yiqi.activities.models import (
    Activity,
    Allocation,
    Occurrence,
    Programme,
    Question,
    Quota,
    Series,
    Slot,
    quota_union,
)
from yiqi.activities.planning import Meeting, Pool, Share
from yiqi.activities.rules import conditions
from yiqi.activities.rules.questions import Asked, Choice, QuestionKind
from yiqi.db import db, writing
from yiqi.desk.models import Draft
from yiqi.desk.planning import copying, drafting, known, publishing
from yiqi.desk.rules.shifting import onward
from yiqi.people.models import Person
from yiqi.roles.models import Deed
from yiqi.roles.rules.deeds import What
from yiqi.roles.rules.permissions import Role

SQLITE = pytest.mark.parametrize("site", ["sqlite"], indirect=True)


@pytest.fixture
def 陈老师(client: Client) -> Person:
    person = an_organizer(a_union(), name="陈老师")
    client.sign_in(person)
    return person


def kept(draft_id: int) -> Draft:
    db.session.rollback()
    return db.session.get_one(Draft, draft_id, populate_existing=True)


def at(draft_id: int, deed: str = "") -> str:
    return f"/desk/drafts/{draft_id}" + (f"/{deed}" if deed else "")


def sends(client: Client, draft_id: int, deed: str = "", **typed: Any) -> TestResponse:
    """Fill in the form of a draft as it stands, and press one of its buttons (`do=…`, or another address)."""
    page = client.get(at(draft_id))
    return client.post(at(draft_id, deed), data=form_of(page, at(draft_id)) | typed)


def activities() -> int:
    db.session.rollback()
    return db.session.scalar(select(func.count()).select_from(Activity)) or 0


def test_an_idea_becomes_an_activity_that_workers_find(client: Client, 陈老师: Person) -> None:
    page = client.get("/desk/drafts/new")
    fields = form_of(page, "/desk/drafts")
    begun = client.post(
        "/desk/drafts",
        data=fields | {"start": "blank", "programme": "volunteering", "union": "亦庄工会"},
    )
    address = client.follow(begun).request.path
    day = clock.today() + timedelta(days=3)
    form = form_of(client.get(address), address) | {
        "title": "亦庄马拉松文明引导",
        "venue": "荣京东街站 A 口",
        "date-0-day": str(day),
        "date-0-starts": "06:00",
        "date-0-ends": "12:30",
        "slot-0-capacity": "120",
        "about": "穿运动鞋\n\n自带水杯",
        "title_en": "Marathon guides",
    }
    published = client.post(f"{address}/publish", data=form)

    done = client.follow(published)
    assert "已发布" in words(by_id(done, "main"))
    link = by_id(done, "see").get("href") or ""
    assert f"http://localhost{link}" in done.text
    assert by_id(done, "main").find(".//*[@class='qr']/*") is not None
    client.sign_in(a_worker())
    found = client.get(link)
    assert "荣京东街站 A 口" in words(by_id(found, "main"))
    deed = db.session.scalars(select(Deed).where(Deed.what == What.PUBLISHED)).one()
    assert (deed.what, deed.by_id) == (What.PUBLISHED, 陈老师.id)
    activity = db.session.scalars(select(Activity)).one()
    assert (activity.made_by_id, activity.programme, activity.title_en) == (
        陈老师.id,
        Programme.VOLUNTEERING,
        "Marathon guides",
    )


def test_pressed_twice_it_is_published_once(client: Client, 陈老师: Person) -> None:
    draft = a_draft(陈老师)
    form = form_of(client.get(at(draft)), at(draft))

    first = client.post(at(draft, "publish"), data=form)
    second = client.post(at(draft, "publish"), data=form)

    assert (first.status_code, first.location) == (second.status_code, second.location) == (303, at(draft))
    assert activities() == 1
    assert db.session.scalar(select(func.count()).where(Deed.what == What.PUBLISHED)) == 1


def test_without_the_look_at_what_it_became_it_would_be_published_twice(
    client: Client, 陈老师: Person
) -> None:
    """The control of the test above: the same calls, with the mark of the first taken away between them."""
    draft = a_draft(陈老师)
    row = kept(draft)
    read = known.read(row.fields, owner_id=row.owner_id, by_id=陈老师.id, at=clock.now())
    assert read.wanted is not None

    def press() -> int:
        assert read.wanted is not None
        return publishing.publish(
            draft_id=draft,
            edition=kept(draft).edition,
            fields=row.fields,
            wanted=read.wanted,
            by_id=陈老师.id,
            at=clock.now(),
        )

    assert press() == press()
    with writing() as session:
        session.get_one(Draft, draft).published_id = None
    press()
    assert activities() == 2


def test_what_is_wrong_is_kept_and_said_at_its_field_and_in_the_summary(
    client: Client, 陈老师: Person
) -> None:
    draft = a_draft(陈老师)

    answer = sends(
        client,
        draft,
        "publish",
        title="",
        cancel="9" * 5000,
        **{"date-0-ends": "24:00", "slot-0-capacity": "-1"},
    )

    assert answer.status_code == 422
    assert activities() == 0
    for field in ("title", "cancel", "date-0-ends", "slot-0-capacity"):
        assert complaint(answer, field)
    again = form_of(client.get(at(draft)), at(draft))
    assert (again["cancel"], again["date-0-ends"], again["slot-0-capacity"]) == ("9" * 5000, "24:00", "-1")
    assert form_of(answer, at(draft))["edition"] == again["edition"] == "2"


@pytest.mark.parametrize("lang", ["zh-CN", "en"])
def test_a_draft_is_saved_as_it_was_typed_however_odd(client: Client, 陈老师: Person, lang: str) -> None:
    client.set_cookie("lang", lang)
    draft = a_draft(陈老师)
    odd = {
        "title": "<b>标题</b> {{7*7}} 👨‍👩‍👧",
        "sub": "\u202e反",
        "about": "第一行\r\n\r\n第二行\x00",
        "offer": "１２",
    }

    assert sends(client, draft, do="save", **odd).status_code == 303

    again = form_of(client.get(at(draft)), at(draft))
    assert again["title"] == odd["title"]
    assert (again["sub"], again["about"], again["offer"]) == ("反", "第一行\n\n第二行", "１２")
    nothing_is_stored_raw()


def test_rows_are_added_moved_and_taken_out_without_javascript(client: Client, 陈老师: Person) -> None:
    draft = a_draft(陈老师)
    assert sends(client, draft, do="add-slot", **{"slot-0-label": "引导"}).location == f"{at(draft)}#slot-1"
    sends(client, draft, do="up-slot-1", **{"slot-1-label": "补给"})
    assert [row["label"] for row in kept(draft).fields["slot"]] == ["补给", "引导"]
    sends(client, draft, do="remove-slot-0")
    assert [row["label"] for row in kept(draft).fields["slot"]] == ["引导"]
    sends(client, draft, do="add-question")
    asked = sends(client, draft, do="down-question-0", **{"question-0-label": "尺码"})
    assert asked.status_code == 303
    assert words(by_id(client.get(at(draft)), "question-0"))


def test_weekly_dates_are_listed_and_the_single_ones_come_back(client: Client, 陈老师: Person) -> None:
    draft = a_draft(陈老师)
    first = form_of(client.get(at(draft)), at(draft))["date-0-day"]
    sends(client, draft, do="when-weekly")
    weekly = sends(
        client,
        draft,
        "_preview",
        **{
            "weekday-0": "1",
            "weekly_starts": "18:30",
            "weekly_ends": "20:00",
            "first_on": "2026-12-01",
            "last_on": "2027-02-28",
        },
    )
    made = words(by_id(weekly, "made"))
    assert "一共" in made
    assert "12月7日 星期一 18:30–20:00" in made.replace("\u2060", "")
    sends(client, draft, do="when-dates")
    assert form_of(client.get(at(draft)), at(draft))["date-0-day"] == first


def test_of_two_who_write_at_once_the_second_is_told_and_loses_nothing(
    client: Client, 陈老师: Person
) -> None:
    draft = a_draft(陈老师)
    hers = form_of(client.get(at(draft)), at(draft))
    colleague = an_organizer(a_union(), name="李姐")
    client.sign_in(colleague)
    assert sends(client, draft, do="save", title="李姐的名称").status_code == 303
    client.sign_in(陈老师)

    mine = hers | {"title": "陈老师的名称", "csrf_token": a_token(client)}
    answers = [client.post(at(draft, deed), data=mine) for deed in ("publish", "")]
    for late in answers:
        assert late.status_code == 409
        assert "李姐" in words(by_id(late, "conflict"))
        assert form_of(late, at(draft))["title"] == "陈老师的名称"
        assert kept(draft).title == "李姐的名称"
    assert activities() == 0

    over = client.post(at(draft), data=form_of(answers[-1], at(draft)) | {"do": "save"})
    assert over.status_code == 303
    assert kept(draft).title == "陈老师的名称"


def test_without_the_edition_the_first_save_would_be_lost(client: Client, 陈老师: Person) -> None:
    draft = a_draft(陈老师)
    fields = kept(draft).fields
    drafting.save(draft_id=draft, edition=1, fields=fields, by_id=陈老师.id, at=clock.now())
    with pytest.raises(drafting.Conflict):
        drafting.save(draft_id=draft, edition=1, fields=fields, by_id=陈老师.id, at=clock.now())
    assert kept(draft).edition == 2


def test_the_preview_is_the_ticket_and_what_is_asked_and_keeps_nothing(
    client: Client, 陈老师: Person
) -> None:
    draft = a_draft(陈老师, question=[{"key": "q1", "kind": "text", "label": "忌口"}])
    form = form_of(client.get(at(draft)), at(draft)) | {"title": "改过的名称", "slot-0-capacity": "7"}

    seen = client.post(at(draft, "_preview"), data=form, headers=HTMX)

    assert roots(seen.text) == 1
    assert not out_of_band(seen.text)
    text = words(by_id(seen, "preview"))
    assert "改过的名称" in text
    assert "7" in text
    assert "忌口" in text
    assert "18:30" in text
    assert kept(draft).title == "班前拉伸"
    pressed = parsed(seen)
    assert not list(pressed.iter("form"))
    assert not list(pressed.iter("a"))


@pytest.mark.parametrize(
    "typed",
    [
        {"title": ""},
        {"date-0-day": "9999-12-31"},
        {"slot-0-capacity": "x"},
        {"allocation": "draw"},
        {"allocation": "??"},
        {"when": "weekly"},
        {"max_party": "-1"},
        {"union_only": "1"},
        {"conditions_unions": "亦庄工会"},
        {"holds_activity": "1"},
    ],
)
@SQLITE
def test_the_preview_of_anything_is_no_trouble(client: Client, 陈老师: Person, typed: dict[str, str]) -> None:
    draft = a_draft(陈老师)
    form = form_of(client.get(at(draft)), at(draft)) | typed
    assert client.post(at(draft, "_preview"), data=form, headers=HTMX).status_code == 200
    assert client.post(at(draft, "_preview"), data=form).status_code == 200


def test_everything_of_the_form_reaches_the_activity(client: Client, 陈老师: Person) -> None:
    plant = a_union("京东方工会", parent=a_union())
    day = str(clock.today() + timedelta(days=9))
    draft = a_draft(
        陈老师,
        venue="体育馆",
        directions="东门",
        topic="women",
        allocation="draw",
        draw_day=day,
        draw_time="12:00",
        closes_day=str(clock.today() + timedelta(days=8)),
        closes_time="18:00",
        max_party="3",
        most_open="2",
        penalties="",
        union_only="1",
        member="1",
        date=[
            {"day": day, "starts": "18:30", "ends": "20:00"},
            {
                "day": day,
                "starts": "23:00",
                "end_day": str(clock.today() + timedelta(days=10)),
                "ends": "01:00",
                "venue": "书屋",
            },
        ],
        slot=[
            {"label": "早", "capacity": "20", "dates": "1", "waitlist": "0"},
            {"label": "晚", "capacity": "", "dates": "2", "detail": "带灯"},
        ],
        quota=[{"name": "一线", "most": "9", "unions": "京东方工会", "choice": "q1=大", "slots": "1"}],
        question=[
            {"key": "q1", "kind": "choice", "label": "尺码", "choices": "大 | L\n小 | S", "required": "1"}
        ],
    )

    assert sends(client, draft, "publish").status_code == 303

    activity = db.session.scalars(select(Activity)).one()
    early, late = db.session.scalars(select(Occurrence).order_by(Occurrence.starts_at)).all()
    assert (early.venue, early.directions, late.venue, late.directions) == ("体育馆", "东门", "书屋", "")
    assert late.ends_at - late.starts_at == timedelta(hours=2)
    one, two = db.session.scalars(select(Slot).order_by(Slot.position)).all()
    assert (one.capacity, one.waitlist_limit, two.capacity, two.detail) == (20, 0, None, "带灯")
    assert ([slot.occurrences[0].id for slot in (one, two)]) == [early.id, late.id]
    assert (activity.allocation, activity.topic, activity.max_party) == (Allocation.DRAW, "women", 3)
    assert (activity.most_open, activity.penalties, activity.union_only) == (2, False, True)
    assert [row["kind"] for row in activity.conditions] == ["union", "member"]
    question = db.session.scalars(select(Question)).one()
    assert (question.required, question.choices[0]["label_en"]) == (True, "L")
    quota = db.session.scalars(select(Quota)).one()
    assert (quota.most, quota.choice) == (9, "q1=c1")
    assert db.session.scalar(select(quota_union.c.union_id)) == plant.id


@pytest.mark.parametrize("drop_in", ["", "1"])
def test_a_weekly_rule_is_published_as_a_series(client: Client, 陈老师: Person, drop_in: str) -> None:
    weekly: dict[str, Any] = {
        "when": "weekly",
        "weekday-1": "1",
        "weekly_starts": "19:00",
        "weekly_ends": "20:30",
        "first_on": "2026-12-01",
        "last_on": "2026-12-22",
        "drop_in": drop_in,
    }
    draft = a_draft(陈老师, **weekly)

    assert sends(client, draft, "publish").status_code == 303

    assert db.session.scalars(select(Series)).one().weekdays == "1"
    assert db.session.scalar(select(func.count()).select_from(Occurrence)) == 4
    assert db.session.scalar(select(func.count()).select_from(Slot)) == (4 if drop_in else 1)


def test_a_template_is_kept_and_used_and_the_draft_goes_on(client: Client, 陈老师: Person) -> None:
    draft = a_draft(陈老师)
    template = sends(client, draft, "template", title="每周读书会").location
    made = client.get(template)
    assert kept(draft).title == "每周读书会"

    begun = client.press(made, "/desk/drafts")

    used = form_of(client.follow(begun), begun.location)
    assert used["title"] == "每周读书会"
    assert used["date-0-day"] > kept(draft).fields["date"][0]["day"]
    assert client.post(f"{template}/publish", data=form_of(made, template)).status_code == 409
    assert activities() == 0


def test_a_copy_of_an_earlier_activity_is_the_same_some_weeks_later(client: Client, 陈老师: Person) -> None:
    plant = a_union("京东方工会", parent=a_union())
    start = clock.now() + timedelta(days=-10)
    made = an_activity(
        title="职工大讲堂",
        owner=a_union(),
        meetings=[
            Meeting(start, start + timedelta(hours=2), "四层", directions="东门"),
            Meeting(start + timedelta(days=1), start + timedelta(days=1, hours=2), "五层"),
        ],
        pools=[Pool(30, "甲"), Pool(None, "乙", meetings=(1,), waitlist_limit=5)],
        questions=[
            Asked(
                "hand", QuestionKind.CHOICE, "哪只手", choices=(Choice("l", "左", "left"), Choice("r", "右"))
            )
        ],
        quotas=[Share("一线", most=5, unions=(plant.id,), choice="hand=r", pools=(0,))],
        conditions=[{"kind": "age", "least": 18}, {"kind": "union", "unions": [plant.id]}],
        opens_in=timedelta(days=-20),
        fee="免费",
    )
    page = client.get("/desk/drafts/new", query_string={"q": "大讲堂"})
    assert by_id(page, f"copy-{made.activity_id}") is not None
    fields = {"start": f"activity-{made.activity_id}", "nonce": "once", "csrf_token": a_token(client)}

    begun = client.post("/desk/drafts", data=fields)
    again = client.post("/desk/drafts", data=fields)

    assert begun.location == again.location
    draft = int(begun.location.rsplit("/", 1)[1])
    assert sends(client, draft, "publish").status_code == 303
    db.session.rollback()
    before, after = db.session.scalars(select(Activity).order_by(Activity.id)).all()
    assert (after.title, after.fee) == (before.title, "免费")
    assert conditions.parse(after.conditions) == conditions.parse(before.conditions)
    moved = {
        new.starts_at - old.starts_at for old, new in zip(before.occurrences, after.occurrences, strict=True)
    }
    assert moved == {timedelta(weeks=2)}
    first = after.occurrences
    assert (first[0].venue, first[0].directions, first[1].venue) == ("四层", "东门", "五层")
    assert [(slot.label, slot.capacity, len(slot.occurrences)) for slot in after.slots] == [
        ("甲", 30, 2),
        ("乙", None, 1),
    ]
    assert db.session.scalar(select(func.count()).select_from(Quota).where(Quota.choice == "hand=c2")) == 1


def test_a_copy_of_a_drop_in_series_has_one_set_of_slots(client: Client, 陈老师: Person) -> None:
    made = a_drop_in_series(clock.now(), Pool(9, "甲"), Pool(5, "乙"))
    fields = copying.fields_of(made.activity_id)

    assert (fields["when"], fields["drop_in"]) == ("weekly", "1")
    assert [row["label"] for row in fields["slot"]] == ["甲", "乙"]
    read = known.read(onward(fields, clock.today()), owner_id=a_union().id, by_id=陈老师.id, at=clock.now())
    assert read.problems == ()


def test_a_draft_can_be_thrown_away_and_a_published_one_cannot(client: Client, 陈老师: Person) -> None:
    draft, published = a_draft(陈老师), a_draft(陈老师)
    sends(client, published, "publish")
    assert sends(client, draft, "delete").location == "/desk/?tab=drafts"
    assert client.get(at(draft)).status_code == 404

    token = {"csrf_token": a_token(client)}
    assert client.post(at(published, "delete"), data=token).location == at(published)
    assert client.post(at(published), data=token | {"title": "改名"}).location == at(published)
    assert kept(published).title == "班前拉伸"


STRANGERS = ["organizer of another union", "of another programme", "check-in staff", "worker"]


@pytest.mark.parametrize("who", STRANGERS)
def test_a_draft_of_others_is_like_one_that_is_not_there(client: Client, who: str) -> None:
    union, elsewhere = a_union(), a_union("拜耳工会")
    draft = a_draft(an_organizer(union))
    made = an_activity()
    template = a_draft(an_organizer(union), is_template=True)
    if who == "worker":
        stranger = a_worker()
    elif who == "of another programme":
        stranger = an_organizer(union, programme=Programme.LEAGUE)
    elif who == "check-in staff":
        stranger = an_organizer(union, role=Role.CHECK_IN_STAFF)
    else:
        stranger = an_organizer(elsewhere)
    client.sign_in(stranger)
    token = {"csrf_token": a_token(client)}

    assert client.get(at(draft)).status_code == client.get(at(987654)).status_code == 404
    for deed in ("", "_preview", "publish", "template", "delete"):
        assert client.post(at(draft, deed), data=token).status_code == 404
    for start in (
        f"template-{template}",
        f"activity-{made.activity_id}",
        f"template-{draft}",
        "x-1",
        "activity-x",
    ):
        answer = client.post("/desk/drafts", data=token | {"start": start, "nonce": "n"})
        assert answer.status_code == 404, start
    assert kept(draft).edition == 1


def test_one_cannot_begin_for_a_union_or_programme_that_is_not_ones_own(client: Client) -> None:
    client.sign_in(an_organizer(a_union("拜耳工会"), programme=Programme.READING))
    a_union("亦庄工会")
    token = {"csrf_token": a_token(client), "nonce": "n"}
    good = {"programme": "reading", "union": "拜耳工会"}

    for typed, field in (
        ({"union": "亦庄工会"}, "union"),
        ({"union": ""}, "union"),
        ({"union": "\x00'\u202e"}, "union"),
        ({"programme": "league"}, "programme"),
        ({"programme": "x"}, "programme"),
    ):
        answer = client.post("/desk/drafts", data=token | good | typed)
        assert answer.status_code == 422, typed
        assert complaint(answer, field)
    assert client.post("/desk/drafts", data=token | good).status_code == 303
