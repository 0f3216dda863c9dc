"""What was answered, in words, in the page's language."""

from collections.abc import Collection, Sequence

from yiqi.activities.rules.questions import QuestionKind
from yiqi.booking import questions
from yiqi.booking.rules.answers import YES, Current, still_fits
from yiqi.i18n import gettext as _
from yiqi.people.rules import national
from yiqi.web.formats import said


def of_bookings(booking_ids: Collection[int], asked: Sequence[Current]) -> dict[int, list[tuple[str, str]]]:
    """What each of some bookings answered to what is asked now, by their ids: the question and the answer. One query; none
    where nothing is asked."""
    if not asked:
        return {}
    given = questions.given_by_all(booking_ids)
    return {booking_id: _told(asked, answers) for booking_id, answers in given.items()}


def _told(asked: Sequence[Current], answers: Sequence[questions.Given]) -> list[tuple[str, str]]:
    kept = still_fits(asked, {answer.key: answer.value for answer in answers})
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
