"""In which looks pages are looked at, and what a machine finds wrong with one."""

from axe_playwright_python.sync_playwright import Axe

from tests.browser.stage import DESKTOP, PHONE, SMALL, Visitor

RULES = {
    "runOnly": {
        "type": "tag",
        "values": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"],
    }
}
LOOKS: dict[str, dict[str, object]] = {
    "phone": {"size": PHONE},
    "dark": {"size": PHONE, "choices": {"theme": "dark"}},
    "large": {"size": SMALL, "choices": {"text": "xl"}},
    "english": {"size": PHONE, "choices": {"lang": "en"}},
    "desktop": {"size": DESKTOP},
    "desktop-dark": {"size": DESKTOP, "color_scheme": "dark"},
}


def faults(visitor: Visitor) -> list[str]:
    """What axe finds, and what runs out of the window sideways."""
    found = Axe().run(visitor.page, options=RULES).response["violations"]
    said = [f"{one['id']}: {[node['target'] for node in one['nodes']]}" for one in found]
    if visitor.page.evaluate("document.documentElement.scrollWidth > window.innerWidth"):
        said.append("the page is wider than the window")
    return said
