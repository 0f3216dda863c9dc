"""What people type in the troupe's pages."""

from collections.abc import Mapping, Sequence
from typing import Any

from wtforms import HiddenField, SelectField, ValidationError

from yiqi.i18n import gettext as _
from yiqi.i18n import lazy_gettext as _l
from yiqi.web.formats import said
from yiqi.web.forms import PageForm, PlainField
from yiqi.web.texts import Unwritable, plain, whole

SHIRTS = ("S", "M", "L", "XL", "XXL", "XXXL")
RANGES = {"height": (120, 230), "chest": (60, 160), "waist": (50, 160), "head": (45, 70), "shoe": (33, 50)}
"""The measures that are typed as numbers, with the smallest and the largest; shoes by their size, the rest in cm."""


class NoncedForm(PageForm):
    """A form that makes something: its nonce makes sending it twice the same as once."""

    nonce = HiddenField()

    def validate_nonce(self, field: HiddenField) -> None:
        try:
            field.data = plain(field.data or "")[:64]
        except Unwritable:
            field.data = ""
        if not field.data:
            raise ValidationError(_("这一页放得久了，刷新后再提交"))


def offer(form: PageForm, name: str, choices: Sequence[tuple[str, str]]) -> None:
    """Let a field be chosen from these values and words."""
    field = form[name]
    if isinstance(field, SelectField):
        field.choices = list(choices)


class AbsenceForm(PageForm):
    """Why somebody cannot come."""

    reason = PlainField(_l("原因"), max_length=120)

    def validate_reason(self, field: PlainField) -> None:
        if not field.data:
            raise ValidationError(_("写一句原因，只给声部负责人和组织者看"))


class VoiceForm(PageForm):
    """What a member sings, plays or does."""

    plays = PlainField(_l("唱什么、奏什么"), max_length=40)


class MeasuresForm(PageForm):
    """Measures for costumes; all of them may stay empty, one at least is told."""

    height = PlainField(_l("身高（厘米）"), max_length=8)
    chest = PlainField(_l("胸围（厘米）"), max_length=8)
    waist = PlainField(_l("腰围（厘米）"), max_length=8)
    head = PlainField(_l("头围（厘米）"), max_length=8)
    shoe = PlainField(_l("鞋码"), max_length=8)
    shirt = SelectField(_l("上衣"), validate_choice=False)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.shirt.choices = [("", _("没想好")), *((one, one) for one in SHIRTS)]
        self.measures: dict[str, int | str | None] = {}

    def validate(self, extra_validators: Any = None) -> bool:
        super().validate(extra_validators)
        for name, (least, most) in RANGES.items():
            field = self[name]
            number = whole(field.data, least=least, most=most) if field.data else None
            if field.data and number is None:
                field.errors = [_("填 %(least)s 到 %(most)s 之间的整数", least=least, most=most)]
            self.measures[name] = number
        if self.shirt.data and self.shirt.data not in SHIRTS:
            self.shirt.errors = [_("从列出的里面选一个")]
        self.measures["shirt"] = self.shirt.data or ""
        if not self.errors and not any(self.measures.values()):
            self.height.errors = [_("至少填一项；不想留就点删除")]
        return not self.errors


class SheetForm(PageForm):
    """A juror's marks for one person: a field `points_<code>` for each criterion. `points` are there once it is valid."""

    remark = PlainField(_l("备注"), max_length=120)

    def __init__(self, *args: Any, codes: Sequence[str], most: int, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._codes, self._most = codes, most
        self.points: dict[str, int] = {}

    @property
    def marked(self) -> list[Any]:
        """The fields of the criteria, in their order."""
        return [self[f"points_{code}"] for code in self._codes]

    def validate(self, extra_validators: Any = None) -> bool:
        super().validate(extra_validators)
        for code in self._codes:
            field = self[f"points_{code}"]
            number = whole(field.data or "", least=0, most=self._most)
            if number is None:
                field.errors = [_("选 0 到 %(most)s 之间的分数", most=self._most)]
            else:
                self.points[code] = number
        return not self.errors


def sheet_form(
    criteria: Sequence[Mapping[str, Any]], most: int, *args: Any, prefix_id: str, **kwargs: Any
) -> SheetForm:
    """The form for the criteria of one audition; the ids of its controls carry `prefix_id`, since several stand on a
    page."""
    choices = [("", "–"), *((str(one), str(one)) for one in range(most, -1, -1))]
    fields = {f"points_{one['code']}": SelectField(_named(one), validate_choice=False) for one in criteria}
    kind = type("AuditionSheetForm", (SheetForm,), fields)
    form: SheetForm = kind(*args, codes=[one["code"] for one in criteria], most=most, **kwargs)
    for code in fields:
        offer(form, code, choices)
    for field in form:
        field.id = f"{prefix_id}-{field.name}"
    return form


class _Criterion:
    """A criterion as `said` reads it."""

    def __init__(self, one: Mapping[str, Any]) -> None:
        self.name, self.name_en = one["name"], one["name_en"]


def _named(one: Mapping[str, Any]) -> str:
    return said(_Criterion(one), "name")
