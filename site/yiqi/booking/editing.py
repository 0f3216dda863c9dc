"""The verbs of what an organizer changes that touches nobody's place: words, names of slots, the length of a queue,
questions. Each locks the activity's slots, so that phones that follow them read anew, and leaves a line in the trail.

`stood` is the digest (`booking.stands`) of what the form showed: when something else is there by now, and it is not
what is wanted anyway, the verb raises `Refused(STALE_FORM)`.
"""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from msgspec.structs import asdict, replace
from sqlalchemy import Connection, func, select, update

from yiqi.activities import planning
from yiqi.activities.models import Activity, Question, Quota, Slot
from yiqi.activities.rules import questions as rules
from yiqi.activities.rules.questions import Asked, Choice
from yiqi.booking import change_deeds, locking, stands
from yiqi.booking.offers import timely
from yiqi.booking.rules.asking import Refusal, Refused
from yiqi.booking.stands import Part
from yiqi.db import Facts, retried, table, writing
from yiqi.people.spelling import latin

_activity, _slot, _question, _quota = table(Activity), table(Slot), table(Question), table(Quota)


class Needed(Exception):
    """A quota is for an answer that would be gone: it comes first."""


@timely
@retried
def rewrite(*, activity_id: int, words: Mapping[str, str], stood: str, at: datetime, by_id: int) -> None:
    """Other words of an activity: of `stands.WORDS` those that change. Raises `LookupError`, `Refused(STALE_FORM)`."""
    if not words.keys() <= set(stands.WORDS) or not words.get("title", "-"):
        raise ValueError("an activity has a title, and no such words")
    with writing() as session:
        here = session.connection()
        _lock(here, activity_id, at)
        was = stands.read(here, Part.WORDS, activity_id)
        became = was | dict(words)
        if _is_new(was, became, stood):
            spelled = {"spelled": latin(words["title"])} if "title" in words else {}
            here.execute(update(_activity).where(_activity.c.id == activity_id).values(**words, **spelled))
            _keep(here, activity_id, was, became, at, by_id)


@timely
@retried
def relabel(
    *,
    slot_id: int,
    labels: Mapping[str, str],
    waitlist_limit: int | None,
    stood: str,
    at: datetime,
    by_id: int,
) -> None:
    """Another name of a slot, another length of its queue (None: without limit); who waits goes on waiting.

    Raises `LookupError`, `Refused(STALE_FORM)`.
    """
    if waitlist_limit is not None and waitlist_limit < 0:
        raise ValueError("a waitlist takes 0 or more")
    with writing() as session:
        here = session.connection()
        activity_id = locking.lock(here, [slot_id], [], at)[slot_id].activity_id
        was = stands.read(here, Part.SLOT, slot_id)
        became = was | dict(labels) | {"waitlist_limit": waitlist_limit}
        if became.keys() != was.keys():
            raise ValueError("a slot has no such words")
        if _is_new(was, became, stood):
            here.execute(update(_slot).where(_slot.c.id == slot_id).values(**became))
            _keep(here, activity_id, was, became, at, by_id, str(became["label"]))


@timely
@retried
def ask(*, activity_id: int, asked: Asked, at: datetime, by_id: int) -> None:
    """One more question, the last one; its key is given here. The same again is the one that is there.

    Raises `LookupError`, `ValueError` for one that nobody could answer.
    """
    with writing() as session:
        here = session.connection()
        _lock(here, activity_id, at)
        known = here.execute(select(_question).where(_question.c.activity_id == activity_id)).all()
        keys = {one.key for one in known}
        new = replace(asked, key=next(key for n in range(1, 999) if (key := f"q{n}") not in keys))
        rules.check([new])
        if any(one.retired_at is None and _says(one, new) for one in known):
            return
        position = max((one.position for one in known), default=-1) + 1
        made = planning.ask(here, activity_id, new, position=position)
        change_deeds.keep(
            here,
            activity_id,
            {},
            stands.read(here, Part.QUESTION, made),
            at=at,
            by_id=by_id,
            name=new.label,
        )


@timely
@retried
def revise(*, question_id: int, asked: Asked, stood: str, at: datetime, by_id: int) -> None:
    """Ask otherwise: a new version of a question, at its place and under its key. Answers stay beside the version that
    was asked, and no booking ends. A choice that is called as before keeps its code.

    Raises `LookupError`, `Refused(STALE_FORM)`, `ValueError`, `Needed` when a quota is for a choice that would be gone.
    """
    with writing() as session:
        here = session.connection()
        known = _row(here, question_id)
        _lock(here, known.activity_id, at)
        known = _row(here, question_id)
        of_key = (_question.c.activity_id == known.activity_id, _question.c.key == known.key)
        versions = here.execute(select(_question.c.choices).where(*of_key)).scalars()
        used = {one["code"] for choices in versions for one in choices}
        new = replace(asked, key=known.key, choices=_coded(asked.choices, known.choices, used))
        rules.check([new])
        is_changed = known.retired_at is None and not _says(known, new)
        if known.retired_at is not None and not _is_said(here, known, new):
            raise Refused(Refusal.STALE_FORM)
        if not is_changed:
            return
        was = stands.facts(Part.QUESTION, known)
        if stands.digest(was) != stood:
            raise Refused(Refusal.STALE_FORM)
        _not_needed(here, known, {f"{known.key}={choice.code}" for choice in new.choices})
        here.execute(update(_question).where(_question.c.id == question_id).values(retired_at=at))
        version = here.execute(select(func.max(_question.c.version)).where(*of_key)).scalar_one() + 1
        made = planning.ask(here, known.activity_id, new, position=known.position, version=version)
        became = stands.read(here, Part.QUESTION, made)
        _keep(here, known.activity_id, was, became, at, by_id, known.label)


@timely
@retried
def retire(*, question_id: int, at: datetime, by_id: int) -> None:
    """Ask no longer; what was answered is kept. Twice equals once. Raises `LookupError`, `Needed`."""
    with writing() as session:
        here = session.connection()
        _lock(here, _row(here, question_id).activity_id, at)
        known = _row(here, question_id)
        if known.retired_at is not None:
            return
        _not_needed(here, known, set())
        was = stands.facts(Part.QUESTION, known)
        here.execute(update(_question).where(_question.c.id == question_id).values(retired_at=at))
        became = stands.read(here, Part.QUESTION, question_id)
        _keep(here, known.activity_id, was, became, at, by_id, known.label)


def _lock(here: Connection, activity_id: int, at: datetime) -> None:
    """Lock all slots of an activity, which raises their versions. Raises `LookupError` when it has none."""
    slot_ids = list(here.execute(select(_slot.c.id).where(_slot.c.activity_id == activity_id)).scalars())
    if not slot_ids:
        raise LookupError(activity_id)
    locking.lock(here, slot_ids, [], at)


def _is_new(was: Mapping[str, Any], became: Mapping[str, Any], stood: str) -> bool:
    """Whether there is something to write; raises `Refused(STALE_FORM)` when it would go over another's change."""
    if was == became:
        return False
    if stands.digest(was) != stood:
        raise Refused(Refusal.STALE_FORM)
    return True


def _keep(
    here: Connection,
    activity_id: int,
    was: Mapping[str, Any],
    became: Mapping[str, Any],
    at: datetime,
    by_id: int,
    name: str = "",
) -> None:
    before, after = stands.differing(was, became)
    change_deeds.keep(here, activity_id, before, after, at=at, by_id=by_id, name=name)


def _row(here: Connection, question_id: int) -> Facts:
    row = here.execute(select(_question).where(_question.c.id == question_id)).one_or_none()
    if row is None:
        raise LookupError(question_id)
    return row


def _says(row: Facts, asked: Asked) -> bool:
    """Whether a version asks exactly this, whatever its key and the codes of its choices."""
    said = {name: value for name, value in asdict(asked).items() if name not in ("key", "choices")}
    labels = [(one["label"], one.get("label_en", "")) for one in row.choices]
    return all(getattr(row, name) == value for name, value in said.items()) and labels == [
        (one.label, one.label_en) for one in asked.choices
    ]


def _is_said(here: Connection, known: Facts, new: Asked) -> bool:
    """Whether the present version of a question asks exactly this: the form was sent twice."""
    rows = here.execute(
        select(_question).where(
            _question.c.activity_id == known.activity_id,
            _question.c.key == known.key,
            _question.c.retired_at.is_(None),
        )
    )
    return any(_says(row, new) for row in rows)


def _coded(choices: tuple[Choice, ...], before: list[dict[str, Any]], used: set[str]) -> tuple[Choice, ...]:
    """Choices under their codes of before where they are called as before; others get codes that none ever had."""
    codes = {one["label"]: one["code"] for one in before}
    fresh = (code for n in range(1, 9999) if (code := f"c{n}") not in used)
    return tuple(replace(one, code=codes.get(one.label) or next(fresh)) for one in choices)


def _not_needed(here: Connection, known: Facts, left: set[str]) -> None:
    """Raises `Needed` when a quota is for an answer to a question that is not among those left."""
    of_quotas = here.execute(
        select(_quota.c.choice).where(_quota.c.activity_id == known.activity_id, _quota.c.choice != "")
    ).scalars()
    if any(choice.startswith(f"{known.key}=") and choice not in left for choice in of_quotas):
        raise Needed
