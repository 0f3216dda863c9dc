"""What the troupe brings to pages that are not its own."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

from flask import url_for
from sqlalchemy import exists, or_

from yiqi.activities.models import Activity, Programme
from yiqi.booking.dated import Dated, at_occurrences
from yiqi.booking.programme import Card, Door, Line, Plug
from yiqi.i18n import gettext as _
from yiqi.i18n import lazy_gettext as _l
from yiqi.programmes.troupe import (
    candidates,
    casting,
    dates,
    measures,
    own_word,
    results,
    sections,
    stand_ins,
    things,
)
from yiqi.programmes.troupe.checks import CHECKS
from yiqi.programmes.troupe.desk import blueprint as desk_blueprint
from yiqi.programmes.troupe.desk.blueprint import NEEDS
from yiqi.programmes.troupe.letters import answered_letter, asked_letter, result_letter, settled_letter
from yiqi.programmes.troupe.merging import carry
from yiqi.programmes.troupe.models import Audition, Cast, Casting, Juror, Season, Section, Show, StepIn
from yiqi.programmes.troupe.views import blueprint
from yiqi.programmes.troupe.views.public import pieces
from yiqi.programmes.troupe.wording import CASTINGS, OUTCOMES
from yiqi.roles.rules.permissions import Action, Held, Thing, may
from yiqi.web.formats import moment, said

SEAT_EVERY = timedelta(minutes=1)
FEW, MOST = 2, 5


def front(person_id: int, at: datetime) -> Sequence[Line]:
    """The question that waits for them; else their next rehearsal or show, with their part."""
    asked = stand_ins.waiting_for(person_id, at)
    if asked:
        return [
            Line(
                _(
                    "%(when)s“%(part)s”你能顶上吗？",
                    when=moment(one.starts_at),
                    part=said(one, "part"),
                ),
                url_for("troupe.mine"),
                one.starts_at,
            )
            for one in asked[:FEW]
        ]
    shows = [line for one in casting.parts_of(person_id, at) for line in _shows_of(one, at)]
    shows += [
        Line(
            _("%(when)s 你来顶“%(part)s”", when=moment(one.starts_at), part=said(one, "part")),
            url_for("troupe.mine"),
            one.starts_at,
        )
        for one in stand_ins.accepted_by(person_id, at)
    ]
    own = {one.slot_id: one for one in sections.own(person_id, at)}
    rehearsals = [
        Line(
            _(
                "%(section)s排练 %(when)s",
                section=said(own[one.slot_id], "label"),
                when=moment(one.starts_at),
            ),
            url_for("troupe.mine"),
            one.starts_at,
        )
        for one in sections.rehearsals(list(own))
        if one.ends_at > at
    ]
    coming = [line for line in (*shows, *rehearsals) if line.at is not None]
    return sorted(coming, key=lambda line: line.at or at)[:1]


def mine(person_id: int, at: datetime) -> Sequence[Card]:
    """Sections and parts, the question whether they step in and where they do, and the newest results."""
    facts = {
        "sections": sections.own(person_id, at),
        "parts": casting.parts_of(person_id, at),
        "questions": stand_ins.waiting_for(person_id, at),
        "stepping_in": stand_ins.accepted_by(person_id, at),
        "judging": candidates.judged_by(person_id),
        "results": candidates.lately_told(person_id),
        "outcomes": OUTCOMES,
        "castings": CASTINGS,
        "now": at,
    }
    if not any(facts[name] for name in facts if name not in _WORDS):
        return []
    return [Card("troupe/_mine.html", facts, leads=bool(facts["questions"] or facts["stepping_in"]))]


def beside(activity_id: int, _person_id: int | None, at: datetime) -> Sequence[Card]:
    """On the page of a show its programme; on those of a season and of an audition the way to their pages."""
    found = things.role_of(activity_id)
    if found is None:
        return []
    word, thing_id = found
    if word == "show":
        show = casting.of_activity(activity_id)
        if show is None:
            return []
        date = next((one for one in casting.shows(thing_id) if one.activity_id == activity_id), None)
        lines = pieces(thing_id, Casting(show.casting), date.occurrence_id if date else None)
        return [Card("troupe/_programme.html", {"production": show, "pieces": lines, "leads": True})]
    facts = {
        "word": word,
        "thing_id": thing_id,
        "sections": sections.of_season(thing_id) if word == "season" else [],
    }
    return [Card("troupe/_leads.html", facts)]


def own_dates(person_id: int, since: datetime, _at: datetime) -> Sequence[Dated]:
    """Where they play, step in, judge, or lead."""
    return at_occurrences(dates.duties(person_id, since, _page), since)


def _page(word: str, thing_id: int) -> str:
    if word == "production":
        return url_for("troupe.production", production_id=thing_id)
    if word == "jury":
        return url_for("troupe.jury", audition_id=thing_id)
    return url_for("troupe.section", section_id=thing_id)


def search(words: str, person_id: int | None, at: datetime) -> Sequence[Line]:
    """Sections and productions that are called so."""
    found = [
        Line(
            _("艺术团：%(name)s", name=said(one, "label")),
            url_for("troupe.section", section_id=one.id),
        )
        for one in sections.called(words, person_id, at)
    ]
    found += [
        Line(
            _("艺术团演出：%(name)s", name=said(one, "name")),
            url_for("troupe.production", production_id=one.id),
        )
        for one in casting.called(words, person_id, at)
    ]
    return found[:MOST]


def board(at: datetime) -> Sequence[Line]:
    """The next shows, for everybody to see."""
    return [
        Line(
            _("%(title)s %(when)s", title=said(one, "title"), when=moment(one.starts_at)),
            url_for("booking.activity", activity_id=one.activity_id),
            one.starts_at,
        )
        for one in casting.next_shows(None, at)
    ]


def desk(held: Sequence[Held], at: datetime) -> Sequence[Door]:
    """The troupe's first page, with what waits: people to be decided about, questions without an answer."""
    if not things.within(held, Action.SEE_ROSTER) and may(held, Action.EDIT) is None:
        return []
    decided = things.within(held, Action.BOOK_FOR_OTHERS)
    waiting = sum(one.open for one in candidates.of_seasons(decided) if one.sent_at is None)
    waiting += stand_ins.unanswered(decided, at)
    return [Door("troupe_desk.home", url_for("troupe_desk.home"), _("艺术团"), waiting)]


def tabs(activity_id: int, _activity: Thing, held: Sequence[Held]) -> Sequence[Door]:
    """On the desk's pages of a season, an audition or a show: the troupe's page of it."""
    found = things.role_of(activity_id)
    if found is None:
        return []
    word, thing_id = found
    parts: dict[str, Any] = {f"{'production' if word == 'show' else word}_id": thing_id}
    endpoint, text = _TABS[word]
    needs = NEEDS[endpoint]
    thing = needs.thing(parts) if needs.thing else None
    if thing is None or may(held, needs.action, thing) is None:
        return []
    return [Door(endpoint, url_for(endpoint, **parts), str(text))]


def _shows_of(part: Any, at: datetime) -> list[Line]:
    return [
        Line(
            _(
                "你演“%(part)s”：%(title)s %(when)s",
                part=said(part, "part"),
                title=said(one, "title"),
                when=moment(one.starts_at),
            ),
            url_for("troupe.production", production_id=part.production_id),
            one.starts_at,
        )
        for one in casting.shows(part.production_id, at)
        if one.casting == part.casting
    ]


_WORDS = ("outcomes", "castings", "now")
_TABS = {
    "season": ("troupe_desk.season", _l("声部和排练")),
    "audition": ("troupe_desk.audition", _l("评分和结果")),
    "show": ("troupe_desk.production", _l("角色")),
}

PLUG = Plug(
    programme=Programme.TROUPE,
    home="troupe.home",
    blueprints=(blueprint, desk_blueprint),
    people=(Cast.person_id, StepIn.person_id, Juror.person_id, Section.leader_id),
    front=front,
    mine=mine,
    beside=beside,
    is_beside=or_(*(exists().where(one.activity_id == Activity.id) for one in (Season, Audition, Show))),
    dates=own_dates,
    search=search,
    board=board,
    desk=desk,
    tabs=tabs,
    carry=carry,
    letters={
        "troupe_result": result_letter,
        "troupe_step_in": asked_letter,
        "troupe_step_in_said": answered_letter,
        "troupe_step_in_over": settled_letter,
    },
    chores=((SEAT_EVERY, results.seat_all), (timedelta(hours=6), own_word.purge)),
    checks=CHECKS,
    joins={"troupe.answer": "accepts", "troupe.name": "agrees", "troupe.tell_sizes": ""},
    measures=measures.MEASURES,
)
