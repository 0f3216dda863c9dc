"""What the promises ask of this programme: its addresses, the rows behind them, and what its part of the desk needs."""

from collections.abc import Mapping
from datetime import timedelta
from itertools import count

from sqlalchemy import select

from tests.promises.route import (
    CONFLICT,
    MISSING,
    OK,
    OWNER,
    OWNER_POST,
    SIGN_IN,
    SIGNED_IN,
    SIGNED_IN_POST,
    Planted,
    Route,
    addresses,
    desk,
    page,
    post,
)
from tests.troupe import stage
from yiqi import clock
from yiqi.activities.models import Occurrence
from yiqi.db import db
from yiqi.programmes.troupe import auditions, productions, seasons, sections, step_ins, things

_turns = count(1)
at = addresses("troupe")

SEASON = {
    "title": "艺术团春季",
    "first_on": str(clock.today() + timedelta(days=7)),
    "last_on": str(clock.today() + timedelta(days=60)),
    "kind_1": "voice",
    "label_1": "女高音",
    "weekday_1": "1",
    "starts_1": "19:00",
    "ends_1": "21:00",
    "nonce": "a-season",
}
_S, _A, _P = (
    "/desk/troupe/seasons/<id:season_id>",
    "/desk/troupe/auditions/<id:audition_id>",
    "/desk/troupe/productions/<id:production_id>",
)
s, a, p = (
    "/desk/troupe/seasons/{season}",
    "/desk/troupe/auditions/{audition}",
    "/desk/troupe/productions/{production}",
)

ROUTES: tuple[Route, ...] = (
    page("/troupe/", "troupe.home"),
    page("/troupe/sections/<id:section_id>", "troupe.section", at("/troupe/sections/{section}")),
    page(
        "/troupe/productions/<id:production_id>", "troupe.production", at("/troupe/productions/{production}")
    ),
    page("/troupe/auditions/<id:audition_id>", "troupe.audition", at("/troupe/auditions/{audition}")),
    page("/troupe/mine", "troupe.mine", who=SIGNED_IN),
    page("/troupe/sizes", "troupe.sizes", who=SIGNED_IN),
    post("/troupe/sizes", "troupe.tell_sizes", who=SIGNED_IN_POST, fields=lambda _one: {"height": "170"}),
    post("/troupe/sizes/delete", "troupe.delete_sizes", who=SIGNED_IN_POST),
    post("/troupe/name", "troupe.name", who=SIGNED_IN_POST, fields=lambda _one: {"agrees": "1"}),
    post(
        "/troupe/dates/<id:occurrence_id>/absence",
        "troupe.announce_absence",
        at("/troupe/dates/{rehearsal}/absence"),
        who=OWNER_POST,
        fields=lambda _one: {"reason": "上中班"},
    ),
    post(
        "/troupe/step-ins/<id:step_in_id>",
        "troupe.answer",
        at("/troupe/step-ins/{step_in}"),
        who=OWNER_POST,
        fields=lambda _one: {"accepts": "1"},
    ),
    page(
        "/troupe/sections/<id:section_id>/members",
        "troupe.members",
        at("/troupe/sections/{section}/members"),
        who=OWNER,
    ),
    post(
        "/troupe/sections/<id:section_id>/members/<id:person_id>",
        "troupe.note_voice",
        at("/troupe/sections/{section}/members/{member}"),
        who=OWNER_POST,
        fields=lambda _one: {"plays": "女高一"},
    ),
    page(
        "/troupe/auditions/<id:audition_id>/jury",
        "troupe.jury",
        at("/troupe/auditions/{audition}/jury"),
        who=OWNER,
    ),
    post(
        "/troupe/auditions/<id:audition_id>/jury/<ref:ref>",
        "troupe.mark",
        at("/troupe/auditions/{audition}/jury/{candidate}"),
        who=OWNER_POST,
        fields=lambda _one: {"points_c1": "7", "points_c2": "8"},
    ),
    post(
        "/troupe/auditions/<id:audition_id>/jury/finish",
        "troupe.finish",
        at("/troupe/auditions/{audition}/jury/finish"),
        who=(SIGN_IN, CONFLICT, MISSING),
    ),
    desk("GET", "/desk/troupe/", "troupe_desk.home"),
    desk("GET", "/desk/troupe/seasons/new", "troupe_desk.new_season"),
    desk(
        "POST",
        "/desk/troupe/seasons",
        "troupe_desk.begin_season",
        fields=lambda one: SEASON | {"owner": str(one.union_id)},
        books=True,
    ),
    desk("GET", _S, "troupe_desk.season", at(s)),
    desk("GET", f"{_S}/attendance", "troupe_desk.attendance", at(f"{s}/attendance")),
    desk(
        "POST",
        f"{_S}/sections/<id:section_id>/leader",
        "troupe_desk.lead",
        at(f"{s}/sections/{{section}}/leader"),
        lambda one: {"person": str(one.more["troupe_member"])},
    ),
    desk("GET", f"{_S}/auditions/new", "troupe_desk.new_audition", at(f"{s}/auditions/new")),
    desk(
        "POST",
        f"{_S}/auditions",
        "troupe_desk.announce",
        at(f"{s}/auditions"),
        lambda one: {
            "title": "招新试唱",
            "on": str(clock.today() + timedelta(days=9)),
            "starts": "18:00",
            "ends": "19:00",
            "minutes": "10",
            "sections": str(one.more["troupe_section"]),
            "criteria": "音准",
            "most": "10",
            "nonce": "an-audition",
        },
        books=True,
    ),
    desk("GET", f"{_S}/productions/new", "troupe_desk.new_production", at(f"{s}/productions/new")),
    desk(
        "POST",
        f"{_S}/productions",
        "troupe_desk.begin_production",
        at(f"{s}/productions"),
        lambda _one: {"name": "亦庄之声", "nonce": "a-production"},
        books=True,
    ),
    desk("GET", _A, "troupe_desk.audition", at(a)),
    desk(
        "POST",
        f"{_A}/jurors",
        "troupe_desk.choose_juror",
        at(f"{a}/jurors"),
        lambda one: {"phone": str(one.more["troupe_phone"])},
    ),
    desk(
        "POST",
        f"{_A}/jurors/<id:person_id>/dismiss",
        "troupe_desk.dismiss_juror",
        at(f"{a}/jurors/{{juror}}/dismiss"),
    ),
    desk(
        "POST",
        f"{_A}/candidates/<ref:ref>",
        "troupe_desk.decide",
        at(f"{a}/candidates/{{candidate}}"),
        lambda _one: {"outcome": "in"},
    ),
    desk("POST", f"{_A}/send", "troupe_desk.send", at(f"{a}/send"), status=CONFLICT),
    desk("GET", _P, "troupe_desk.production", at(p)),
    desk(
        "POST",
        f"{_P}/parts",
        "troupe_desk.add_part",
        at(f"{p}/parts"),
        lambda one: {
            "piece": "合唱",
            "name": "领唱",
            "section": str(one.more["troupe_section"]),
            "nonce": "a-part",
        },
        books=True,
    ),
    desk(
        "POST",
        f"{_P}/parts/<id:part_id>",
        "troupe_desk.cast",
        at(f"{p}/parts/{{part}}"),
        lambda one: {"first": str(one.more["troupe_member"]), "second": ""},
    ),
    desk(
        "POST",
        f"{_P}/parts/<id:part_id>/delete",
        "troupe_desk.take_part_out",
        at(f"{p}/parts/{{spare_part}}/delete"),
    ),
    desk(
        "POST",
        f"{_P}/shows",
        "troupe_desk.link_show",
        at(f"{p}/shows"),
        lambda one: {"activity": str(one.more["troupe_show"]), "casting": "second"},
    ),
    desk("GET", f"{_P}/step-in", "troupe_desk.step_in", at(f"{p}/step-in")),
    desk(
        "POST",
        f"{_P}/step-in",
        "troupe_desk.ask",
        at(f"{p}/step-in"),
        lambda one: {
            "part": str(one.more["troupe_part"]),
            "date": str(one.more["troupe_rehearsal"]),
            "person": str(one.more["troupe_member"]),
        },
    ),
    desk("GET", f"{_P}/costumes", "troupe_desk.costumes", at(f"{p}/costumes")),
    desk("POST", f"{_P}/costumes", "troupe_desk.costumes_file", at(f"{p}/costumes"), status=OK),
)
DESK: Mapping[str, str] = {
    action: " ".join(f"troupe_desk.{name}" for name in names.split())
    for action, names in {
        "see_roster": "home season attendance",
        "edit": "new_season begin_season lead new_audition announce new_production begin_production production"
        " add_part cast take_part_out link_show",
        "book_for_others": "audition decide send choose_juror dismiss_juror step_in ask costumes costumes_file",
    }.items()
}
WRITTEN = r"职工艺术团秋冬季|亦庄之声|招新|领唱|合唱|团员\d+|评委\d+|演出|小剧场|报幕|惠民场|团"
"""What people wrote in the rows that are planted, as a pattern: it stays Chinese on an English page."""
PHONE = "13800000016"
"""Of the demo's account whose pages the browser looks at; `AS`: of the others, for some addresses."""
AS: Mapping[str, str] = {"troupe.members": "13800000011"}
DEMO: Mapping[str, str] = {
    "troupe_season": "SELECT min(id) FROM troupe_season",
    "troupe_section": "SELECT s.id FROM troupe_section s JOIN person p ON p.id = s.leader_id WHERE p.phone = '+8613800000011'",
    "troupe_audition": "SELECT max(id) FROM troupe_audition",
    "troupe_production": "SELECT min(id) FROM troupe_production",
    "troupe_part": "SELECT min(id) FROM troupe_part",
    "troupe_spare_part": "SELECT max(id) FROM troupe_part",
    "troupe_step_in": "SELECT min(id) FROM troupe_step_in",
    "troupe_member": "SELECT min(leader_id) FROM troupe_section",
    "troupe_juror": "SELECT min(person_id) FROM troupe_juror",
    "troupe_candidate": "SELECT min(ref) FROM booking JOIN troupe_audition_time USING (slot_id)",
    "troupe_rehearsal": "SELECT min(occurrence_id) FROM slot_occurrence JOIN troupe_section USING (slot_id)",
    "troupe_show": "SELECT min(activity_id) FROM troupe_show",
    "troupe_phone": "SELECT phone FROM person WHERE phone = '+8613800000010'",
}


def plant(by: Planted) -> Mapping[str, int | str]:
    """A season with a section that the owner leads, an audition the owner marks, and a production with a question to them."""
    turn = next(_turns)
    today = clock.beijing(by.at).weekday()  # on which the owner is somewhere else, whatever hour it is
    weekdays = ((today + 2) % 7, (today + 4) % 7)
    made = stage.a_season(by.union_id, by.organizer.id, nonce=f"planted-{turn}", now=by.at, weekdays=weekdays)
    section = made.sections[0]
    stage.joins(section.slot_id, by.owner.id, by.organizer.id, by.at)
    member = stage.somebody(f"团员{turn}")
    stage.joins(section.slot_id, member.id, by.organizer.id, by.at)
    seasons.name_leader(section_id=section.id, person_id=by.owner.id, by_id=by.organizer.id, at=by.at)
    audition_id = stage.an_audition(
        made.id, [section.id], by.organizer.id, now=by.at, nonce=f"planted-{turn}"
    )
    for juror in (by.owner, stage.somebody(f"评委{turn}")):
        auditions.choose_juror(audition_id=audition_id, person_id=juror.id, by_id=by.organizer.id, at=by.at)
    candidate = stage.auditions_at(audition_id, [member.id], by.at)[0]
    production_id = productions.begin(
        season_id=made.id, name="亦庄之声", by_id=by.organizer.id, nonce=f"planted-{turn}", at=by.at
    )
    parts = [
        stage.a_part(production_id, section.id, by.organizer.id, name=name, nonce=f"{turn}-{name}", now=by.at)
        for name in ("领唱", "报幕")
    ]
    show_id = stage.a_show(production_id, by.union_id, by.organizer.id, now=by.at)
    productions.cast(part_id=parts[0], first_id=member.id, second_id=None, by_id=by.organizer.id, at=by.at)
    date_id = db.session.scalars(select(Occurrence.id).where(Occurrence.activity_id == show_id)).one()
    thing = things.production({"production_id": production_id})
    assert thing is not None
    step_in = step_ins.ask(
        part_id=parts[0],
        occurrence_id=date_id,
        person_id=by.owner.id,
        thing=thing,
        by_id=by.organizer.id,
        at=by.at,
    )
    rehearsal = next(one for one in sections.rehearsals([section.slot_id]) if one.starts_at > by.at)
    return {
        "troupe_season": made.id,
        "troupe_section": section.id,
        "troupe_audition": audition_id,
        "troupe_production": production_id,
        "troupe_part": parts[0],
        "troupe_spare_part": parts[1],
        "troupe_step_in": step_in,
        "troupe_member": member.id,
        "troupe_juror": juror.id,
        "troupe_candidate": candidate,
        "troupe_rehearsal": rehearsal.id,
        "troupe_show": show_id,
        "troupe_phone": by.other.phone,
    }
