"""Writing an activity: what is typed is kept, right or wrong, also when two write at once; and whose it is."""

import pytest

from tests.browsing import Client, by_id, form_of, parsed, words
from tests.builders import a_union, a_worker, an_activity, an_organizer
from tests.builders.drafts import a_draft
from tests.desk.drafting_steps import activities, at, kept, sends
from tests.web.answers import complaint, nothing_is_stored_raw
from tests.web.asking import a_token
from yiqi import clock
from yiqi.activities.models import (
    Programme,
)
from yiqi.desk.planning import drafting
from yiqi.people.models import Person
from yiqi.roles import granting
from yiqi.roles.rules.permissions import Role


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
    answers = [client.post(at(draft, deed), data=mine) for deed in ("publish", "delete", "")]
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
    other = client.post("/desk/drafts", data=token | good | {"programme": "league"})
    assert "归你的是：职工书屋" in complaint(other, "programme")
    assert client.post("/desk/drafts", data=token | good).status_code == 303


def test_nobody_is_offered_what_they_may_not_make(client: Client) -> None:
    bayer, federation = a_union("拜耳工会"), a_union("亦庄工会")
    person = an_organizer(bayer, programme=Programme.READING)
    client.sign_in(person)
    assert options(client, "programme") == ["reading"]

    granting.grant(
        person_id=person.id,
        role=Role.UNION_ORGANIZER,
        union_id=federation.id,
        programme=Programme.LEAGUE,
        at=clock.now(),
        by_id=None,
    )
    assert set(options(client, "pair")) == {"", f"league.{federation.id}", f"reading.{bayer.id}"}
    token = {"csrf_token": a_token(client), "start": "blank", "nonce": "n"}
    for odd in ("", f"league.{bayer.id}", f"reading.{federation.id}", "reading.999999", "x.1", "\x00."):
        refused = client.post("/desk/drafts", data=token | {"pair": odd})
        assert (refused.status_code, bool(complaint(refused, "pair"))) == (422, True), odd
    begun = client.post("/desk/drafts", data=token | {"pair": f"league.{federation.id}"})
    assert begun.status_code == 303
    assert "篮球联赛" in client.follow(begun).text


def options(client: Client, name: str) -> list[str | None]:
    (chosen,) = (
        one for one in parsed(client.get("/desk/drafts/new")).iter("select") if one.get("name") == name
    )
    return [one.get("value") for one in chosen.iter("option")]


def test_whoever_makes_for_several_unions_says_for_which(client: Client) -> None:
    federation = a_union("亦庄总工会")
    only = a_union("拜耳工会", parent=federation)
    client.sign_in(an_organizer(only))
    assert 'value="拜耳工会"' in client.get("/desk/drafts/new").text
    assert '<option value="">' not in _choices(client)
    client.sign_in(an_organizer(federation))
    assert _choices(client).count("<option") == 3
    assert _choices(client).startswith('<option value="">')


def _choices(client: Client) -> str:
    """The options of whose activity it is to be."""
    return client.get("/desk/drafts/new").text.split('name="union"')[1].split(">", 1)[1].split("</select>")[0]


def test_who_knows_a_part_of_a_unions_name_is_told_the_whole(client: Client, 陈老师: Person) -> None:
    a_union("京东方工会")
    draft = a_draft(陈老师)

    part = sends(client, draft, "publish", conditions_unions="京东方")
    strange = sends(client, draft, "publish", conditions_unions="火星工会")

    assert "是不是“京东方工会”" in complaint(part, "conditions_unions")
    assert "是不是" not in complaint(strange, "conditions_unions")
