"""A list of people to be signed up: read, and asked for line by line under the rules that bind everybody.

Trying a list out does all that taking it over does and takes it back, so that both come to the same verdicts.
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime

from msgspec.structs import replace
from sqlalchemy import Connection, select

from yiqi import clock
from yiqi.activities.models import Programme, Slot
from yiqi.activities.rules.questions import QuestionKind
from yiqi.booking import asking, by_hand, guarded, locking, looking, questions, seats
from yiqi.booking.asking import Wish
from yiqi.booking.condition_words import need
from yiqi.booking.rules.answers import NO, YES, Current, Wrong, cleaned
from yiqi.booking.rules.asking import Refusal, Refused
from yiqi.booking.rules.listing import Listed, Verdict
from yiqi.booking.rules.quotas import Share
from yiqi.db import Facts, db, table
from yiqi.i18n import in_language
from yiqi.people import persons
from yiqi.people.models import Person
from yiqi.people.rules import mainland_mobile
from yiqi.sheets import columns
from yiqi.sheets.columns import Line, RoundedNumber, TooManyLines
from yiqi.sheets.reading import Sheet
from yiqi.unions.rolls import COLUMNS as ROLL
from yiqi.web.texts import folded, whole

COLUMNS = {
    "phone": ROLL["phone"],
    "name": ROLL["name"],
    "slot": ("岗位", "名额组", "声部", "看台", "组别", "报名岗位", "slot", "role", "section"),
    "when": ("场次", "日期", "时间", "活动时间", "活动日期", "when", "date", "time"),
    "party": ("人数", "名额", "几个人", "报名人数", "party", "places", "people"),
}
"""The columns of a list and what people call them; the questions of the activity are columns too."""
MOST = 1_000
"""Lines that are asked for in one transaction, which keeps the activity's slots locked for a few seconds."""
MOST_PARTY, LONGEST_NAME = 99, 50
_DAY = re.compile(r"(?:([0-9]{4})[-/.年])?([0-9]{1,2})[-/.月]([0-9]{1,2})日?")
_TIME = re.compile(r"([0-9]{1,2})[:：]([0-9]{2})")

_slot, _person = table(Slot), table(Person)


def entries(sheets: Sequence[Sheet], activity_id: int) -> list[Listed]:
    """The lines of a list for an activity, those that cannot be right with their verdict. Raises as `columns.lines`."""
    asked = questions.asked(activity_id)
    names = {
        **COLUMNS,
        **{f"answer-{one.id}": tuple(filter(None, (one.label, one.label_en))) for one in asked},
    }
    known = slots(activity_id)
    seen: dict[tuple[str, int | None], int] = {}
    found = []
    lines = columns.lines(sheets, names, ["phone", "name"])
    if len(lines) > MOST:
        raise TooManyLines
    for line in lines:
        listed = _listed(line, known, asked)
        key = (listed.phone, listed.slot_id)
        if not listed.verdict and key in seen:
            listed = replace(listed, verdict=Verdict.TWICE, facts={"row": seen[key]})
        elif not listed.verdict:
            seen[key] = listed.row
        found.append(listed)
    return found


def ask_all(
    here: Connection, told: Sequence[Listed], *, nonce: str, by_id: int, at: datetime
) -> list[Listed]:
    """Sign up everybody on a list, in the caller's transaction and in the order of the list; answers the verdicts.

    Lines that have a verdict already are passed over. One line's refusal does not touch the others. Its slots are
    locked first. Raises `Due`, `Again`.
    """
    open_lines = [one for one in told if not one.verdict and one.slot_id is not None]
    slot_ids = {one.slot_id for one in open_lines if one.slot_id is not None}
    known = here.execute(select(_person.c.id).where(_person.c.phone.in_([one.phone for one in open_lines])))
    if not slot_ids:
        return list(told)
    locked = locking.lock(here, slot_ids, list(known.scalars()), at)
    which = looking.policy(here, next(iter(locked.values())).activity_id).programme
    return [
        _asked(here, one, which, nonce, by_id, at) if not one.verdict and one.slot_id is not None else one
        for one in told
    ]


def _asked(here: Connection, one: Listed, which: Programme, nonce: str, by_id: int, at: datetime) -> Listed:
    """A line that was asked for; what a refusal had begun to write is taken back."""
    if one.slot_id is None:
        raise ValueError("a line without a slot has a verdict")
    try:
        with here.begin_nested():
            person_id = persons.somebody(here, phone=one.phone, name=one.name, at=at)
            slot = seats.lock(here, one.slot_id)
            wish = Wish(person_id, one.party, f"{nonce}-{one.row}", answers=one.answers, by_id=by_id)
            ticket = asking.ask(here, slot, wish, at)
            if not ticket.fresh:
                return replace(one, verdict=Verdict.ALREADY, facts={"state": str(ticket.state)})
            guarded.assure(here, person_id, which, None, at)
            booking = looking.by_ref(here, ticket.ref)
            if booking is not None and ticket.state in by_hand.TOLD_BY_HAND:
                by_hand.tell(here, booking.id, person_id, "added", ticket.state, at)
            return replace(one, verdict=str(ticket.state))
    except Refused as refused:
        verdict = Verdict.NO_ANSWER if refused.why is Refusal.STALE_FORM else refused.why
        return replace(one, verdict=str(verdict), facts=_facts(refused))
    except guarded.Guarded as young:
        return replace(one, verdict=Verdict.NO_GUARDIAN, facts={"below": young.below})


def _facts(refused: Refused) -> dict[str, str | int]:
    """What the sentence of a refusal needs, without whom or what it is about elsewhere."""
    facts: dict[str, str | int] = {}
    for name in ("max_party", "most_open", "party"):
        value = refused.facts.get(name)
        facts.update({name: value} if isinstance(value, int) else {})
    for name in ("opens_at", "closes_at"):
        instant = refused.facts.get(name)
        facts.update({name: instant.isoformat()} if isinstance(instant, datetime) else {})
    share, lacking = refused.facts.get("quota"), refused.facts.get("condition")
    if isinstance(share, Share) and share.most is not None:
        facts.update(name=share.name, name_en=share.name_en, used=share.used, most=share.most)
    if lacking is not None:
        for lang, key in (("zh-CN", "need"), ("en", "need_en")):
            with in_language(lang):
                facts[key] = need(lacking)  # type: ignore[arg-type]
    return facts


def slots(activity_id: int) -> list[Facts]:
    """The slots that a list may name: id, label, label_en, starts_at."""
    columns_ = (_slot.c.id, _slot.c.label, _slot.c.label_en, _slot.c.starts_at)
    query = select(*columns_).where(_slot.c.activity_id == activity_id)
    return list(db.session.execute(query.order_by(_slot.c.position, _slot.c.id)))


def _listed(line: Line, slots: Sequence[Facts], asked: Sequence[Current]) -> Listed:
    cells = {field: cell or "" for field, cell in line.cells.items()}
    told = Listed(line.number, cells["name"][: LONGEST_NAME + 1], cells["phone"][:LONGEST_NAME])
    try:
        written = columns.number(cells["phone"])
    except RoundedNumber:
        return replace(told, verdict=Verdict.ROUNDED_PHONE)
    phone = mainland_mobile(written)
    told = replace(told, phone=phone or written[:LONGEST_NAME])
    slot_id, which = _which(cells, slots)
    party = whole(cells.get("party") or "1", least=1, most=MOST_PARTY)
    answers, unanswered = _answers(cells, asked)
    wrong: tuple[tuple[object, str], ...] = (
        (None in line.cells.values(), Verdict.UNWRITABLE),
        (not written, Verdict.NO_PHONE),
        (phone is None, Verdict.BAD_PHONE),
        (not told.name, Verdict.NO_NAME),
        (len(told.name) > LONGEST_NAME, Verdict.LONG_NAME),
        (party is None, Verdict.BAD_PARTY),
        (which, which),
        (unanswered, Verdict.WRONG_ANSWER),
    )
    verdict = next((str(verdict) for is_wrong, verdict in wrong if is_wrong), "")
    facts: dict[str, str | int] = {}
    if verdict == Verdict.WRONG_ANSWER and unanswered is not None:
        facts = {"label": unanswered.label, "label_en": unanswered.label_en}
    return replace(told, slot_id=slot_id, party=party or 1, answers=answers, verdict=verdict, facts=facts)


def _which(cells: Mapping[str, str], slots: Sequence[Facts]) -> tuple[int | None, str]:
    """The slot that a line means, or the verdict that it means none, or that several fit."""
    left = list(slots)
    for cell in (cells.get("slot", ""), cells.get("when", "")):
        if cell:
            named = cell if ":" in cell else columns.day(cell)
            left = [slot for slot in left if _is_meant(named, slot)]
    if not left:
        return None, Verdict.NO_SUCH_SLOT
    return (left[0].id, "") if len(left) == 1 else (None, Verdict.WHICH_SLOT)


def _is_meant(cell: str, slot: Facts) -> bool:
    """Whether a cell names a slot: by its label, its date, its date and time, or its label and both."""
    text = folded(cell)
    if text in (folded(slot.label), folded(slot.label_en)):
        return True
    day, start = _DAY.search(text), clock.beijing(slot.starts_at)
    if (
        day is None
        or (day[1] and int(day[1]) != start.year)
        or (int(day[2]), int(day[3])) != (start.month, start.day)
    ):
        return False
    hour = _TIME.search(text, day.end())
    midnight = hour is not None and (int(hour[1]), int(hour[2])) == (0, 0)
    if hour is not None and not midnight and (int(hour[1]), int(hour[2])) != (start.hour, start.minute):
        return False
    rest = (text[: day.start()] + text[hour.end() if hour else day.end() :]).strip()
    return not rest or folded(slot.label) in rest or rest.startswith((":00", "星期", "周"))


def _answers(cells: Mapping[str, str], asked: Sequence[Current]) -> tuple[dict[int, str], Current | None]:
    """What a line answers, by question id, and the first question it answers wrongly."""
    answers: dict[int, str] = {}
    for question, typed in _typed(cells, asked):
        answer = cleaned(question, typed) if typed else ""
        if isinstance(answer, Wrong):
            return {}, question
        answers[question.id] = answer
    return answers, None


def _typed(cells: Mapping[str, str], asked: Sequence[Current]) -> Iterator[tuple[Current, str]]:
    """What stands in the column of each question, choices by their code."""
    for question in asked:
        typed = cells.get(f"answer-{question.id}", "")
        match question.kind:
            case QuestionKind.CHOICE:
                named = {
                    folded(name): one.code
                    for one in question.choices
                    for name in (one.label, one.label_en)
                    if name
                }
                typed = named.get(folded(typed), typed)
            case QuestionKind.YES_NO:
                yes = {
                    "是": YES,
                    "有": YES,
                    "yes": YES,
                    "true": YES,
                    "否": NO,
                    "没有": NO,
                    "无": NO,
                    "no": NO,
                    "false": NO,
                }
                typed = yes.get(folded(typed), typed)
            case QuestionKind.DATE:
                typed = columns.day(typed)
            case QuestionKind.PHONE | QuestionKind.NUMBER | QuestionKind.TEXT:
                pass
        yield question, typed
