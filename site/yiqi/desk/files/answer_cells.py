"""What people answered, as cells of a list: numbers as numbers, everything else as texts."""

from collections.abc import Callable, Collection, Sequence

from yiqi.activities.rules.questions import QuestionKind
from yiqi.booking import answer_words
from yiqi.booking.rules.answers import Current
from yiqi.sheets.writing import Cell
from yiqi.web.formats import said

EXACT_DIGITS = 15
"""Beyond it a spreadsheet no longer tells whole numbers apart."""


def of(
    booking_ids: Collection[int], asked: Sequence[Current], shown: Callable[[str], str]
) -> Callable[[int], list[Cell]]:
    """The cells of each of some bookings, by its id, one for each question; `shown` leaves of a text what may be seen."""
    told = answer_words.of_bookings(booking_ids, asked)
    labels = [(one.kind, said(one, "label")) for one in asked]

    def cells(booking_id: int) -> list[Cell]:
        given = dict(told.get(booking_id, []))
        return [_cell(kind, shown(" ".join(given.get(label, "").split()))) for kind, label in labels]

    return cells


def _cell(kind: QuestionKind, text: str) -> Cell:
    """A number as one, unless part of it is hidden or it has more digits than a sheet keeps."""
    is_number = kind is QuestionKind.NUMBER and text.isdecimal() and len(text) <= EXACT_DIGITS
    return int(text) if is_number else text
