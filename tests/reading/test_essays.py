"""Essays: handed in until the deadline, marked by those who see a number and never a name, awarded and told."""

from datetime import timedelta
from io import BytesIO

import pytest
from flask import Flask
from sqlalchemy import select

from tests.booking.steps import NOON
from tests.browsing import Client, at_time, form_of
from tests.builders import a_union, a_worker, an_organizer
from tests.reading.making import DAY, HOUR, TEXT, a_call, hands_in, is_juror
from tests.reading.test_drifting import letters
from tests.web.asking import a_token
from yiqi.db import db
from yiqi.papers.models import Paper
from yiqi.papers.rules.kinds import Kind
from yiqi.people.models import Person
from yiqi.programmes.reading import checks, essay_lists, essays, marking
from yiqi.programmes.reading.essay_models import Award, EssayEntry
from yiqi.programmes.reading.refusing import Refused
from yiqi.programmes.reading.rules.calls import Why

AFTER = NOON + 6 * DAY
"""A day after the deadline of `a_call`."""


def marks(juror: Person, call_id: int, entry_id: int, mark: int = 80) -> None:
    marking.mark(call_id=call_id, entry_id=entry_id, juror_id=juror.id, mark=mark, word="扎实", at=AFTER)


def why(verb: object, **asked: object) -> str:
    with pytest.raises(Refused) as error:
        verb(**asked)  # type: ignore[operator]
    return error.value.why


def test_an_entry_is_replaced_until_the_deadline_and_keeps_its_number(小王: Person, 小赵: Person) -> None:
    call_id = a_call(at=NOON)
    first = hands_in(小王, call_id, at=NOON)
    hands_in(小赵, call_id, at=NOON)

    again = hands_in(小王, call_id, at=NOON + DAY, title="游标卡尺", content="改过的".encode())

    entry = db.session.get_one(EssayEntry, again, populate_existing=True)
    assert (first, entry.number, entry.title) == (again, 1, "游标卡尺")
    assert len(db.session.scalars(select(Paper)).all()) == 2, "the file that was replaced is gone"


def test_nothing_is_taken_at_the_very_deadline_nor_of_a_kind_or_size_that_is_not_asked_for(
    小王: Person,
) -> None:
    call_id = a_call(at=NOON, kinds=["pdf"], most_kb=1)
    asked = {
        "call_id": call_id,
        "person_id": 小王.id,
        "title": "卡尺",
        "filename": "a.pdf",
        "kind": Kind.PDF,
        "content": b"%PDF-1.7",
        "shows_name": False,
        "at": NOON,
    }

    assert why(essays.hand_in, **asked | {"at": NOON + 5 * DAY}) == Why.TOO_LATE
    assert why(essays.hand_in, **asked | {"kind": Kind.TXT, "content": TEXT}) == Why.KIND
    assert why(essays.hand_in, **asked | {"content": b"%PDF-" + b"x" * 1024}) == Why.TOO_BIG
    assert essays.hand_in(**asked) == 1  # type: ignore[arg-type]
    assert essays.hand_in(**asked | {"at": NOON + 5 * DAY - timedelta(seconds=1)}) == 1  # type: ignore[arg-type]


def test_what_was_taken_back_is_not_read_and_may_be_handed_in_again(小王: Person, 小赵: Person) -> None:
    call_id = a_call(at=NOON)
    entry_id = hands_in(小王, call_id, at=NOON)
    is_juror(小赵, call_id, at=NOON)

    essays.withdraw(call_id=call_id, person_id=小王.id, at=NOON + HOUR)
    assert essay_lists.blind(call_id, 小赵.id) == []

    assert hands_in(小王, call_id, at=NOON + 2 * HOUR) == entry_id
    assert [one.number for one in essay_lists.blind(call_id, 小赵.id)] == [1]
    assert why(essays.withdraw, call_id=call_id, person_id=小王.id, at=AFTER) == Why.TOO_LATE


def test_nobody_marks_their_own_essay_nor_one_before_the_deadline(
    小王: Person, 小赵: Person, 老陈: Person
) -> None:
    call_id = a_call(at=NOON)
    own, other = hands_in(小王, call_id, at=NOON), hands_in(小赵, call_id, at=NOON)
    is_juror(小王, call_id, at=NOON)
    asked = {"call_id": call_id, "mark": 99, "word": "好", "at": AFTER, "juror_id": 小王.id}

    assert why(marking.mark, **asked, entry_id=own) == Why.OWN
    assert [one.id for one in essay_lists.blind(call_id, 小王.id)] == [other]
    assert why(marking.mark, **asked | {"at": NOON}, entry_id=other) == Why.TOO_EARLY
    assert why(marking.mark, **asked | {"juror_id": 老陈.id}, entry_id=other) == Why.NOT_A_JUROR
    marking.mark(**asked, entry_id=other)  # type: ignore[arg-type]
    assert (
        why(marking.give, call_id=call_id, entry_id=own, award=Award.FIRST, at=AFTER, by_id=小王.id)
        == Why.OWN
    )


def test_without_the_guard_somebody_would_mark_their_own_and_the_doctor_would_see_it(
    小王: Person, monkeypatch: pytest.MonkeyPatch
) -> None:
    call_id = a_call(at=NOON)
    own = hands_in(小王, call_id, at=NOON)
    is_juror(小王, call_id, at=NOON)
    monkeypatch.setattr(marking, "is_own", lambda *_asked: False)

    marks(小王, call_id, own)

    assert [one.says for one in checks.own_marks(NOON)] == [f"person {小王.id} marked their own"]


def test_awards_are_published_once_everybody_is_told_and_a_name_stands_there_by_its_persons_word(
    小赵: Person,
) -> None:
    one, two = a_worker("王小明"), a_worker("李文静")
    call_id = a_call(at=NOON)
    first = hands_in(one, call_id, at=NOON, title="卡尺", shows_name=True)
    second = hands_in(two, call_id, at=NOON, title="车刀")
    is_juror(小赵, call_id, at=NOON)
    marks(小赵, call_id, first, 92)
    marks(小赵, call_id, second, 60)
    by = a_worker("组织者").id
    assert why(marking.publish, call_id=call_id, at=AFTER, by_id=by) == Why.NO_AWARDS
    marking.give(call_id=call_id, entry_id=first, award=Award.FIRST, at=AFTER, by_id=by)
    marking.give(call_id=call_id, entry_id=second, award=Award.THIRD, at=AFTER, by_id=by)

    assert marking.publish(call_id=call_id, at=AFTER, by_id=by)
    assert not marking.publish(call_id=call_id, at=AFTER, by_id=by)

    db.session.rollback()
    assert [(won.award, won.who) for won in essay_lists.won(call_id)] == [
        ("first", "王小明"),
        ("third", "李**"),
    ]
    assert [text for text in letters() if "获得" in text] == [
        "【亦庄工会】“我在亦庄”评完了，《卡尺》获得一等奖。",
        "【亦庄工会】“我在亦庄”评完了，《车刀》获得三等奖。",
    ]
    assert why(marking.give, call_id=call_id, entry_id=first, award=None, at=AFTER, by_id=by) == Why.PUBLISHED
    essays.say_name(call_id=call_id, person_id=one.id, shows_name=False)
    db.session.rollback()
    assert essay_lists.won(call_id)[0].who == "王**"


def test_a_late_file_is_refused_with_the_form_kept(client: Client, 小王: Person) -> None:
    call_id = a_call(at=NOON)
    url = f"/reading/essays/{call_id}"
    with at_time(NOON):
        client.sign_in(小王)
        sent = form_of(client.get(url), f"{url}/entry") | {"title": "写了一个月的题目"}
    file = {"file": (BytesIO(TEXT), "文章.txt")}
    with at_time(NOON + 5 * DAY):
        client.sign_in(小王)
        late = client.post(
            f"{url}/entry",
            data=sent | file | {"csrf_token": a_token(client)},
            content_type="multipart/form-data",
        )

    assert late.status_code == 409
    assert "征稿已经截止" in late.text
    assert form_of(late, f"{url}/entry")["title"] == "写了一个月的题目"
    assert essay_lists.own_entry(call_id, 小王.id) is None


def test_a_file_that_is_no_text_is_refused_by_the_form(client: Client, 小王: Person) -> None:
    call_id = a_call(at=NOON)
    url = f"/reading/essays/{call_id}"
    with at_time(NOON):
        client.sign_in(小王)
        data = {"title": "卡尺", "csrf_token": a_token(client), "file": (BytesIO(b"MZ\x00\x90"), "文章.docx")}
        wrong = client.post(f"{url}/entry", data=data, content_type="multipart/form-data")
        assert wrong.status_code == 422

        good = client.post(
            f"{url}/entry",
            data=data | {"file": (BytesIO(TEXT), "../王小明的文章.txt")},
            content_type="multipart/form-data",
        )
        assert good.status_code == 303
        assert "你交了" in client.follow(good).text


def test_a_juror_reads_no_name_on_any_page_nor_in_a_files_name(client: Client, 小赵: Person) -> None:
    author = a_worker("欧阳若彤")
    call_id = a_call(at=NOON)
    entry_id = hands_in(author, call_id, at=NOON)
    is_juror(小赵, call_id, at=NOON)
    with at_time(AFTER):
        client.sign_in(小赵)
        pages = [
            client.get(f"/reading/jury/{call_id}"),
            client.get(f"/reading/jury/{call_id}/entries/{entry_id}"),
            client.get(f"/reading/jury/{call_id}/entries/{entry_id}/file"),
        ]

    for answer in pages:
        assert answer.status_code == 200
        told = answer.get_data(as_text=True) + answer.headers.get("Content-Disposition", "")
        assert "欧阳" not in told
        assert author.phone[-4:] not in told
    assert "%E7%A8%BF%E4%BB%B6%201.txt" in pages[2].headers["Content-Disposition"]


def test_at_the_desk_an_essay_is_a_number_until_the_awards_are_published(
    client: Client, 小赵: Person
) -> None:
    union, author = a_union(), a_worker("欧阳若彤")
    call_id = a_call(at=NOON, union_id=union.id)
    entry_id = hands_in(author, call_id, at=NOON)
    organizer = an_organizer(union)
    with at_time(AFTER):
        client.sign_in(organizer)
        url = f"/desk/reading/calls/{call_id}"
        before = client.get(url).text
        marking.give(call_id=call_id, entry_id=entry_id, award=Award.FIRST, at=AFTER, by_id=organizer.id)
        client.press(client.get(url), f"{url}/publish")
        after = client.get(url).text

    assert "欧阳" not in before
    assert "欧阳若彤" in after


def test_an_essay_of_another_call_is_not_there(
    client: Client, site: Flask, 小王: Person, 小赵: Person
) -> None:
    mine, other = a_call(at=NOON), a_call(at=NOON, title="别的")
    entry_id = hands_in(小王, other, at=NOON)
    is_juror(小赵, mine, at=NOON)
    with at_time(AFTER):
        client.sign_in(小赵)
        assert client.get(f"/reading/jury/{mine}/entries/{entry_id}").status_code == 404
        assert client.get(f"/reading/jury/{other}").status_code == 404
