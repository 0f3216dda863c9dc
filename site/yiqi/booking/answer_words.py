"""What was answered, in words, in the page's language."""

from collections.abc import Sequence

from yiqi.activities.rules.questions import QuestionKind
from yiqi.booking import questions
from yiqi.booking.rules.answers import YES, Current, still_fits
from yiqi.i18n import gettext as _
from yiqi.people.rules import national
from yiqi.web.formats import said


def of_booking(booking_id: int, asked: Sequence[Current]) -> list[tuple[str, str]]:
    """What a booking answered to what is asked now: the question and the answer. One query."""
    given = {answer.key: answer.value for answer in questions.given_by(booking_id)}
    kept = still_fits(asked, given)
    return [(said(one, "label"), words(one, kept[one.id])) for one in asked if kept.get(one.id)]


def words(question: Current, value: str) -> str:
    """One answer as people read it."""
    match question.kind:
        case QuestionKind.CHOICE:
            return next((said(one, "label") for one in question.choices if one.code == value), value)
        case QuestionKind.YES_NO:
            return _("是") if value == YES else _("否")
        case QuestionKind.PHONE:
            return national(value)
        case _:
            return value
