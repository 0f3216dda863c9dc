"""One bad request: to which address, as whom, and what is typed where. It can be written down and sent again."""

import json
import random
from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass, field

from tests.fuzz import inputs
from tests.promises.route import Route, Samples
from tests.promises.routes import ROUTES
from tests.promises.scene import WHO

BY_NAME = {route.name: route for route in ROUTES}
QUERIES = (
    "q",
    "page",
    "next",
    "back",
    "from",
    "tab",
    "day",
    "week",
    "month",
    "kind",
    "state",
    "slots",
    "was",
    "view",
)
"""What addresses may be asked with, beside what their pages ask with."""
GREEDY = (
    "id",
    "person_id",
    "state",
    "role",
    "hours",
    "phone",
    "union_id",
    "by_id",
    "at",
    "confirmed",
    "is_admin",
)
"""What no form offers and a greedy one brings along."""
METHODS = ("HEAD", "OPTIONS", "PUT", "DELETE", "PATCH", "TRACE", "PROPFIND", "GET", "POST", "X" * 60)


@dataclass(frozen=True)
class Typed:
    """What stands in one place instead of what belongs there: several values where it is sent several times, none
    where it is left out. `escaped` values are sent as they are: escapes that are no text."""

    where: str
    """field, query, path, header, cookie, file, body or method."""
    name: str
    values: tuple[str, ...]
    escaped: bool = False


@dataclass(frozen=True)
class Attack:
    """A request to one of the listed addresses. `token`: good, none or junk."""

    route: str
    who: str
    typed: tuple[Typed, ...] = ()
    token: str = "good"
    htmx: bool = False

    def written(self) -> str:
        """One line, from which `read` makes the same attack."""
        return json.dumps(asdict(self))

    @property
    def of(self) -> Route:
        return BY_NAME[self.route]

    def at(self, *wheres: str) -> Iterator[Typed]:
        return (one for one in self.typed if one.where in wheres)


def read(line: str) -> Attack:
    raw = json.loads(line)
    typed = tuple(Typed(**{**one, "values": tuple(one["values"])}) for one in raw.pop("typed"))
    return Attack(**raw, typed=typed)


@dataclass(frozen=True)
class Target:
    """A place in which something can be typed."""

    route: Route
    where: str
    name: str


@dataclass
class Known:
    """What is known of the addresses: by endpoint the fields of their forms, and what they are asked with."""

    fields: dict[str, set[str]] = field(default_factory=dict)
    queries: dict[str, set[str]] = field(default_factory=dict)

    def fields_of(self, route: Route, samples: Samples) -> list[str]:
        listed = {*route.fields(samples), *self.fields.get(route.endpoint, ())}
        return sorted(listed - {"csrf_token"})


def targets(samples: Samples, known: Known, routes: Sequence[Route] = ROUTES) -> list[Target]:
    """Every place of every address."""
    found = []
    for route in routes:
        parts = [name for name in route.rule.split("/") if name.startswith("<")]
        queries = sorted({*QUERIES, *known.queries.get(route.endpoint, ())})
        found += [Target(route, "path", name) for name in parts]
        found += [Target(route, where, "") for where in ("header", "cookie", "method")]
        if route.method == "POST":
            found += [Target(route, "field", name) for name in known.fields_of(route, samples)]
            found += [Target(route, where, "") for where in ("body", "greedy", "token")]
            found += [Target(route, "file", "file")] if route.most_bytes > 256 * 1024 else []
        else:
            found += [Target(route, "query", name) for name in queries]
    return found


class Maker:
    """Makes attacks out of a seed: the same seed and number give the same ones."""

    def __init__(self, of_seed: int, samples: Samples, known: Known, invented: int = 2000) -> None:
        self._random = random.Random(of_seed)
        self._samples, self._known = samples, known
        self._invented = inputs.made_up(of_seed, invented)
        self.targets = targets(samples, known)

    def each_route_once(self) -> Iterator[Attack]:
        """An attack on every address, at a place that is drawn."""
        by_route: dict[str, list[Target]] = {}
        for one in self.targets:
            by_route.setdefault(one.route.name, []).append(one)
        return (self.attack(self._random.choice(places)) for places in by_route.values())

    def for_ever(self) -> Iterator[Attack]:
        """Every place in turn, in an order that is drawn anew each round."""
        while True:
            for one in self._random.sample(self.targets, len(self.targets)):
                yield self.attack(one)

    def attack(self, target: Target) -> Attack:
        """Something bad at this place, and now and then at others of the same address."""
        route, chance = target.route, self._random
        typed = [self._typed(target)]
        if chance.random() < 0.3:
            others = [
                one for one in self.targets if one.route is route and one.where in ("field", "query", "path")
            ]
            typed += [
                self._typed(one) for one in chance.sample(others, min(len(others), chance.randint(1, 3)))
            ]
        who = route.insider if chance.random() < 0.75 else chance.choice(WHO)
        token = "good"
        if target.where == "token" or chance.random() < 0.02:
            token = chance.choice(("none", "junk"))
        return Attack(route.name, who, tuple(typed), token, chance.random() < 0.3)

    def _typed(self, target: Target) -> Typed:
        chance, where, name = self._random, target.where, target.name
        if where == "header":
            name = chance.choice(list(inputs.HEADERS))
            return Typed("header", name, (chance.choice(inputs.HEADERS[name]),))
        if where == "cookie":
            return Typed("cookie", chance.choice(inputs.COOKIES), (chance.choice(inputs.LISTED["COOKIES"]),))
        if where == "method":
            return Typed("method", "", (chance.choice(METHODS),))
        if where == "body":
            return Typed("body", str(chance.randrange(len(inputs.bodies()))), ())
        if where == "file":
            return Typed("file", "file", (chance.choice(list(inputs.files())),))
        if where in ("greedy", "token"):
            where, name = "field", chance.choice(GREEDY)
        if chance.random() < 0.05:
            return Typed(where, name, (chance.choice(inputs.ESCAPED),), escaped=True)
        if where == "field" and chance.random() < 0.05:
            return Typed(where, name, ())
        if chance.random() < 0.04:
            name = name + chance.choice(("[]", "[$ne]", "-0", "\x00", "-999999999999"))
        many = 2 if chance.random() < 0.05 else 1
        return Typed(where, name, tuple(self._value(target) for _one in range(many)))

    def _value(self, target: Target) -> str:
        chance = self._random
        good = target.route.fields(self._samples).get(target.name)
        kind = chance.random()
        if good and kind < 0.1:
            return chance.choice(
                (good + "\x00", good * 2, good + "\u202e", f" {good}\u3000", good + "'", good[:-1])
            )
        if kind < 0.3:
            return chance.choice(self._invented)
        return chance.choice(inputs.LISTED[chance.choice(list(inputs.LISTED))])
