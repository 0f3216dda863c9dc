"""In which looks pages are looked at, and what a machine finds wrong with one."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Literal

from axe_playwright_python.base import AXE_SCRIPT

from tests.browser.stage import DESKTOP, PHONE, SMALL, Visitor
from tests.nightly import in_turns

Rules = Mapping[str, Any]
TAGS = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
OF_COLOURS = ["color-contrast", "link-in-text-block"]
RULES: Rules = {"runOnly": {"type": "tag", "values": TAGS}}
COLOURS: Rules = {"runOnly": {"type": "rule", "values": OF_COLOURS}}
ALL_BUT_COLOURS: Rules = {**RULES, "rules": {one: {"enabled": False} for one in OF_COLOURS}}
"""To compare colours takes twice as long as all the others together, and neither language nor size changes them."""

FINDS = """async (rules) => {
  const found = await axe.run({...rules, resultTypes: ['violations']});
  return found.violations.map((one) => one.id + ': ' + JSON.stringify(one.nodes.map((node) => node.target))); }"""
PUT_ON = """([theme, text]) => {
  const chosen = document.documentElement.dataset;
  for (const [name, value] of [['theme', theme], ['text', text]]) value ? chosen[name] = value : delete chosen[name]; }"""


@dataclass(frozen=True)
class Look:
    """How an open page is looked at. What a visitor chooses is put on its root, where the server puts it and only CSS
    reads it: the page need not be fetched again (`test_every_page`)."""

    size: tuple[int, int] = PHONE
    theme: str = ""
    text: str = ""
    wish: Literal["light", "dark"] = "light"
    """What the visitor's system asks for."""

    @property
    def is_dark(self) -> bool:
        return "dark" in (self.theme, self.wish)

    def put_on(self, visitor: Visitor) -> None:
        visitor.page.set_viewport_size({"width": self.size[0], "height": self.size[1]})
        visitor.page.emulate_media(color_scheme=self.wish)
        visitor.page.evaluate(PUT_ON, [self.theme, self.text])


LOOKS = {
    "phone": Look(),
    "dark": Look(theme="dark"),
    "large": Look(SMALL, text="xl"),
    "desktop": Look(DESKTOP),
    "dark desktop": Look(DESKTOP, wish="dark"),
}
TURNS = (("phone", "dark desktop"), ("dark", "desktop"))
"""In which looks the colours of a page are compared: of one page in the first two, of the next in the others."""
LANGUAGES: dict[str, dict[str, str]] = {"zh": {}, "en": {"lang": "en"}}


def faults(visitor: Visitor, rules: Rules = RULES) -> list[str]:
    """What axe finds in a page as it stands, and what runs out of the window sideways."""
    page = visitor.page
    if page.evaluate("typeof axe === 'undefined'"):
        page.evaluate(AXE_SCRIPT)
    said: list[str] = page.evaluate(FINDS, rules)
    return said + (["the page is wider than the window"] if is_wide(visitor) else [])


def is_wide(visitor: Visitor) -> bool:
    wide: bool = visitor.page.evaluate("document.documentElement.scrollWidth > window.innerWidth")
    return wide


def faults_in_every_look(visitor: Visitor, lang: str, turn: int) -> list[str]:
    """What is wrong with a page in the looks of a language. `turn` counts the pages; by night the colours of each are
    compared in all looks."""
    if lang != "zh":
        return [f"{lang}: {one}" for one in faults(visitor, ALL_BUT_COLOURS)]
    coloured = {name for names in in_turns(TURNS, turn, 1) for name in names}
    said = []
    for name, look in LOOKS.items():
        if look.is_dark and name not in coloured:
            continue
        look.put_on(visitor)
        rules = COLOURS if look.is_dark else RULES if name in coloured else ALL_BUT_COLOURS
        said += [f"{name}: {one}" for one in faults(visitor, rules)]
    LOOKS["phone"].put_on(visitor)
    return said
