"""What a federation admin has at hand at the desk of the demo: found and made through its pages, as anybody would."""

import re
from dataclasses import replace

from playwright.sync_api import Page

from tests.browser.stage import Visitor
from tests.promises.route import Samples

ADMIN = "13800000001"
TWO_RECORDS = ("13800000012", "13800000018")
"""Two workers of the demo who never met: their records can be merged."""
ROLL = "姓名,手机号,工号,入会日期\n张三,13912340001,A001,2024-01-05\n李四,1391234,A002,\n王五,13912340003,,2099-01-01\n"
RESULTS = "姓名,手机尾号,成绩\n张三,0001,88\n李四,0002,缺考\n"
BOOKINGS = "姓名,手机号\n张三,13912340001\n李四,1391234\n,13912340003\n"


def opens_proven(visitor: Visitor, path: str) -> int:
    """Open a page of the desk, with a proof where it is asked for; answers the status of what was asked for."""
    status = _opens(visitor, path)
    if "/desk/step-up" in visitor.page.url and not path.startswith("/desk/step-up"):
        prove(visitor)
        status = _opens(visitor, path)
    landed = visitor.page.url.removeprefix(visitor.stage.base)
    return status if landed.split("?")[0] == path.split("?")[0] else 303


def _opens(visitor: Visitor, path: str) -> int:
    response = visitor.page.goto(visitor.stage.base + path)
    assert response is not None
    return response.status


def prove(visitor: Visitor) -> None:
    """Answer the step-up page that is open, by a message."""
    page = visitor.page
    page.locator("#send").click()
    page.wait_for_selector("#prove")
    page.locator("input[name=code]").fill(visitor.stage.newest_code(ADMIN))
    page.locator("#prove").click()
    page.wait_for_url(lambda url: "/desk/step-up" not in url)


def at_hand(visitor: Visitor, things: Samples) -> Samples:
    """The samples with what the desk's own pages stand on."""
    page = visitor.page
    opens_proven(visitor, "/desk/?tab=drafts")
    draft = _number(page, r"/desk/drafts/(\d+)")
    opens_proven(visitor, "/desk/unions")
    union = _number(page, r"/desk/unions/(\d+)")
    opens_proven(visitor, f"/desk/unions?under={union}")
    group = _number(page, r"/desk/unions/(\d+)")
    opens_proven(visitor, f"/desk/unions/{group}")
    member = _number(page, rf"/desk/unions/{group}/members/(\d+)")
    opens_proven(visitor, "/desk/people/merge")
    for name, phone in zip(("kept", "gone"), TWO_RECORDS, strict=True):
        page.locator(f"input[name={name}]").fill(phone)
    page.locator("#look").click()
    page.wait_for_url(re.compile(r"/desk/people/\d+/merge/\d+"))
    merged = re.search(r"/people/(\d+)/merge/(\d+)", page.url)
    assert merged is not None
    course = f"/desk/training/courses/{things.more['training_course']}/results"
    return replace(
        things,
        more={**things.more, "training_list": _uploads(visitor, course, RESULTS)},
        draft_id=draft,
        union_id=group,
        group_id=group,
        membership_id=member,
        staff_id=int(merged[1]),
        worker_id=int(merged[2]),
        roll_id=_uploads(visitor, f"/desk/unions/{group}/roll", ROLL),
        listed_id=things.activity_id,
        list_id=_uploads(visitor, f"/desk/activities/{things.activity_id}/import", BOOKINGS),
    )


def _number(page: Page, pattern: str) -> int:
    """The number in the first link of the page that leads to such an address."""
    links = page.eval_on_selector_all("#main a[href]", "links => links.map(one => one.getAttribute('href'))")
    found = [match for one in links if (match := re.match(pattern, one))]
    assert found, page.url
    return int(found[0][1])


def _uploads(visitor: Visitor, path: str, text: str) -> int:
    """Hand over a list with good and bad lines; answers its id."""
    opens_proven(visitor, path)
    visitor.page.locator("#file").set_input_files(
        {"name": "名册.csv", "mimeType": "text/csv", "buffer": text.encode()}
    )
    visitor.page.locator("#upload").click()
    visitor.page.wait_for_url(re.compile(rf"{path}/\d+"))
    return int(visitor.page.url.split("?")[0].rpartition("/")[2])
