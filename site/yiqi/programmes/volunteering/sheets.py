"""Hours as the lists that the city's volunteer platform (志愿北京) takes: one row for each service that counts.

Who has not agreed to be passed on stands in them with stars and without a number.
"""

from collections.abc import Sequence
from datetime import date, datetime

from sqlalchemy import select

from yiqi import clock
from yiqi.activities.models import Activity
from yiqi.db import Facts, db
from yiqi.desk import reach
from yiqi.desk.files.exports import Seen, Taken
from yiqi.hours.rules.standing import Deed
from yiqi.people.rules import starred
from yiqi.programmes.volunteering import consents, serving
from yiqi.programmes.volunteering.counting import serves
from yiqi.programmes.volunteering.models import Purpose
from yiqi.programmes.volunteering.proving import Period
from yiqi.programmes.volunteering.serving import Served
from yiqi.roles.rules.permissions import Action, Held
from yiqi.unions.models import Union


def of_event(activity_id: int, seen: Seen, say: Sequence[str], at: datetime) -> Taken:
    """What counts of an event. `say` are the names of the ten columns: name, phone, volunteer number, project, post,
    date, start, end, hours, recorder."""
    return _rows([one for one in serving.of_event(activity_id, at) if one.facts.minutes], seen, say)


def of_period(union_id: int, period: Period, seen: Seen, say: Sequence[str], at: datetime) -> Taken:
    """What counts of the events of a union (not of those below it) that was served within some days."""
    return _rows(serving.of_owner(union_id, period.starts_at, period.ends_at, at), seen, say)


def owners(held: Sequence[Held], action: Action) -> list[Union]:
    """The unions whose events are within reach for an action, by name."""
    events = select(Activity.owner_id).where(serves(), reach.activities(held, action))
    return list(db.session.scalars(select(Union).where(Union.id.in_(events)).order_by(Union.name)))


def _rows(served: Sequence[Served], seen: Seen, say: Sequence[str]) -> Taken:
    people = {one.facts.person_id for one in served}
    agreeing, numbers = consents.agreeing(people, Purpose.PASSING_ON), consents.numbers(people)
    rows = []
    for one in served:
        facts = one.facts
        agrees = facts.person_id in agreeing
        starts, ends = clock.beijing(facts.starts_at), clock.beijing(facts.ends_at)
        rows.append(
            [
                seen.name(facts.name) if agrees else starred(facts.name),
                seen.phone(facts.phone) if agrees else "",
                numbers.get(facts.person_id, "") if agrees and seen.names else "",
                facts.title,
                facts.label,
                _day(starts.date()),
                f"{starts:%H:%M}",
                f"{ends:%H:%M}",
                f"{facts.minutes / 60:.2f}",
                _recorder(facts) if seen.names else "",
            ]
        )
    return Taken(say, rows)


def _recorder(facts: Facts) -> str:
    """Who confirmed it; of what its volunteer objects to, who signed them in."""
    return str((facts.signed_by if facts.deed == Deed.DISPUTED else facts.said_by) or "")


def _day(day: date) -> str:
    return day.isoformat()
