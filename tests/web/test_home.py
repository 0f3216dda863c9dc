"""The front page: which days and activities it shows, what each filter leaves, and what it says when that is nothing."""

from collections.abc import Iterator
from datetime import date, timedelta
from urllib.parse import parse_qs, urlsplit

import pytest
from msgspec.structs import replace
from werkzeug.test import TestResponse

from tests.booking.steps import asks, gives_back
from tests.browsing import Client, at_time, by_id, form_of, parsed, words
from tests.builders import Made, a_union, a_worker, an_activity
from yiqi import clock
from yiqi.activities.models import Programme, Status, Topic
from yiqi.activities.planning import Meeting, Pool, Share
from yiqi.booking import editing, places, stands
from yiqi.db import writing
from yiqi.pages.week import FULL

WEDNESDAY = date(2026, 11, 18)


@pytest.fixture(autouse=True)
def _ten_on_a_wednesday() -> Iterator[None]:
    with at_time(clock.at(WEDNESDAY, 10)):
        yield


def on(
    title: str,
    ahead: int,
    hour: int,
    programme: Programme = Programme.READING,
    *,
    seats: int | None = 10,
    opens_in: timedelta = timedelta(days=-7),
    closes_in: timedelta | None = None,
    status: Status = Status.PUBLISHED,
    topic: Topic | None = None,
    title_en: str = "",
) -> Made:
    """Something that starts `ahead` days after Wednesday at a full hour and takes one."""
    start = clock.at(WEDNESDAY + timedelta(days=ahead), hour)
    return an_activity(
        title=title,
        places=seats,
        programme=programme,
        topic=topic,
        meetings=[Meeting(start, start + timedelta(hours=1), "亦城文化广场", "Yicheng Square")],
        opens_in=opens_in,
        closes_in=closes_in,
        status=status,
        title_en=title_en,
    )


def titles(page: TestResponse) -> list[str]:
    return [words(one) for one in by_id(page, "list").iter("h3")]


def days(page: TestResponse) -> list[str]:
    return [words(one) for one in by_id(page, "list").iter("h2") if one.get("class") == "day"]


def chips(page: TestResponse) -> dict[str, str]:
    return {words(one): one.get("href", "") for one in by_id(page, "chips").iter("a")}


def test_without_a_choice_it_shows_seven_days_from_now(client: Client) -> None:
    for title, ahead, hour in (
        ("早读", 0, 8),
        ("午间大讲堂", 0, 12),
        ("周日长跑", 4, 9),
        ("下周二合唱", 6, 18),
        ("下周三电工", 7, 9),
        ("昨天的", -1, 9),
    ):
        on(title, ahead, hour)

    page = client.get("/")

    assert titles(page) == ["午间大讲堂", "周日长跑", "下周二合唱"]
    assert [one.split()[0] for one in days(page)] == ["今天", "星期日", "星期二"]
    assert by_id(page, "day-2026-11-18").get("aria-current") == "date"


def test_much_ends_with_a_whole_day_and_leads_on(client: Client) -> None:
    for ahead, many in ((0, 1), (1, FULL - 2), (2, 2), (4, 1)):
        for n in range(many):
            on(f"第 {ahead} 天第 {n} 场", ahead, 18)

    for page in (client.get("/"), client.get("/?week=2026-11-18")):
        assert len(list(parsed(page).iter("article"))) == FULL - 1
        onward = by_id(page, "rest")
        assert "3 场" in words(onward)
        assert parse_qs(urlsplit(onward.get("href", "")).query) == {"day": ["2026-11-20"]}
    assert 'id="rest"' not in client.get("/?day=2026-11-19").text


def test_a_single_day_is_shown_whole_however_much_is_on(client: Client) -> None:
    for n in range(FULL + 2):
        on(f"第 {n} 场", 1, 18)

    assert len(list(parsed(client.get("/")).iter("article"))) == FULL + 2


def test_a_day_shows_all_of_it_what_is_over_too(client: Client) -> None:
    for title, ahead, hour in (("早读", 0, 8), ("午间大讲堂", 0, 12), ("明天的", 1, 9)):
        on(title, ahead, hour)

    page = client.get("/?day=2026-11-18")

    assert titles(page) == ["早读", "午间大讲堂"]
    assert "已结束" in page.text


def test_a_week_goes_from_monday_to_sunday_and_leads_on(client: Client) -> None:
    for title, ahead in (("周一", 5), ("周日", 11), ("再下周一", 12)):
        on(title, ahead, 9)

    page = client.get(by_id(client.get("/"), "week-after").get("href", ""))

    assert titles(page) == ["周一", "周日"]
    assert by_id(page, "week-now").get("href") == "/"
    assert by_id(page, "week-before").get("href") == "/?week=2026-11-16"
    counted = [words(by_id(page, f"day-2026-11-{n}")) for n in range(23, 30)]
    assert [one.endswith("1场") for one in counted] == [True, *[False] * 5, True]


@pytest.mark.parametrize("chosen", ["week=2026-11-23", "day=2026-11-24"])
def test_a_search_from_another_week_goes_on_from_today_under_todays_calendar_and_leads_back(
    client: Client, chosen: str
) -> None:
    on("明天的", 1, 9)
    on("下周二的", 6, 9)
    on("三周后的", 21, 9)
    before = client.get(f"/?{chosen}")
    assert titles(before) == ["下周二的"]
    assert ("看下一周" in before.text) is chosen.startswith("week")

    asked = form_of(before, "/") | {"q": "的"}
    page = client.get("/", query_string=asked)

    assert titles(page) == ["明天的", "下周二的", "三周后的"]
    leaf = by_id(page, "leaf")
    assert 'id="day-2026-11-18"' in page.text
    assert not [one for one in leaf.iter("a") if one.get("aria-current")]
    assert "正在今天起的 60 天里找" in words(leaf)
    assert "本周" not in words(leaf)
    assert "看下一周" not in page.text, "it would drop what is looked for"
    assert 'id="day-2026-11-24"' not in page.text
    (clear,) = by_id(page, "found").iter("a")
    assert clear.get("href") == "/?week=" + asked["week"]
    cleared = client.get(clear.get("href", ""))
    assert titles(cleared) == ["下周二的"]
    assert 'id="day-2026-11-24"' in cleared.text
    emptied = client.follow(client.get("/", query_string=form_of(page, "/") | {"q": ""}))
    assert (titles(emptied), 'id="day-2026-11-24"' in emptied.text) == (["下周二的"], True)


def test_a_search_from_these_days_leads_back_to_them(client: Client) -> None:
    on("明天的", 1, 9)

    for chosen in ("/", "/?day=2026-11-19"):
        asked = form_of(client.get(chosen), "/")
        assert asked == {"q": ""}
        (clear,) = by_id(client.get("/", query_string=asked | {"q": "的"}), "found").iter("a")
        assert clear.get("href") == "/"


def test_an_empty_search_from_another_week_leads_back_to_it(client: Client) -> None:
    page = client.get("/?week=2026-11-23&q=没有这个")

    empty = next(one for one in parsed(page).iter("div") if one.get("class") == "empty")
    assert [(words(one), one.get("href")) for one in empty.iter("a")] == [("清除搜索", "/?week=2026-11-23")]


@pytest.mark.parametrize("asked", ["programme=league", "free=1", "after=17", "day=2026-11-20"])
def test_an_empty_search_among_filters_offers_to_look_without_them(client: Client, asked: str) -> None:
    made = on("早上电工", 1, 9, Programme.TRAINING, seats=1)
    places.sign_up(slot_id=made.slot_id, person_id=a_worker().id, party=1, nonce="a", at=clock.now())

    page = client.get(f"/?q=电工&week=2026-11-23&{asked}")

    assert titles(page) == []
    assert words(by_id(page, "search-all")) == "去掉筛选再找"
    leads_to = parse_qs(urlsplit(by_id(page, "search-all").get("href", "")).query)
    assert leads_to == {"week": ["2026-11-23"], "q": ["电工"]}
    assert titles(client.get(by_id(page, "search-all").get("href", ""))) == ["早上电工"]
    assert 'id="search-all"' not in client.get("/?q=没有这个&week=2026-11-23").text


def test_a_search_within_a_day_keeps_that_day_marked(client: Client) -> None:
    page = client.get("/?q=电工&day=2026-11-20")

    assert by_id(page, "day-2026-11-20").get("aria-current") == "date"
    assert "60 天里找" not in words(by_id(page, "leaf"))
    assert "只在这一天里找" in words(by_id(page, "leaf"))


@pytest.mark.parametrize(
    ("asked", "left"),
    [
        ("/?q=", "/"),
        ("/?q=&week=", "/"),
        ("/?q=&week=2026-11-23&after=17", "/?week=2026-11-23&after=17"),
        ("/?programme=&q=电工", "/?q=%E7%94%B5%E5%B7%A5"),
    ],
)
def test_what_a_form_sends_empty_does_not_stay_in_the_address(client: Client, asked: str, left: str) -> None:
    for headers in ({}, {"HX-Request": "true"}):
        answer = client.get(asked, headers=headers)
        assert (answer.status_code, answer.location) == (303, left)
    assert client.get(left).status_code == 200


def test_days_count_what_the_filters_leave_of_them_and_a_search_counts_none(client: Client) -> None:
    on("早上的", 0, 11)
    on("晚上的", 0, 19)
    full = on("晚上满了", 1, 19, Programme.LEAGUE, seats=1)
    places.sign_up(slot_id=full.slot_id, person_id=a_worker().id, party=1, nonce="a", at=clock.now())
    counted = {}

    for asked in ("/", "/?after=17", "/?after=17&free=1", "/?programme=league"):
        page = client.get(asked)
        counts = [words(by_id(page, f"day-2026-11-{n}"))[-2:] for n in (18, 19)]
        counted[asked] = (*counts, words(by_id(page, "leaf")).partition("今天 ")[2][:10])
        for n, count in zip((18, 19), counts, strict=True):
            day = client.get(by_id(page, f"day-2026-11-{n}").get("href", ""))
            assert f"{len(titles(day))}场" == count
    searched = client.get("/?q=晚上")

    assert counted == {
        "/": ("2场", "1场", "2 场，本周 3 场"),
        "/?after=17": ("1场", "1场", "1 场，本周 2 场"),
        "/?after=17&free=1": ("1场", "0场", "1 场，本周 1 场"),
        "/?programme=league": ("0场", "1场", "0 场，本周 1 场"),
    }
    assert words(by_id(client.get("/?after=17"), "chip-all")) == "全部 7 天 2 场"
    assert "场" not in words(by_id(searched, "leaf"))


@pytest.mark.parametrize(
    ("asked", "named"),
    [
        ("q=没有这个&free=1&after=17", "只在这些里找了：下班后（17 点起）、有名额。"),
        ("q=没有这个&programme=league&day=2026-11-20", "只在这些里找了：星期五 11月20日、篮球联赛。"),
        ("programme=league&free=1", "现在只看：篮球联赛、有名额。"),
    ],
)
def test_where_filters_leave_nothing_they_are_named(client: Client, asked: str, named: str) -> None:
    said = words(by_id(client.get(f"/?{asked}"), "among"))

    assert said.replace("\N{NO-BREAK SPACE}", " ") == named
    assert 'id="among"' not in client.get("/?q=没有这个").text


def test_a_programme_or_topic_is_a_chip_with_its_count(client: Client) -> None:
    on("电工", 1, 9, Programme.TRAINING)
    on("钳工", 2, 9, Programme.TRAINING)
    on("读书班", 1, 18, topic=Topic.LECTURE)

    page = client.get("/")
    assert "全部 7 天 3 场" in chips(page)
    assert [one.split()[-1] for one in chips(page) if one[-1].isdigit()] == ["1", "2", "1"]

    training = client.get("/?programme=training")
    assert titles(training) == ["电工", "钳工"]
    assert by_id(training, "chip-training").get("aria-current") == "true"
    assert by_id(training, "chip-training").get("href") == "/"
    assert titles(client.get("/?programme=lecture")) == ["读书班"]
    assert titles(client.get("/?programme=nonsense")) == titles(page)


@pytest.mark.parametrize(
    ("typed", "found"),
    [
        ("电工", ["中级电工"]),
        ("  电工　中级 ", ["中级电工"]),
        ("ＣＮＣ", ["数控 CNC"]),
        ("cnc", ["数控 CNC"]),
        ("electrician", ["中级电工"]),
        ("广场", ["中级电工", "数控 CNC", "四周后的"]),
        ("四周后", ["四周后的"]),
        ("昨天", []),
        ("没有这个", []),
        ("%", []),
        ("_", []),
    ],
)
def test_a_search_finds_by_title_place_and_english_beyond_the_week(
    client: Client, typed: str, found: list[str]
) -> None:
    on("中级电工", 1, 9, Programme.TRAINING, title_en="Electrician course")
    on("数控 CNC", 2, 9, Programme.TRAINING)
    on("四周后的", 28, 9)
    on("昨天的", -1, 9)

    page = client.get("/", query_string={"q": typed})

    assert titles(page) == found
    assert form_of(page, "/")["q"] == " ".join(typed.split())
    said = by_id(page, "list").find(".//*[@id='found']")
    assert (words(said).partition("找到 ")[2][:1] if said is not None else "0") == str(len(found))


def test_free_leaves_what_can_be_taken_now(client: Client) -> None:
    now = clock.now()
    on("有名额", 1, 9)
    on("不限", 1, 10, seats=None)
    on("没开放", 1, 11, opens_in=timedelta(hours=1))
    on("截止了", 1, 12, closes_in=timedelta(hours=-1))
    on("取消的", 1, 13, status=Status.CALLED_OFF)
    full = on("满了", 1, 14, seats=1)
    places.sign_up(slot_id=full.slot_id, person_id=a_worker().id, party=1, nonce="a", at=now)

    assert titles(client.get("/?free=1")) == ["有名额", "不限"]
    assert "free" not in parse_qs(urlsplit(chips(client.get("/?free=1"))["有名额"]).query)


def test_seats_kept_for_others_are_not_free_for_everybody(client: Client) -> None:
    start = clock.at(WEDNESDAY + timedelta(days=1), 9)
    ours = a_union("北方华创工会")
    kept = Share("北方华创", least=2, unions=(ours.id,))
    for title, quota in (
        ("都留着", kept),
        ("已经放开", replace(kept, releases_at=clock.now())),
        ("留一个", replace(kept, least=1)),
        ("谁都算", Share("每人都算", most=0)),
        ("谁都留", Share("每人都留", least=2)),
        ("别人的上限", Share("别人的", most=0, tag="女职工")),
    ):
        an_activity(
            title=title, places=2, quotas=[quota], meetings=[Meeting(start, start + timedelta(hours=1))]
        )

    assert titles(client.get("/?free=1")) == ["已经放开", "留一个", "谁都留", "别人的上限"]


def test_a_seat_is_the_queues_until_it_moves_no_more_and_then_anybodys(client: Client) -> None:
    made = on("读书班", 1, 9, seats=1)
    waiting, holder = a_worker(), a_worker()
    elsewhere = on("别处", 1, 9)
    held = asks(holder, made, at=clock.now())
    asks(waiting, made, at=clock.now())
    asks(waiting, elsewhere, at=clock.now())
    gives_back(holder, held, at=clock.now())
    ends = clock.at(WEDNESDAY + timedelta(days=1), 8)

    seen = []
    for at in (ends - timedelta(seconds=1), ends):
        with at_time(at):
            page = client.get("/?free=1")
            count = by_id(client.get("/"), f"places-{made.slot_id}")
        seen.append(("读书班" in titles(page), words(count)))

    assert seen == [(False, "余 1 · 先给候补 1 人"), (True, "余 1 / 1")]


def test_after_work_leaves_what_starts_at_five_or_later(client: Client) -> None:
    for title, hour in (("下午", 16), ("五点", 17), ("晚上", 20)):
        on(title, 1, hour)
    assert titles(client.get("/?after=17")) == ["五点", "晚上"]
    assert titles(client.get("/?after=3")) == ["下午", "五点", "晚上"]


def test_filters_go_together_and_every_link_and_the_search_keep_the_others(client: Client) -> None:
    on("晚上电工", 1, 18, Programme.TRAINING)
    on("早上电工", 1, 9, Programme.TRAINING)
    on("晚上读书", 1, 18)

    page = client.get("/?day=2026-11-19&programme=training&free=1&after=17&q=电工")

    assert titles(page) == ["晚上电工"]
    for chip, taken_away in (("chip-free", "free"), ("chip-evening", "after"), ("chip-all", "programme")):
        query = parse_qs(urlsplit(by_id(page, chip).get("href", "")).query)
        assert set(query) == {"day", "programme", "free", "after", "q"} - {taken_away}
    kept = form_of(page, "/")
    assert kept == {"q": "电工", "programme": "training", "free": "1", "after": "17"}
    assert by_id(page, "chips").get("hx-boost") == "true"


def test_the_number_of_the_coming_days_says_for_how_many_it_counts_and_is_no_other_number_of_the_week(
    client: Client,
) -> None:
    on("已经过去的", -1, 18)
    on("今晚的", 0, 18)
    on("下周的", 6, 18)

    page = client.get("/")

    assert "本周 2 场" in words(by_id(page, "leaf"))
    assert words(by_id(page, "chip-all")) == "全部 7 天 2 场"
    for asked, count in (("day=2026-11-18", 1), ("week=2026-11-18", 2), ("q=的", 2)):
        assert words(by_id(client.get(f"/?{asked}"), "chip-all")) == f"全部 {count}"


@pytest.mark.parametrize(
    ("address", "said", "leads_to"),
    [
        ("/", "这几天没有活动", "/?week=2026-11-23"),
        ("/?q=没有这个", "没找到“没有这个”", "/"),
        ("/?programme=league", "这样筛选没有活动", "/"),
        ("/?free=1&after=17", "这样筛选没有活动", "/"),
        ("/?day=2026-11-20", "这几天没有活动", "/"),
    ],
)
def test_when_there_is_nothing_it_says_so_and_leads_on(
    client: Client, address: str, said: str, leads_to: str
) -> None:
    page = client.get(address)

    empty = next(one for one in parsed(page).iter("div") if one.get("class") == "empty")
    assert words(next(empty.iter("h2"))) == said
    assert [one.get("href") for one in empty.iter("a")] == [leads_to]


def test_a_day_without_anything_names_the_next_one_that_has_something(client: Client) -> None:
    on("电工", 3, 9)
    on("读书", 3, 18)

    page = client.get("/?day=2026-11-19")

    assert "看看星期六的 2" in page.text.replace("\u00a0", " ")
    empty = next(one for one in parsed(page).iter("div") if one.get("class") == "empty")
    assert [one.get("href") for one in empty.iter("a")] == ["/?day=2026-11-21"]


def test_a_draft_is_not_there_and_what_was_called_off_says_so(client: Client) -> None:
    on("草稿", 1, 9, status=Status.DRAFT)
    on("取消的", 1, 10, status=Status.CALLED_OFF)
    page = client.get("/")
    assert titles(page) == ["取消的"]
    assert "已取消" in page.text


def test_it_says_beside_each_what_i_have_in_it(client: Client) -> None:
    now, me, other = clock.now(), a_worker(), a_worker()
    mine, queue = on("我的", 1, 9), on("候补的", 2, 9, seats=1)
    on("别的", 3, 9)
    places.sign_up(slot_id=mine.slot_id, person_id=me.id, party=1, nonce="a", at=now)
    places.sign_up(slot_id=queue.slot_id, person_id=other.id, party=1, nonce="b", at=now)
    places.sign_up(slot_id=queue.slot_id, person_id=me.id, party=1, nonce="c", at=now)
    client.sign_in(me)

    tickets = {
        words(next(one.iter("h3"))): [
            words(tag) for tag in one.iter("span") if "tag" in tag.get("class", "").split()
        ]
        for one in by_id(client.get("/"), "list").iter("article")
    }

    assert tickets == {"我的": ["已报名"], "候补的": ["候补第 1 位"], "别的": []}


def test_several_slots_of_one_activity_are_counted_together(client: Client) -> None:
    start = clock.at(WEDNESDAY + timedelta(days=1), 9)
    an_activity(
        title="跑团",
        meetings=[Meeting(start, start + timedelta(hours=1), "公园")],
        pools=[Pool(6, "5 公里"), Pool(4, "10 公里")],
    )
    (ticket,) = by_id(client.get("/"), "list").iter("article")
    assert "余 10 / 10" in words(ticket)


def test_a_count_is_marked_up_as_its_readers_expect(client: Client) -> None:
    made = on("电工", 1, 9, seats=3)
    places.sign_up(slot_id=made.slot_id, person_id=a_worker().id, party=1, nonce="a", at=clock.now())

    count = by_id(client.get("/"), f"places-{made.slot_id}")

    read = {name: count.get(name) for name in ("data-slot", "data-capacity", "data-held", "data-waiting")}
    assert read == {
        "data-slot": str(made.slot_id),
        "data-capacity": "3",
        "data-held": "1",
        "data-waiting": "0",
    }
    assert words(count) == "余 2 / 3"


@pytest.mark.parametrize(
    ("q", "found"),
    [
        ("lanqiu", ["篮球观赛"]),
        ("Lanq", ["篮球观赛"]),
        ("lqgs", ["篮球观赛"]),
        ("guansai", ["篮球观赛"]),
        ("qiulan", []),
        ("l", []),
        ("lanqiu kaoqin", []),
    ],
)
def test_a_title_is_found_by_how_it_is_spelled(client: Client, q: str, found: list[str]) -> None:
    """Who types with Latin letters, before the input method made characters of them, finds what they mean."""
    on("篮球观赛", 1, 19)
    on("读书会", 1, 20)

    page = client.get(f"/?q={q}")

    assert titles(page) == found


def test_other_words_of_an_activity_are_spelled_anew(client: Client) -> None:
    made = on("篮球观赛", 1, 19)
    with writing() as session:
        stood = stands.digest(stands.read(session.connection(), stands.Part.WORDS, made.activity_id))
    editing.rewrite(
        activity_id=made.activity_id,
        words={"title": "足球观赛"},
        stood=stood,
        at=clock.now(),
        by_id=a_worker().id,
    )

    assert "足球观赛" in client.get("/?q=zuqiu").text
    assert "足球观赛" not in client.get("/?q=lanqiu").text
