"""What everybody may read of the troupe: its sections, auditions and shows, a section, a programme."""

from itertools import groupby

from flask import abort, render_template
from flask.typing import ResponseReturnValue
from flask_login import current_user

from yiqi import clock
from yiqi.programmes.troupe import candidates, casting, sections, stand_ins
from yiqi.programmes.troupe.models import Casting
from yiqi.programmes.troupe.views.blueprint import blueprint
from yiqi.programmes.troupe.wording import CASTINGS, KINDS

SHOWN = 6
"""Rehearsals of a section on its page."""


@blueprint.get("/")
def home() -> ResponseReturnValue:
    """The sections by their kinds, auditions that can be booked, the next shows, and what of it is mine."""
    now, me = clock.now(), _me()
    found = sections.current(me, now)
    mine = {one.id for one in sections.own(me, now)} if me else set()
    by_kind = groupby(sorted(found, key=lambda one: list(KINDS).index(one.kind)), key=lambda one: one.kind)
    return render_template(
        "troupe/home.html",
        kinds=[(KINDS[kind], list(group)) for kind, group in by_kind],
        mine=mine,
        parts=casting.parts_of(me, now) if me else [],
        questions=stand_ins.waiting_for(me, now) if me else [],
        judging=candidates.judged_by(me) if me else [],
        auditions=candidates.open_now(me, now),
        shows=casting.next_shows(me, now),
        castings=CASTINGS,
        now=now,
    )


@blueprint.get("/sections/<id:section_id>")
def section(section_id: int) -> ResponseReturnValue:
    """A section: what it does, when it rehearses, who leads it, and how to join."""
    now, me = clock.now(), _me()
    found = sections.one(section_id, me, now)
    if found is None:
        abort(404)
    own = next((one for one in sections.own(me, now) if one.id == section_id), None) if me else None
    coming = [one for one in sections.rehearsals([found.slot_id]) if one.ends_at > now]
    theirs = candidates.auditions_for(section_id)
    return render_template(
        "troupe/section.html",
        section=found,
        kind=KINDS[found.kind],
        own=own,
        leads=me is not None and found.leader_id == me,
        leader_agrees=found.leader_id is not None and casting.agrees(found.leader_id),
        coming=coming[:SHOWN],
        auditions=[
            one
            for one in candidates.open_now(me, now)
            if one.season_id == found.season_id and one.id in theirs
        ],
        now=now,
    )


@blueprint.get("/productions/<id:production_id>")
def production(production_id: int) -> ResponseReturnValue:
    """A production: its shows, and its programme as it is cast first (or as the next show is)."""
    now = clock.now()
    found = casting.seen(production_id, _me(), now)
    if found is None:
        abort(404)
    shows = casting.shows(production_id)
    coming = next((one for one in shows if one.ends_at > now), None)
    plays = Casting(coming.casting) if coming else Casting.FIRST
    return render_template(
        "troupe/production.html",
        production=found,
        shows=shows,
        coming=coming,
        pieces=pieces(production_id, plays, coming.occurrence_id if coming else None),
        now=now,
    )


def pieces(
    production_id: int, plays: Casting, occurrence_id: int | None
) -> list[tuple[casting.Credit, list[casting.Credit]]]:
    """A programme by its pieces: the first line of each, which names it, with all of its lines."""
    lines = casting.billed(production_id, plays, occurrence_id)
    grouped = [list(group) for _piece, group in groupby(lines, key=lambda one: one.part.piece)]
    return [(group[0], group) for group in grouped]


def _me() -> int | None:
    return current_user.id if current_user.is_authenticated else None
