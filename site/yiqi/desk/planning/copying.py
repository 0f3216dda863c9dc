"""An activity that is there, as the fields of its form: what a copy begins with, and what changing it starts from."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import selectinload

from yiqi import clock
from yiqi.activities import series
from yiqi.activities.models import (
    Activity,
    Occurrence,
    Question,
    Quota,
    Series,
    Slot,
    quota_slot,
    quota_union,
)
from yiqi.db import db
from yiqi.desk.rules import sheet
from yiqi.desk.rules.reading import LENGTHS, OF_VENUE
from yiqi.desk.rules.sheet import WEEKDAYS, Fields, Row
from yiqi.unions import belonging

_WORDS = [name for name in LENGTHS if name not in OF_VENUE]


def fields_of(activity_id: int) -> Fields:
    """What its form says, were it typed. Dates that were called off are left out; of more rows than the form has, the
    first are kept."""
    activity = db.session.scalars(
        select(Activity)
        .where(Activity.id == activity_id)
        .options(
            selectinload(Activity.occurrences), selectinload(Activity.slots).selectinload(Slot.occurrences)
        )
        .execution_options(populate_existing=True)
    ).one()
    rule = db.session.scalars(select(Series).where(Series.activity_id == activity_id)).first()
    met = [one for one in activity.occurrences if one.called_off_at is None] or activity.occurrences
    drop_in = rule is not None and series.is_drop_in(db.session.connection(), rule.id)
    slots = [one for one in activity.slots if not drop_in or met[0] in one.occurrences]
    questions = db.session.scalars(
        select(Question)
        .where(Question.activity_id == activity_id, Question.retired_at.is_(None))
        .order_by(Question.position, Question.id)
    ).all()
    fields: Fields = {
        **{name: getattr(activity, name) for name in _WORDS},
        **{name: getattr(met[0], name) for name in OF_VENUE},
        **_numbers(activity),
        **_windows(activity),
        **conditions(activity),
        "date": [_date(one, met[0]) for one in met],
        "slot": [_slot(one, met) for one in slots],
        "quota": _quotas(activity_id, [one.id for one in slots], questions),
        "question": [_question(one) for one in questions],
    }
    if rule is not None:
        fields |= _rule(rule) | {"drop_in": _box(drop_in), "date": []}
    return sheet.completed(fields)


def _numbers(activity: Activity) -> dict[str, str]:
    return {
        "topic": str(activity.topic or ""),
        "max_party": str(activity.max_party),
        "most_open": _number(activity.most_open),
        "penalties": _box(activity.penalties),
        "union_only": _box(activity.union_only),
        **{name: str(getattr(activity, f"{name}_minutes")) for name in sheet.MINUTES},
    }


def _windows(activity: Activity) -> dict[str, str]:
    return {
        "allocation": str(activity.allocation),
        **_instant("opens", activity.opens_at),
        **_instant("closes", activity.closes_at),
        **_instant("draw", activity.draw_at),
    }


def conditions(activity: Activity) -> dict[str, str]:
    """Who may come, as the controls of a form say it."""
    fields = {}
    for one in activity.conditions:
        match one["kind"]:
            case "member" | "good_standing" as kind:
                fields[kind] = "1"
            case "union":
                fields["conditions_unions"] = _names(one["unions"])
            case "tag":
                fields |= {"conditions_tag": one["tag"], "conditions_tag_en": one.get("tag_en", "")}
            case "age":
                fields |= {"age_least": _number(one.get("least")), "age_most": _number(one.get("most"))}
            case _:
                fields |= {f"holds_{name}": str(value) for name, value in one.items() if name != "kind"}
    return fields


def _rule(rule: Series) -> dict[str, str]:
    start = rule.starts.hour * 60 + rule.starts.minute
    hours, minutes = divmod((start + rule.minutes) % 1440, 60)
    return {
        "when": "weekly",
        "weekly_starts": f"{rule.starts:%H:%M}",
        "weekly_ends": f"{hours:02d}:{minutes:02d}",
        "first_on": rule.first_on.isoformat(),
        "last_on": rule.last_on.isoformat(),
        "skips_days_off": _box(rule.skips_days_off),
        "on_working_weekends": _box(rule.on_working_weekends),
        **{name: _box(str(index) in rule.weekdays) for index, name in enumerate(WEEKDAYS)},
    }


def _date(one: Occurrence, first: Occurrence) -> Row:
    starts, ends = clock.beijing(one.starts_at), clock.beijing(one.ends_at)
    elsewhere = one.venue != first.venue
    return {
        "day": starts.date().isoformat(),
        "starts": f"{starts:%H:%M}",
        "end_day": ends.date().isoformat() if ends.date() != starts.date() else "",
        "ends": f"{ends:%H:%M}",
        "venue": one.venue if elsewhere else "",
        "venue_en": one.venue_en if elsewhere else "",
    }


def _slot(one: Slot, met: Sequence[Occurrence]) -> Row:
    covered = [str(index) for index, occurrence in enumerate(met, 1) if occurrence in one.occurrences]
    return {
        **{name: getattr(one, name) for name in ("label", "label_en", "detail", "detail_en")},
        "capacity": _number(one.capacity),
        "waitlist": _number(one.waitlist_limit),
        "dates": "" if len(covered) == len(met) else ", ".join(covered),
    }


def _quotas(activity_id: int, slot_ids: Sequence[int], questions: Sequence[Question]) -> list[Row]:
    rows = db.session.scalars(select(Quota).where(Quota.activity_id == activity_id).order_by(Quota.id)).all()
    ids = [one.id for one in rows]
    inside = db.session.execute(select(quota_slot).where(quota_slot.c.quota_id.in_(ids))).all()
    unions = db.session.execute(select(quota_union).where(quota_union.c.quota_id.in_(ids))).all()
    words = {
        f"{asked.key}={choice['code']}": f"{asked.key}={choice['label']}"
        for asked in questions
        for choice in asked.choices
    }
    found = []
    for one in rows:
        slots = {row.slot_id for row in inside if row.quota_id == one.id}
        if not slots & set(slot_ids):
            continue
        numbers = [str(index) for index, slot_id in enumerate(slot_ids, 1) if slot_id in slots]
        found.append(
            {
                "name": one.name,
                "name_en": one.name_en,
                "most": _number(one.most),
                "least": str(one.least) if one.least else "",
                **{f"release_{part}": text for part, text in _parts(one.releases_at).items()},
                "unions": _names([row.union_id for row in unions if row.quota_id == one.id]),
                "tag": one.tag,
                "choice": words.get(one.choice, one.choice),
                "slots": "" if len(numbers) == len(slot_ids) else ", ".join(numbers),
            }
        )
    return found


def _question(one: Question) -> Row:
    lines = [" | ".join(filter(None, (each["label"], each["label_en"]))) for each in one.choices]
    return {
        **{name: getattr(one, name) for name in ("key", "label", "label_en", "hint", "hint_en")},
        "kind": str(one.kind),
        "choices": "\n".join(lines),
        "required": _box(one.required),
        "reapproves": _box(one.reapproves),
        "least": _number(one.least),
        "most": _number(one.most),
    }


def _names(union_ids: Sequence[int]) -> str:
    return "\n".join(union.name for union in belonging.named(union_ids))


def _instant(name: str, instant: datetime | None) -> dict[str, str]:
    return {f"{name}_{part}": text for part, text in _parts(instant).items()}


def _parts(instant: datetime | None) -> dict[str, str]:
    if instant is None:
        return {"day": "", "time": ""}
    local = clock.beijing(instant)
    return {"day": local.date().isoformat(), "time": f"{local:%H:%M}"}


def _number(number: int | None) -> str:
    return "" if number is None else str(number)


def _box(is_so: bool) -> str:
    return "1" if is_so else ""
