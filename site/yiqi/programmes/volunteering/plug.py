"""What volunteering brings to the pages, the letters, the upkeep and the checks of others."""

from collections.abc import Sequence
from datetime import datetime, timedelta

from flask import url_for
from sqlalchemy import exists, or_

from yiqi import clock
from yiqi.activities.models import Activity, Programme, Slot
from yiqi.booking.dated import Dated, at_occurrences
from yiqi.booking.programme import Card, Door, Line, Plug
from yiqi.hours import accounts
from yiqi.hours.models import Service
from yiqi.i18n import gettext as _
from yiqi.programmes.volunteering import (
    coming,
    consents,
    counting,
    dates,
    desk,
    doctor,
    events,
    letters,
    measures,
    merging,
    serving,
    squads,
    staffing,
    views,
    words,
)
from yiqi.programmes.volunteering.models import Event, Post, Purpose, Squad
from yiqi.programmes.volunteering.staffing import Staffed
from yiqi.roles.rules.permissions import Action, Held, Thing, may
from yiqi.web.formats import day_name, hhmm, month_day, said


def front(person_id: int, at: datetime) -> Sequence[Line]:
    """My next shift: when, which post, where we gather; and the squad that I lead."""
    lines = []
    shift = coming.next_shift(person_id, at)
    if shift is not None:
        lines.append(
            Line(
                _(
                    "%(when)s %(what)s，%(where)s",
                    when=_when(shift.starts_at, at),
                    what=_post(said(shift, "title"), said(shift, "label")),
                    where=said(shift, "venue"),
                ),
                url_for("booking.activity", activity_id=shift.activity_id),
                shift.starts_at,
            )
        )
    for squad in squads.led_by(person_id, at)[:1]:
        text = _("你带的小队：%(squad)s，%(title)s", squad=squad.name, title=said(squad, "title"))
        lines.append(Line(text, url_for("volunteering.squad", squad_id=squad.id), squad.starts_at))
    return lines


def mine(person_id: int, at: datetime) -> Sequence[Card]:
    """My hours with the way to the next star; nothing for who has never served nor is about to."""
    account = accounts.of(person_id, at)
    led = squads.led_by(person_id, at)
    if not (account.minutes or account.waiting or led or coming.next_shift(person_id, at)):
        return ()
    given = consents.of(person_id)
    it = {
        "account": account,
        "squads": led,
        "is_honoured": Purpose.HONOUR in given,
        "hours_of": words.hours,
        "stars_of": words.stars,
    }
    return (Card("volunteering/_mine.html", it, leads=True),)


def beside(activity_id: int, person_id: int | None, at: datetime) -> Sequence[Card]:
    """The posts of an event by shift: how many each needs, its breaks, its squad; for who has a place the briefing."""
    posts = staffing.of_event(activity_id)
    if not any(_says_something(one) for one in posts) and staffing.briefing(activity_id) is None:
        return ()
    is_confirmed = person_id is not None and staffing.is_confirmed(activity_id, person_id)
    it = {
        "posts": posts,
        "briefing": staffing.briefing(activity_id) if is_confirmed else None,
        "led": [one for one in staffing.squads(activity_id) if person_id and one.leader_id == person_id],
        "is_confirmed": is_confirmed,
        "length_of": words.length,
    }
    return (Card("volunteering/_event.html", it),)


def own_dates(person_id: int, since: datetime, _at: datetime) -> Sequence[Dated]:
    """The shifts of the squads that I lead."""
    found = dates.duties(person_id, since, lambda one: url_for("volunteering.squad", squad_id=one))
    return at_occurrences(found, since)


def search(typed: str, person_id: int | None, at: datetime) -> Sequence[Line]:
    """Posts ahead that are called so."""
    return [_line(one, at) for one in coming.called(typed, person_id, at)]


def board(at: datetime) -> Sequence[Line]:
    """Posts that are short of people."""
    return [_line(one, at) for one in coming.short(at)]


def doors(held: Sequence[Held], at: datetime) -> Sequence[Door]:
    """Volunteering's first page at the desk, with how many services wait for a word."""
    if may(held, Action.CONFIRM_HOURS) is None:
        return ()
    found = events.waiting(held, at)
    reaches_all = [one for one in held if one.programme in (None, Programme.VOLUNTEERING)]
    if not found and not events.recent(reaches_all, at):
        return ()
    many = sum(one.pending + one.disputed for one in found)
    home = "volunteering_desk.home"
    return (Door(home, url_for(home), _("志愿服务"), many),)


def tabs(activity_id: int, thing: Thing, held: Sequence[Held]) -> Sequence[Door]:
    """Posts and hours among the tabs of an event."""
    shown = []
    if may(held, Action.EDIT, thing):
        here = "volunteering_desk.posts"
        shown.append(Door(here, url_for(here, event_id=activity_id), _("岗位与小队")))
    if may(held, Action.CONFIRM_HOURS, thing):
        tally = serving.tally(activity_id)
        here = "volunteering_desk.hours"
        waits = tally.pending + tally.disputed
        shown.append(Door(here, url_for(here, event_id=activity_id), _("时长"), waits))
    return shown


def _says_something(post: Staffed) -> bool:
    facts = post.facts
    return bool(facts.least or facts.break_minutes or facts.squad_id or facts.is_briefing)


def _line(post: Staffed, at: datetime) -> Line:
    facts = post.facts
    what = _post(said(facts, "title"), said(facts, "label"))
    if post.missing:
        text = _(
            "%(when)s %(what)s，还差 %(n)s 人", when=_when(facts.starts_at, at), what=what, n=post.missing
        )
    else:
        text = _("%(when)s %(what)s", when=_when(facts.starts_at, at), what=what)
    return Line(text, url_for("booking.activity", activity_id=facts.activity_id), facts.starts_at)


def _post(title: str, label: str) -> str:
    return f"{title} · {label}" if label else title


def _when(instant: datetime, at: datetime) -> str:
    day, today = clock.beijing(instant).date(), clock.beijing(at).date()
    is_near = day - today < timedelta(days=2)
    return f"{day_name(day, today) if is_near else month_day(day)} {hhmm(instant)}"


PLUG = Plug(
    programme=Programme.VOLUNTEERING,
    home="volunteering.home",
    blueprints=(views.blueprint, desk.blueprint),
    people=(Service.person_id, Squad.leader_id),
    front=front,
    mine=mine,
    beside=beside,
    is_beside=or_(
        exists().where(Event.activity_id == Activity.id),
        exists().where(Post.slot_id == Slot.id, Slot.activity_id == Activity.id),
    ),
    dates=own_dates,
    search=search,
    board=board,
    desk=doors,
    tabs=tabs,
    carry=merging.carry,
    letters=letters.LETTERS,
    chores=(
        (timedelta(minutes=1), counting.sweep),
        (timedelta(minutes=10), staffing.warn),
        (timedelta(hours=6), consents.purge),
    ),
    checks=doctor.CHECKS,
    joins={"volunteering.agree": "given", "volunteering.tell_number": ""},
    guarded_below=18,
    measures=measures.MEASURES,
)
