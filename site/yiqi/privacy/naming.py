"""Words beside the numbers of a copy: what a row is about. In the present language."""

from collections.abc import Mapping
from typing import Any

from sqlalchemy import Select, select

from yiqi.activities.models import Activity, Occurrence, Slot
from yiqi.booking.models import Booking
from yiqi.db import db
from yiqi.privacy.wording import ABOUT
from yiqi.unions.models import Union
from yiqi.web.formats import moment, said

_KINDS = ("occurrence_id", "slot_id", "booking_id", "activity_id", "union_id")
"""What says best what a row is about comes first."""


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
