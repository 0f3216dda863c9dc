"""Makes the PDF of `printing`."""

from collections.abc import Sequence
from functools import cache
from pathlib import Path

from fontTools.ttLib import TTCollection
from fpdf import FPDF

from yiqi.sheets.page import Page

ROW, HEAD, MARGIN = 9.2, 9.0, 12.0
"""Millimetres."""


def of(
    title: str, pages: Sequence[Page], header: Sequence[str], widths: Sequence[float], face: Path
) -> bytes:
    """As `printing.pdf`."""
    paper = FPDF(orientation="P", unit="mm", format="A4")
    paper.set_title(title)
    paper.set_margin(MARGIN)
    paper.set_auto_page_break(False)
    paper.add_font("han", fname=face, collection_font_number=_simplified(face))
    columns = [paper.epw * width / sum(widths) for width in widths]
    for number, page in enumerate(pages, start=1):
        paper.add_page()
        paper.set_font("han", size=15)
        _text(paper, paper.epw, 9, page.heading, new_line=True)
        paper.set_font("han", size=10)
        _text(paper, paper.epw - 30, 7, page.line)
        paper.cell(30, 7, f"{number} / {len(pages)}", align="R", new_x="LMARGIN", new_y="NEXT")
        _row(paper, columns, header, HEAD)
        paper.set_font("han", size=11)
        for row in page.rows:
            _row(paper, columns, row, ROW)
    return bytes(paper.output())


def _row(paper: FPDF, columns: Sequence[float], cells: Sequence[str], height: float) -> None:
    for width, cell in zip(columns, cells, strict=True):
        _text(paper, width, height, cell, border=True)
    paper.ln(height)


def _text(
    paper: FPDF, width: float, height: float, text: str, *, border: bool = False, new_line: bool = False
) -> None:
    """A text on one line, as much of it as there is room for."""
    room = width - 2 * paper.c_margin
    while text and paper.get_string_width(text) > room:
        text = text[:-1]
    paper.cell(
        width,
        height,
        text,
        border=1 if border else 0,
        new_x="LMARGIN" if new_line else "RIGHT",
        new_y="NEXT" if new_line else "TOP",
    )


@cache
def _simplified(face: Path) -> int:
    """Which font of a collection is the one for simplified Chinese; the first when none says so."""
    if face.suffix.lower() != ".ttc":
        return 0
    with TTCollection(face, lazy=True) as collection:
        names = [str(one["name"].getDebugName(4)) for one in collection.fonts]
    return next((number for number, name in enumerate(names) if " SC" in name), 0)
