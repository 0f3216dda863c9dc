"""Words beside the numbers of a copy: what a row is about, and what its columns are called. In the present language."""

from collections.abc import Iterable, Mapping
from typing import Any

from sqlalchemy import Select, select

from yiqi.activities.models import Activity, Occurrence, Slot
from yiqi.booking.models import Booking
from yiqi.db import db
from yiqi.i18n import lazy_gettext as _l
from yiqi.unions.models import Union
from yiqi.web.formats import moment, said

ABOUT = "about"
HEADS: Mapping[str, Any] = {
    ABOUT: _l("关于"),
    "id": _l("编号"),
    "ref": _l("签到码"),
    "number": _l("号码"),
    "name": _l("姓名或名称"),
    "phone": _l("手机号"),
    "born_on": _l("生日"),
    "lang": _l("语言"),
    "state": _l("状态"),
    "was": _l("原来"),
    "became": _l("变成"),
    "why": _l("为什么"),
    "because": _l("原因"),
    "party": _l("一共几人"),
    "note": _l("备注"),
    "value": _l("填的内容"),
    "title": _l("名称"),
    "kind": _l("种类"),
    "at": _l("时间"),
    "created_at": _l("记下的时间"),
    "changed_at": _l("最后改动"),
    "signed_in_at": _l("上次登录"),
    "asked_at": _l("提出的时间"),
    "answered_at": _l("答复的时间"),
    "given_at": _l("同意的时间"),
    "withdrawn_at": _l("收回的时间"),
    "sent_at": _l("发出的时间"),
    "read_at": _l("看过的时间"),
    "in_at": _l("签到"),
    "out_at": _l("签退"),
    "starts_at": _l("开始"),
    "ends_at": _l("结束"),
    "since": _l("从哪天起"),
    "until": _l("到哪天止"),
    "minutes": _l("分钟"),
    "device": _l("设备"),
    "pinyin": _l("拼音"),
    "version": _l("第几版"),
}
"""Of the columns that many tables have, or that everybody wants to read; the others keep the name they have."""
_KINDS = ("occurrence_id", "slot_id", "booking_id", "activity_id", "union_id")
"""What says best what a row is about comes first."""


def heads(columns: Iterable[str]) -> list[str]:
    """What columns are called."""
    return [str(HEADS.get(name, name)) for name in columns]


def with_words(found: Mapping[str, list[dict[str, Any]]]) -> dict[str, list[dict[str, Any]]]:
    """The same rows, each that leads to an activity or a union by a number with its name in front. At most five queries."""
    rows = [row for of in found.values() for row in of]
    named = {kind: _named(kind, {row.get(kind) for row in rows} - {None}) for kind in _KINDS}
    return {table: [_with_word(row, named) for row in of] for table, of in found.items()}


def _with_word(row: dict[str, Any], named: Mapping[str, Mapping[Any, str]]) -> dict[str, Any]:
    if not any(kind in row for kind in _KINDS):
        return row
    words = (named[kind].get(row.get(kind), "") for kind in _KINDS)
    return {ABOUT: next(filter(None, words), ""), **row}


def _named(kind: str, ids: set[Any]) -> dict[Any, str]:
    if not ids:
        return {}
    return {row[0]: _word(row) for row in db.session.execute(_query(kind, ids))}


def _query(kind: str, ids: set[Any]) -> Select[*tuple[Any, ...]]:
    title = (Activity.title, Activity.title_en)
    match kind:
        case "occurrence_id":
            dates = select(Occurrence.id, *title, Occurrence.starts_at).join(Occurrence.activity)
            return dates.where(Occurrence.id.in_(ids))
        case "slot_id":
            return select(Slot.id, *title, Slot.starts_at).join(Slot.activity).where(Slot.id.in_(ids))
        case "booking_id":
            held = select(Booking.id, *title, Slot.starts_at).join(Booking.slot).join(Slot.activity)
            return held.where(Booking.id.in_(ids))
        case "activity_id":
            return select(Activity.id, *title).where(Activity.id.in_(ids))
        case _:
            return select(Union.id, Union.name.label("title"), Union.name_en.label("title_en")).where(
                Union.id.in_(ids)
            )


def _word(row: Any) -> str:
    begins = getattr(row, "starts_at", None)
    return f"{said(row, 'title')} · {moment(begins)}" if begins else str(said(row, "title"))
