"""What the promises ask of this programme: its addresses, the rows behind them, and what its part of the desk needs."""

from collections.abc import Callable, Mapping
from datetime import timedelta

from tests.builders import a_worker
from tests.builders.serving import an_event, books, by, counted, line_of, occurrence_of, served, signs
from tests.promises.route import (
    ANYBODY,
    OWNER,
    OWNER_POST,
    SIGNED_IN,
    SIGNED_IN_POST,
    Planted,
    Route,
    Samples,
    addresses,
    desk,
    page,
    post,
)
from yiqi.activities.models import Slot
from yiqi.db import db
from yiqi.programmes.volunteering import confirming, disputing, posts
from yiqi.programmes.volunteering.posts import Posted
from yiqi.unions.models import Union
from yiqi.web.formats import hhmm

at = addresses("volunteering")
EVENT, SERVICE = "/desk/volunteering/events/<id:event_id>", "/hours/<id:service_id>"


def at_event(tail: str = "") -> Callable[[Samples], str]:
    return at(f"/desk/volunteering/events/{{event}}{tail}")


def of_service(tail: str = "", which: str = "service") -> Callable[[Samples], str]:
    return lambda one: (
        f"/desk/volunteering/events/{one.more['volunteering_event']}/hours/{one.more[f'volunteering_{which}']}{tail}"
    )


def said(which: str = "service", **fields: str) -> Callable[[Samples], Mapping[str, str]]:
    return lambda one: {"seen": str(one.more[f"volunteering_{which}_seen"]), "because": "核实过了", **fields}


def at_post(one: Samples) -> Mapping[str, str]:
    return {"occurrence": str(one.more["volunteering_shift"])}


def kept_posts(one: Samples) -> Mapping[str, str]:
    slot = one.more["volunteering_slot"]
    return {f"{slot}-least": "3", f"{slot}-breaks": "10", f"{slot}-squad": ""}


ROUTES: tuple[Route, ...] = (
    page("/volunteering/", "volunteering.home", who=ANYBODY),
    page("/volunteering/honour", "volunteering.honour", who=ANYBODY),
    page("/volunteering/hours", "volunteering.hours", who=SIGNED_IN),
    post(
        "/volunteering/hours/<id:service_id>/dispute",
        "volunteering.dispute",
        at("/volunteering/hours/{own}/dispute"),
        OWNER_POST,
        lambda one: {"words": "我 9 点就到了", "seen": str(one.more["volunteering_own_seen"])},
    ),
    page("/volunteering/hours/certificate", "volunteering.certificate", who=SIGNED_IN),
    post(
        "/volunteering/hours/certificate",
        "volunteering.prove",
        who=(401, 303, 409),
        fields=lambda one: {"first": str(one.more["volunteering_first"]), "last": "2039-12-31"},
    ),
    page("/volunteering/consents", "volunteering.consents", who=SIGNED_IN),
    post(
        "/volunteering/consents/<purpose>",
        "volunteering.agree",
        lambda _one: "/volunteering/consents/honour",
        SIGNED_IN_POST,
        lambda _one: {"given": "1"},
    ),
    post(
        "/volunteering/number",
        "volunteering.tell_number",
        who=SIGNED_IN_POST,
        fields=lambda _one: {"number": "110115200012"},
    ),
    page(
        "/volunteering/squads/<id:squad_id>",
        "volunteering.squad",
        at("/volunteering/squads/{squad}"),
        OWNER,
    ),
    *(
        post(
            f"/volunteering/squads/<id:squad_id>/<ref:ref>/{way}",
            f"volunteering.sign_{way}",
            lambda one, way=way: (  # type: ignore[misc]
                f"/volunteering/squads/{one.more['volunteering_squad']}/{one.more[f'volunteering_{way}']}/{way}"
            ),
            OWNER_POST,
            at_post,
        )
        for way in ("in", "out")
    ),
    desk("GET", "/desk/volunteering/", "volunteering_desk.home"),
    desk("GET", "/desk/volunteering/stars", "volunteering_desk.stars"),
    desk("GET", f"{EVENT}/hours", "volunteering_desk.hours", at_event("/hours")),
    desk("POST", f"{EVENT}/hours/confirm", "volunteering_desk.confirm_all", at_event("/hours/confirm")),
    desk("GET", f"{EVENT}{SERVICE}", "volunteering_desk.service", of_service()),
    desk("POST", f"{EVENT}{SERVICE}/confirm", "volunteering_desk.confirm", of_service("/confirm"), said()),
    desk(
        "POST",
        f"{EVENT}{SERVICE}/settle",
        "volunteering_desk.settle",
        of_service("/settle"),
        lambda one: {
            **said()(one),
            "came": str(one.more["volunteering_came"]),
            "left": str(one.more["volunteering_left"]),
        },
    ),
    desk(
        "POST",
        f"{EVENT}{SERVICE}/adjust",
        "volunteering_desk.adjust",
        of_service("/adjust"),
        said(minutes="90"),
    ),
    desk("POST", f"{EVENT}{SERVICE}/reverse", "volunteering_desk.reverse", of_service("/reverse"), said()),
    desk(
        "POST",
        f"{EVENT}{SERVICE}/answer",
        "volunteering_desk.answer",
        of_service("/answer", "disputed"),
        said("disputed"),
    ),
    desk("GET", f"{EVENT}/posts", "volunteering_desk.posts", at_event("/posts")),
    desk("POST", f"{EVENT}/posts", "volunteering_desk.keep_posts", at_event("/posts"), kept_posts),
    desk(
        "POST",
        f"{EVENT}/squads",
        "volunteering_desk.make_squad",
        at_event("/squads"),
        lambda _one: {"name": "二小队", "leader": ""},
    ),
    *(
        desk(
            "POST",
            f"{EVENT}/squads/<id:squad_id>{tail}",
            f"volunteering_desk.{verb}_squad",
            lambda one, tail=tail: (  # type: ignore[misc]
                f"/desk/volunteering/events/{one.more['volunteering_event']}/squads/{one.more['volunteering_old_squad']}{tail}"
            ),
            lambda _one: {"name": "换个名字", "leader": ""},
        )
        for verb, tail in (("keep", ""), ("drop", "/drop"))
    ),
    desk(
        "POST",
        f"{EVENT}/briefing",
        "volunteering_desk.brief",
        at_event("/briefing"),
        lambda _one: {"text": "穿深色长裤", "day": "", "time": ""},
    ),
    *(
        desk(
            method,
            f"{where}{tail}",
            f"volunteering_desk.{name}",
            None if where == "/desk/volunteering/export" else at_event(f"/export{tail}"),
            (lambda one: {"kind": "csv", "because": "报送", **period(one)})
            if method == "POST"
            else lambda _one: {},
            status=status,
        )
        for where, names in (
            (f"{EVENT}/export", ("export", "take_export", "export_phones", "take_phones")),
            (
                "/desk/volunteering/export",
                ("export_period", "take_period", "period_phones", "take_period_phones"),
            ),
        )
        for name, method, tail, status in zip(
            names, ("GET", "POST") * 2, ("", "", "/phones", "/phones"), (200, 200, 303, 303), strict=True
        )
    ),
)


def period(one: Samples) -> Mapping[str, str]:
    """A list of a union's hours."""
    return {
        "first": str(one.more["volunteering_first"]),
        "last": "2039-12-31",
        "union": str(one.more["volunteering_union"]),
    }


DESK: Mapping[str, str] = {
    "confirm_hours": "volunteering_desk.home volunteering_desk.hours volunteering_desk.confirm_all"
    " volunteering_desk.service volunteering_desk.confirm volunteering_desk.settle volunteering_desk.adjust"
    " volunteering_desk.reverse volunteering_desk.answer",
    "edit": "volunteering_desk.posts volunteering_desk.keep_posts volunteering_desk.make_squad"
    " volunteering_desk.keep_squad volunteering_desk.drop_squad volunteering_desk.brief",
    "export": "volunteering_desk.export volunteering_desk.take_export volunteering_desk.export_period"
    " volunteering_desk.take_period",
    "export_phones": "volunteering_desk.export_phones volunteering_desk.take_phones"
    " volunteering_desk.period_phones volunteering_desk.take_period_phones",
    "see_statistics": "volunteering_desk.stars",
}
"""By action of the rule book: the endpoints of its part of the desk."""
WRITTEN = r"荣京东街站 B 口|吴芳|周立|老队|孙小美|小美|一小队|地铁站文明引导|文明引导|钱多多"
"""What people wrote in the rows that are planted, as a pattern: it stays Chinese on an English page."""
PHONE = "13800000011"
"""Of the demo's account whose pages the browser looks at; `AS`: of the others, for some addresses."""
AS: Mapping[str, str] = {}
DEMO: Mapping[str, str] = {
    "volunteering_event": "SELECT activity_id FROM hours_service ORDER BY id DESC LIMIT 1",
    "volunteering_service": (
        "SELECT s.id FROM hours_service s JOIN hours_entry e ON e.service_id = s.id ORDER BY s.id DESC LIMIT 1"
    ),
    "volunteering_squad": "SELECT id FROM volunteering_squad WHERE leader_id IS NOT NULL ORDER BY id LIMIT 1",
}
"""How the browser finds in the demo what stands in the addresses: a query of one value for each name."""


def plant(by_whom: Planted) -> Mapping[str, int | str]:
    """An event that is over with a service to be confirmed and one in dispute; one under way with a squad that the
    owner leads; the owner's own hours."""
    union = db.session.get_one(Union, by_whom.union_id)
    helper, doubter, walker, leaver = (a_worker(name=name) for name in ("钱多多", "孙小美", "周立", "吴芳"))
    past = by_whom.at - timedelta(days=2)
    over = an_event(past, owner=union)
    for person in (helper, doubter):
        signs(person, over, left=120)
    at = counted(over)
    doubted = line_of(doubter)
    confirming.confirm(
        activity_id=over.activity_id,
        service_id=doubted.service_id,
        seen=doubted.entry_id,
        by=by(by_whom.organizer, at),
    )
    disputing.dispute(
        service_id=doubted.service_id,
        seen=line_of(doubter).entry_id,
        person_id=doubter.id,
        words="我多待了 20 分钟",
        at=at,
    )
    served(by_whom.owner, by_whom.at - timedelta(days=3), organizer=by_whom.organizer)
    now = an_event(by_whom.at - timedelta(minutes=20), owner=union)
    come, go = books(walker, now), signs(leaver, now, came=1)
    books(by_whom.owner, now)
    squad_id = _squad(by_whom, now.activity_id, now.slot_id)
    lines = {"service": line_of(helper), "disputed": line_of(doubter), "own": line_of(by_whom.owner)}
    squad = posts.keep_squad(
        activity_id=over.activity_id,
        squad_id=None,
        name="老队",
        leader_id=None,
        at=by_whom.at,
        by_id=by_whom.organizer.id,
    )
    return {
        "volunteering_event": over.activity_id,
        "volunteering_slot": db.session.get_one(Slot, over.slot_id).id,
        "volunteering_squad": squad_id,
        "volunteering_old_squad": squad,
        "volunteering_in": come,
        "volunteering_out": go,
        "volunteering_shift": occurrence_of(now),
        "volunteering_union": union.id,
        "volunteering_first": str((past - timedelta(days=30)).date()),
        "volunteering_came": hhmm(past),
        "volunteering_left": hhmm(past + timedelta(hours=2)),
        **{f"volunteering_{name}": line.service_id for name, line in lines.items()},
        **{f"volunteering_{name}_seen": line.entry_id for name, line in lines.items()},
    }


def _squad(by_whom: Planted, activity_id: int, slot_id: int) -> int:
    """A squad at the post, led by the owner."""
    same = {"activity_id": activity_id, "at": by_whom.at, "by_id": by_whom.organizer.id}
    squad_id = posts.keep_squad(squad_id=None, name="一小队", leader_id=by_whom.owner.id, **same)  # type: ignore[arg-type]
    posts.keep(posts={slot_id: Posted(least=3, squad_id=squad_id)}, **same)  # type: ignore[arg-type]
    return squad_id
