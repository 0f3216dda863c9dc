"""Slots and quotas: the parts of the form about how many places there are, and for whom."""

import re
import unicodedata
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Protocol

from yiqi.activities.rules.questions import Asked
from yiqi.desk.rules.typed import Reader, Why, as_typed
from yiqi.desk.rules.wanted import Dates, Kept, Places

MOST_PLACES = 9999
LABEL, LABEL_EN, DETAIL, DETAIL_EN, NAME, NAME_EN, TAG = 40, 80, 80, 160, 40, 80, 40
_SEPARATORS = re.compile("[,，、;；]")


class KnownUnions(Protocol):
    """Where unions are looked up by name."""

    @property
    def unions(self) -> Mapping[str, int]: ...


def spelled(name: str) -> str:
    """A name as it is looked up: compatibility forms, case and blanks folded."""
    return "".join(unicodedata.normalize("NFKC", name).casefold().split())


def places(reader: Reader, dates: Dates) -> tuple[Places, ...]:
    """The slots, in the order of the form."""
    many = len(reader.fields["slot"])
    found: list[Places] = []
    for index in range(many):
        name = f"slot-{index}-"
        label = reader.text(name + "label", LABEL, needed=many > 1)
        one = Places(
            capacity=reader.whole(name + "capacity", 1, MOST_PLACES),
            label=label,
            label_en=reader.text(name + "label_en", LABEL_EN),
            detail=reader.text(name + "detail", DETAIL),
            detail_en=reader.text(name + "detail_en", DETAIL_EN),
            waitlist_limit=reader.whole(name + "waitlist", 0, MOST_PLACES),
            meetings=()
            if dates.rule
            else _numbered(reader, name + "dates", len(reader.fields["date"]), Why.NO_SUCH_DATE),
        )
        if label and any((label, one.meetings) == (other.label, other.meetings) for other in found):
            reader.wrong(name + "label", Why.TWICE)
        found.append(one)
    return tuple(found)


def quotas(
    reader: Reader,
    known: KnownUnions,
    slots: Sequence[Places],
    questions: Sequence[Asked],
    given_until: Sequence[datetime | None],
) -> tuple[Kept, ...]:
    """The quotas: each limits or keeps places, perhaps both. `given_until`: of each slot until when its places are given;
    what is released later would never open. None where that is not known."""
    return tuple(
        _quota(reader, index, known, slots, questions, given_until)
        for index in range(len(reader.fields["quota"]))
    )


def unions(reader: Reader, name: str, known: KnownUnions) -> tuple[int, ...]:
    """Unions typed by their names, one a line."""
    typed = reader.text(name, 2000, lines=True)
    found = []
    for line in filter(None, map(str.strip, typed.splitlines())):
        union_id = known.unions.get(spelled(line))
        if union_id is None:
            reader.wrong(name, Why.NO_SUCH_UNION, what=line[:40])
        else:
            found.append(union_id)
    return tuple(dict.fromkeys(found))


def _quota(
    reader: Reader,
    index: int,
    known: KnownUnions,
    slots: Sequence[Places],
    questions: Sequence[Asked],
    given_until: Sequence[datetime | None],
) -> Kept:
    name = f"quota-{index}-"
    title = reader.text(name + "name", NAME, needed=True)
    most, least = (
        reader.whole(name + "most", 0, MOST_PLACES),
        reader.whole(name + "least", 0, MOST_PLACES) or 0,
    )
    pools = _numbered(reader, name + "slots", len(slots), Why.NO_SUCH_SLOT)
    covered = pools or tuple(range(len(slots)))
    if most is None and not least:
        reader.wrong(name + "most", Why.NEEDS_LIMIT)
    elif most is not None and most < least:
        reader.wrong(name + "most", Why.BELOW_LEAST)
    if least and len(covered) != 1:
        reader.wrong(name + "slots", Why.NEEDS_ONE_SLOT)
    elif least and (capacity := slots[covered[0]].capacity) is not None and least > capacity:
        reader.wrong(name + "least", Why.ABOVE_CAPACITY, n=capacity)
    releases_at = reader.instant(name + "release_day", name + "release_time")
    last = max((until for slot in covered if (until := given_until[slot]) is not None), default=None)
    if releases_at is not None and last is not None and releases_at >= last:
        reader.wrong(name + "release_day", Why.RELEASED_LATE, when=last)
    return Kept(
        name=title,
        name_en=reader.text(name + "name_en", NAME_EN),
        most=most,
        least=least,
        releases_at=releases_at,
        unions=unions(reader, name + "unions", known),
        tag=reader.text(name + "tag", TAG),
        choice=_choice(reader, name + "choice", questions),
        pools=pools,
    )


def _choice(reader: Reader, name: str, questions: Sequence[Asked]) -> str:
    """`<question key>=<words of the choice>` as `<question key>=<choice code>`."""
    typed = reader.raw(name)
    if not typed:
        return ""
    key, _is, words = typed.partition("=")
    for asked in questions:
        for choice in asked.choices:
            if (asked.key, choice.label) == (key, words):
                return f"{key}={choice.code}"
    reader.wrong(name, Why.NO_SUCH_CHOICE)
    return ""


def _numbered(reader: Reader, name: str, many: int, why: Why) -> tuple[int, ...]:
    """`1, 3` as indexes of so many rows; nothing typed is all of them."""
    found = []
    for part in filter(None, _SEPARATORS.split(as_typed(reader.raw(name)).replace("、", ","))):
        if not part.isascii() or not part.isdigit() or len(part) > 2 or not 1 <= int(part) <= many:
            reader.wrong(name, why, most=many)
            return ()
        found.append(int(part) - 1)
    return tuple(sorted(set(found)))
