"""What the page of a draft knows: the form with what was typed, what is wrong with it and what is worth knowing."""

from datetime import datetime

from msgspec import Struct, field

from yiqi.activities.rules.recurrence import LeftOut
from yiqi.desk.planning import draft_words
from yiqi.desk.rules.reading import Read
from yiqi.desk.rules.sheet import LEAST, MOST, Fields
from yiqi.desk.rules.timing import span_of
from yiqi.desk.rules.typed import as_typed
from yiqi.people.rules import typed_date


class Option(Struct, frozen=True):
    """One thing that can be chosen."""

    value: str
    label: str


class Filled(Struct, frozen=True):
    """The form as the templates ask for it. `errors` are sentences by control, in the order of the form."""

    fields: Fields
    errors: dict[str, str] = field(default_factory=dict)
    notes: dict[str, list[str]] = field(default_factory=dict)
    spans: tuple[tuple[datetime, datetime], ...] = ()
    left_out: tuple[LeftOut, ...] = ()

    @classmethod
    def of(cls, fields: Fields, read: Read, *, checked: bool) -> "Filled":
        """The form with what reading it came to; `checked`: what is wrong is said."""
        notes: dict[str, list[str]] = {}
        for note in read.notes:
            notes.setdefault(note.where, []).append(draft_words.remarked(note))
        return cls(
            fields,
            {problem.where: draft_words.said(problem) for problem in read.problems} if checked else {},
            notes,
            tuple(span_of(read.dates)) if read.dates.rule else (),
            read.dates.times.left_out if read.dates.times else (),
        )

    def value(self, name: str) -> str:
        """What was typed in a control."""
        if name.count("-") == 2:
            group, index, inner = name.split("-")
            return str(self.fields[group][int(index)][inner])
        return str(self.fields[name])

    def label(self, name: str) -> str:
        return draft_words.label(name)

    def place(self, name: str) -> str:
        return draft_words.place(name)

    def row(self, group: str, index: int) -> str:
        return draft_words.row(group, index)

    def rows(self, group: str) -> range:
        return range(len(self.fields[group]))

    def most(self, group: str) -> int:
        return MOST[group]

    def can_add(self, group: str) -> bool:
        return len(self.fields[group]) < MOST[group]

    def can_remove(self, group: str) -> bool:
        return len(self.fields[group]) > LEAST[group]

    def is_day(self, name: str) -> bool:
        """Whether a browser's own picker of days can show what was typed."""
        typed = self.value(name)
        day = typed_date(as_typed(typed))
        return not typed or (day is not None and day.isoformat() == typed)

    def is_time(self, name: str) -> bool:
        """Whether a browser's own picker of times can show what was typed."""
        typed = self.value(name)
        hours, _colon, minutes = typed.partition(":")
        two = len(hours) == 2 and len(minutes) == 2 and (hours + minutes).isascii()
        return not typed or (two and (hours + minutes).isdigit() and int(hours) < 24 and int(minutes) < 60)

    def has_any(self, *names: str) -> bool:
        """Whether something is typed in any of some controls, or wrong with it: then they stand open."""
        return any(self.value(name) or name in self.errors for name in names)

    def has_wrong(self, *names: str) -> bool:
        """Whether something is wrong with any of some controls."""
        return any(name in self.errors for name in names)

    @property
    def choices(self) -> list[Option]:
        """The choices that a quota may be for."""
        return [
            Option(f"{one['key']}={words}", f"{one['label']}: {words}")
            for one in self.fields["question"]
            if one["kind"] == "choice"
            for line in one["choices"].splitlines()
            if (words := line.replace("｜", "|").partition("|")[0].strip())
        ]
