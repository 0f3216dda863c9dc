"""A list of commendation as the desk reads it: computed just now, or as it was published."""

from collections.abc import Callable, Sequence

from msgspec import Struct

from yiqi.unions import belonging
from yiqi.web.formats import said
from yiqi.years import commending, words
from yiqi.years.models import Commended
from yiqi.years.records import Branch, Record
from yiqi.years.rules import awards
from yiqi.years.words import Known


class Entry(Struct, frozen=True):
    """Who reaches an award: the name as it may be read, the union of a person, what they have of what it takes. `of_id`
    is whose evidence: the person's id, of a published list the row's; None where there is none to open."""

    name: str
    union: str
    reached: str
    of_id: int | None


class Group(Struct, frozen=True):
    """An award, what it takes, and who reaches it."""

    award: str
    asks: str
    entries: Sequence[Entry]


def computed(found: Record, known: Known, name_of: Callable[[str], str]) -> list[Group]:
    """By the facts as they are."""
    unions = found.unions()
    groups = []
    for one, reached in found.commended:
        entries = []
        for line in reached:
            figures = words.reached(one, line.figures, known)
            if isinstance(line, Branch):
                entries.append(Entry(said(line.union, "name"), "", figures, None))
            else:
                home = said(unions[line.union_id], "name")
                entries.append(Entry(name_of(line.name), home, figures, line.person_id))
        groups.append(Group(str(words.AWARDS[one.award]), words.asks(one, known), entries))
    return groups


def published(
    frozen: commending.ListFacts, rows: Sequence[Commended], known: Known, *, sees_names: bool
) -> list[Group]:
    """As it was on the day."""
    homes = {one.id: one for one in belonging.named({one.union_id for one in rows if one.union_id})}
    return [
        Group(
            str(words.AWARDS[one.award]),
            words.asks(one, known),
            [
                Entry(
                    words.name_of(row, sees_names),
                    said(homes[row.union_id], "name") if row.person_id and row.union_id else "",
                    words.reached(one, row.figures, known),
                    row.id,
                )
                for row in rows
                if row.award == one.award
            ],
        )
        for one in awards.from_kept(frozen.criteria)
    ]
