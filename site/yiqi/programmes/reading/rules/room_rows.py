"""The lines of a list of book rooms: what may be taken over, and what is wrong with the rest."""

from collections.abc import Mapping, Sequence
from enum import StrEnum

from msgspec import Struct

from yiqi.programmes.reading.rules import hours
from yiqi.programmes.reading.rules.hours import Span

MOST_NAME, MOST_AREA, MOST_ADDRESS = 60, 20, 120
COLUMNS = {
    "name": ("名称", "书屋", "书屋名称", "职工书屋", "room", "name"),
    "area": ("片区", "区域", "街道", "area"),
    "address": ("地址", "位置", "address"),
    "weekdays": ("工作日", "周一至周五", "周一到周五", "开放时间", "hours", "weekdays"),
    "weekend": ("周末", "周六日", "周六至周日", "双休日", "weekend"),
}
NEEDED = ("name", "area", "address", "weekdays")


class Wrong(StrEnum):
    """What is wrong with a line."""

    EMPTY = "empty"
    LONG = "long"
    HOURS = "hours"
    TWICE = "twice"


class RoomRow(Struct, frozen=True):
    """A room of a list: seven days of spans from Monday."""

    name: str
    area: str
    address: str
    week: tuple[tuple[Span, ...], ...]


class Verdict(Struct, frozen=True):
    """What becomes of a line: its number, the texts it holds, and the room, or what is wrong."""

    number: int
    cells: Mapping[str, str]
    room: RoomRow | None = None
    wrong: Wrong | None = None


def verdicts(lines: Sequence[tuple[int, Mapping[str, str | None]]]) -> list[Verdict]:
    """A verdict for every line `(number, cells by field)`; the second of a name is wrong."""
    found: list[Verdict] = []
    names: set[str] = set()
    for number, told in lines:
        cells = {field: told.get(field) or "" for field in COLUMNS}
        one = _verdict(number, cells, names)
        names.add(cells["name"])
        found.append(one)
    return found


def _verdict(number: int, cells: Mapping[str, str], names: set[str]) -> Verdict:
    if not all(cells[field] for field in ("name", "area", "address")):
        return Verdict(number, cells, wrong=Wrong.EMPTY)
    sizes = (("name", MOST_NAME), ("area", MOST_AREA), ("address", MOST_ADDRESS))
    if any(len(cells[field]) > most for field, most in sizes):
        return Verdict(number, cells, wrong=Wrong.LONG)
    if cells["name"] in names:
        return Verdict(number, cells, wrong=Wrong.TWICE)
    try:
        weekdays, weekend = hours.typed(cells["weekdays"]), hours.typed(cells["weekend"])
    except hours.NotHours:
        return Verdict(number, cells, wrong=Wrong.HOURS)
    week = (weekdays,) * 5 + (weekend,) * 2
    return Verdict(number, cells, RoomRow(cells["name"], cells["area"], cells["address"], week))
