"""What workers meet of training: what there is, how far they are, their requests."""

from datetime import timedelta
from io import BytesIO

from flask import Flask

from tests.browsing import Client, at_time, by_id, form_of, words
from tests.builders import a_union, an_activity
from tests.training.builders import (
    PNG,
    a_course,
    a_lecture,
    a_member,
    a_plan,
    a_score,
    a_trade,
    issued,
)
from yiqi import clock
from yiqi.activities.models import Programme, Topic
from yiqi.people.models import Person
from yiqi.programmes.training import courses, plug
from yiqi.programmes.training.courses import CoursePlan

NEED_5 = {"kind": "holds", "code": "electrician-5", "name": "五级电工证"}


def test_a_trainee_reads_how_far_they_are_and_what_is_left_to_miss(
    site: Flask, client: Client, 小王: Person
) -> None:
    course = a_course(
        [小王], evenings=5, over=3, came={小王.id: [0, 2]}, plan=CoursePlan(percent=80, least=600)
    )
    client.sign_in(小王)

    page = client.get("/me")

    card = words(by_id(page, f"course-{course.activity_id}"))
    assert "到了 2 次，还差 2 次" in card
    assert "后面的每次都要到" in card
    assert "第 4 次课" in card


def test_the_page_of_a_course_says_what_is_taught_and_where_somebody_was(
    site: Flask, client: Client, 小王: Person, 小赵: Person
) -> None:
    course = a_course([小王], evenings=4, over=2, came={小王.id: [0]})
    courses.keep(
        activity_id=course.activity_id,
        plan=a_plan(course.evenings, percent=75, least=600, trade=a_trade(), level=4),
        seen=1,
        by_id=None,
        at=clock.now(),
    )

    client.sign_in(小王)
    mine = words(by_id(client.get(f"/activities/{course.activity_id}"), "course"))
    client.sign_in(小赵)
    theirs = words(by_id(client.get(f"/activities/{course.activity_id}"), "course"))

    assert "合格：到课 75% 以上，考试 60 分以上（满分 100）" in mine.replace("\u00a0", " ")
    assert all(f"第 {n} 讲" in mine for n in (1, 2, 3, 4))
    assert "电工 四级 中级工" in mine
    assert "301 教室" in mine
    assert (mine.count("到了"), mine.count("没到")) == (2, 1)
    assert "我的到课" not in theirs
    assert "没到" not in theirs


def test_the_next_evening_stands_on_the_front_page(site: Flask, client: Client, 小王: Person) -> None:
    course = a_course([小王], evenings=3, over=1)
    courses.keep(
        activity_id=course.activity_id,
        plan=a_plan(course.evenings),
        seen=1,
        by_id=None,
        at=clock.now(),
    )
    client.sign_in(小王)

    page = client.get("/")

    assert "第 2 次课" in page.text
    assert "301 教室" in page.text


def test_tonight_is_said_as_people_say_it(site: Flask, 小王: Person) -> None:
    with at_time(clock.at(clock.today(), 12)):
        course = a_course([小王], evenings=2, over=1)
        with site.test_request_context():
            (line,) = plug.front(小王.id, clock.now())
            starts = course.made.starts_at + timedelta(days=1)
            assert f"第 2 次课，今天 {clock.beijing(starts):%H:%M}" in line.text.replace("\u00a0", " ")


def test_the_way_up_shows_what_somebody_holds_and_what_they_lack(
    site: Flask, client: Client, 小王: Person, 小赵: Person, 李姐: Person
) -> None:
    trade = a_trade()
    first = a_course([小王], plan=CoursePlan(trade=trade, level=5, percent=75, least=600))
    a_score(first, 小王, 800, by=李姐)
    issued(first, by=李姐)
    following = an_activity(
        programme=Programme.TRAINING, title="电工中级", conditions=[NEED_5], starts_in=timedelta(days=9)
    )
    courses.keep(
        activity_id=following.activity_id,
        plan=CoursePlan(trade=trade, level=4),
        seen=0,
        by_id=None,
        at=clock.now(),
    )

    client.sign_in(小王)
    mine = client.get(f"/training/path/{trade}")
    client.sign_in(小赵)
    theirs = client.get(f"/training/path/{trade}")

    assert "已取得" in mine.text
    assert "差条件" not in mine.text
    assert "差条件" in theirs.text
    assert "你的档案里没有这本证书" in theirs.text
    assert client.get("/training/path/no-such-trade").status_code == 404


def test_the_front_page_and_the_lectures_are_for_everybody(site: Flask, client: Client) -> None:
    a_trade()
    a_lecture("夜班怎么睡")
    an_activity(programme=Programme.READING, topic=Topic.LECTURE, title="大讲堂第九讲")

    assert "大讲堂第九讲" in client.get("/training/").text
    lectures = client.get("/training/lectures")
    assert "夜班怎么睡" in lectures.text
    assert "请到单位来讲" not in lectures.text


def test_what_is_for_one_union_is_not_listed_for_others(site: Flask, client: Client, 小赵: Person) -> None:
    union = a_union("泰德制药工会")
    member = a_member(union.id)
    an_activity(
        programme=Programme.TRAINING, topic=Topic.LECTURE, title="只给泰德讲", owner=union, union_only=True
    )

    client.sign_in(member)
    assert "只给泰德讲" in client.get("/training/lectures").text
    client.sign_in(小赵)
    assert "只给泰德讲" not in client.get("/training/lectures").text


def test_search_finds_a_trade_a_lecture_and_an_evening(site: Flask, client: Client, 小王: Person) -> None:
    a_trade()
    a_lecture("夜班怎么睡")
    course = a_course(over=1)
    courses.keep(
        activity_id=course.activity_id, plan=a_plan(course.evenings), seen=1, by_id=None, at=clock.now()
    )

    assert "/training/path/electrician" in client.get("/?q=电工").text
    assert "流动讲座“夜班怎么睡”" in client.get("/?q=夜班").text
    assert f"/activities/{course.activity_id}#syllabus" in client.get("/?q=第 3 讲").text


def test_a_request_is_lived_through_without_javascript(site: Flask, client: Client) -> None:
    person = a_member(a_union().id)
    client.sign_in(person)
    form = form_of(client.get("/training/subsidies/new?kind=skill"), "/training/subsidies")

    begun = client.post(
        "/training/subsidies",
        data=form | {"kind": "skill", "what": "焊工四级（中级工）", "obtained_on": "2026-05-20"},
    )
    page = client.follow(begun)
    path = page.request.path
    assert "send" not in page.text.replace("send_", "")
    added = client.post(
        f"{path}/papers",
        data=form_of(page, f"{path}/papers") | {"file": (BytesIO(PNG), "证书.png")},
        content_type="multipart/form-data",
    )
    page = client.follow(added)
    assert "证书.png" in page.text
    sent = client.follow(client.press(page, f"{path}/send", said=""))
    assert "已提交，等答复" in sent.text
    back = client.follow(client.press(sent, f"{path}/withdraw"))
    assert "已撤回" in back.text


def test_what_is_typed_badly_is_kept_and_said(site: Flask, client: Client) -> None:
    client.sign_in(a_member(a_union().id))
    form = form_of(client.get("/training/subsidies/new"), "/training/subsidies")

    page = client.post("/training/subsidies", data=form | {"what": "焊工", "obtained_on": "2026-13-40"})

    assert page.status_code == 422
    assert by_id(page, "what").get("value") == "焊工"
    assert by_id(page, "obtained_on").get("value") == "2026-13-40"
    assert "选一种" in page.text


def test_a_file_of_another_kind_is_not_evidence(site: Flask, client: Client) -> None:
    person = a_member(a_union().id)
    client.sign_in(person)
    form = form_of(client.get("/training/subsidies/new"), "/training/subsidies")
    page = client.follow(
        client.post(
            "/training/subsidies", data=form | {"kind": "degree", "what": "大专", "obtained_on": "2026-05-20"}
        )
    )
    path = f"{page.request.path}/papers"

    refused = client.post(
        path,
        data=form_of(page, path) | {"file": (BytesIO(b"MZ\x90\x00"), "证书.pdf")},
        content_type="multipart/form-data",
    )

    assert refused.status_code == 422
    assert "这个文件打不开" in refused.text


def test_who_belongs_to_no_union_is_told_where_to_go(site: Flask, client: Client, 小赵: Person) -> None:
    client.sign_in(小赵)
    form = form_of(client.get("/training/subsidies/new"), "/training/subsidies")

    page = client.post(
        "/training/subsidies", data=form | {"kind": "skill", "what": "焊工", "obtained_on": "2026-05-20"}
    )

    assert page.status_code == 409
    assert "还没有工会确认你是会员" in page.text


def test_screens_show_the_evenings_of_today_and_no_names(site: Flask, 小王: Person) -> None:
    with at_time(clock.at(clock.today(), 12)):
        a_course([小王], evenings=2, over=1)
        with site.test_request_context():
            (line,) = plug.board(clock.now())

    assert "电工中级技能培训" in line.text
    assert "小王" not in line.text
