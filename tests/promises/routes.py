"""Every address of the site, and what three people meet there. A route that is not in this list fails the tests.

The list drives the permission matrix, the header and bad-input tests and the browser's crawl. A new route gets one
line here; what nobody wrote down is denied.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from enum import StrEnum

from yiqi import clock

OK, GO, SIGN_IN, MISSING, CONFLICT, WRONG = 200, 303, 401, 404, 409, 422
A_FILE = 2 * 1024 * 1024 + 64 * 1024
"""What a form with a file may hold."""


class Kind(StrEnum):
    """What an address answers with."""

    PAGE = "page"
    FRAGMENT = "fragment"
    POST = "post"
    JUMP = "jump"
    """Sets something small and goes elsewhere."""
    MACHINE = "machine"
    """For load balancers, htmx's poller, files: no page."""


@dataclass(frozen=True)
class Samples:
    """What stands in the addresses: an open activity with its slot, the owner's confirmed booking in it, a free slot."""

    activity_id: int
    slot_id: int
    ref: str
    free_slot_id: int
    mark_id: int
    drawn_id: int
    series_id: int
    """A drop-in series: the id of its activity."""
    spare_ref: str = ""
    """A place of the owner's that may be handed on, where `ref` may not."""
    draft_id: int = 0
    """An activity that is being written by the union that owns the others; its first edition."""
    token: str = "A" * 22
    phone: str = "13800138000"
    browser_id: int = 0
    """Another session of the owner's."""
    staff_id: int = 0
    grant_id: int = 0
    """A role that somebody holds on the activity, and whose it is."""
    union_id: int = 0
    roll_id: int = 0
    """The union that owns everything, and a roll that its organizer uploaded."""
    listed_id: int = 0
    list_id: int = 0
    """An activity that asks nothing, and a list of people to be signed up for it."""
    group_id: int = 0
    membership_id: int = 0
    request_id: int = 0
    """Of the union that owns everything: a group under it, somebody's membership, and what the owner asks of it."""
    own_union_id: int = 0
    """The union that the owner is a member of."""
    worker_id: int = 0
    """Another worker."""


def _nothing(_samples: Samples) -> Mapping[str, str]:
    return {}


@dataclass(frozen=True)
class Route:
    """A rule with one method, a concrete address, and the statuses for a visitor, the owner and another worker.

    The owner holds the booking `Samples.ref`; all posts carry a valid token. `fields` fills a post's form.
    """

    method: str
    rule: str
    endpoint: str
    kind: Kind
    url: Callable[[Samples], str]
    visitor: int
    owner: int
    other: int
    fields: Callable[[Samples], Mapping[str, str]] = field(default=_nothing)
    books: bool = False
    """Whether its forms carry a nonce."""
    most_bytes: int = 256 * 1024
    """How long its body may be."""
    organizer: int | None = None
    """The status for an organizer of the union that owns everything in the samples; None is as for anybody else."""

    def status(self, who: str) -> int:
        """What one of `scene.WHO` meets."""
        found: int | None = getattr(self, who)
        return self.other if found is None else found

    @property
    def insider(self) -> str:
        """Who of `scene.WHO` it is there for."""
        return "owner" if self.organizer is None else "organizer"

    @property
    def name(self) -> str:
        return f"{self.method} {self.rule}"

    @property
    def is_open(self) -> bool:
        """Whether a visitor may use it."""
        return self.visitor != SIGN_IN


def _page(
    rule: str,
    endpoint: str,
    url: Callable[[Samples], str] | None = None,
    who: tuple[int, int, int] = (OK, OK, OK),
    kind: Kind = Kind.PAGE,
) -> Route:
    return Route("GET", rule, endpoint, kind, url or (lambda _samples: rule), *who)


def _post(
    rule: str,
    endpoint: str,
    url: Callable[[Samples], str] | None = None,
    who: tuple[int, int, int] = (GO, GO, GO),
    fields: Callable[[Samples], Mapping[str, str]] = _nothing,
    *,
    books: bool = False,
) -> Route:
    return Route(
        "POST",
        rule,
        endpoint,
        Kind.POST,
        url or (lambda _samples: rule),
        *who,
        fields=fields,
        books=books,
    )


def _desk(
    method: str,
    rule: str,
    endpoint: str,
    url: Callable[[Samples], str] | None = None,
    fields: Callable[[Samples], Mapping[str, str]] = _nothing,
    *,
    kind: Kind = Kind.PAGE,
    status: int | None = None,
    books: bool = False,
    most_bytes: int = 256 * 1024,
) -> Route:
    """An address of the desk: for an organizer it is there (a post goes on), for a worker it is not."""
    posts = method == "POST"
    return Route(
        method,
        rule,
        endpoint,
        Kind.POST if posts else kind,
        url or (lambda _samples: rule),
        SIGN_IN,
        MISSING,
        MISSING,
        fields=fields,
        books=books,
        most_bytes=most_bytes,
        organizer=status or (GO if posts else OK),
    )


ANYBODY = (OK, OK, OK)
SIGNED_IN = (SIGN_IN, OK, OK)
SIGNED_IN_POST = (SIGN_IN, GO, GO)
OWNER = (SIGN_IN, OK, MISSING)
OWNER_POST = (SIGN_IN, GO, MISSING)
ALWAYS_ON = (GO, GO, GO)
FOR_STRANGERS = (OK, GO, GO)

AN_ACTIVITY = {
    "edition": "1",
    "title": "班前拉伸",
    "when": "dates",
    "date-0-day": str(clock.today() + timedelta(days=9)),
    "date-0-starts": "07:30",
    "date-0-ends": "08:00",
    "slot-0-capacity": "20",
    "allocation": "first_come",
    "max_party": "1",
    "cancel": "120",
    "promotion": "60",
    "auto": "1440",
    "offer": "120",
    "offer_least": "15",
}
"""What is typed in the form of an activity, at the least."""

ROUTES: tuple[Route, ...] = (
    _page("/", "pages.home"),
    _page("/notice", "pages.notice"),
    _page("/privacy", "pages.privacy"),
    _page("/demo/messages", "pages.messages", lambda one: f"/demo/messages?phone={one.phone}"),
    _page(
        "/display",
        "display.choose",
        lambda _one: "/display?text=l&back=/notice",
        who=ALWAYS_ON,
        kind=Kind.JUMP,
    ),
    _page("/livez", "health.livez", kind=Kind.MACHINE),
    _page("/readyz", "health.readyz", kind=Kind.MACHINE),
    _page(
        "/static/<path:filename>",
        "static",
        lambda _one: "/static/css/yiqi.css",
        kind=Kind.MACHINE,
    ),
    _page("/sign-in", "people.sign_in", who=FOR_STRANGERS),
    _post("/sign-in", "people.send_code", fields=lambda one: {"phone": one.phone}),
    _page("/sign-in/code", "people.enter_code", who=ALWAYS_ON),
    _post("/sign-in/code", "people.use_code", fields=lambda _one: {"code": "123456"}),
    _post("/sign-out", "people.sign_out"),
    _page("/me/name", "people.name", who=SIGNED_IN),
    _post(
        "/me/name",
        "people.tell_name",
        who=SIGNED_IN_POST,
        fields=lambda _one: {"name": "王小明"},
    ),
    _page("/me/sessions", "people.own_sessions", who=SIGNED_IN),
    _post(
        "/me/sessions/<id:browser_id>/end",
        "people.end_session",
        lambda one: f"/me/sessions/{one.browser_id}/end",
        who=OWNER_POST,
    ),
    _post("/me/sessions/end-others", "people.end_other_sessions", who=SIGNED_IN_POST),
    _page("/me/birthday", "people.birthday", who=SIGNED_IN),
    _post(
        "/me/birthday",
        "people.tell_birthday",
        who=SIGNED_IN_POST,
        fields=lambda _one: {"born_on": "1990-05-01"},
    ),
    _page(
        "/activities/<id:activity_id>",
        "booking.activity",
        lambda one: f"/activities/{one.activity_id}",
    ),
    _page(
        "/slots/<id:slot_id>/_places",
        "booking._places",
        lambda one: f"/slots/{one.slot_id}/_places",
        who=ALWAYS_ON,
        kind=Kind.FRAGMENT,
    ),
    _page(
        "/slots/<id:slot_id>/_booking",
        "booking._booking",
        lambda one: f"/slots/{one.slot_id}/_booking",
        who=ALWAYS_ON,
        kind=Kind.FRAGMENT,
    ),
    _page(
        "/slots/<id:slot_id>/sign-up",
        "booking.form",
        lambda one: f"/slots/{one.free_slot_id}/sign-up",
        who=SIGNED_IN,
    ),
    _post(
        "/slots/<id:slot_id>/bookings",
        "booking.sign_up",
        lambda one: f"/slots/{one.free_slot_id}/bookings",
        who=SIGNED_IN_POST,
        fields=lambda _one: {"party": "1", "nonce": "a-nonce-of-its-own"},
        books=True,
    ),
    _post(
        "/bookings/<ref:ref>/cancel",
        "booking.cancel",
        lambda one: f"/bookings/{one.ref}/cancel",
        who=OWNER_POST,
    ),
    _post(
        "/bookings/<ref:ref>/accept",
        "booking.accept",
        lambda one: f"/bookings/{one.ref}/accept",
        who=OWNER_POST,
    ),
    _post(
        "/bookings/<ref:ref>/decline",
        "booking.decline",
        lambda one: f"/bookings/{one.ref}/decline",
        who=OWNER_POST,
    ),
    _page(
        "/bookings/<ref:ref>/hand-on",
        "booking.hand_on",
        lambda one: f"/bookings/{one.spare_ref or one.ref}/hand-on",
        who=OWNER,
    ),
    _post(
        "/bookings/<ref:ref>/hand-on",
        "booking.hold_out",
        lambda one: f"/bookings/{one.spare_ref or one.ref}/hand-on",
        who=OWNER_POST,
    ),
    _page(
        "/hand/<token:token>",
        "booking.offered_place",
        lambda one: f"/hand/{one.token}",
        who=(SIGN_IN, GO, OK),
    ),
    _post(
        "/hand/<token:token>",
        "booking.take_over",
        lambda one: f"/hand/{one.token}",
        who=SIGNED_IN_POST,
    ),
    _page(
        "/bookings/<ref:ref>/answers",
        "booking.answers",
        lambda one: f"/bookings/{one.ref}/answers",
        who=OWNER,
    ),
    _post(
        "/bookings/<ref:ref>/answers",
        "booking.change",
        lambda one: f"/bookings/{one.ref}/answers",
        who=OWNER_POST,
    ),
    _page("/activities/<id:activity_id>/draw", "draws.page", lambda one: f"/activities/{one.drawn_id}/draw"),
    _page(
        "/activities/<id:activity_id>/draw.json",
        "draws.document",
        lambda one: f"/activities/{one.drawn_id}/draw.json",
        kind=Kind.MACHINE,
    ),
    _page(
        "/activities/<id:activity_id>/_series",
        "booking._series",
        lambda one: f"/activities/{one.series_id}/_series",
        who=ALWAYS_ON,
        kind=Kind.FRAGMENT,
    ),
    _post(
        "/activities/<id:activity_id>/enrol",
        "booking.enrol",
        lambda one: f"/activities/{one.series_id}/enrol",
        who=SIGNED_IN_POST,
        fields=lambda _one: {"nonce": "a-nonce-for-a-series"},
        books=True,
    ),
    _post(
        "/activities/<id:activity_id>/leave",
        "booking.leave_series",
        lambda one: f"/activities/{one.series_id}/leave",
        who=SIGNED_IN_POST,
        fields=lambda _one: {"sure": "1"},
    ),
    _post(
        "/bookings/<ref:ref>/coming",
        "booking.coming",
        lambda one: f"/bookings/{one.ref}/coming",
        who=OWNER_POST,
    ),
    _page("/t/<ref:ref>", "booking.ticket", lambda one: f"/t/{one.ref}", who=OWNER),
    _page("/me", "booking.mine", who=SIGNED_IN),
    _page("/me/codes", "booking.passes", who=SIGNED_IN),
    _page("/me/marks", "booking.marks", who=SIGNED_IN),
    _post(
        "/me/marks/<id:mark_id>/objection",
        "booking.object_to",
        lambda one: f"/me/marks/{one.mark_id}/objection",
        who=OWNER_POST,
        fields=lambda _one: {"objection": "到了，没来得及签到"},
    ),
    _page("/me/rota", "rota.page", who=SIGNED_IN),
    _post(
        "/me/rota",
        "rota.keep",
        who=SIGNED_IN_POST,
        fields=lambda _one: {"pattern": "four_crews_two", "number": "1", "day": str(clock.today())},
    ),
    _page("/me/rota/own", "rota.own", who=SIGNED_IN),
    _post(
        "/me/rota/own",
        "rota.keep_own",
        who=SIGNED_IN_POST,
        fields=lambda _one: {
            "length": "2",
            "day": str(clock.today()),
            "starts_1": "08:00",
            "ends_1": "20:00",
        },
    ),
    _post("/me/rota/stop", "rota.stop", who=SIGNED_IN_POST),
    _page("/me/union", "unions.page", who=SIGNED_IN),
    _post("/me/union", "unions.join", who=SIGNED_IN_POST, fields=lambda one: {"union": str(one.union_id)}),
    _post(
        "/me/union/<id:union_id>/correct",
        "unions.correct",
        lambda one: f"/me/union/{one.own_union_id}/correct",
        who=OWNER_POST,
        fields=lambda _one: {"said": "工号少了一位"},
    ),
    _post(
        "/me/union/<id:union_id>/leave",
        "unions.leave",
        lambda one: f"/me/union/{one.own_union_id}/leave",
        who=OWNER_POST,
    ),
    _post(
        "/me/union/requests/<id:request_id>/withdraw",
        "unions.withdraw",
        lambda one: f"/me/union/requests/{one.request_id}/withdraw",
        who=OWNER_POST,
    ),
    _desk("GET", "/desk/unions", "desk.unions"),
    _desk("POST", "/desk/unions", "desk.add_union", status=MISSING),
    _desk(
        "GET",
        "/desk/unions/<id:union_id>",
        "desk.union",
        lambda one: f"/desk/unions/{one.union_id}",
    ),
    _desk(
        "GET",
        "/desk/unions/<id:union_id>/edit",
        "desk.edit_union",
        lambda one: f"/desk/unions/{one.union_id}/edit",
    ),
    _desk(
        "POST",
        "/desk/unions/<id:union_id>/groups",
        "desk.add_group",
        lambda one: f"/desk/unions/{one.union_id}/groups",
        fields=lambda _one: {"new-name": "三车间工会"},
    ),
    _desk(
        "POST",
        "/desk/unions/<id:union_id>/edit",
        "desk.rename_union",
        lambda one: f"/desk/unions/{one.group_id}/edit",
        fields=lambda _one: {"name": "四车间工会"},
    ),
    _desk(
        "POST",
        "/desk/unions/<id:union_id>/move",
        "desk.move_union",
        lambda one: f"/desk/unions/{one.group_id}/move",
        fields=lambda _one: {"under": "亦庄工会"},
    ),
    _desk(
        "POST",
        "/desk/unions/<id:union_id>/end",
        "desk.end_union",
        lambda one: f"/desk/unions/{one.group_id}/end",
    ),
    _desk(
        "POST",
        "/desk/unions/<id:union_id>/members",
        "desk.add_member",
        lambda one: f"/desk/unions/{one.union_id}/members",
        fields=lambda _one: {"phone": "13811112222", "name": "孙丽"},
    ),
    _desk(
        "GET",
        "/desk/unions/<id:union_id>/members/<id:membership_id>",
        "desk.member",
        lambda one: f"/desk/unions/{one.union_id}/members/{one.membership_id}",
    ),
    _desk(
        "POST",
        "/desk/unions/<id:union_id>/members/<id:membership_id>",
        "desk.keep_member",
        lambda one: f"/desk/unions/{one.union_id}/members/{one.membership_id}",
        fields=lambda _one: {"good": "1", "number": "8801"},
    ),
    _desk(
        "POST",
        "/desk/unions/<id:union_id>/members/<id:membership_id>/end",
        "desk.end_membership",
        lambda one: f"/desk/unions/{one.union_id}/members/{one.membership_id}/end",
        fields=lambda _one: {"because": "离职"},
    ),
    _desk(
        "POST",
        "/desk/unions/<id:union_id>/members/<id:membership_id>/tags",
        "desk.tag_member",
        lambda one: f"/desk/unions/{one.union_id}/members/{one.membership_id}/tags",
        fields=lambda _one: {"tag": "女职工"},
    ),
    _desk(
        "POST",
        "/desk/unions/<id:union_id>/members/<id:membership_id>/credentials",
        "desk.certify_member",
        lambda one: f"/desk/unions/{one.union_id}/members/{one.membership_id}/credentials",
        fields=lambda _one: {"code": "电工三级", "since": "2025-07-01"},
    ),
    _desk("GET", "/desk/requests", "desk.requests"),
    _desk(
        "POST",
        "/desk/unions/<id:union_id>/requests/<id:request_id>",
        "desk.answer_request",
        lambda one: f"/desk/unions/{one.union_id}/requests/{one.request_id}",
        fields=lambda _one: {"granted": "1"},
    ),
    _desk(
        "GET",
        "/desk/people/merge",
        "desk.people_to_merge",
        status=MISSING,
    ),
    _desk(
        "POST",
        "/desk/people/merge",
        "desk.find_two",
        status=MISSING,
    ),
    _desk(
        "GET",
        "/desk/people/<id:kept_id>/merge/<id:gone_id>",
        "desk.merge_preview",
        lambda one: f"/desk/people/{one.staff_id}/merge/{one.worker_id}",
        status=MISSING,
    ),
    _desk(
        "POST",
        "/desk/people/<id:kept_id>/merge/<id:gone_id>",
        "desk.merge",
        lambda one: f"/desk/people/{one.staff_id}/merge/{one.worker_id}",
        status=MISSING,
    ),
    _page(
        "/live",
        "booking.live",
        lambda one: f"/live?slots={one.slot_id}.0&view=page",
        kind=Kind.MACHINE,
    ),
    _page(
        "/check-in/<venue:code>",
        "booking.venue_code",
        lambda one: f"/check-in/{one.activity_id}.{'A' * 16}",
        who=ALWAYS_ON,
        kind=Kind.JUMP,
    ),
    _page("/here", "booking.here", who=SIGNED_IN),
    _post("/here", "booking.say_here", who=SIGNED_IN_POST),
    _desk(
        "GET",
        "/desk/activities/<id:activity_id>/check-in",
        "desk.check_in",
        lambda one: f"/desk/activities/{one.activity_id}/check-in",
    ),
    _desk(
        "POST",
        "/desk/activities/<id:activity_id>/check-in",
        "desk.scan",
        lambda one: f"/desk/activities/{one.activity_id}/check-in",
        lambda one: {"code": one.ref},
        status=CONFLICT,
    ),
    _desk(
        "POST",
        "/desk/activities/<id:activity_id>/check-in/undo",
        "desk.undo_check_in",
        lambda one: f"/desk/activities/{one.activity_id}/check-in/undo",
        lambda one: {"ref": one.ref},
        status=CONFLICT,
    ),
    _desk(
        "GET",
        "/desk/activities/<id:activity_id>/_door",
        "desk._door_now",
        lambda one: f"/desk/activities/{one.activity_id}/_door",
        kind=Kind.FRAGMENT,
        status=GO,
    ),
    _desk(
        "GET",
        "/desk/activities/<id:activity_id>/venue-code",
        "desk.venue_code",
        lambda one: f"/desk/activities/{one.activity_id}/venue-code",
    ),
    _desk(
        "GET",
        "/desk/activities/<id:activity_id>/_venue_code",
        "desk._venue_code",
        lambda one: f"/desk/activities/{one.activity_id}/_venue_code",
        kind=Kind.FRAGMENT,
        status=GO,
    ),
    _desk(
        "GET",
        "/desk/activities/<id:activity_id>/messages",
        "desk.messages",
        lambda one: f"/desk/activities/{one.activity_id}/messages",
    ),
    _desk(
        "POST",
        "/desk/activities/<id:activity_id>/messages",
        "desk.send",
        lambda one: f"/desk/activities/{one.activity_id}/messages",
        lambda _one: {"to": "confirmed", "body": "{姓名}，{活动}见", "nonce": "a-message's-nonce"},
        books=True,
    ),
    _desk(
        "POST",
        "/desk/activities/<id:activity_id>/messages/preview",
        "desk.preview_message",
        lambda one: f"/desk/activities/{one.activity_id}/messages/preview",
        lambda _one: {"to": "confirmed", "body": "{活动}见"},
        status=OK,
    ),
    _desk("GET", "/desk/statistics", "desk.statistics"),
    _desk(
        "GET",
        "/desk/statistics/<table>.csv",
        "desk.statistics_file",
        lambda _one: "/desk/statistics/filled.csv",
        kind=Kind.MACHINE,
    ),
    _desk("GET", "/desk/", "desk.home"),
    _desk(
        "GET",
        "/desk/activities/<id:activity_id>",
        "desk.roster",
        lambda one: f"/desk/activities/{one.activity_id}",
    ),
    _desk(
        "GET",
        "/desk/activities/<id:activity_id>/_counts",
        "desk._counts",
        lambda one: f"/desk/activities/{one.activity_id}/_counts",
        kind=Kind.FRAGMENT,
        status=GO,
    ),
    _desk(
        "GET",
        "/desk/activities/<id:activity_id>/bookings/<ref:ref>",
        "desk.booking",
        lambda one: f"/desk/activities/{one.activity_id}/bookings/{one.ref}",
    ),
    _desk(
        "GET",
        "/desk/activities/<id:activity_id>/add",
        "desk.add_form",
        lambda one: f"/desk/activities/{one.activity_id}/add",
    ),
    _desk(
        "POST",
        "/desk/activities/<id:activity_id>/add",
        "desk.add",
        lambda one: f"/desk/activities/{one.activity_id}/add",
        fields=lambda one: {
            "phone": "13811112222",
            "name": "孙丽",
            "slot": str(one.slot_id),
            "nonce": "a-nonce-for-somebody",
        },
        books=True,
    ),
    _desk(
        "POST",
        "/desk/activities/<id:activity_id>/bookings/<ref:ref>/check-in",
        "desk.tick",
        lambda one: f"/desk/activities/{one.activity_id}/bookings/{one.ref}/check-in",
        fields=lambda _one: {"occurrence": "987654"},
        status=MISSING,
    ),
    _desk(
        "POST",
        "/desk/activities/<id:activity_id>/bookings/<ref:ref>/phone",
        "desk.phone",
        lambda one: f"/desk/activities/{one.activity_id}/bookings/{one.ref}/phone",
        status=OK,
    ),
    _desk(
        "POST",
        "/desk/activities/<id:activity_id>/bookings/<ref:ref>/take-out",
        "desk.take_out",
        lambda one: f"/desk/activities/{one.activity_id}/bookings/{one.ref}/take-out",
        fields=lambda _one: {"because": "报错了人"},
    ),
    _desk(
        "POST",
        "/desk/activities/<id:activity_id>/bookings/<ref:ref>/promote",
        "desk.promote",
        lambda one: f"/desk/activities/{one.activity_id}/bookings/{one.ref}/promote",
        fields=lambda _one: {"because": "报错了人"},
    ),
    _desk(
        "POST",
        "/desk/activities/<id:activity_id>/bookings/<ref:ref>/move",
        "desk.move",
        lambda one: f"/desk/activities/{one.activity_id}/bookings/{one.ref}/move",
        fields=lambda _one: {"because": "报错了人"},
        status=422,
    ),
    _desk(
        "POST",
        "/desk/activities/<id:activity_id>/bookings/<ref:ref>/remark",
        "desk.remark",
        lambda one: f"/desk/activities/{one.activity_id}/bookings/{one.ref}/remark",
        fields=lambda _one: {"remark": "要发票"},
    ),
    _desk(
        "POST",
        "/desk/activities/<id:activity_id>/bookings/<ref:ref>/settle",
        "desk.settle",
        lambda one: f"/desk/activities/{one.activity_id}/bookings/{one.ref}/settle",
        fields=lambda _one: {"because": "报错了人"},
        status=MISSING,
    ),
    _desk(
        "POST",
        "/desk/activities/<id:activity_id>/bookings/<ref:ref>/approve",
        "desk.approve",
        lambda one: f"/desk/activities/{one.activity_id}/bookings/{one.ref}/approve",
    ),
    _desk(
        "POST",
        "/desk/activities/<id:activity_id>/bookings/<ref:ref>/reject",
        "desk.reject",
        lambda one: f"/desk/activities/{one.activity_id}/bookings/{one.ref}/reject",
        fields=lambda _one: {"because": "报错了人"},
    ),
    _desk(
        "POST",
        "/desk/activities/<id:activity_id>/approve",
        "desk.approve_selected",
        lambda one: f"/desk/activities/{one.activity_id}/approve",
        status=422,
    ),
    _desk(
        "POST",
        "/desk/activities/<id:activity_id>/tick",
        "desk.tick_selected",
        lambda one: f"/desk/activities/{one.activity_id}/tick",
        status=422,
    ),
    _desk("GET", "/desk/marks", "desk.marks"),
    _desk(
        "GET",
        "/desk/activities/<id:activity_id>/edit",
        "desk.edit",
        lambda one: f"/desk/activities/{one.activity_id}/edit",
    ),
    _desk(
        "POST",
        "/desk/activities/<id:activity_id>/edit/<what>",
        "desk.change",
        lambda one: f"/desk/activities/{one.activity_id}/edit/call-off",
        fields=lambda _one: {"because": ""},
        status=WRONG,
    ),
    _desk(
        "GET",
        "/desk/activities/<id:activity_id>/quotas",
        "desk.quotas",
        lambda one: f"/desk/activities/{one.activity_id}/quotas",
    ),
    _desk(
        "GET",
        "/desk/activities/<id:activity_id>/draw",
        "desk.draw",
        lambda one: f"/desk/activities/{one.drawn_id}/draw",
    ),
    _desk(
        "POST",
        "/desk/activities/<id:activity_id>/draw/source",
        "desk.announce_draw",
        lambda one: f"/desk/activities/{one.drawn_id}/draw/source",
        fields=lambda _one: {"source": "双色球第 2026136 期"},
    ),
    _desk(
        "POST",
        "/desk/activities/<id:activity_id>/draw/number",
        "desk.hold_draw",
        lambda one: f"/desk/activities/{one.drawn_id}/draw/number",
        fields=lambda _one: {"number": "123456"},
        status=409,
    ),
    _desk("GET", "/desk/drafts/new", "desk.new_draft"),
    _desk(
        "POST",
        "/desk/drafts",
        "desk.begin",
        fields=lambda _one: {"programme": "reading", "union": "亦庄工会", "nonce": "a-nonce-for-a-draft"},
        books=True,
    ),
    _desk("GET", "/desk/drafts/<id:draft_id>", "desk.draft", lambda one: f"/desk/drafts/{one.draft_id}"),
    _desk(
        "POST",
        "/desk/drafts/<id:draft_id>",
        "desk.save",
        lambda one: f"/desk/drafts/{one.draft_id}",
        fields=lambda _one: AN_ACTIVITY,
    ),
    _desk(
        "POST",
        "/desk/drafts/<id:draft_id>/_preview",
        "desk._preview",
        lambda one: f"/desk/drafts/{one.draft_id}/_preview",
        fields=lambda _one: AN_ACTIVITY,
        status=OK,
    ),
    _desk(
        "POST",
        "/desk/drafts/<id:draft_id>/publish",
        "desk.publish",
        lambda one: f"/desk/drafts/{one.draft_id}/publish",
        fields=lambda _one: AN_ACTIVITY,
    ),
    _desk(
        "POST",
        "/desk/drafts/<id:draft_id>/template",
        "desk.keep_template",
        lambda one: f"/desk/drafts/{one.draft_id}/template",
        fields=lambda _one: AN_ACTIVITY,
    ),
    _desk(
        "POST",
        "/desk/drafts/<id:draft_id>/delete",
        "desk.delete_draft",
        lambda one: f"/desk/drafts/{one.draft_id}/delete",
        fields=lambda _one: {"edition": "1"},
    ),
    _desk("GET", "/desk/second-factor", "desk.second_factor"),
    _desk("POST", "/desk/second-factor", "desk.show_factor", fields=lambda _one: {"code": "1"}, status=WRONG),
    _desk("POST", "/desk/second-factor/codes", "desk.renew_codes"),
    _desk("POST", "/desk/second-factor/replace", "desk.replace_factor"),
    _desk("GET", "/desk/step-up", "desk.step_up"),
    _desk("POST", "/desk/step-up", "desk.prove", fields=lambda _one: {"code": "1"}, status=WRONG),
    _desk("POST", "/desk/step-up/code", "desk.send_proof"),
    _desk("GET", "/desk/roles", "desk.roles"),
    _desk(
        "POST",
        "/desk/roles",
        "desk.grant",
        fields=lambda one: {"phone": one.phone, "role": "check_in_staff", "activity": str(one.activity_id)},
        status=WRONG,
    ),
    _desk(
        "POST",
        "/desk/roles/<id:grant_id>/revoke",
        "desk.revoke",
        lambda one: f"/desk/roles/{one.grant_id}/revoke",
    ),
    _desk(
        "POST",
        "/desk/people/<id:person_id>/take-factor",
        "desk.take_factor",
        lambda one: f"/desk/people/{one.staff_id}/take-factor",
        status=MISSING,
    ),
    _desk("GET", "/desk/audit", "desk.audit"),
    _desk(
        "GET",
        "/desk/activities/<id:activity_id>/audit",
        "desk.activity_audit",
        lambda one: f"/desk/activities/{one.activity_id}/audit",
    ),
    _desk(
        "GET",
        "/desk/unions/<id:union_id>/roll",
        "desk.roll",
        lambda one: f"/desk/unions/{one.union_id}/roll",
    ),
    _desk(
        "POST",
        "/desk/unions/<id:union_id>/roll",
        "desk.upload_roll",
        lambda one: f"/desk/unions/{one.union_id}/roll",
        status=WRONG,
        most_bytes=A_FILE,
    ),
    _desk(
        "GET",
        "/desk/unions/<id:union_id>/roll/<id:list_id>",
        "desk.roll_list",
        lambda one: f"/desk/unions/{one.union_id}/roll/{one.roll_id}",
    ),
    _desk(
        "POST",
        "/desk/unions/<id:union_id>/roll/<id:list_id>",
        "desk.take_roll",
        lambda one: f"/desk/unions/{one.union_id}/roll/{one.roll_id}",
        lambda _one: {"which": "all"},
    ),
    _desk(
        "GET",
        "/desk/unions/<id:union_id>/roll/<id:list_id>/file",
        "desk.roll_list_file",
        lambda one: f"/desk/unions/{one.union_id}/roll/{one.roll_id}/file",
        kind=Kind.MACHINE,
    ),
    _desk(
        "POST",
        "/desk/unions/<id:union_id>/export",
        "desk.export_members",
        lambda one: f"/desk/unions/{one.union_id}/export",
        status=OK,
    ),
    _desk(
        "GET",
        "/desk/activities/<id:activity_id>/import",
        "desk.import_bookings",
        lambda one: f"/desk/activities/{one.listed_id}/import",
    ),
    _desk(
        "POST",
        "/desk/activities/<id:activity_id>/import",
        "desk.upload_bookings",
        lambda one: f"/desk/activities/{one.listed_id}/import",
        status=WRONG,
        most_bytes=A_FILE,
    ),
    _desk(
        "GET",
        "/desk/activities/<id:activity_id>/import/<id:list_id>",
        "desk.import_list",
        lambda one: f"/desk/activities/{one.listed_id}/import/{one.list_id}",
    ),
    _desk(
        "POST",
        "/desk/activities/<id:activity_id>/import/<id:list_id>",
        "desk.take_bookings",
        lambda one: f"/desk/activities/{one.listed_id}/import/{one.list_id}",
        lambda _one: {"which": "good"},
    ),
    _desk(
        "GET",
        "/desk/activities/<id:activity_id>/import/<id:list_id>/file",
        "desk.import_list_file",
        lambda one: f"/desk/activities/{one.listed_id}/import/{one.list_id}/file",
        kind=Kind.MACHINE,
    ),
    _desk(
        "GET",
        "/desk/activities/<id:activity_id>/export",
        "desk.export",
        lambda one: f"/desk/activities/{one.activity_id}/export",
    ),
    _desk(
        "POST",
        "/desk/activities/<id:activity_id>/export",
        "desk.take_export",
        lambda one: f"/desk/activities/{one.activity_id}/export",
        lambda _one: {"columns": "name", "states": "confirmed", "kind": "csv"},
        status=OK,
    ),
    _desk(
        "GET",
        "/desk/activities/<id:activity_id>/export/phones",
        "desk.export_phones",
        lambda one: f"/desk/activities/{one.activity_id}/export/phones",
        status=GO,
    ),
    _desk(
        "POST",
        "/desk/activities/<id:activity_id>/export/phones",
        "desk.take_phones",
        lambda one: f"/desk/activities/{one.activity_id}/export/phones",
    ),
    _desk(
        "GET",
        "/desk/activities/<id:activity_id>/sign-in-sheet",
        "desk.sign_in_sheet",
        lambda one: f"/desk/activities/{one.activity_id}/sign-in-sheet",
    ),
    _desk(
        "POST",
        "/desk/activities/<id:activity_id>/sign-in-sheet",
        "desk.sign_in_pdf",
        lambda one: f"/desk/activities/{one.activity_id}/sign-in-sheet",
        status=OK,
    ),
)

PAGES = tuple(route for route in ROUTES if route.kind is Kind.PAGE)
FRAGMENTS = tuple(route for route in ROUTES if route.kind is Kind.FRAGMENT)
POSTS = tuple(route for route in ROUTES if route.kind is Kind.POST)
EVERYBODY = tuple(
    (route, who)
    for route in ROUTES
    for who in ("visitor", "owner", "other", "organizer")
    if who != "organizer" or route.organizer is not None
)
"""Each address with each of `scene.WHO` who meets something of their own there."""
PAGES_FOR_ALL = tuple((route, who) for route, who in EVERYBODY if route.kind is Kind.PAGE)
