"""The verbs of requests for subsidies: a worker begins one, shows evidence and sends it; their union answers.

Whether it is granted is decided here, the money is paid elsewhere. Nobody answers their own request.
"""

from datetime import date, datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import Connection, delete, func, insert, select, update

from yiqi import clock, once
from yiqi.db import Facts, retried, table, touched, writing
from yiqi.notices import outbox
from yiqi.papers import keeping
from yiqi.papers.keeping import A_DAY, MOST_A_DAY
from yiqi.papers.models import Paper
from yiqi.papers.rules.kinds import Kind as PaperKind
from yiqi.people import tallies
from yiqi.people.models import Person
from yiqi.programmes.training.models import Subsidy, SubsidyPaper, SubsidyStep
from yiqi.programmes.training.rules import requests
from yiqi.programmes.training.rules.requests import EDITED, MOST_PAPERS, NEEDS_REASON, Kind, State
from yiqi.roles import trail
from yiqi.roles.rules.deeds import What
from yiqi.roles.rules.permissions import Thing
from yiqi.unions import belonging

PROGRAMME = "training"
_subsidy, _step, _shown = table(Subsidy), table(SubsidyStep), table(SubsidyPaper)
_paper, _person = table(Paper), table(Person)


class Why(StrEnum):
    """Why something cannot be done with a request."""

    NO_UNION = "no_union"
    NOT_NOW = "not_now"
    TOO_MANY = "too_many"
    NO_EVIDENCE = "no_evidence"
    NEEDS_REASON = "needs_reason"
    OWN = "own"


class Refused(Exception):
    """It was not done."""

    def __init__(self, why: Why) -> None:
        super().__init__(why)
        self.why = why


@retried
def begin(
    *, person_id: int, kind: Kind, what: str, number: str, obtained_on: date, nonce: str, at: datetime
) -> int:
    """Begin a request to the union somebody belongs to now; answers its id. The same nonce again answers the first one.

    Raises `Refused` for who belongs to no union; `ValueError` for a day to come; `LookupError` for nobody.
    """
    if obtained_on > clock.beijing(at).date():
        raise ValueError("nobody has what they will get")
    with writing() as session:
        here = session.connection()
        _hold_person(here, person_id)
        known = once.before(here, _subsidy, nonce=nonce, person_id=person_id)
        if known is not None:
            session.rollback()
            return known
        union = belonging.union_of(person_id, clock.beijing(at).date())
        if union is None:
            raise Refused(Why.NO_UNION)
        row: dict[str, Any] = {
            "person_id": person_id,
            "union_id": union.id,
            "nonce": nonce,
            "kind": kind,
            "what": what,
            "number": number,
            "obtained_on": obtained_on,
            "state": State.BEGUN,
            "begun_at": at,
            "changed_at": at,
        }
        made = once.make(here, _subsidy, row)
        _tread(here, made, State.BEGUN, by_id=person_id, at=at)
        return made


@retried
def hand_in(
    *, subsidy_id: int, person_id: int, name: str, kind: PaperKind, content: bytes, at: datetime
) -> int:
    """Add a file to one's own request while it is not with the union; answers the paper. The same file again is the one
    that is there. Raises `LookupError` for no own one, `Refused`, `tallies.TooMany`."""
    with writing() as session:
        here = session.connection()
        _own(here, subsidy_id, person_id)
        tallies.spend(session, f"papers-{person_id}", A_DAY, MOST_A_DAY, at)
        paper_id = keeping.keep(here, person_id=person_id, name=name, kind=kind, content=content, at=at)
        shown = select(_paper.c.id, _paper.c.sha256).join(_shown, _shown.c.paper_id == _paper.c.id)
        papers = here.execute(shown.where(_shown.c.subsidy_id == subsidy_id)).all()
        digest = here.scalar(select(_paper.c.sha256).where(_paper.c.id == paper_id))
        known = next((one.id for one in papers if one.sha256 == digest), None)
        if known is not None:
            session.rollback()
            return int(known)
        if len(papers) >= MOST_PAPERS:
            raise Refused(Why.TOO_MANY)
        here.execute(insert(_shown), {"paper_id": paper_id, "subsidy_id": subsidy_id})
        return paper_id


@retried
def take_out(*, subsidy_id: int, paper_id: int, person_id: int, at: datetime) -> None:
    """Take a file of one's own request back while it is not with the union; once more changes nothing.

    Raises `LookupError` for no own request, `Refused`.
    """
    with writing() as session:
        here = session.connection()
        _own(here, subsidy_id, person_id)
        shown = delete(_shown).where(_shown.c.subsidy_id == subsidy_id, _shown.c.paper_id == paper_id)
        if touched(here.execute(shown)):
            keeping.forget(here, [paper_id])


@retried
def send(*, subsidy_id: int, person_id: int, said: str, at: datetime) -> None:
    """Give one's own request to the union, the first time or with what it asked for. Raises `LookupError`, `Refused`."""
    with writing() as session:
        here = session.connection()
        _own(here, subsidy_id, person_id)
        shown = select(func.count()).select_from(_shown).where(_shown.c.subsidy_id == subsidy_id)
        if not here.scalar(shown):
            raise Refused(Why.NO_EVIDENCE)
        _become(here, subsidy_id, State.SENT, at)
        _tread(here, subsidy_id, State.SENT, said=said, by_id=person_id, at=at)


@retried
def withdraw(*, subsidy_id: int, person_id: int, at: datetime) -> bool:
    """Take one's own request back while nothing is decided; answers whether it stood until now.

    Raises `LookupError` for no own one, `Refused` once it is decided.
    """
    with writing() as session:
        here = session.connection()
        found = _hold(here, subsidy_id)
        if found.person_id != person_id:
            raise LookupError(subsidy_id)
        if found.state is State.WITHDRAWN:
            session.rollback()
            return False
        if not requests.may_follow(found.state, State.WITHDRAWN):
            raise Refused(Why.NOT_NOW)
        _become(here, subsidy_id, State.WITHDRAWN, at)
        _tread(here, subsidy_id, State.WITHDRAWN, by_id=person_id, at=at)
        return True


@retried
def answer(*, subsidy_id: int, becomes: State, because: str, seen: State, by_id: int, at: datetime) -> bool:
    """The union's word on a request, told to its person. `seen` is the state that was before the eyes of whoever answers;
    the same word again changes nothing and answers False.

    Raises `LookupError` for no such one; `Refused`: OWN, NOT_NOW, NEEDS_REASON.
    """
    with writing() as session:
        here = session.connection()
        found = _hold(here, subsidy_id)
        if found.person_id == by_id:
            raise Refused(Why.OWN)
        if found.state is becomes:
            session.rollback()
            return False
        if found.state is not seen or becomes not in requests.answers(found.state):
            raise Refused(Why.NOT_NOW)
        if becomes in NEEDS_REASON and not because:
            raise Refused(Why.NEEDS_REASON)
        _become(here, subsidy_id, becomes, at)
        step = _tread(here, subsidy_id, becomes, said=because, by_id=by_id, at=at)
        key = f"training-subsidy-{step}"
        outbox.put(here, "training_subsidy", key=key, person_id=found.person_id, at=at, step=step)
        trail.note(
            here,
            What.SUBSIDY_ANSWERED,
            at=at,
            by_id=by_id,
            thing=Thing(found.union_id, None, PROGRAMME),
            person_id=found.person_id,
            because=because,
            became=str(becomes),
        )
        return True


@retried
def note(*, subsidy_id: int, said: str, by_id: int, at: datetime) -> None:
    """Write a note that only the desk reads; the newest one again is not written twice. Raises `LookupError`, `Refused`
    for one's own request."""
    with writing() as session:
        here = session.connection()
        found = _hold(here, subsidy_id)
        if found.person_id == by_id:
            raise Refused(Why.OWN)
        newest = select(_step).where(_step.c.subsidy_id == subsidy_id).order_by(_step.c.id.desc()).limit(1)
        last = here.execute(newest).one_or_none()
        if last is not None and last.became is None and (last.said, last.by_id) == (said, by_id):
            session.rollback()
            return
        _tread(here, subsidy_id, None, said=said, by_id=by_id, at=at)


def _hold_person(here: Connection, person_id: int) -> None:
    person = select(_person.c.merged_into_id).where(_person.c.id == person_id).with_for_update()
    found = here.execute(person).one_or_none()
    if found is None or found.merged_into_id is not None:
        raise LookupError(person_id)


def _hold(here: Connection, subsidy_id: int) -> Facts:
    columns = (_subsidy.c.person_id, _subsidy.c.union_id, _subsidy.c.state)
    held = select(*columns).where(_subsidy.c.id == subsidy_id).with_for_update()
    found = here.execute(held).one_or_none()
    if found is None:
        raise LookupError(subsidy_id)
    return found


def _own(here: Connection, subsidy_id: int, person_id: int) -> Facts:
    """A request of somebody that is theirs to change."""
    found = _hold(here, subsidy_id)
    if found.person_id != person_id:
        raise LookupError(subsidy_id)
    if found.state not in EDITED:
        raise Refused(Why.NOT_NOW)
    return found


def _become(here: Connection, subsidy_id: int, state: State, at: datetime) -> None:
    changed = update(_subsidy).where(_subsidy.c.id == subsidy_id)
    here.execute(changed.values(state=state, changed_at=at))


def _tread(
    here: Connection, subsidy_id: int, became: State | None, *, at: datetime, by_id: int, said: str = ""
) -> int:
    row = {"subsidy_id": subsidy_id, "became": became, "said": said, "at": at, "by_id": by_id}
    made: int = here.execute(insert(_step).returning(_step.c.id), row).scalar_one()
    return made
