"""Language, text size, light and dark: chosen by a link, kept in a plain cookie, rendered by the server."""

import re
from urllib.parse import parse_qs, urlsplit

import pytest
from werkzeug.test import TestResponse

from tests.browsing import Client, parsed
from tests.promises.programmes import PROMISED
from tests.promises.route import Route
from tests.promises.routes import PAGES_FOR_ALL
from tests.promises.scene import scene, whole_scene
from yiqi.db import db
from yiqi.kiosk.screen import LANGUAGE
from yiqi.people.models import Person

pytestmark = pytest.mark.parametrize("site", ["sqlite"], indirect=True)
HAN = re.compile("[\u4e00-\u9fff]")


def html(page: TestResponse) -> dict[str, str]:
    tree = parsed(page)
    root = tree if tree.tag == "html" else tree.find(".//html")
    assert root is not None
    return dict(root.attrib)


def link(page: TestResponse, choice: str) -> str:
    """The address of the page's link that changes a choice."""
    for one in parsed(page).iter("a"):
        href = one.get("href", "")
        if href.startswith("/display?") and choice in parse_qs(urlsplit(href).query, keep_blank_values=True):
            return href
    raise LookupError(choice)


def test_large_text_goes_through_two_sizes_and_back(client: Client) -> None:
    seen = []
    for _time in range(4):
        page = client.get("/notice?from=x")
        seen.append(html(page).get("data-text", ""))
        changed = client.get(link(page, "text"))
        assert (changed.status_code, changed.location) == (303, "/notice?from=x")
    assert seen == ["", "l", "xl", ""]


def test_dark_and_light_go_through_all_three(client: Client) -> None:
    seen = []
    for _time in range(4):
        page = client.get("/")
        seen.append(html(page).get("data-theme", ""))
        client.get(link(page, "theme"))
    assert seen == ["", "dark", "light", ""]


def test_english_and_back(client: Client) -> None:
    page = client.get("/")
    assert html(page)["lang"] == "zh-CN"
    client.get(link(page, "lang"))
    page = client.get("/")
    assert html(page)["lang"] == "en"
    client.get(link(page, "lang"))
    assert html(client.get("/"))["lang"] == "zh-CN"


@pytest.mark.parametrize("name", ["lang", "text", "theme"])
@pytest.mark.parametrize("value", ["x", "", "EN", "en-US", "zh", "<b>", "dark;x", "xxl", "__class__"])
def test_a_strange_choice_is_none(client: Client, name: str, value: str) -> None:
    client.set_cookie(name, re.sub("[^!-~]|;", "", value) or "-")
    assert html(client.get("/")) == {"lang": "zh-CN"}
    answer = client.get("/display", query_string={name: value})
    kept = client.get_cookie(name)
    assert answer.status_code == 303
    assert kept is None or kept.value == value == "" or "Set-Cookie" not in answer.headers


def test_the_cookie_lasts_a_year_and_no_script_reads_it(client: Client) -> None:
    cookie = client.get("/display?text=l").headers["Set-Cookie"]
    assert re.match(r"text=l; Expires=[^;]+; Max-Age=31536000; HttpOnly; Path=/; SameSite=Lax$", cookie)


def test_a_workers_language_is_kept_for_their_messages(client: Client) -> None:
    stage = scene()
    stage.enter(client, "owner")
    client.get("/display?lang=en&back=/me")
    db.session.rollback()
    assert db.session.get_one(Person, stage.owner.id).lang == "en"
    assert db.session.get_one(Person, stage.other.id).lang == "zh-CN"


NAMES = (
    "电工中级技能培训",
    "职工书屋读书会",
    "亦庄马拉松文明引导",
    "博大杯决赛观赛",
    "双色球第 2026135 期",
    "王小明",
    "李姐",
    "晨间太极",
    "赵小兰",
    "荣华中路 10 号",
    "亦庄工会一车间",
    "亦庄工会",
    "北方华创工会",
    "刘师傅",
    "张三",
    "李四",
    "工号",
    "班前拉伸",
    "三号车间门口",
    "青马读书班",
    "矛盾论",
    "平凡的世界",
    "路遥",
    "写一件身边的小事",
    "师傅",
    "书屋",
    "核心区",
    "尺码",
    "忌口",
    "订餐用",
    "工龄",
    "入职日期",
    "第一次来吗？",
    "紧急联系人手机号",
    "名册.xlsx",
    "报名.csv",
    "中文",
    "王",
    "赵",
)
"""What stays Chinese on an English page: what people wrote, and the way back."""
WRITTEN = re.compile("|".join(["（[\u4e00-\u9fff]+）", *(one.WRITTEN for one in PROMISED if one.WRITTEN)]))


@pytest.mark.parametrize(
    ("route", "who"), PAGES_FOR_ALL, ids=[f"{route.name}-{who}" for route, who in PAGES_FOR_ALL]
)
def test_an_english_page_has_no_chinese_but_names_and_the_way_back(
    client: Client, route: Route, who: str
) -> None:
    stage = whole_scene() if any(route in one.ROUTES for one in PROMISED) else scene()
    stage.enter(client, who)
    client.set_cookie("lang", "en")
    client.set_cookie(LANGUAGE, "en", path="/kiosk")

    page = client.get(route.url(stage.samples))

    if page.status_code == 303:
        return
    assert html(page)["lang"] == "en"
    assert spoken_chinese(page) == []


def test_an_error_page_is_english_too(client: Client) -> None:
    client.set_cookie("lang", "en")
    assert spoken_chinese(client.get("/nothing-here")) == []


def spoken_chinese(page: TestResponse) -> list[str]:
    """Chinese in texts and in what is read out, names and what is marked as Chinese left out."""
    found = []
    tree = parsed(page)
    marked = {part for one in tree.iter() if one.get("lang") == "zh-CN" for part in one.iter()}
    for element in tree.iter():
        spoken = [element.get(name, "") for name in ("aria-label", "alt", "title", "placeholder", "value")]
        texts = [*([] if element in marked else [element.text or "", *spoken]), element.tail or ""]
        for text in texts:
            for name in NAMES:
                text = text.replace(name, "")
            text = WRITTEN.sub("", text)
            if HAN.search(text):
                found.append(text.strip())
    return found


def test_the_search_for_chinese_finds_it(client: Client) -> None:
    assert spoken_chinese(client.get("/"))
