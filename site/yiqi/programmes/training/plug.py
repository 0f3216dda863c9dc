"""What training plugs into the core."""

from collections.abc import Sequence
from datetime import datetime, timedelta

from flask import url_for
from sqlalchemy import Connection, exists

from yiqi.activities.models import Activity, Programme
from yiqi.booking.programme import Card, Door, Line, Plug
from yiqi.i18n import gettext as _
from yiqi.programmes.training import (
    cards,
    desk,
    doctor,
    lectured,
    letters,
    measures,
    merging,
    requested,
    results,
    taught,
    views,
    wording,
)
from yiqi.programmes.training.models import Course, Subsidy
from yiqi.programmes.training.rules.requests import State
from yiqi.roles.rules.permissions import EVERYWHERE, Action, Held, Thing, may
from yiqi.web.formats import said

MOST_LINES = 2


def front(person_id: int, at: datetime) -> Sequence[Line]:
    """What is missing in a request of mine; my next evening."""
    lines = [
        Line(
            _("补贴申请“%(what)s”要补材料", what=one.what),
            url_for("training.subsidy", subsidy_id=one.id),
        )
        for one in cards.waiting_for_me(person_id)
    ]
    lines += [
        Line(one.text, url_for("booking.activity", activity_id=one.activity_id), one.at)
        for one in cards.coming(person_id, at)
    ]
    return lines[:MOST_LINES]


def mine(person_id: int, at: datetime) -> Sequence[Card]:
    """How far I am in each course; where my requests stand."""
    found = [
        Card("training/_mine.html", {"one": one, "next": cards.next_of(one, at), "words": wording})
        for one in cards.going(person_id, at)
    ]
    asked = requested.open_own(person_id)
    if asked:
        found.append(Card("training/_asked.html", {"requests": asked, "words": wording}))
    return found


def beside(activity_id: int, person_id: int | None, at: datetime) -> Sequence[Card]:
    """What a course teaches and takes, and how far I am."""
    found = cards.beside(activity_id, person_id, at)
    return [Card("training/_course.html", {**found, "words": wording})] if found else []


def search(words: str, person_id: int | None, at: datetime) -> Sequence[Line]:
    """Trades, travelling lectures, and evenings that teach it."""
    lines = [
        Line(_("%(trade)s，从五级到一级", trade=said(one, "name")), url_for("training.path", trade=one.code))
        for one in cards.trades_called(words)
    ]
    lines += [
        Line(
            _("流动讲座“%(title)s”", title=said(one, "title")),
            url_for("training.lectures", _anchor=f"lecture-{one.id}"),
        )
        for one in cards.lectures_called(words)
    ]
    lines += [
        Line(
            f"{said(one, 'title')} · {said(one, 'topic')}",
            url_for("booking.activity", activity_id=one.id, _anchor="syllabus"),
            one.starts_at,
        )
        for one in cards.lessons_called(words, person_id, at)
    ]
    return lines[: cards.FEW]


def board(at: datetime) -> Sequence[Line]:
    """The evenings of today."""
    return [
        Line(
            f"{said(one, 'title')} "
            + wording.evening(
                cards.number_of(one.id, one.occurrence_id),
                one.starts_at,
                taught.lesson_of(one.occurrence_id),
                at,
            ),
            url_for("booking.activity", activity_id=one.id),
            one.starts_at,
        )
        for one in cards.on_today(at)
    ]


def doors(held: Sequence[Held], at: datetime) -> Sequence[Door]:
    """Training at the desk, with what waits there; for roles that reach more than one activity."""
    minds = any(
        one.role in EVERYWHERE or (one.activity_id is None and one.programme in (None, Programme.TRAINING))
        for one in held
    )
    if not minds:
        return []
    waits = requested.counts(held)[State.SENT] + lectured.waiting(held)
    return [Door("training_desk.home", url_for("training_desk.home"), _("技能培训"), waits)]


def tabs(activity_id: int, thing: Thing, held: Sequence[Held]) -> Sequence[Door]:
    """The course of an activity: who came when, and all that follows from it."""
    if may(held, Action.SEE_ROSTER, thing) is None:
        return []
    url = url_for("training_desk.course", activity_id=activity_id)
    return [Door("training_desk.course", url, _("课程"))]


def carry(here: Connection, kept_id: int, gone_id: int, at: datetime) -> None:
    """Results, passes and requests go over to the record that stays."""
    merging.carry(here, kept_id=kept_id, gone_id=gone_id, at=at)


PLUG = Plug(
    programme=Programme.TRAINING,
    home="training.home",
    blueprints=(views.blueprint, desk.blueprint),
    people=(Subsidy.person_id,),
    front=front,
    mine=mine,
    beside=beside,
    is_beside=exists().where(Course.activity_id == Activity.id),
    search=search,
    board=board,
    desk=doors,
    tabs=tabs,
    carry=carry,
    letters={
        "training_result": letters.result_letter,
        "training_certificate": letters.certificate_letter,
        "training_subsidy": letters.subsidy_letter,
        "training_lecture": letters.lecture_letter,
    },
    chores=((timedelta(hours=1), results.purge),),
    checks=doctor.CHECKS,
    joins={"training.begin_subsidy": "", "training.add_paper": "", "training.send_subsidy": ""},
    measures=measures.MEASURES,
)
