"""The socket of the programmes: what a programme may add to pages, letters, upkeep and checks that are not its own.

A programme is a package under `programmes/` with one `Plug`; `app.py` plugs it in. Nothing else knows it by name.
"""

from collections.abc import Callable, Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any

from flask import Blueprint
from msgspec import Struct, field
from sqlalchemy import ColumnElement, Connection, Select, case, false
from sqlalchemy.orm import InstrumentedAttribute

from yiqi.activities.models import Activity, Programme
from yiqi.booking.dated import Dated
from yiqi.booking.doctor.findings import Check
from yiqi.notices.delivery import Compose
from yiqi.roles.rules.permissions import Held, Thing

LATELY = timedelta(days=60)


class Line(Struct, frozen=True):
    """One sentence in a list that leads somewhere. `at`: when it happens, to sort by; None for what has no hour."""

    text: str
    url: str
    at: datetime | None = None


class Card(Struct, frozen=True):
    """A piece of another's page: a template, and what it finds there under the name `it`.

    On 我的 what waits for an answer `leads`: it stands before the bookings, the others behind them.
    """

    template: str
    it: Mapping[str, Any]
    leads: bool = False


class Door(Struct, frozen=True):
    """A link at the desk; `waiting` things there wait for somebody's word."""

    endpoint: str
    url: str
    word: str
    waiting: int = 0


class Measure(Struct, frozen=True):
    """One kind of thing that people do and a year is told by: services, games, books.

    `rows(first, until)` selects what was done between two instants (`until` not included): `person_id`, `at`, `amount`
    (a whole number; minutes of service, else 1), `title`, `title_en` and `ref`, what the page about it is found by, empty
    where there is none. `leads` is the endpoint of that page and the part of its address that `ref` is. `said` is an
    amount in words.
    """

    name: str
    word: Any
    said: Callable[[int], str]
    rows: Callable[[datetime, datetime], Select[*tuple[Any, ...]]]
    leads: tuple[str, str]
    column: Any = ""
    """What a column of bare numbers is called, where the word alone would not say of what."""


def _none(*_asked: object) -> tuple[Any, ...]:
    return ()


def _carries_nothing(_here: Connection, _kept_id: int, _gone_id: int, _at: datetime) -> None:
    """A programme that keeps nothing of people by itself."""


class Plug(Struct, frozen=True):
    """What a programme brings. `person_id` is who looks, None a visitor; texts come in the language of the page.

    `home`: the endpoint of its front page. `blueprints`: its pages, and its part of the desk (a `desk` blueprint).
    """

    programme: Programme
    home: str
    blueprints: tuple[Blueprint, ...]
    people: tuple[InstrumentedAttribute[Any], ...] = ()
    """Columns of its tables that name people whom it concerns. `front` and `mine` are asked for them only, and unless
    `only_named` for those with a place in one of its activities that is ahead or was lately."""
    only_named: bool = False
    """Whether a place in one of its activities is nothing to `front` and `mine`."""
    front: Callable[[int, datetime], Sequence[Line]] = _none
    """`(person_id, at)`: what of theirs comes next, on the front page: two lines at the most."""
    mine: Callable[[int, datetime], Sequence[Card]] = _none
    """`(person_id, at)`: what is theirs, on 我的."""
    beside: Callable[[int, int | None, datetime], Sequence[Card]] = _none
    """`(activity_id, person_id, at)`: what belongs to an activity of this programme, on its page. Asked where it `is_beside`."""
    is_beside: ColumnElement[bool] | None = None
    """Whether there is anything of it `beside` an activity, as a condition on `Activity`; it brings its own tables."""
    dates: Callable[[int, datetime, datetime], Sequence[Dated]] = _none
    """`(person_id, since, at)`: what stands in their calendar from an instant on beside what they booked."""
    everybodys_dates: Callable[[datetime, datetime], Sequence[Dated]] = _none
    """`(since, until)`: what stands in the programme's calendar beside the dates of its activities."""
    search: Callable[[str, int | None, datetime], Sequence[Line]] = _none
    """`(words, person_id, at)`: what it has that is called so, five lines at the most."""
    board: Callable[[datetime], Sequence[Line]] = _none
    """`(at)`: what screens at the service centre show of it: no names of people."""
    desk: Callable[[Sequence[Held], datetime], Sequence[Door]] = _none
    """`(roles held, at)`: its doors on the first page of the desk, those that these roles open."""
    tabs: Callable[[int, Thing, Sequence[Held]], Sequence[Door]] = _none
    """`(activity_id, the activity as a thing, roles held)`: its tabs on the desk's pages of an activity of this programme."""
    carry: Callable[[Connection, int, int, datetime], None] = _carries_nothing
    """`(here, kept_id, gone_id, at)`: give what it keeps of the record that goes to the one that stays, in the
    transaction that makes one record of two."""
    letters: Mapping[str, Compose] = field(default_factory=dict)
    """Which of its letters is written by what; the kinds begin with the programme's name."""
    chores: Sequence[tuple[timedelta, Callable[[datetime], object]]] = ()
    """What background work does of it, and how often at the most."""
    checks: Mapping[str, Check] = field(default_factory=dict)
    """Its invariants, by the names that `flask doctor` says."""
    joins: Mapping[str, str] = field(default_factory=dict)
    """Its own forms by which somebody takes part, hands something in or tells of themselves: the endpoint, and the field that
    is neither empty nor `0` then, or nothing where the form always does. A guardian's word comes before them."""
    guarded_below: int = 14
    """Years of age below which a guardian agrees before somebody takes part in it."""
    measures: Sequence[Measure] = ()
    """What it counts of people in a year."""


_plugs: dict[Programme, Plug] = {}
_more_carries: list[Callable[[Connection, int, int, datetime], None]] = []


def plug_in(plug: Plug) -> None:
    """Let a programme take part; the second time changes nothing."""
    _plugs[plug.programme] = plug


def carry_also(carry: Callable[[Connection, int, int, datetime], None]) -> None:
    """Let a room above this one that is no programme give what it keeps of a record to the one that stays, too; the second
    time changes nothing."""
    if carry not in _more_carries:
        _more_carries.append(carry)


def carry(here: Connection, kept_id: int, gone_id: int, at: datetime) -> None:
    """Give what programmes and those rooms keep of the record that goes to the one that stays, in the caller's
    transaction."""
    for each in [plug.carry for plug in plugs()] + _more_carries:
        each(here, kept_id, gone_id, at)


def plugs() -> Sequence[Plug]:
    """The programmes that take part, in the order of their names in `Programme`."""
    return [_plugs[one] for one in Programme if one in _plugs]


def has_beside() -> ColumnElement[bool]:
    """Whether its programme has anything to show beside an activity, as a column beside `Activity`: so that its page asks
    only then."""
    known = [
        (Activity.programme == plug.programme, plug.is_beside)
        for plug in plugs()
        if plug.is_beside is not None
    ]
    return case(*known, else_=false()) if known else false()


def of(programme: Programme) -> Plug | None:
    """The plug of a programme, where it takes part."""
    return _plugs.get(programme)
