"""What the list of addresses says of each: where it is, what kind it is, and what people meet there."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from enum import StrEnum
from string import Formatter

from yiqi.people.models import Person

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
    more: Mapping[str, int | str] = field(default_factory=dict)
    """What the programmes' addresses name."""


@dataclass(frozen=True)
class Planted:
    """Who and what a programme finds when it makes its rows: the three people, and the union that owns everything."""

    owner: Person
    other: Person
    organizer: Person
    union_id: int
    at: datetime


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
    leads: Callable[[Samples], str] | None = None
    """Of a fragment: its page, where that is not the activity's."""
    organizer: int | None = None
    """The status for an organizer of the union that owns everything in the samples; None is as for anybody else."""
    kiosk: int | None = None
    """The status for an enrolled screen; None is as for any visitor."""

    def status(self, who: str) -> int:
        """What one of `scene.WHO` meets."""
        found: int | None = getattr(self, who)
        return self.other if found is None else found

    @property
    def insider(self) -> str:
        """Who of `scene.WHO` it is there for."""
        if self.kiosk is not None:
            return "kiosk"
        return "owner" if self.organizer is None else "organizer"

    def is_there_for(self, who: str) -> bool:
        """Whether one of `scene.WHO` meets something of their own there."""
        own = {"organizer": self.organizer, "kiosk": self.kiosk}
        return who not in own or own[who] is not None

    @property
    def name(self) -> str:
        return f"{self.method} {self.rule}"

    @property
    def when_it_is_there(self) -> int:
        """The status for whom it is there, where nothing else is said: a post goes on."""
        return GO if self.kind is Kind.POST else OK

    @property
    def is_open(self) -> bool:
        """Whether a visitor may use it."""
        return self.visitor != SIGN_IN


def addresses(room: str) -> Callable[[str], Callable[[Samples], str]]:
    """Makes the addresses of a room from patterns: `{season}` is what it planted as `troupe_season`, or else what the samples
    have of that name."""

    def at(pattern: str) -> Callable[[Samples], str]:
        names = [name for _text, name, _spec, _conversion in Formatter().parse(pattern) if name]
        return lambda one: pattern.format_map({name: _sample(one, room, name) for name in names})

    return at


def _sample(one: Samples, room: str, name: str) -> object:
    planted = f"{room}_{name}"
    return one.more[planted] if planted in one.more else getattr(one, name)


def page(
    rule: str,
    endpoint: str,
    url: Callable[[Samples], str] | None = None,
    who: tuple[int, int, int] = (OK, OK, OK),
    kind: Kind = Kind.PAGE,
) -> Route:
    """A GET, with the statuses for a visitor, the owner and another worker."""
    return _route("GET", rule, endpoint, url, kind, who, _nothing)


def post(
    rule: str,
    endpoint: str,
    url: Callable[[Samples], str] | None = None,
    who: tuple[int, int, int] = (GO, GO, GO),
    fields: Callable[[Samples], Mapping[str, str]] = _nothing,
    *,
    books: bool = False,
) -> Route:
    """A POST, with the statuses for a visitor, the owner and another worker."""
    return replace(_route("POST", rule, endpoint, url, Kind.POST, who, fields), books=books)


def desk(
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
    leads: Callable[[Samples], str] | None = None,
) -> Route:
    """An address of the desk: for an organizer it is there (a post goes on), for a worker it is not."""
    found = _route(method, rule, endpoint, url, kind, (SIGN_IN, MISSING, MISSING), fields)
    is_there = status or found.when_it_is_there
    return replace(found, books=books, most_bytes=most_bytes, leads=leads, organizer=is_there)


def screen(
    method: str,
    rule: str,
    endpoint: str,
    url: Callable[[Samples], str] | None = None,
    fields: Callable[[Samples], Mapping[str, str]] = _nothing,
    *,
    kind: Kind = Kind.PAGE,
    status: int | None = None,
    leads: Callable[[Samples], str] | None = None,
) -> Route:
    """An address of a screen: every other browser is sent to where a screen is enrolled."""
    found = _route(method, rule, endpoint, url, kind, (GO, GO, GO), fields)
    return replace(found, leads=leads, kiosk=status or found.when_it_is_there)


def _route(
    method: str,
    rule: str,
    endpoint: str,
    url: Callable[[Samples], str] | None,
    kind: Kind,
    who: tuple[int, int, int],
    fields: Callable[[Samples], Mapping[str, str]],
) -> Route:
    here = url or (lambda _samples: rule)
    return Route(method, rule, endpoint, Kind.POST if method == "POST" else kind, here, *who, fields=fields)


ANYBODY = (OK, OK, OK)
SIGNED_IN = (SIGN_IN, OK, OK)
SIGNED_IN_POST = (SIGN_IN, GO, GO)
OWNER = (SIGN_IN, OK, MISSING)
OWNER_POST = (SIGN_IN, GO, MISSING)
ALWAYS_ON = (GO, GO, GO)
FOR_STRANGERS = (OK, GO, GO)
NOBODY = (MISSING, MISSING, MISSING)
