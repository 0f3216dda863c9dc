"""The knock-out: who of the groups meets whom, so that first meet last, and group-mates meet late."""

from collections.abc import Sequence

from msgspec import Struct


class Side(Struct, frozen=True):
    """One side of a game of a bracket: a team, or the winner of an earlier game (its index in the bracket)."""

    team: int | None = None
    winner_of: int | None = None


class Tie(Struct, frozen=True):
    """A game of a bracket; rounds count from 1, positions from the top."""

    round: int
    position: int
    home: Side
    away: Side


def seeds(tables: Sequence[Sequence[int]], qualify: int) -> list[int]:
    """Who goes on, by strength: the first of each group, then the seconds, and so on, the groups in their order."""
    return [group[rank] for rank in range(qualify) for group in tables if rank < len(group)]


def bracket(tables: Sequence[Sequence[int]], qualify: int) -> list[Tie]:
    """The games of a knock-out from the tables of the groups, round after round; the final is the last. None for fewer than two.

    Seeded crosswise: the strongest meets the weakest, the first two can only meet in the final; with two groups the
    first of one meets the last of the other. Where the number is no power of two the strongest go on without a game.
    """
    strong = seeds(tables, qualify)
    if len(strong) < 2:
        return []
    size = 1
    while size < len(strong):
        size *= 2
    group_of = {team: number for number, group in enumerate(tables) for team in group}
    lines = [strong[seed - 1] if seed <= len(strong) else None for seed in _order(size)]
    pairs = _apart(
        [(lines[n], lines[n + 1]) for n in range(0, size, 2)], group_of, {t: n for n, t in enumerate(strong)}
    )
    ties: list[Tie] = []
    sides: list[Side] = []
    for position, (home, away) in enumerate(pairs):
        if away is None or home is None:
            sides.append(Side(team=home if away is None else away))
            continue
        ties.append(Tie(1, position, Side(team=home), Side(team=away)))
        sides.append(Side(winner_of=len(ties) - 1))
    number = 2
    while len(sides) > 1:
        following = []
        for position in range(len(sides) // 2):
            ties.append(Tie(number, position, sides[2 * position], sides[2 * position + 1]))
            following.append(Side(winner_of=len(ties) - 1))
        sides, number = following, number + 1
    return ties


def _order(size: int) -> list[int]:
    """Seeds from the top of a bracket: of any two that meet the sum is the same, and the first two are in other halves."""
    order = [1]
    while len(order) < size:
        order = [seed for one in order for seed in (one, 2 * len(order) + 1 - one)]
    return order


def _apart(
    pairs: list[tuple[int | None, int | None]], group_of: dict[int, int], strength: dict[int, int]
) -> list[tuple[int | None, int | None]]:
    """The same pairs, group-mates of the first round parted where changing the weaker with another pair's can do it."""

    def are_mates(pair: tuple[int | None, int | None]) -> bool:
        home, away = pair
        return home is not None and away is not None and group_of[home] == group_of[away]

    found = list(pairs)
    for here, pair in enumerate(found):
        if not are_mates(pair):
            continue
        weaker = pair[1]
        others = [n for n, (_home, away) in enumerate(found) if n != here and away is not None]
        others.sort(key=lambda n: abs(strength[found[n][1] or 0] - strength[weaker or 0]))
        for there in others:
            mine, theirs = (pair[0], found[there][1]), (found[there][0], weaker)
            if not are_mates(mine) and not are_mates(theirs):
                found[here], found[there] = mine, theirs
                break
    return found
