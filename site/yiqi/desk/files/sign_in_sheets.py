"""The sheet on which people sign that they came: who is confirmed, by slot, 25 to a page."""

from collections.abc import Sequence
from itertools import groupby
from pathlib import Path

from yiqi.booking.whole import Whole
from yiqi.desk.files import exports
from yiqi.desk.files.exports import Seen
from yiqi.i18n import gettext as _
from yiqi.sheets import printing
from yiqi.sheets.page import Page
from yiqi.web.formats import full_day, said, span

A_PAGE = 25
WIDTHS = (1.0, 2.6, 3.8, 2.4, 1.2, 3.6)


def header() -> tuple[str, ...]:
    return _("序号"), _("姓名"), _("单位"), _("手机号"), _("人数"), _("签名")


def pages(of: Whole, seen: Seen) -> list[Page]:
    """The pages to print; one empty page for nobody, so that people can be written down by hand."""
    found = exports.confirmed(of.activity.id, seen)
    made = []
    for slot_id, group in groupby(found, key=lambda one: one.slot_id):
        slot = of.slot(slot_id)
        if slot is None:
            continue
        label, rows = said(slot, "label"), list(group)
        date = of.nearest(slot)
        when = f"{full_day(date.starts_at)} {span(date.starts_at, date.ends_at)}" if date else ""
        line = " · ".join(filter(None, (label, when, said(date, "venue") if date else "")))
        for start in range(0, len(rows), A_PAGE):
            part = rows[start : start + A_PAGE]
            made.append(
                Page(
                    said(of.activity, "title"),
                    line,
                    [
                        [str(number), one.name, one.union, one.phone, str(one.party), ""]
                        for number, one in enumerate(part, start=start + 1)
                    ],
                )
            )
    return made or [
        Page(said(of.activity, "title"), "", [["", "", "", "", "", ""] for _row in range(A_PAGE)])
    ]


def pdf(of: Whole, made: Sequence[Page], face: Path) -> bytes:
    """The pages as PDF."""
    return printing.pdf(said(of.activity, "title"), made, header(), WIDTHS, face)
