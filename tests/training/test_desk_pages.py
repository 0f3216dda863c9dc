"""Courses at the desk: the table of evenings, the form of the syllabus, results and certificates."""

from datetime import timedelta
from io import BytesIO

import pytest
from flask import Flask

from tests.browsing import Client, by_id, form_of, words
from tests.builders import a_union, an_activity, an_organizer
from tests.training.builders import Course, a_course, a_lecture, a_plan, a_score, a_trade
from yiqi import clock
from yiqi.activities.models import Programme
from yiqi.people.models import Person
from yiqi.programmes.training import courses, evenings, passes, taught
from yiqi.programmes.training.rules.scores import Score
from yiqi.roles.rules.permissions import Role

pytestmark = pytest.mark.parametrize("site", ["sqlite"], indirect=True)
"""The reads behind these pages are asked on both databases in `test_courses`."""


@pytest.fixture
def 陈老师(site: Flask, client: Client) -> Person:
    person = an_organizer(a_union(), name="陈老师")
    client.sign_in(person)
    return person


def desk(course: Course, rest: str = "") -> str:
    return f"/desk/training/courses/{course.activity_id}{rest}"


def test_who_came_when_stands_in_a_table(
    site: Flask, client: Client, 陈老师: Person, 小王: Person, 小赵: Person
) -> None:
    course = a_course([小王, 小赵], evenings=4, over=3, came={小赵.id: [0]})

    page = client.get(desk(course))

    assert "3/4" in words(by_id(page, f"p-{course.refs[小王.id]}"))
    assert "到课不够" in words(by_id(page, f"p-{course.refs[小赵.id]}"))


def test_who_sees_names_in_part_sees_stars_and_no_results(
    site: Flask, client: Client, 小王: Person, 李姐: Person
) -> None:
    course = a_course([小王])
    a_score(course, 小王, 300, by=李姐)

    for role in (Role.CHECK_IN_STAFF, Role.AUDITOR):
        client.sign_in(an_organizer(a_union(), role=role))
        page = client.get(desk(course))
        assert page.status_code == 200
        assert "小王" not in page.text
        assert "小**" in page.text
        assert "考试没过" not in page.text


def test_an_activity_of_another_programme_has_no_course(site: Flask, client: Client, 陈老师: Person) -> None:
    reading = an_activity(programme=Programme.READING)
    client.checks = False

    for rest in ("", "/syllabus", "/results", "/certificates"):
        assert client.get(f"/desk/training/courses/{reading.activity_id}{rest}").status_code == 404


def test_the_syllabus_is_written_and_written_again(site: Flask, client: Client, 陈老师: Person) -> None:
    course, trade = a_course(over=0), a_trade()
    path, first = desk(course, "/syllabus"), course.evenings[0]

    kept = client.press(
        client.get(path),
        path,
        **{
            "trade": trade,
            "level": "4",
            "percent": "80",
            "least": "60.5",
            "teacher-0-name": "陈志明",
            f"lesson-{first}-topic": "电机",
            f"lesson-{first}-teacher": "0",
        },
    )
    page = client.follow(kept)

    found = taught.of(course.activity_id)
    assert found is not None
    assert (found.facts.trade, found.facts.level, found.facts.least) == ("electrician", 4, 605)
    assert found.dates[0].teacher is not None
    assert found.dates[0].teacher.name == "陈志明"
    assert by_id(page, "teacher-1-name").get("value") == ""


def test_an_evening_changes_places_with_the_next_one_by_a_button(
    site: Flask, client: Client, 陈老师: Person
) -> None:
    course = a_course(over=0)
    courses.keep(
        activity_id=course.activity_id, plan=a_plan(course.evenings), seen=1, by_id=None, at=clock.now()
    )
    path = desk(course, "/syllabus")

    client.follow(client.press(client.get(path), path, move=f"down-{course.evenings[0]}"))

    found = taught.of(course.activity_id)
    assert found is not None
    assert [one.lesson.topic for one in found.dates if one.lesson] == [f"第 {n} 讲" for n in (2, 1, 3, 4)]


def test_what_is_typed_badly_comes_back_and_nothing_is_lost(
    site: Flask, client: Client, 陈老师: Person
) -> None:
    course = a_course(over=0)
    path, first = desk(course, "/syllabus"), course.evenings[0]

    page = client.press(client.get(path), path, percent="120", level="4", **{f"lesson-{first}-topic": "电机"})

    assert page.status_code == 422
    assert by_id(page, "percent").get("value") == "120"
    assert by_id(page, f"lesson-{first}-topic").get("value") == "电机"
    assert "有等级的课程要选工种" in page.text


def test_of_two_who_write_it_the_second_is_asked_again(site: Flask, client: Client, 陈老师: Person) -> None:
    course = a_course(over=0)
    path = desk(course, "/syllabus")
    old = client.get(path)
    client.press(client.get(path), path, percent="70")

    page = client.press(old, path, percent="90")

    assert page.status_code == 409
    assert by_id(page, "percent").get("value") == "90"
    assert client.press(page, path).status_code == 303
    found = taught.of(course.activity_id)
    assert found is not None
    assert found.facts.percent == 90


def test_a_list_of_results_is_looked_at_and_its_good_lines_are_taken(
    site: Flask, client: Client, 陈老师: Person, 小王: Person, 小赵: Person
) -> None:
    course = a_course([小王, 小赵])
    path = desk(course, "/results")
    form = form_of(client.get(path), path)
    data = f"签到码,成绩\n{course.refs[小王.id]},91\n{course.refs[小赵.id]},优\n".encode("gb18030")

    uploaded = client.post(
        path, data=form | {"file": (BytesIO(data), "成绩.csv")}, content_type="multipart/form-data"
    )
    page = client.follow(uploaded)
    assert "成绩看不懂" in page.text
    done = client.follow(client.press(page, page.request.path))

    assert "导入了" in done.text
    scores = {one.name: one.score for one in evenings.trainees(course.activity_id, clock.now())}
    assert scores == {"小王": Score(910), "小赵": None}


def test_the_table_to_fill_in_is_read_again(
    site: Flask, client: Client, 陈老师: Person, 小王: Person
) -> None:
    course = a_course([小王])
    path = desk(course, "/results")
    sheet = client.get(f"{path}/sheet")
    assert sheet.status_code == 200
    form = form_of(client.get(path), path)

    uploaded = client.post(
        path, data=form | {"file": (BytesIO(sheet.data), "成绩表.xlsx")}, content_type="multipart/form-data"
    )

    assert "没有成绩" in client.follow(uploaded).text


def test_one_result_is_written_by_hand_and_corrected_with_a_reason(
    site: Flask, client: Client, 陈老师: Person, 小王: Person
) -> None:
    course = a_course([小王])
    ref = course.refs[小王.id]
    page, action = desk(course, f"/results?ref={ref}"), desk(course, f"/bookings/{ref}/result")

    assert client.press(client.get(page), action, score="56").status_code == 303
    refused = client.press(client.get(page), action, score="66", because="")
    assert refused.status_code == 422
    assert client.press(client.get(page), action, score="66", because="漏加一题").status_code == 303

    assert "原来 56 分" in client.get(desk(course, "/results")).text.replace("\u00a0", " ")


def test_certificates_are_looked_at_given_and_one_is_taken_back(
    site: Flask, client: Client, 陈老师: Person, 小王: Person, 小赵: Person
) -> None:
    course = a_course([小王, 小赵])
    path = desk(course, "/certificates")
    a_score(course, 小王, 900, by=陈老师)
    a_score(course, 小赵, 300, by=陈老师)
    page = client.get(path)
    assert "发这 1 份证书" in page.text.replace("\u00a0", " ")

    assert "证书发好了" in client.follow(client.press(page, path)).text
    (one,) = passes.of_course(course.activity_id)
    revoke = f"{path}/{one.id}/revoke"
    assert client.press(client.get(path), revoke, because="").status_code == 422
    taken = client.follow(client.press(client.get(path), revoke, because="成绩登错了"))

    assert "已作废" in taken.text
    client.sign_in(小王)
    assert "成绩登错了" in client.get(f"/me/certificates/{one.certificate}").text


def test_whoever_looked_at_an_old_list_is_shown_the_new_one(
    site: Flask, client: Client, 陈老师: Person, 小王: Person, 小赵: Person
) -> None:
    course = a_course([小王, 小赵])
    path = desk(course, "/certificates")
    a_score(course, 小王, 900, by=陈老师)
    old = client.get(path)
    a_score(course, 小赵, 800, by=陈老师)

    page = client.press(old, path)

    assert page.status_code == 409
    assert "发这 2 份证书" in page.text.replace("\u00a0", " ")
    assert passes.of_course(course.activity_id) == []


def test_an_activity_of_training_has_its_tab_and_others_have_none(
    site: Flask, client: Client, 陈老师: Person
) -> None:
    course, reading = a_course(over=0), an_activity(programme=Programme.READING)

    assert desk(course) in client.get(f"/desk/activities/{course.activity_id}").text
    assert "/desk/training/courses" not in client.get(f"/desk/activities/{reading.activity_id}").text


def test_the_door_says_what_waits_and_leads_home(site: Flask, client: Client, 陈老师: Person) -> None:
    course = a_course(over=1)

    assert "/desk/training/" in client.get("/desk/").text
    assert desk(course) in client.get("/desk/training/").text


def test_a_role_on_another_programme_has_no_door(site: Flask, client: Client) -> None:
    client.sign_in(an_organizer(a_union(), programme=Programme.LEAGUE))

    assert "/desk/training/" not in client.get("/desk/").text


def test_a_union_asks_for_a_lecture_and_the_federation_sets_its_date(
    site: Flask, client: Client, 陈老师: Person
) -> None:
    lecture_id = a_lecture()
    form = client.get(f"/desk/training/lectures?lecture={lecture_id}")
    day = (clock.today() + timedelta(days=365)).isoformat()
    asked = client.press(
        form,
        "/desk/training/lectures/requests",
        day_1=day,
        time_1="12:15",
        venue="二号楼 301",
        people="40",
    )
    path = client.follow(asked).request.path

    client.sign_in(an_organizer(a_union(), role=Role.FEDERATION_ADMIN, name="林静"))
    page = client.get(path)
    assert by_id(page, "day").get("value") == day
    answered = client.follow(client.press(page, f"{path}/answer", answer="agree"))

    assert "定了时间" in answered.text
    client.sign_in(陈老师)
    assert "看报名名单" in client.get(path).text


def test_a_union_out_of_reach_cannot_be_asked_for(site: Flask, client: Client, 陈老师: Person) -> None:
    a_lecture()
    other = a_union("中芯国际工会")
    page = client.get("/desk/training/lectures")

    refused = client.press(
        page,
        "/desk/training/lectures/requests",
        union=str(other.id),
        day_1="2027-12-03",
        time_1="12:15",
        venue="x",
        people="40",
    )

    assert refused.status_code == 422
    assert "从列表里选一个工会" in refused.text
