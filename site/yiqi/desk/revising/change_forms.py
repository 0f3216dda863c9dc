"""What was typed in one of the small forms, read: a change to be previewed, or a verb to be called at once."""

from collections.abc import Callable, Mapping
from datetime import datetime, time
from functools import partial

from msgspec import Struct

from yiqi.activities.holidays import public_day
from yiqi.activities.models import Allocation, Quota
from yiqi.activities.rules.questions import Asked, Choice
from yiqi.booking import editing, quotas
from yiqi.booking.rules.changes import (
    AddQuota,
    CallOffActivity,
    CallOffOccurrence,
    CallOffSlot,
    Change,
    EditSeries,
    MoveOccurrence,
    SetCapacity,
    SetConditions,
    SetQuota,
    SetWindows,
)
from yiqi.booking.stands import PLACE
from yiqi.desk.planning import draft_words, known
from yiqi.desk.revising import releasing
from yiqi.desk.revising.changing import Piece, Sheet
from yiqi.desk.rules import asking, placing, sections, timing
from yiqi.desk.rules.placing import MOST_PLACES
from yiqi.desk.rules.reading import LENGTHS
from yiqi.desk.rules.sections import What
from yiqi.desk.rules.typed import Reader, Why
from yiqi.desk.rules.wanted import Kept, Places
from yiqi.web.texts import shown_again

Save = Callable[..., None]
"""A verb with everything but `at` and `by_id`."""
LONGEST = 8000


class Read(Struct, frozen=True):
    """What a form came to: a change, or a verb; neither when something is wrong. `piece` is the form as it was sent."""

    piece: Piece
    change: Change | None = None
    save: Save | None = None


class _Unions(Struct, frozen=True):
    unions: Mapping[str, int]


def typed(piece: Piece, posted: Mapping[str, str]) -> dict[str, str]:
    """What a request brought for the controls of a form; whatever else it brought is passed over."""
    found = {name: shown_again(posted.get(piece.name(name), ""))[:LONGEST] for name in piece.typed}
    return found | {name: "1" if found[name] else "" for name in sections.BOXES & found.keys()}


def read(sheet: Sheet, piece: Piece, sent: Mapping[str, str], stood: str) -> Read:
    """Read one form as it was sent; `stood` is the digest it carried."""
    reader = Reader(sections.fields(piece.what, sent), known.gate, sheet.whole.at)
    wanted = _READERS[piece.what](reader, sheet, piece, stood)
    errors: dict[str, str] = {}
    for problem in reader.problems:
        errors.setdefault(piece.name(sections.plain_name(problem.where)), draft_words.said(problem))
    if errors:
        return Read(piece.with_typed(sent, errors))
    as_sent = piece.with_typed(sent, {})
    return Read(as_sent, save=wanted) if callable(wanted) else Read(as_sent, change=wanted)


def _words(reader: Reader, _sheet: Sheet, piece: Piece, stood: str) -> Save:
    return partial(editing.rewrite, activity_id=piece.of, words=sections.words(reader), stood=stood)


def _windows(reader: Reader, sheet: Sheet, piece: Piece, _stood: str) -> Change | None:
    activity = sheet.whole.activity
    is_over = activity.allocation is Allocation.DRAW and activity.closes_at <= sheet.whole.at
    opens, closes = sections.windows(
        reader,
        last_start=sheet.last_start,
        draw_at=activity.draw_at,
        closed_for_good=activity.closes_at.replace(second=0, microsecond=0) if is_over else None,
    )
    numbers = sections.numbers(reader)
    if opens is None or closes is None:
        return None
    closes = _same(closes, activity.closes_at)
    _still_opens(reader, "closes_day", releasing.left_shut_by_closing(sheet, closes))
    return SetWindows(piece.of, _same(opens, activity.opens_at), closes, numbers)


def _still_opens(reader: Reader, where: str, shut: Quota | None) -> None:
    """Refuse what would leave a quota shut for good."""
    if shut is not None:
        reader.wrong(where, Why.RELEASED_LATER, what=shut.name, when=shut.releases_at)


def _capacity(reader: Reader, sheet: Sheet, piece: Piece, _stood: str) -> Change:
    capacity = reader.whole("capacity", 0, MOST_PLACES)
    kept = quotas.kept(piece.of, sheet.whole.at) if capacity is not None and sheet.quotas else 0
    if capacity is not None and capacity < kept:
        reader.wrong("capacity", Why.BELOW_KEPT, n=kept)
    return SetCapacity(piece.of, capacity)


def _slot(reader: Reader, sheet: Sheet, piece: Piece, stood: str) -> Save:
    lengths = {"label": placing.LABEL, "label_en": placing.LABEL_EN}
    lengths |= {"detail": placing.DETAIL, "detail_en": placing.DETAIL_EN}
    many = len(sheet.whole.slots) > 1 and bool(next(s for s in sheet.whole.slots if s.id == piece.of).label)
    labels = {
        name: reader.text(name, most, needed=many and name == "label") for name, most in lengths.items()
    }
    limit = reader.whole("waitlist", 0, MOST_PLACES)
    return partial(editing.relabel, slot_id=piece.of, labels=labels, waitlist_limit=limit, stood=stood)


def _slot_off(reader: Reader, _sheet: Sheet, piece: Piece, _stood: str) -> Change:
    return CallOffSlot(piece.of, reader.text("because", sections.REASON_LENGTHS["because"], needed=True))


def _conditions(reader: Reader, sheet: Sheet, piece: Piece, _stood: str) -> Change:
    activity = sheet.whole.activity
    found = asking.conditions(reader, known.of_conditions(reader.fields, activity.owner_id, sheet.whole.at))
    if activity.union_only and not any(one["kind"] == "union" for one in found):
        found = ({"kind": "union", "unions": [activity.owner_id]}, *found)
    return SetConditions(piece.of, found)


def _occurrence(reader: Reader, sheet: Sheet, piece: Piece, _stood: str) -> Change | None:
    found = timing.dates(reader, public_day).stretches
    place = {name: reader.text(name, LENGTHS[name]) for name in PLACE}
    if not found:
        return None
    one = next(one for one in sheet.ahead if one.id == piece.of)
    starts_at, ends_at = _same(found[0].starts_at, one.starts_at), _same(found[0].ends_at, one.ends_at)
    _still_opens(reader, "date-0-day", releasing.left_shut_by_moving(sheet, one.id, starts_at))
    return MoveOccurrence(piece.of, starts_at, ends_at, place)


def _occurrence_off(reader: Reader, _sheet: Sheet, piece: Piece, _stood: str) -> Change:
    return CallOffOccurrence(piece.of, **sections.reason(reader, needed=True))


def _series(reader: Reader, sheet: Sheet, piece: Piece, _stood: str) -> Change | None:
    starts = reader.time_of_day("weekly_starts", needed=True)
    ends = reader.time_of_day("weekly_ends", needed=True)
    last_on = reader.day("last_on", needed=True)
    because = sections.reason(reader, needed=False)
    if starts is None or ends is None or last_on is None or sheet.series is None:
        return None
    minutes = _minutes(starts, ends)
    if minutes <= 0:
        reader.wrong("weekly_ends", Why.ENDS_FIRST)
    if last_on < sheet.series.first_on:
        reader.wrong("last_on", Why.ENDS_FIRST)
    elif last_on - sheet.series.first_on >= timing.LONGEST_RULE:
        reader.wrong("last_on", Why.RUNS_TOO_LONG)
    return EditSeries(piece.of, starts, minutes, last_on, **because)


def _quota(reader: Reader, sheet: Sheet, piece: Piece, _stood: str) -> Change:
    """Of a quota that keeps places the one slot it is in counts; those without are in as many as they are."""
    stands = next(one.releases_at for one in sheet.quotas if one.id == piece.of)
    typed = reader.instant("quota-0-release_day", "quota-0-release_time")
    is_new = typed is not None and (stands is None or _same(typed, stands) != stands)
    until = releasing.of_quota(sheet, piece.of) if is_new else None
    (kept,) = placing.quotas(reader, _Unions({}), [Places(None)], (), [until])
    limits = {name: getattr(kept, name) for name in ("name", "name_en", "most", "least")}
    return SetQuota(piece.of, releases_at=kept.releases_at, **limits)


def _new_quota(reader: Reader, sheet: Sheet, piece: Piece, _stood: str) -> Change:
    slots = sheet.whole.slots
    asked = [
        Asked(
            one.key,
            one.kind,
            one.label,
            choices=tuple(Choice(each["code"], each["label"]) for each in one.choices),
        )
        for one in sheet.questions
    ]
    until = [releasing.until(slot, sheet.whole.activity) for slot in slots]
    by_name = _Unions(known.unions()) if reader.raw("quota-0-unions") else _Unions({})
    (kept,) = placing.quotas(reader, by_name, [Places(slot.capacity) for slot in slots], asked, until)
    return _added(piece.of, kept, [slot.id for slot in slots])


def _added(activity_id: int, kept: Kept, slot_ids: list[int]) -> AddQuota:
    inside = kept.pools or tuple(range(len(slot_ids)))
    return AddQuota(
        activity_id,
        tuple(slot_ids[index] for index in inside),
        kept.name,
        kept.name_en,
        kept.most,
        kept.least,
        kept.releases_at,
        kept.unions,
        kept.tag,
        kept.choice,
    )


def _question(reader: Reader, _sheet: Sheet, piece: Piece, stood: str) -> Save:
    (asked,) = asking.questions(reader)
    return partial(editing.revise, question_id=piece.of, asked=asked, stood=stood)


def _retire(_reader: Reader, _sheet: Sheet, piece: Piece, _stood: str) -> Save:
    return partial(editing.retire, question_id=piece.of)


def _new_question(reader: Reader, _sheet: Sheet, piece: Piece, _stood: str) -> Save:
    (asked,) = asking.questions(reader)
    return partial(editing.ask, activity_id=piece.of, asked=asked)


def _call_off(reader: Reader, _sheet: Sheet, piece: Piece, _stood: str) -> Change:
    return CallOffActivity(piece.of, **sections.reason(reader, needed=True))


_READERS: dict[What, Callable[[Reader, Sheet, Piece, str], Change | Save | None]] = {
    What.WORDS: _words,
    What.WINDOWS: _windows,
    What.CAPACITY: _capacity,
    What.SLOT: _slot,
    What.SLOT_OFF: _slot_off,
    What.CONDITIONS: _conditions,
    What.OCCURRENCE: _occurrence,
    What.OCCURRENCE_OFF: _occurrence_off,
    What.SERIES: _series,
    What.QUOTA: _quota,
    What.NEW_QUOTA: _new_quota,
    What.QUESTION: _question,
    What.RETIRE: _retire,
    What.NEW_QUESTION: _new_question,
    What.CALL_OFF: _call_off,
}


def _same(typed: datetime, stands: datetime) -> datetime:
    """An instant as it stands where the minute that was typed is its own: a form shows no seconds."""
    return stands if typed == stands.replace(second=0, microsecond=0) else typed


def _minutes(starts: time, ends: time) -> int:
    return (ends.hour - starts.hour) * 60 + ends.minute - starts.minute
