"""In which looks pages are looked at, and what a machine finds wrong with one."""

from typing import Any

from axe_playwright_python.sync_playwright import Axe

from tests.browser.stage import DESKTOP, PHONE, SMALL, Visitor

RULES = {
    "runOnly": {
        "type": "tag",
        "values": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"],
    }
}
COLOURS = {"runOnly": {"type": "rule", "values": ["color-contrast", "link-in-text-block"]}}
"""The rules that colours can break: the dark differs from the light in nothing else."""
LOOKS: dict[str, dict[str, object]] = {
    "phone": {"size": PHONE},
    "dark": {"size": PHONE, "choices": {"theme": "dark"}},
    "large": {"size": SMALL, "choices": {"text": "xl"}},
    "english": {"size": PHONE, "choices": {"lang": "en"}},
    "desktop": {"size": DESKTOP},
}
"""A desktop is looked at in the dark, too, on the same page: there the dark is the system's wish and not the visitor's."""


def faults(visitor: Visitor, look: str = "phone") -> list[str]:
    """What axe finds, and what runs out of the window sideways."""
    said = _found(visitor, COLOURS if look == "dark" else RULES)
    if visitor.page.evaluate("document.documentElement.scrollWidth > window.innerWidth"):
        said.append("the page is wider than the window")
    if look == "desktop":
        visitor.page.emulate_media(color_scheme="dark")
        said += [f"in the dark: {one}" for one in _found(visitor, COLOURS)]
        visitor.page.emulate_media(color_scheme="light")
    return said


def _found(visitor: Visitor, rules: dict[str, Any]) -> list[str]:
    found = Axe().run(visitor.page, options=rules).response["violations"]
    return [f"{one['id']}: {[node['target'] for node in one['nodes']]}" for one in found]
