"""The table of a group, as the FIBA Official Basketball Rules classify teams (D.1 and D.3)."""

from collections.abc import Mapping, Sequence
from itertools import groupby

from msgspec import Struct

WON, LOST, FORFEITED = 2, 1, 0


class Result(Struct, frozen=True):
    """A game that counts: who played whom, the points scored, and which of the two forfeited it, if one did."""

    home: int
    away: int
    home_score: int
    away_score: int
    forfeited_by: int | None = None


class Row(Struct, frozen=True):
    """A team in the table. `shared`: others have the same place, because nothing separates them yet."""

    team: int
    rank: int
    shared: bool
    played: int
    won: int
    lost: int
    forfeited: int
    scored: int
    conceded: int
    points: int

    @property
    def difference(self) -> int:
        return self.scored - self.conceded


class _Tally(Struct, frozen=True):
    points: int = 0
    scored: int = 0
    conceded: int = 0
    won: int = 0
    lost: int = 0
    forfeited: int = 0

    @property
    def difference(self) -> int:
        return self.scored - self.conceded


def table(
    teams: Sequence[int],
    results: Sequence[Result],
    *,
    lots: Mapping[int, int] | None = None,
    most_forfeits: int = 0,
) -> list[Row]:
    """The teams from the first to the last.

    Points first (D.1.1: 2 for a win, 1 for a loss, 0 for a forfeit); among equals, counting the games between them:
    points, goal difference, goals scored; then of all games difference and scored (D.1.3); when all games are played,
    the lot. Whenever a step separates some, those still equal begin again among themselves (D.1.4). Who is separated by
    nothing shares a place, in the order given. From `most_forfeits` forfeits on no game of a team counts (D.3); 0 is never.
    """
    counted = _without_strikers(results, most_forfeits)
    total = {team: _tally(team, counted) for team in teams}
    complete = len(results) >= len(teams) * (len(teams) - 1) // 2
    drawn = dict(lots or {}) if complete else {}
    rows: list[Row] = []
    for bucket in _split(list(teams), {team: total[team].points for team in teams}):
        for tied in _classified(bucket, counted, total, drawn):
            rank = len(rows) + 1
            rows += [_row(team, rank, len(tied) > 1, total[team]) for team in tied]
    return rows


def _without_strikers(results: Sequence[Result], most: int) -> list[Result]:
    struck: list[int] = [one.forfeited_by for one in results if one.forfeited_by is not None]
    out = {team for team in struck if most and struck.count(team) >= most}
    return [one for one in results if not {one.home, one.away} & out]


def _tally(team: int, results: Sequence[Result]) -> _Tally:
    found = _Tally()
    for one in results:
        if team not in (one.home, one.away):
            continue
        own, other = (
            (one.home_score, one.away_score) if team == one.home else (one.away_score, one.home_score)
        )
        forfeited = one.forfeited_by == team
        won = own > other
        found = _Tally(
            found.points + (WON if won else FORFEITED if forfeited else LOST),
            found.scored + own,
            found.conceded + other,
            found.won + won,
            found.lost + (not won),
            found.forfeited + forfeited,
        )
    return found


def _split(teams: Sequence[int], by: Mapping[int, int]) -> list[list[int]]:
    """Teams with the same number together, the highest first, each in the order given."""
    ordered = sorted(teams, key=lambda team: -by[team])
    return [list(same) for _number, same in groupby(ordered, key=lambda team: by[team])]


def _classified(
    tied: list[int], results: Sequence[Result], total: Mapping[int, _Tally], lots: Mapping[int, int]
) -> list[list[int]]:
    if len(tied) == 1:
        return [tied]
    among = [one for one in results if one.home in tied and one.away in tied]
    own = {team: _tally(team, among) for team in tied}
    steps: list[Mapping[int, int]] = [
        {team: own[team].points for team in tied},
        {team: own[team].difference for team in tied},
        {team: own[team].scored for team in tied},
        {team: total[team].difference for team in tied},
        {team: total[team].scored for team in tied},
    ]
    if set(tied) <= set(lots):
        steps.append({team: -lots[team] for team in tied})
    for step in steps:
        buckets = _split(tied, step)
        if len(buckets) > 1:
            return [same for bucket in buckets for same in _classified(bucket, results, total, lots)]
    return [tied]


def _row(team: int, rank: int, shared: bool, tally: _Tally) -> Row:
    return Row(
        team,
        rank,
        shared,
        tally.won + tally.lost,
        tally.won,
        tally.lost,
        tally.forfeited,
        tally.scored,
        tally.conceded,
        tally.points,
    )
