"""What a worker fills in: to sign up, to change an answer, and to object to a mark."""

from collections.abc import Mapping
from typing import Any

from msgspec import Struct
from wtforms import HiddenField, StringField, ValidationError

from yiqi.activities.rules.questions import MOST_CHARACTERS, QuestionKind
from yiqi.booking.questions import Sheet
from yiqi.booking.rules.answers import NO, YES, Current, Wrong, bounds, cleaned, most_characters
from yiqi.i18n import gettext as _
from yiqi.i18n import lazy_gettext as _l
from yiqi.people.rules import national
from yiqi.web.formats import said
from yiqi.web.forms import PageForm, PlainField
from yiqi.web.texts import Unwritable, identifier, plain, whole

MOST_PLACES = 99
ONE_LINE = 60
"""Characters up to which a text is asked for on one line."""
SHORT = 5
"""Characters up to which choices stand in a row."""
NAME = "answer-"


class Option(Struct, frozen=True):
    """One answer that can be picked. `left`: the seats its limit leaves, None without limit."""

    code: str
    label: str
    left: int | None = None


class AnswerField(PlainField):
    """The control of one question, in the page's language. `answer` is what is kept of it once it was validated."""

    def __init__(self, question: Current, left: Mapping[str, int], **kwargs: Any) -> None:
        is_text = question.kind is QuestionKind.TEXT
        self.is_long = is_text and most_characters(question) > ONE_LINE
        longest = most_characters(question) if is_text else MOST_CHARACTERS
        super().__init__(said(question, "label"), max_length=longest, lines=self.is_long, **kwargs)
        self.question = question
        self.hint = said(question, "hint")
        self.kept = self.answer = ""
        self.options = _options(question, left)
        self.in_a_row = all(len(one.label) <= SHORT and one.left is None for one in self.options)

    def pre_validate(self, form: Any) -> None:
        super().pre_validate(form)
        answer = cleaned(self.question, self.data or "")
        if isinstance(answer, Wrong):
            raise ValidationError(_wrong(answer, self))
        self.answer = answer

    def _value(self) -> str:
        shown = super()._value()
        return national(shown) if self.question.kind is QuestionKind.PHONE else shown


class AskingForm(PageForm):
    """The questions of an activity. `kept` are the answers of a booking that is there already, by question id."""

    def __init__(
        self,
        formdata: Any = None,
        *args: Any,
        sheet: Sheet | None = None,
        kept: Mapping[int, str] | None = None,
        **kwargs: Any,
    ) -> None:
        super().__init__(formdata, *args, **kwargs)
        sheet, kept = sheet or Sheet(), kept or {}
        typed = self.meta.wrap_formdata(self, formdata)
        self.asked: list[AnswerField] = []
        for question in sheet.questions:
            name = f"{NAME}{question.id}"
            unbound: Any = AnswerField(question, sheet.left)
            field = self.meta.bind_field(self, unbound, {"name": name, "prefix": ""})
            field.process(typed, kept.get(question.id, ""))
            field.kept = kept.get(question.id, "")
            self._fields[name] = field
            self.asked.append(field)
        current = {question.id for question in sheet.questions}
        self._retired = {
            question_id: str(formdata[name])
            for name in formdata or ()
            if name.startswith(NAME) and (question_id := identifier(name.removeprefix(NAME)))
            if question_id not in current
        }

    @property
    def answers(self) -> dict[int, str]:
        """What was answered, by question id: cleaned, and with it what was answered to questions that are gone."""
        return {field.question.id: field.answer for field in self.asked} | self._retired


class AnswersForm(AskingForm):
    """Changing the answers of a booking."""


class SignUpForm(AskingForm):
    """Party (the worker included), a note to the organizer, and a name from those who never told one."""

    party = StringField(_l("一共几个人？"), default="1")
    note = PlainField(_l("留言"), max_length=200, lines=True)
    name = PlainField(_l("姓名"), max_length=50)
    nonce = HiddenField()

    places = 1

    def __init__(self, *args: Any, max_party: int = 1, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.max_party = max_party

    def validate_party(self, field: StringField) -> None:
        if not field.raw_data:
            return
        places = whole(field.data or "", least=1, most=MOST_PLACES)
        if places is None:
            raise ValidationError(_("填 1 到 %(most)s 之间的人数", most=self.max_party))
        self.places = places

    def validate_name(self, field: PlainField) -> None:
        if field.raw_data and not field.data:
            raise ValidationError(_("填你的姓名，组织者按它找你"))

    def validate_nonce(self, field: HiddenField) -> None:
        try:
            field.data = plain(field.data or "")[:64]
        except Unwritable:
            field.data = ""


class ObjectionForm(PageForm):
    """What is wrong about a mark. Several stand on a page, so the control's id carries the mark's."""

    objection = PlainField(_l("哪里不对？"), max_length=200, lines=True)

    def __init__(self, *args: Any, mark_id: int, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.objection.id = f"objection-{mark_id}"

    def validate_objection(self, field: PlainField) -> None:
        if not field.data:
            raise ValidationError(_("写一句哪里不对，组织者照着核实"))


def _options(question: Current, left: Mapping[str, int]) -> list[Option]:
    match question.kind:
        case QuestionKind.CHOICE:
            options = [
                Option(choice.code, said(choice, "label"), left.get(f"{question.key}={choice.code}"))
                for choice in question.choices
            ]
        case QuestionKind.YES_NO:
            options = [Option(YES, _("是")), Option(NO, _("否"))]
        case _:
            return []
    return options if question.required else [*options, Option("", _("不填"))]


def _wrong(wrong: Wrong, field: AnswerField) -> str:
    what = said(field.question, "label")
    match wrong:
        case Wrong.MISSING if field.options:
            return _("“%(what)s”还没选", what=what)
        case Wrong.MISSING:
            return _("“%(what)s”还没填", what=what)
        case Wrong.NO_SUCH_CHOICE | Wrong.NOT_YES_OR_NO:
            return _("“%(what)s”从列出的里面选一个", what=what)
        case Wrong.NOT_A_NUMBER | Wrong.OUT_OF_RANGE:
            least, most = bounds(field.question)
            return _("“%(what)s”填 %(least)s 到 %(most)s 之间的整数", what=what, least=least, most=most)
        case Wrong.NOT_A_DATE:
            return _("“%(what)s”填日历上有的日期，例如 2026-11-28", what=what)
        case Wrong.NOT_A_PHONE:
            return _("“%(what)s”填 11 位手机号，例如 138 0013 8000", what=what)
        case Wrong.TOO_LONG:
            return _("“%(what)s”最多 %(most)s 个字", what=what, most=most_characters(field.question))
