"""Screens as a stranger meets them: nothing is cut off, everything can be touched and read from two metres, and nobody is
remembered."""

import re
from collections.abc import Iterator
from contextlib import contextmanager

import pytest
from playwright.sync_api import Browser, Page, Route, expect

from tests.browser.kiosk_stage import LANDSCAPE, PORTRAIT, another_screen, scans, standing_at, steps_up, types
from tests.browser.looking import faults
from tests.browser.stage import Stage, Visitor

pytestmark = pytest.mark.browser
Cookie = tuple[str, str]
SIZES = pytest.mark.parametrize("size", [PORTRAIT, LANDSCAPE], ids=["portrait", "landscape"])
SMALL = """() => {
  const shown = (e) => { const b = e.getBoundingClientRect(), s = getComputedStyle(e);
    return b.width > 1 && b.height > 1 && s.visibility !== 'hidden' && !e.closest('[hidden],.vh,svg,.skip,.kmain--said .kask'); };
  const found = [];
  document.querySelectorAll('a,button,input:not([type=hidden])').forEach((e) => {
    const b = e.getBoundingClientRect();
    if (shown(e) && (b.height < 60 || b.width < 60)) found.push('target ' + (e.id || e.className) + ' ' + b.width + 'x' + b.height); });
  const walk = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  while (walk.nextNode()) { const e = walk.currentNode.parentElement;
    if (walk.currentNode.textContent.trim() && shown(e) && parseFloat(getComputedStyle(e).fontSize) < 28)
      found.push('text ' + walk.currentNode.textContent.trim() + ' ' + getComputedStyle(e).fontSize); }
  return found; }"""
CUT = """() => {
  const found = [], w = innerWidth, h = innerHeight;
  const main = document.querySelector('main'), foot = document.querySelector('footer');
  if (document.documentElement.scrollHeight > h || document.documentElement.scrollWidth > w) found.push('the page scrolls');
  if (main.scrollHeight > main.clientHeight + 1) found.push('main is cut by ' + (main.scrollHeight - main.clientHeight));
  document.querySelectorAll('.krow,.kbtn,.kcard,.kstrip,h1,h2,.kslot,.kticket').forEach((e) => {
    const b = e.getBoundingClientRect();
    if (b.width < 2 || e.closest('[hidden],.kmain--said .kask')) return;
    if (b.left < -1 || b.top < -1 || b.right > w + 1 || b.bottom > h + 1) found.push('outside: ' + (e.id || e.className));
    if (!e.closest('footer') && foot.getBoundingClientRect().top < b.bottom - 1 && foot.getBoundingClientRect().left <= b.left
        && foot.getBoundingClientRect().right > b.left) found.push('under the foot: ' + (e.id || e.className)); });
  document.querySelectorAll('.krow').forEach((e) => {
    if (!e.closest('[hidden]') && (e.scrollWidth > e.clientWidth + 1 || e.scrollHeight > e.clientHeight + 1)) found.push('row: ' + e.innerText); });
  return found; }"""


def wrong_with(visitor: Visitor) -> list[str]:
    """What is too small, cut off, not accessible, or complained of by the console."""
    page = visitor.page
    found = [*page.evaluate(SMALL), *page.evaluate(CUT), *faults(visitor), *visitor.complaints]
    visitor.complaints.clear()
    return [str(one) for one in found]


def remembered(page: Page, *told: str) -> list[str]:
    """What of these a browser still keeps: on the page, in storage, in its caches."""
    kept = page.evaluate(
        """async () => {
          const all = [document.documentElement.outerHTML, JSON.stringify({...localStorage}), JSON.stringify({...sessionStorage}), document.cookie];
          for (const name of await caches.keys()) { const shelf = await caches.open(name);
            for (const one of await shelf.keys()) all.push(one.url + await (await shelf.match(one)).text()); }
          for (const base of await indexedDB.databases()) { all.push(base.name); await new Promise((done) => {
            const opening = indexedDB.open(base.name); opening.onsuccess = () => { const here = opening.result;
              const names = Array.from(here.objectStoreNames); if (!names.length) return done();
              const turn = here.transaction(names); names.forEach((n) => { const a = turn.objectStore(n).getAll(); a.onsuccess = () => all.push(JSON.stringify(a.result)); });
              turn.oncomplete = () => { here.close(); done(); }; }; }); }
          return all.join(' '); }"""
    )
    return [one for one in told if one in kept]


@SIZES
def test_every_screen_fits_and_can_be_read_and_touched(
    browser: Browser,
    demo_stage: Stage,
    screen: Cookie,
    tickets: tuple[int, list[str]],
    walk_in: tuple[int, int],
    size: tuple[int, int],
) -> None:
    (activity, slot), (door, codes) = walk_in, tickets
    occurrence = demo_stage.found("SELECT id FROM occurrence WHERE activity_id = :door", door=door)
    wrong: dict[str, list[str]] = {}

    def looks(name: str) -> None:
        visitor.page.wait_for_load_state()
        found = wrong_with(visitor)
        if found:
            wrong[name] = found

    with standing_at(browser, demo_stage, screen, size) as visitor:
        for path in (
            "/kiosk/",
            "/kiosk/wall",
            "/kiosk/check-in",
            "/kiosk/walk-in",
            f"/kiosk/activities/{activity}",
            "/kiosk/venue",
            f"/kiosk/venue/{occurrence}",
            "/kiosk/help",
            "/kiosk/activities/987654",
        ):
            visitor.opens(path)
            looks(path)
        visitor.opens("/kiosk/check-in")
        scans(visitor, codes.pop())
        expect(visitor.page.locator("[data-result=in]")).to_be_visible()
        looks("a result")
        visitor.opens("/kiosk/check-in")
        visitor.page.locator("#type-code").click()
        visitor.page.wait_for_selector("[data-stage=ref]")
        looks("the letters")
        phone = "13777770001" if size is PORTRAIT else "13777770002"
        visitor.opens(f"/kiosk/activities/{activity}")
        visitor.page.locator(f"#slot-{slot}").click()
        visitor.page.wait_for_selector("[data-stage=phone]")
        types(visitor, phone)
        looks("the number")
        visitor.page.locator("#go").click()
        visitor.page.wait_for_selector("[data-stage=code]")
        looks("the code")
        types(visitor, demo_stage.newest_code(phone))
        visitor.page.wait_for_selector("[data-stage=name]")
        looks("the name")
        visitor.page.locator("#skip").click()
        visitor.page.wait_for_selector("#ticket")
        looks("the ticket")
        visitor.opens("/kiosk/")
        visitor.page.locator("#language:visible, #language-wide:visible").click()
        visitor.page.wait_for_selector("html[lang=en]")
        looks("in English")
    assert wrong == {}


def test_these_looks_notice_what_is_too_small_or_cut(
    browser: Browser, demo_stage: Stage, screen: Cookie
) -> None:
    with standing_at(browser, demo_stage, screen) as visitor:
        visitor.opens("/kiosk/")
        visitor.page.evaluate(
            "document.querySelector('#check-in').id = 'small'; const s = new CSSStyleSheet();"
            "s.replaceSync('#small{min-height:20px!important;height:20px;font-size:12px!important}"
            ".krow{height:40rem!important}'); document.adoptedStyleSheets = [s];"
        )
        found = " ".join(wrong_with(visitor))
        assert "target small" in found
        assert "text" in found
        assert "main is cut" in found


def test_every_page_of_the_board_is_whole_however_long_the_words(
    browser: Browser, demo_stage: Stage, screen: Cookie
) -> None:
    with standing_at(browser, demo_stage, screen) as visitor:
        visitor.opens("/kiosk/")
        pages = visitor.page.locator("[data-turn=week-rows]").count()
        assert pages > 1
        visitor.page.evaluate(
            "document.querySelectorAll('.krow__h').forEach((e, n) => { e.textContent = '全区职工篮球联赛'.repeat(7).slice(0, n % 2 ? 56 : 22);"
            "e.classList.toggle('krow__h--long', n % 2 === 1); });"
            "document.querySelectorAll('.krow__p').forEach((e) => { e.textContent = '职工服务中心一层多功能厅东侧'.repeat(4); });"
        )
        for size in (PORTRAIT, LANDSCAPE):
            visitor.page.set_viewport_size({"width": size[0], "height": size[1]})
            assert visitor.page.evaluate(CUT) == []


def test_the_board_turns_its_pages(browser: Browser, demo_stage: Stage, screen: Cookie) -> None:
    with standing_at(browser, demo_stage, screen) as visitor:
        visitor.page.clock.install()
        visitor.page.route("**/kiosk/_board*", lambda route: route.fulfill(status=204))
        visitor.opens("/kiosk/")
        visible = "[data-turn=week-rows]:not([hidden]) .krow"
        seen = set()
        for _screen in range(3):
            seen.add(visitor.page.locator(visible).first.get_attribute("id"))
            visitor.page.clock.fast_forward(12_000)
        assert len(seen) == 3


def test_the_idle_clock_asks_at_fifteen_seconds_and_forgets_at_none(
    browser: Browser, demo_stage: Stage, screen: Cookie, walk_in: tuple[int, int]
) -> None:
    activity, slot = walk_in
    with standing_at(browser, demo_stage, screen) as visitor:
        page = visitor.page
        page.clock.install()
        visitor.opens(f"/kiosk/activities/{activity}")
        page.locator(f"#slot-{slot}").click()
        types(visitor, "1377777")
        page.clock.run_for(
            35_000
        )  # the page's own time runs on, and a busy machine is slow: some seconds of room
        expect(page.locator("#idle-dialog")).to_be_hidden()
        page.clock.run_for(11_000)
        expect(page.locator("#idle-dialog")).to_be_visible()
        expect(page.locator("#stay")).to_be_focused()
        page.locator("#stay").click()
        expect(page.locator("#idle-dialog")).to_be_hidden()
        expect(page.locator("#idle [data-left]")).to_have_text(re.compile(r"^(60|5\d)$"))
        page.clock.run_for(50_000)
        expect(page.locator("#idle-dialog [data-left]")).to_have_text(re.compile(r"^(10|\d)$"))
        page.clock.run_for(13_000)
        page.wait_for_url("**/kiosk/")
        assert demo_stage.found("SELECT count(*) FROM kiosk_visit") == 0


@contextmanager
def taps(page: Page, most: int) -> Iterator[None]:
    """What somebody does takes so many touches at the most, a scan or a key being one: their time is their fingers' (a second
    and a half each, for who looks for the key), and no step of it makes them wait for more than its answer."""
    before: int = page.evaluate(COUNT_TAPS)
    yield
    assert page.evaluate(COUNT_TAPS) - before <= most


COUNT_TAPS = "() => { const kept = +sessionStorage.getItem('taps'); return kept; }"
COUNTING = """(() => { const more = () => sessionStorage.setItem('taps', +sessionStorage.getItem('taps') + 1);
  addEventListener('pointerdown', more, true);
  addEventListener('keydown', (e) => { if (e.key === 'Enter') more(); }, true); })()"""


def test_a_check_in_is_a_touch_and_a_scan_or_a_scan_alone_and_leaves_by_itself(
    browser: Browser, demo_stage: Stage, screen: Cookie, tickets: tuple[int, list[str]]
) -> None:
    """Less than ten seconds: two touches, and what the site takes to answer."""
    ref = tickets[1].pop()
    with standing_at(browser, demo_stage, screen) as visitor:
        page = visitor.page
        page.add_init_script(COUNTING)
        page.clock.install()
        visitor.opens("/kiosk/")
        with taps(page, 2):
            page.locator("#check-in").click()
            page.wait_for_selector("#code:focus")
            scans(visitor, ref)
            expect(page.locator("[data-result=in]")).to_be_visible()
        scans(visitor, ref)
        expect(page.locator("[data-result=again]")).to_be_visible()
        expect(page.locator("[data-result=again]")).to_contain_text(re.compile(r"已于 \d\d:\d\d 签到"))
        page.clock.run_for(7_000)
        assert page.url.endswith("/kiosk/check-in")
        page.clock.run_for(2_000)
        page.wait_for_url("**/kiosk/")
        assert visitor.complaints == []


def test_signing_up_is_twenty_touches_and_nothing_of_it_is_left(
    browser: Browser, demo_stage: Stage, screen: Cookie, walk_in: tuple[int, int]
) -> None:
    """Less than forty seconds: the slot, eleven digits, on, six digits of the message, on. A name that was typed is one more;
    whoever told theirs before is asked for none."""
    activity, slot = walk_in
    phone, name = "13777775544", "Wang Xiaoming"
    with standing_at(browser, demo_stage, screen) as visitor:
        page = visitor.page
        page.add_init_script(COUNTING)
        visitor.opens(f"/kiosk/activities/{activity}")
        with taps(page, 20):
            steps_up(visitor, activity, slot, phone)
            types(visitor, demo_stage.newest_code(phone))
            page.wait_for_selector("[data-stage=name]")
            page.locator("#typed").fill(name)
            page.locator("#go").click()
            page.wait_for_selector("#ticket[data-state=confirmed]")
        assert name not in page.content()
        assert phone not in page.content()
        ref = page.locator("#ref").inner_text()
        page.locator("#done").click()
        page.wait_for_selector("#poller[data-at]")

        for _step in range(5):
            page.go_back()
            page.wait_for_load_state()
            assert remembered(page, name, phone, ref, ref.replace("-", "")) == [], page.url
        page.goto(f"{demo_stage.base}/kiosk/visit")
        page.wait_for_url("**/kiosk/")
        page.reload()
        assert remembered(page, name, phone, ref) == []
        assert remembered(page, "职工服务中心") == ["职工服务中心"], "the control: what is there is found"
        assert [one["name"] for one in page.context.cookies() if one["name"] == "yiqi"] == []
        assert page.locator("#poller").count() == 1


def test_a_screen_that_is_revoked_while_somebody_uses_it_opens_nothing_more(
    browser: Browser, demo_stage: Stage, screen: Cookie, walk_in: tuple[int, int]
) -> None:
    (activity, slot), cookie = walk_in, another_screen(demo_stage)
    with (
        standing_at(browser, demo_stage, cookie) as visitor,
        standing_at(browser, demo_stage, cookie) as other,
    ):
        visitor.opens(f"/kiosk/activities/{activity}")
        visitor.page.locator(f"#slot-{slot}").click()
        other.opens("/kiosk/")
        revoke(demo_stage, int(demo_stage.found("SELECT max(id) FROM kiosk_device")))
        types(visitor, "13777771234")
        visitor.page.locator("#go").click()
        expect(visitor.page.locator("#main")).to_contain_text("回到首页")
        visitor.page.locator("#home").click()
        visitor.page.wait_for_url("**/kiosk/enrol")
        # A stream is held against the gate every ten seconds.
        other.page.wait_for_url("**/kiosk/enrol", timeout=25_000)
        assert demo_stage.found("SELECT count(*) FROM sign_in_code WHERE phone = '+8613777771234'") == 0


def revoke(stage: Stage, device: int) -> None:
    """What the desk does, on the database itself."""
    stage.change(
        "UPDATE kiosk_device SET revoked_at = made_at, token_hash = NULL WHERE id = :device", device=device
    )


def test_two_thousand_refreshes_leave_no_more_behind_than_two_hundred(
    browser: Browser, demo_stage: Stage, screen: Cookie
) -> None:
    """A day of the board, compressed: each answer is a changed board. A hundred of them come over the network; the others
    are put in as their answers would be. Somebody asks, not the clock: of the clock's questions a screen that is told by
    a stream leaves most out. The control holds on to the boards that were replaced, and is noticed."""
    with standing_at(browser, demo_stage, screen) as visitor:
        page = visitor.page
        visitor.opens("/kiosk/")
        fragment = page.request.get(
            f"{demo_stage.base}/kiosk/_board?v=none",
            headers={"HX-Request": "true", "Cookie": cookie_of(visitor)},
        ).text()
        brought: list[str] = []

        def bring(route: Route) -> None:
            brought.append(route.request.url)
            route.fulfill(status=200, content_type="text/html", body=fragment)

        page.route("**/kiosk/_board*", bring)
        measure = page.context.new_cdp_session(page)
        measure.send("Performance.enable")

        def left_behind(asked: int, put_in: int) -> tuple[float, float, float]:
            page.evaluate(
                """async ([asked, put_in, fragment]) => {
                  for (let n = 0; n < asked; n++)
                    await htmx.ajax('GET', '/kiosk/_board?v=' + n, { source: '#poller', target: '#poller', swap: 'outerHTML settle:0ms', event: new Event('yiqi:test') });
                  for (let n = 0; n < put_in; n++) {
                    htmx.swap('#poller', fragment, { swapStyle: 'outerHTML', swapDelay: 0, settleDelay: 0 });
                    if (n % 50 === 0) await new Promise((done) => setTimeout(done, 0)); } }""",
                [asked, put_in, fragment],
            )
            assert len(brought) >= asked
            brought.clear()
            page.wait_for_timeout(300)
            measure.send("HeapProfiler.collectGarbage")
            found = {one["name"]: one["value"] for one in measure.send("Performance.getMetrics")["metrics"]}
            return found["Nodes"], found["JSEventListeners"], found["JSHeapUsedSize"]

        nodes, listeners, heap = left_behind(50, 150)
        later_nodes, later_listeners, later_heap = left_behind(50, 1_750)
        assert later_nodes <= nodes * 1.1
        assert later_listeners <= listeners * 1.1
        assert later_heap <= heap * 1.25 + 500_000
        assert visitor.complaints == []
        page.evaluate(
            "window.held = []; document.addEventListener('htmx:beforeSwap', () => held.push(document.querySelector('#poller')));"
        )
        assert left_behind(60, 0)[0] > nodes * 1.1


def cookie_of(visitor: Visitor) -> str:
    found = [
        one
        for one in visitor.page.context.cookies(f"{visitor.stage.base}/kiosk/")
        if one["name"] == "yiqi-kiosk"
    ]
    return f"yiqi-kiosk={found[0]['value']}"
