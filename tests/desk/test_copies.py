"""An activity begun from a template or from an earlier one."""

from datetime import timedelta

from sqlalchemy import func, select

from tests.browsing import Client, by_id, form_of
from tests.builders import a_union, an_activity
from tests.builders.drafts import a_draft
from tests.builders.series import a_drop_in_series
from tests.desk.drafting_steps import activities, kept, sends
from tests.web.asking import a_token
from yiqi import clock
from yiqi.activities.models import (
    Activity,
    Quota,
)
from yiqi.activities.planning import Meeting, Pool, Share
from yiqi.activities.rules import conditions
from yiqi.activities.rules.questions import Asked, Choice, QuestionKind
from yiqi.db import db
from yiqi.desk.planning import copying, known
from yiqi.desk.rules.shifting import onward
from yiqi.people.models import Person


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
    start = clock.now().replace(second=0, microsecond=0) - timedelta(days=10)
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
