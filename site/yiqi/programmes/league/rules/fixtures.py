"""Who plays whom, when and where: the circle method for a group, and places on courts with rest between a team's games."""

from collections.abc import Iterable, Sequence
from datetime import date, datetime, timedelta

from msgspec import Struct


class Pairing(Struct, frozen=True):
    """A game of a group's round robin; rounds count from 1."""

    group: int
    round: int
    home: int
    away: int


class Place(Struct, frozen=True):
    """A court at a time; `day` is the Beijing day."""

    starts_at: datetime
    day: date
    court: int


class Taken(Struct, frozen=True):
    """A game that stands already: when, where, and whose. `court` None is nowhere yet."""

    starts_at: datetime
    day: date
    court: int | None
    teams: tuple[int | None, int | None]
    game: int | None = None


class Planned(Struct, frozen=True):
    """A pairing with its place."""

    pairing: Pairing
    place: Place


def round_robin(group: int, teams: Sequence[int]) -> list[Pairing]:
    """Every team once against every other. With an odd number one team rests in each round.

    The circle method: in each round those stand opposite each other whose numbers have the same sum; nobody is at home
    much more often than away.
    """
    many = len(teams)
    odd = many % 2 == 1
    ring = many if odd else many - 1
    found = []
    for turn in range(ring):
        for step in range(1, ring // 2 + 1):
            one, other = teams[(turn + step) % ring], teams[(turn - step) % ring]
            home, away = (one, other) if step % 2 else (other, one)
            found.append(Pairing(group, turn + 1, home, away))
        if not odd and many > 1:
            still, last = teams[turn % ring], teams[-1]
            home, away = (still, last) if turn % 2 else (last, still)
            found.append(Pairing(group, turn + 1, home, away))
    return found


def by_round(groups: Iterable[Sequence[Pairing]]) -> list[Pairing]:
    """The games of several groups, round after round, the groups taking turns."""
    return sorted((one for group in groups for one in group), key=lambda one: one.round)


def assign(
    pairings: Sequence[Pairing],
    places: Sequence[Place],
    *,
    minutes: int,
    rest_days: int,
    days_a_round: int = 0,
    taken: Sequence[Taken] = (),
) -> tuple[list[Planned], list[Pairing]]:
    """Give each pairing, in their order, the earliest place where it may be; and answer those for which there is none.

    A court holds one game for `minutes`; a team has `rest_days` whole days between two games and plays its rounds in
    their order; a round begins `days_a_round` days after the one before at the earliest. What is `taken` is respected.
    """
    free = sorted(places, key=lambda place: (place.starts_at, place.court))
    first = free[0].day if free else None
    held = list(taken)
    latest: dict[int, date] = {}
    planned: list[Planned] = []
    left: list[Pairing] = []
    for pairing in pairings:
        teams = (pairing.home, pairing.away)
        from_day = (first + timedelta(days=days_a_round * (pairing.round - 1))) if first else None
        after = [latest[team] for team in teams if team in latest]
        found = next(
            (
                place
                for place in free
                if from_day is not None
                and place.day >= from_day
                and all(place.day > day for day in after)
                and not clashes(place, teams, held, minutes=minutes, rest_days=rest_days)
            ),
            None,
        )
        if found is None:
            left.append(pairing)
            continue
        free.remove(found)
        held.append(Taken(found.starts_at, found.day, found.court, teams))
        latest |= dict.fromkeys(teams, found.day)
        planned.append(Planned(pairing, found))
    return planned, left


def clashes(
    place: Place,
    teams: tuple[int | None, int | None],
    taken: Sequence[Taken],
    *,
    minutes: int,
    rest_days: int,
) -> list[tuple[str, Taken]]:
    """What stands in the way of a game there: `court` that another game holds then, `rest` that a team would not have."""
    found = []
    for one in taken:
        apart = abs(one.starts_at - place.starts_at)
        if one.court == place.court and apart < timedelta(minutes=minutes):
            found.append(("court", one))
        if {*teams} & {*one.teams} - {None} and abs((one.day - place.day).days) <= rest_days:
            found.append(("rest", one))
    return found
