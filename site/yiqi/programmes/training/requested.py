"""Reads of requests for subsidies: one's own, and what waits at the desk."""

from collections.abc import Collection, Sequence

from sqlalchemy import func, select

from yiqi.db import Facts, db
from yiqi.desk import reach
from yiqi.papers.models import Paper
from yiqi.people import persons
from yiqi.people.models import Person
from yiqi.programmes.training.models import Subsidy, SubsidyPaper, SubsidyStep
from yiqi.programmes.training.rules.requests import OPEN, State
from yiqi.programmes.training.subsidies import PROGRAMME
from yiqi.roles.rules.permissions import Action, Held, Thing
from yiqi.unions.models import Union

Request = Facts
"""One request as pages tell of it: what is selected, by its label."""
DECIDES = Action.KEEP_MEMBERS
"""Whoever keeps a union's members answers their requests."""
PAGE = 30
AT_DESK = (State.SENT, State.MORE, State.APPROVED, State.PAID, State.REFUSED)
"""What the desk sees: nothing of what was not sent yet, or was taken back."""
_COLUMNS = (
    Subsidy.id,
    Subsidy.person_id,
    Subsidy.union_id,
    Subsidy.kind,
    Subsidy.what,
    Subsidy.number,
    Subsidy.obtained_on,
    Subsidy.state,
    Subsidy.begun_at,
    Subsidy.changed_at,
    Union.name.label("union"),
    Union.name_en.label("union_en"),
    Person.name,
    Person.phone,
    Person.lang,
)
_ROWS = (
    select(*_COLUMNS).join(Union, Union.id == Subsidy.union_id).join(Person, Person.id == Subsidy.person_id)
)


def own(person_id: int) -> list[Facts]:
    """The requests of somebody, the newest first."""
    return list(db.session.execute(_ROWS.where(Subsidy.person_id == person_id).order_by(Subsidy.id.desc())))


def open_own(person_id: int) -> list[Facts]:
    """The requests of somebody about which nothing is decided, the newest first."""
    mine = (Subsidy.person_id == person_id, Subsidy.state.in_(OPEN))
    return list(db.session.execute(_ROWS.where(*mine).order_by(Subsidy.id.desc())))


def one(subsidy_id: int) -> Facts | None:
    """A request with its union and its person; None when there is none."""
    return db.session.execute(_ROWS.where(Subsidy.id == subsidy_id)).one_or_none()


def thing(subsidy_id: int) -> Thing | None:
    """A request that was sent, as a thing that roles reach; None for one the desk does not see."""
    at_desk = (Subsidy.id == subsidy_id, Subsidy.state.in_(AT_DESK))
    union_id = db.session.scalar(select(Subsidy.union_id).where(*at_desk))
    return None if union_id is None else Thing(union_id, None, PROGRAMME)


def papers(subsidy_id: int) -> list[Paper]:
    """The files of a request, without what they hold, in the order they came."""
    shown = select(Paper).join(SubsidyPaper, SubsidyPaper.paper_id == Paper.id)
    return list(db.session.scalars(shown.where(SubsidyPaper.subsidy_id == subsidy_id).order_by(Paper.id)))


def steps(subsidy_id: int, *, with_notes: bool) -> list[Facts]:
    """What happened to a request, the newest first; notes of the desk only where they may be read."""
    query = (
        select(
            SubsidyStep.became,
            SubsidyStep.said,
            SubsidyStep.at,
            persons.whose(SubsidyStep.by_id).label("by_id"),
            persons.name_behind(SubsidyStep.by_id).label("by"),
        )
        .where(SubsidyStep.subsidy_id == subsidy_id)
        .order_by(SubsidyStep.id.desc())
    )
    if not with_notes:
        query = query.where(SubsidyStep.became.is_not(None))
    return list(db.session.execute(query))


def of_step(step_id: int) -> Facts | None:
    """A step with its request and its person, for the letter about it."""
    query = (
        select(SubsidyStep.became, SubsidyStep.said, *_COLUMNS)
        .select_from(SubsidyStep)
        .join(Subsidy, Subsidy.id == SubsidyStep.subsidy_id)
        .join(Union, Union.id == Subsidy.union_id)
        .join(Person, Person.id == Subsidy.person_id)
    )
    return db.session.execute(query.where(SubsidyStep.id == step_id)).one_or_none()


def page(
    held: Sequence[Held], states: Collection[State], *, after: int | None = None
) -> tuple[list[Facts], bool]:
    """Requests within reach in some states, the oldest first, a page behind one; and whether there are more."""
    query = (
        _ROWS.where(reach.kept(held, Subsidy.union_id, PROGRAMME, DECIDES), Subsidy.state.in_(states))
        .order_by(Subsidy.id)
        .limit(PAGE + 1)
    )
    if after is not None:
        query = query.where(Subsidy.id > after)
    rows = list(db.session.execute(query))
    return rows[:PAGE], len(rows) > PAGE


def counts(held: Sequence[Held]) -> dict[State, int]:
    """How many requests within reach stand in each state that the desk sees."""
    query = (
        select(Subsidy.state, func.count())
        .where(reach.kept(held, Subsidy.union_id, PROGRAMME, DECIDES))
        .group_by(Subsidy.state)
    )
    found = dict(db.session.execute(query).all())
    return {state: found.get(state, 0) for state in AT_DESK}
