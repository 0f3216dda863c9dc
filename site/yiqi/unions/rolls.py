"""A union's roll as a list: read, held against what is known, and taken over in one go.

A roll adds and corrects. It takes nobody away, moves nobody out of another union, and never touches a name that a
person told themselves.
"""

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from datetime import date, datetime
from typing import Any

from msgspec.structs import replace
from sqlalchemy import ColumnElement, Connection, Table, bindparam, insert, or_, select, update
from sqlalchemy.exc import IntegrityError

from yiqi import clock
from yiqi.db import Again, Facts, db, table
from yiqi.people.models import Person
from yiqi.people.rules import mainland_mobile, typed_date
from yiqi.people.spelling import pinyin
from yiqi.sheets import columns
from yiqi.sheets.columns import Line, RoundedNumber
from yiqi.sheets.reading import Sheet
from yiqi.unions import belonging
from yiqi.unions.models import Membership, Union
from yiqi.unions.rules.rolls import (
    LONGEST_NAME,
    LONGEST_NUMBER,
    Entry,
    Known,
    Verdict,
    changes,
    judged,
    without_doubles,
    wrong,
)

COLUMNS = {
    "phone": (
        *("手机", "手机号", "手机号码", "电话", "电话号码", "联系电话", "联系方式", "移动电话", "联系手机"),
        *("phone", "mobile", "phone number", "mobile number", "tel", "telephone"),
    ),
    "name": ("姓名", "名字", "职工姓名", "会员姓名", "员工姓名", "name", "full name"),
    "number": ("工号", "员工号", "职工号", "员工编号", "职工编号", "number", "staff number", "employee id"),
    "since": (
        *("入会时间", "入会日期", "加入日期", "加入时间", "入职日期", "入职时间", "起始日期"),
        *("since", "joined", "member since"),
    ),
}
"""The columns of a roll and what people call them."""
AT_ONCE = 500
"""People who are asked for in one statement."""
LONGEST_SHOWN = 40

_person, _membership, _union = table(Person), table(Membership), table(Union)


def entries(sheets: Sequence[Sheet], on: date) -> list[Entry]:
    """The lines of a roll, those that cannot be right with their verdict. Raises as `columns.lines`."""
    return without_doubles([_entry(line, on) for line in columns.lines(sheets, COLUMNS, ["phone", "name"])])


def look(union_id: int, told: Sequence[Entry], on: date) -> list[Entry]:
    """The same lines, each with its verdict as things stand now."""
    here = db.session.connection()
    return _judged(told, _known(here, union_id, told, on))


def keep(
    here: Connection, union_id: int, told: Sequence[Entry], *, at: datetime, only_good: bool
) -> list[Entry]:
    """Take the good lines over, in the caller's transaction; answers all of them with their verdicts.

    Without `only_good` a bad line stops it before anything is written. Rolls of one union wait for each other, and for
    the people on them. Raises `Again` when somebody was written down by another process meanwhile.
    """
    on = clock.beijing(at).date()
    here.execute(select(_union.c.id).where(_union.c.id == union_id).with_for_update())
    known = _known(here, union_id, told, on, locking=True)
    found = _judged(told, known)
    if not only_good and not all(entry.is_good for entry in found):
        return found
    new = _write_down(here, [entry for entry in found if entry.verdict is Verdict.NEW], at)
    joining = [entry for entry in found if entry.verdict in (Verdict.NEW, Verdict.JOINS)]
    _insert(
        here,
        _membership,
        [
            {
                "person_id": new[entry.phone] if entry.phone in new else known[entry.phone].person_id,
                "union_id": union_id,
                "since": entry.since or on,
                "in_good_standing": True,
                "number": entry.number,
            }
            for entry in joining
        ],
    )
    _correct(here, [(entry, known[entry.phone]) for entry in found if entry.is_good and entry.phone in known])
    return found


def members(union_id: int, on: date) -> list[Facts]:
    """The people of a union and of its groups on a Beijing day, by the spelling of their names: person_id, name, phone,
    number, since, union_id."""
    own = belonging.under([union_id]).get(union_id, frozenset())
    query = (
        select(
            _person.c.id.label("person_id"),
            _person.c.name,
            _person.c.phone,
            _membership.c.number,
            _membership.c.since,
            _membership.c.union_id,
        )
        .join(_membership, _membership.c.person_id == _person.c.id)
        .where(_membership.c.union_id.in_(own), *_counts(on))
        .order_by(_person.c.pinyin, _person.c.id)
    )
    return list(db.session.execute(query))


def not_on(union_id: int, told: Iterable[Entry], on: date) -> list[Facts]:
    """The members of whom a roll says nothing. They stay: a roll takes nobody away."""
    phones = {entry.phone for entry in told}
    return [member for member in members(union_id, on) if member.phone not in phones]


def _entry(line: Line, on: date) -> Entry:
    cells = {field: cell or "" for field, cell in line.cells.items()}
    name, number = cells["name"], cells.get("number", "")
    verdict: Verdict | None = None
    phone, since = cells["phone"], None
    try:
        written = columns.number(phone)
        e164 = mainland_mobile(written)
        verdict = None if e164 else Verdict.BAD_PHONE if written else Verdict.NO_PHONE
        phone = e164 or written[:LONGEST_SHOWN]
    except RoundedNumber:
        verdict = Verdict.ROUNDED_PHONE
    if None in line.cells.values():
        verdict = Verdict.UNWRITABLE
    if cells.get("since"):
        since = typed_date(columns.day(cells["since"]))
        verdict = verdict or (None if since else Verdict.BAD_DATE)
    entry = Entry(line.number, name[: LONGEST_NAME + 1], phone, number[: LONGEST_NUMBER + 1], since, verdict)
    return replace(entry, verdict=verdict or wrong(entry, on))


def _judged(told: Sequence[Entry], known: Mapping[str, Known]) -> list[Entry]:
    """The lines with their verdicts; of two phones that are one person's the first counts."""
    seen: set[int] = set()
    found = []
    for entry in told:
        who = known.get(entry.phone) if entry.verdict is None else None
        found.append(
            replace(entry, verdict=Verdict.TWICE) if who and who.person_id in seen else judged(entry, who)
        )
        seen.update([who.person_id] if who else [])
    return found


def _counts(on: date) -> tuple[ColumnElement[bool], ...]:
    return _membership.c.since <= on, or_(_membership.c.until.is_(None), _membership.c.until > on)


def _known(
    here: Connection, union_id: int, told: Sequence[Entry], on: date, *, locking: bool = False
) -> dict[str, Known]:
    """What is known of the people with these phones, by phone."""
    own = belonging.under([union_id]).get(union_id, frozenset())
    found: dict[str, Known] = {}
    for some in _parts(sorted({entry.phone for entry in told if entry.verdict is None})):
        people = select(
            _person.c.id, _person.c.phone, _person.c.name, _person.c.signed_in_at, _person.c.merged_into_id
        )
        people = people.where(_person.c.phone.in_(some)).order_by(_person.c.id)
        rows = here.execute(people.with_for_update() if locking else people).all()
        belongs = _memberships(here, [row.merged_into_id or row.id for row in rows], own, on)
        for row in rows:
            person_id = row.merged_into_id or row.id
            told_name = bool(row.name) and row.signed_in_at is not None
            member = belongs.get(person_id)
            found[row.phone] = Known(
                person_id,
                row.name,
                told_name or row.merged_into_id is not None,
                *((member.union_id, member.union_id in own, member.id) if member else (None, False, None)),
                *((member.number, member.since) if member else ("", None)),
            )
    return found


def _memberships(here: Connection, people: Sequence[int], own: Collection[int], on: date) -> dict[int, Facts]:
    """The membership of each that counts now; one in this union goes before others."""
    rows = here.execute(
        select(
            _membership.c.id,
            _membership.c.person_id,
            _membership.c.union_id,
            _membership.c.number,
            _membership.c.since,
        )
        .where(_membership.c.person_id.in_(people), *_counts(on))
        .order_by(_membership.c.since, _membership.c.id)
    ).all()
    return {row.person_id: row for row in sorted(rows, key=lambda row: row.union_id in own)}


def _write_down(here: Connection, new: Sequence[Entry], at: datetime) -> dict[str, int]:
    rows = [
        {
            "phone": entry.phone,
            "name": entry.name,
            "pinyin": pinyin(entry.name),
            "created_at": at,
            "lang": "zh-CN",
            "turn": 0,
        }
        for entry in new
    ]
    try:
        _insert(here, _person, rows)
    except IntegrityError as error:
        raise Again from error
    found: dict[str, int] = {}
    for some in _parts([entry.phone for entry in new]):
        people = here.execute(select(_person.c.phone, _person.c.id).where(_person.c.phone.in_(some)))
        found.update({row.phone: row.id for row in people})
    return found


def _correct(here: Connection, told: Sequence[tuple[Entry, Known]]) -> None:
    names = [
        {"person": known.person_id, "new_name": entry.name, "spelled": pinyin(entry.name)}
        for entry, known in told
        if not known.told_name and known.name != entry.name
    ]
    if names:
        named = update(_person).where(_person.c.id == bindparam("person"))
        here.execute(named.values(name=bindparam("new_name"), pinyin=bindparam("spelled")), names)
    rows = [
        {
            "membership": known.membership_id,
            "new_number": entry.number or known.number,
            "from_day": entry.since or known.since,
        }
        for entry, known in told
        if known.membership_id is not None and changes(entry, known)
    ]
    if rows:
        kept = update(_membership).where(_membership.c.id == bindparam("membership"))
        here.execute(kept.values(number=bindparam("new_number"), since=bindparam("from_day")), rows)


def _insert(here: Connection, into: Table, rows: Sequence[dict[str, Any]]) -> None:
    if rows:
        here.execute(insert(into), rows)


def _parts(phones: Sequence[str]) -> Iterator[Sequence[str]]:
    for start in range(0, len(phones), AT_ONCE):
        yield phones[start : start + AT_ONCE]
