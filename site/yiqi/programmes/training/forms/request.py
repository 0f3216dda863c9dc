"""What a worker says of a request for a subsidy, and what the desk answers."""

from typing import Any

from wtforms import HiddenField, RadioField, ValidationError

from yiqi import clock
from yiqi.i18n import gettext as _
from yiqi.i18n import lazy_gettext as _l
from yiqi.papers.forms import PaperField
from yiqi.papers.rules.kinds import Kind as PaperKind
from yiqi.programmes.training import wording
from yiqi.programmes.training.forms.moments import DayField
from yiqi.programmes.training.rules.requests import NEEDS_REASON, Kind, State
from yiqi.web.forms import PageForm, PlainField

SHOWS = (PaperKind.PDF, PaperKind.JPG, PaperKind.PNG)
LONGEST_NONCE = 64


class BeginForm(PageForm):
    """What was learned, and when."""

    kind = RadioField(_l("申请哪一种"), validate_choice=False)
    what = PlainField(_l("证书或学历的名称"), max_length=60)
    number = PlainField(_l("证书编号"), max_length=40)
    obtained_on = DayField(_l("拿到的日期"))
    nonce = HiddenField()

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.kind.choices = [(str(kind), str(word)) for kind, word in wording.KINDS.items()]

    def validate_kind(self, field: Any) -> None:
        if field.data not in set(Kind):
            raise ValidationError(_("选一种"))

    def validate_what(self, field: Any) -> None:
        if not field.data:
            raise ValidationError(_("写证书上的名称，例如电工四级（中级工）"))

    def validate_obtained_on(self, field: Any) -> None:
        if field.errors:
            return
        if field.day is None:
            raise ValidationError(_("填证书上的日期，例如 2026-05-20"))
        if field.day > clock.today():
            raise ValidationError(_("日期不能晚于今天"))

    def validate_nonce(self, field: Any) -> None:
        if not field.data or len(field.data) > LONGEST_NONCE or not field.data.isascii():
            raise ValidationError(_("这一页放久了，重新打开再填"))


class PaperForm(PageForm):
    """One file that shows it."""

    file = PaperField(_l("材料"), kinds=SHOWS)


class SayForm(PageForm):
    """A word that goes with what is sent."""

    said = PlainField(_l("补充一句"), max_length=200)


class AnswerForm(PageForm):
    """The desk's word. `becomes` and `seen` are states, once they were found good."""

    answer = RadioField(_l("结论"), validate_choice=False)
    because = PlainField(_l("写给申请人"), max_length=200, lines=True)
    seen = HiddenField()

    def __init__(self, *args: Any, answers: list[State], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.answer.choices = [(str(one), str(wording.ANSWERS[one])) for one in answers]

    def validate_answer(self, field: Any) -> None:
        if field.data not in [value for value, _word in field.choices]:
            raise ValidationError(_("选一个答复"))

    def validate_because(self, field: Any) -> None:
        if not field.data and self.answer.data in {str(one) for one in NEEDS_REASON}:
            raise ValidationError(_("写一句为什么，申请人会看到"))


class NoteForm(PageForm):
    """A note among colleagues."""

    note = PlainField(_l("内部备注"), max_length=200)

    def validate_note(self, field: Any) -> None:
        if not field.data:
            raise ValidationError(_("写一句再记"))
