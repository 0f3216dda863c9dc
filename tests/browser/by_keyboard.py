"""Going about with the keyboard alone: what has the focus on the way shows it, and nothing lies on top of it."""

from playwright.sync_api import Page

MOST_TABS = 60
SEEN = """() => {
  if (document.activeElement === document.body) return null;
  const one = document.activeElement, label = one.id && document.querySelector(`label[for='${one.id}']`);
  const rung = (it) => { const look = it && getComputedStyle(it);
    return look && ((look.outlineStyle !== 'none' && parseFloat(look.outlineWidth) >= 1) || look.boxShadow !== 'none'); };
  const own = one.getClientRects()[0], box = own.width > 2 && getComputedStyle(one).opacity !== '0' ? own : label.getClientRects()[0];
  const top = document.elementFromPoint(box.left + box.width / 2, box.top + Math.min(box.height / 2, 20));
  return {name: one.id || one.textContent.trim().slice(0, 20), ring: Boolean(rung(one) || rung(label)),
          covered: !top || !(one.contains(top) || (label && label.contains(top)))}; }"""


def tab_to(page: Page, name: str, most: int = MOST_TABS) -> None:
    """Press Tab until an element has the focus. What has it on the way is seen, and nothing lies on top of it."""
    for _press in range(most):
        page.keyboard.press("Tab")
        seen = page.evaluate(SEEN)
        if seen is None:  # past the end of the page, before its beginning
            continue
        assert seen["ring"], f"{seen['name']} has the focus and does not show it"
        assert not seen["covered"], f"{seen['name']} has the focus under something else"
        if seen["name"] == name:
            return
    raise AssertionError(f"the keyboard does not come to {name}")


def type_into(page: Page, name: str, typed: str) -> None:
    """Come to a field, or be in it, and type."""
    if page.evaluate("document.activeElement.id") != name:
        tab_to(page, name)
    page.keyboard.type(typed)


def choose(page: Page, name: str, value: str) -> None:
    """Come to a list and go down it until a value is chosen."""
    tab_to(page, name)
    for _press in range(MOST_TABS):
        if page.locator(f"#{name}").input_value() == value:
            return
        page.keyboard.press("ArrowDown")
    raise AssertionError(f"{name} does not come to {value}")


def press(page: Page, name: str) -> None:
    """Come to a button or a link and press Enter."""
    tab_to(page, name)
    page.keyboard.press("Enter")


def go_round(page: Page, most: int = 250) -> int:
    """Tab through a whole page, from its beginning until the focus leaves it: nothing keeps it. Answers how many stops that were."""
    page.evaluate("document.activeElement.blur(); window.scrollTo(0, 0)")
    page.locator("body").evaluate(
        "one => { one.tabIndex = -1; one.focus(); one.removeAttribute('tabindex'); }"
    )
    first = None
    for stops in range(most):
        page.keyboard.press("Tab")
        here = page.evaluate("[...document.querySelectorAll('*')].indexOf(document.activeElement)")
        if page.evaluate("document.activeElement === document.body") or here == first:
            return stops
        first = here if first is None else first
    raise AssertionError("the focus does not come to the end of the page")
