"""The page of one's own marks: what happened, how long it is kept, and saying that it is wrong."""

from datetime import timedelta

import pytest
from flask import Flask, render_template

from tests.booking.steps import asks
from tests.browsing import Client, at_time, by_id, form_of, words
from tests.builders import a_worker, an_activity
from tests.builders.noted import a_mark
from tests.promises.measured import counted
from tests.web.asking import HTMX, a_token, roots
from yiqi import clock
from yiqi.booking import marks
from yiqi.booking.attendance import Sign
from yiqi.booking.models import MarkKind
from yiqi.booking.rules.marks import Status
from yiqi.people.models import Person

DAY = timedelta(days=1)


@pytest.fixture
def 小王的(client: Client, 小王: Person) -> int:
    """A mark of 小王, who is signed in; its id."""
    mark_id = a_mark(asks(小王, an_activity(), at=clock.now()).ref)
    client.sign_in(小王)
    return mark_id


def action(mark_id: int) -> str:
    return f"/me/marks/{mark_id}/objection"


def test_without_marks_the_page_says_so(client: Client, 小王: Person) -> None:
    client.sign_in(小王)
    page = client.get("/me/marks")

    assert page.status_code == 200
    assert "一次也没有" in page.text


def test_it_says_what_happened_until_when_it_is_kept_and_until_when_to_object(
    client: Client, 小王的: int
) -> None:
    text = words(by_id(client.get("/me/marks"), f"mark-{小王的}"))

    assert "职工书屋读书会" in text
    assert "没有签到" in text
    assert "然后自动清掉" in text
    assert "前可以说明，核实时不算" in text


def test_an_objection_is_taken_and_the_page_says_that_it_does_not_count_meanwhile(
    client: Client, 小王: Person, 小王的: int
) -> None:
    page = client.get("/me/marks")
    done = client.press(page, action(小王的), objection="到了，手机没电，没签到")

    assert done.location == f"/me/marks#mark-{小王的}"
    found = by_id(client.follow(done), f"mark-{小王的}")
    assert found.get("data-mark") == "suspended"
    assert "你说：到了，手机没电，没签到" in words(found)
    with pytest.raises(LookupError):
        form_of(client.get("/me/marks"), action(小王的))
    assert marks.of(小王.id, clock.now())[0].mark.objection == "到了，手机没电，没签到"


def test_htmx_gets_the_mark_alone_and_the_live_region(client: Client, 小王的: int) -> None:
    sent = form_of(client.get("/me/marks"), action(小王的)) | {"objection": "我到了"}
    answer = client.post(action(小王的), data=sent, headers=HTMX)

    assert answer.status_code == 200
    assert answer.headers["Cache-Control"] == "no-store"
    assert roots(answer.text) == 1
    assert by_id(answer, f"mark-{小王的}").get("data-mark") == "suspended"
    assert words(by_id(answer, "say")) == "收到了，组织者会核实"


@pytest.mark.parametrize("headers", [{}, HTMX], ids=["page", "fragment"])
@pytest.mark.parametrize("typed", ["", " ", "啊" * 201, "a\x00b"])
def test_a_mistake_keeps_what_was_typed(
    client: Client, 小王: Person, 小王的: int, headers: dict[str, str], typed: str
) -> None:
    page = client.get("/me/marks")
    answer = client.post(
        action(小王的), data=form_of(page, action(小王的)) | {"objection": typed}, headers=headers
    )

    assert answer.status_code == 422
    control = by_id(answer, f"objection-{小王的}")
    assert control.get("aria-invalid") == "true"
    assert (control.text or "").strip() == typed.replace("\x00", "").strip()
    assert marks.of(小王.id, clock.now())[0].mark.objected_at is None


@pytest.mark.parametrize("headers", [{}, HTMX], ids=["page", "fragment"])
def test_after_seven_days_it_says_that_the_time_is_over(
    client: Client, 小王: Person, 小王的: int, headers: dict[str, str]
) -> None:
    typed = form_of(client.get("/me/marks"), action(小王的)) | {"objection": "我到了"}

    with at_time(clock.now() + 7 * DAY):
        answer = client.post(action(小王的), data=typed, headers=headers)
        assert "可以说明的时间到" in words(by_id(answer, f"mark-{小王的}"))

    assert answer.status_code == 409
    assert marks.of(小王.id, clock.now())[0].mark.objected_at is None


@pytest.mark.parametrize("headers", [{}, HTMX], ids=["page", "fragment"])
def test_somebody_elses_mark_is_answered_like_none(
    client: Client, 小王的: int, 小赵: Person, headers: dict[str, str]
) -> None:
    client.sign_in(小赵)
    typed = {"csrf_token": a_token(client), "objection": "我到了"}

    theirs = client.post(action(小王的), data=typed, headers=headers)
    missing = client.post(action(987654), data=typed, headers=headers)

    assert (theirs.status_code, missing.status_code) == (404, 404)
    assert f"mark-{小王的}" not in client.get("/me/marks").text


def test_after_the_answer_it_stands_on_the_page(
    client: Client, 小王: Person, 小王的: int, 李姐: Person
) -> None:
    now = clock.now()
    second = a_mark(
        asks(小王, an_activity(starts_in=timedelta(hours=100)), at=now).ref, kind=MarkKind.LATE_CANCEL
    )
    for mark_id, lifted in ((小王的, True), (second, False)):
        marks.object_to(mark_id=mark_id, person_id=小王.id, text="我到了", at=now)
        marks.settle(mark_id=mark_id, lifted=lifted, because="看过签到表", at=now, by_id=李姐.id)

    page = client.get("/me/marks")

    assert "核实过了，这次不记" in words(by_id(page, f"mark-{小王的}"))
    still = words(by_id(page, f"mark-{second}"))
    assert "核实过了，还是记着" in still
    assert "答复：看过签到表" in still


def test_two_that_count_are_said_with_their_end_and_the_page_asks_little(
    client: Client, 小王: Person, 小王的: int
) -> None:
    a_mark(asks(小王, an_activity(starts_in=timedelta(hours=100)), at=clock.now()).ref)
    client.get("/me/marks")

    with counted() as said:
        page = client.get("/me/marks")

    assert "要组织者点头" in words(by_id(page, "approval"))
    assert len(said) <= 4


@pytest.mark.parametrize("site", ["sqlite"], indirect=True)
def test_the_quiet_notes_are_quiet_when_there_is_nothing(site: Flask) -> None:
    now = clock.now()
    with site.test_request_context():
        counts, checked, lifted = Status.COUNTS, Status.SUSPENDED, Status.LIFTED
        said = render_template("booking/_marks.html", marked=[counts, checked, lifted])
        assert "记了 1 次，1 次在核实" in said.replace("\u00a0", " ")
        assert render_template("booking/_marks.html", marked=[lifted]).strip() == ""
        assert "要组织者点头" in render_template("booking/_approval.html", approval_until=now)
        assert render_template("booking/_approval.html", approval_until=None).strip() == ""
        assert "现在可以签到" in render_template("booking/_attendance.html", sign=Sign())
        both = render_template("booking/_attendance.html", sign=Sign(now, now))
        assert "已签到" in both
        assert "已签退" in both
        assert render_template("booking/_attendance.html", sign=None).strip() == ""


def test_english_names_stand_on_an_english_page(client: Client) -> None:
    worker = a_worker()
    mark_id = a_mark(asks(worker, an_activity(title_en="Reading evening"), at=clock.now()).ref)
    client.sign_in(worker)
    client.set_cookie("lang", "en")

    assert "Reading evening" in words(by_id(client.get("/me/marks"), f"mark-{mark_id}"))
