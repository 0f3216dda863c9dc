"""A list as a PDF for paper: A4, Chinese embedded, a line to sign on, its header on every page."""

from collections.abc import Sequence
from importlib import import_module
from pathlib import Path

from yiqi.sheets.page import Page

FONTS = (
    "/usr/share/fonts/opentype/noto/NotoSansCJK-Regular.ttc",
    "/usr/share/fonts/noto-cjk/NotoSansCJK-Regular.ttc",
    "/usr/share/fonts/google-noto-cjk/NotoSansCJK-Regular.ttc",
    "/usr/share/fonts/truetype/wqy/wqy-microhei.ttc",
    "/usr/share/fonts/wqy-microhei/wqy-microhei.ttc",
    "/usr/share/fonts/truetype/wqy/wqy-zenhei.ttc",
    "/System/Library/Fonts/STHeiti Light.ttc",
    "/Library/Fonts/Arial Unicode.ttf",
)
"""Where systems keep a font with Chinese in it."""


def font(named: str = "") -> Path | None:
    """The font that is used: the one a setting names, else the first of those that systems have; None when there is none."""
    for place in (named, *FONTS):
        if place and Path(place).is_file():
            return Path(place)
    return None


def pdf(
    title: str, pages: Sequence[Page], header: Sequence[str], widths: Sequence[float], face: Path
) -> bytes:
    """The pages as PDF. `widths` are shares of the line, one for each column of `header`.

    What makes it takes 18 MB, in a process that prints a page a week: it is brought in with the first one.
    """
    made: bytes = import_module("yiqi.sheets.pdf").of(title, pages, header, widths, face)
    return made
