"""What the pages of uploaded lists show: where a list is for, its lines by verdict, page by page."""

from collections import Counter
from collections.abc import Mapping, Sequence
from datetime import date, datetime
from typing import Any

from flask import url_for
from msgspec import Struct

from yiqi.booking import listing, whole
from yiqi.booking.rules.listing import Listed
from yiqi.db import Facts
from yiqi.desk.files import list_words, lists
from yiqi.desk.models import ListKind, UploadedList
from yiqi.i18n import gettext as _
from yiqi.people.rules import masked
from yiqi.sheets.reading import MOST_ROWS
from yiqi.unions import belonging, rolls
from yiqi.unions.rules.rolls import Entry
from yiqi.web.formats import moment, said
from yiqi.web.texts import whole as whole_number

A_PAGE = 100
EVERY, BAD, LEFT_OUT = "all", "bad", "left"
BY_ROW, BY_VERDICT = "row", "verdict"


class Where(Struct, frozen=True):
    """The union or the activity that lists are uploaded for."""

    kind: ListKind
    id: int
    title: str

    @property
    def is_roll(self) -> bool:
        return self.kind is ListKind.ROLL

    @property
    def most_lines(self) -> int:
        return MOST_ROWS if self.is_roll else listing.MOST

    @property
    def upload(self) -> str:
        """Where its form is, and where the form goes."""
        if self.is_roll:
            return url_for("desk.roll", union_id=self.id)
        return url_for("desk.import_bookings", activity_id=self.id)

    def address(self, endpoint: str, list_id: int, **more: Any) -> str:
        """The address of one of its lists: `list`, `list_file`."""
        if self.is_roll:
            return url_for(f"desk.roll_{endpoint}", union_id=self.id, list_id=list_id, **more)
        return url_for(f"desk.import_{endpoint}", activity_id=self.id, list_id=list_id, **more)

    def found(self, list_id: int, by_id: int) -> UploadedList | None:
        """One of the lists that somebody uploaded for it."""
        named = {"union_id": self.id} if self.is_roll else {"activity_id": self.id}
        return lists.find(list_id, by_id=by_id, **named)


class Line(Struct, frozen=True):
    """A line as a page shows it."""

    row: int
    name: str
    phone: str
    more: str
    verdict: str
    is_good: bool
    remark: str = ""


class Page(Struct, frozen=True):
    """Some lines of a list, with how many there are of each verdict, the bad ones first."""

    lines: Sequence[Line]
    show: str
    sort: str
    number: int
    last: int
    total: int
    good: int
    tabs: Sequence[tuple[str, str, int]]

    @property
    def bad(self) -> int:
        return self.total - self.good


def of_union(union_id: int) -> Where:
    (union,) = belonging.named([union_id])
    return Where(ListKind.ROLL, union_id, said(union, "name"))


def of_activity(activity_id: int, at: datetime) -> Where:
    """Raises `LookupError` when there is no such activity."""
    found = whole.of(activity_id, at)
    if found is None:
        raise LookupError(activity_id)
    return Where(ListKind.BOOKINGS, activity_id, said(found.activity, "title"))


def page(uploaded: UploadedList, asked: Mapping[str, str], on: date) -> Page:
    """The lines that the address asks for: `show` all, bad, left or one verdict; `sort` row or verdict; `page` from 1."""
    told = lists.lines(uploaded)
    every = lines(uploaded, told)
    codes = [str(one.verdict) for one in told]
    counts = Counter(codes)
    left = _left_out(uploaded, told, on)
    show = asked.get("show", EVERY)
    show = show if show in {EVERY, BAD, *([LEFT_OUT] if left else []), *counts} else EVERY
    shown = [
        line
        for line, code in zip(every, codes, strict=True)
        if show in (EVERY, code) or (show == BAD and not line.is_good)
    ]
    shown = left if show == LEFT_OUT else shown
    sort = BY_VERDICT if asked.get("sort") == BY_VERDICT else BY_ROW
    if sort == BY_VERDICT:
        shown = sorted(shown, key=lambda line: (line.is_good, line.verdict, line.row))
    last = max(1, -(-len(shown) // A_PAGE))
    number = whole_number(asked.get("page", "1"), least=1, most=last) or 1
    good = sum(line.is_good for line in every)
    tabs = [(EVERY, _("全部"), len(every)), (BAD, _("有问题"), len(every) - good)]
    words = {code: line.verdict for line, code in zip(every, codes, strict=True)}
    tabs += [(code, words[code], count) for code, count in counts.most_common()] if len(counts) > 1 else []
    tabs += [(LEFT_OUT, _("名册上有、表里没有"), len(left))] if left else []
    part = shown[(number - 1) * A_PAGE : number * A_PAGE]
    return Page(part, show, sort, number, last, len(every), good, [tab for tab in tabs if tab[2]])


def lines(uploaded: UploadedList, told: Sequence[Entry | Listed]) -> list[Line]:
    """The lines of a list in words, phones hidden."""
    slots = _slots(uploaded) if uploaded.kind is ListKind.BOOKINGS else {}
    return [_line(one, slots) for one in told]


def _line(one: Entry | Listed, slots: Mapping[int, str]) -> Line:
    phone = masked(one.phone) if one.phone.startswith("+86") else one.phone
    if isinstance(one, Entry):
        remark = _("姓名以本人填的为准") if one.own_name and one.is_good else ""
        more = one.number
    else:
        party = _("%(n)s 人", n=one.party) if one.party > 1 else ""
        more, remark = " · ".join(filter(None, (slots.get(one.slot_id or 0, ""), party))), ""
    return Line(one.row, one.name, phone, more, list_words.verdict(one), one.is_good, remark)


def _left_out(uploaded: UploadedList, told: Sequence[Entry | Listed], on: date) -> list[Line]:
    """The members of whom a roll says nothing."""
    if uploaded.union_id is None:
        return []
    entries = [one for one in told if isinstance(one, Entry)]
    return [_member(one) for one in rolls.not_on(uploaded.union_id, entries, on)]


def _member(member: Facts) -> Line:
    return Line(0, member.name, masked(member.phone), member.number, _("还在名册上，不会移除"), True)


def _slots(uploaded: UploadedList) -> dict[int, str]:
    if uploaded.activity_id is None:
        return {}
    return {
        slot.id: said(slot, "label") or moment(slot.starts_at) for slot in listing.slots(uploaded.activity_id)
    }
