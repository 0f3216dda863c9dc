"""Exam results as they are typed: a list, or one by hand."""

from typing import Any

from wtforms import FileField, ValidationError

from yiqi.i18n import gettext as _
from yiqi.i18n import lazy_gettext as _l
from yiqi.programmes.training.rules import scores
from yiqi.programmes.training.rules.scores import Score, Unclear
from yiqi.sheets.reading import MOST_BYTES
from yiqi.web.forms import PageForm, PlainField


class ListForm(PageForm):
    """One file. `content` is what it holds, `filename` what it is called."""

    file = FileField(_l("成绩表"))

    content = b""
    filename = ""

    def validate_file(self, field: FileField) -> None:
        self.filename = getattr(field.data, "filename", "") or ""
        if not self.filename:
            raise ValidationError(_("选一个文件"))
        self.content = field.data.read(MOST_BYTES + 1)


class ScoreForm(PageForm):
    """One result. `found` once it was read."""

    score = PlainField(_l("成绩"), max_length=10)
    because = PlainField(_l("为什么改"), max_length=80)

    found: Score | None = None

    def __init__(self, *args: Any, full: int, is_correction: bool, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.full, self.is_correction = full, is_correction

    def validate_score(self, field: Any) -> None:
        try:
            self.found = scores.read(field.data or "", full=self.full)
        except Unclear:
            raise ValidationError(_("写 0 到 %(full)s 的分数，或者“缺考”", full=self.full)) from None

    def validate_because(self, field: Any) -> None:
        if self.is_correction and not field.data:
            raise ValidationError(_("改成绩要写一句为什么"))


class RevokeForm(PageForm):
    """Why a certificate holds no more."""

    because = PlainField(_l("作废的原因"), max_length=120)

    def validate_because(self, field: Any) -> None:
        if not field.data:
            raise ValidationError(_("写一句为什么，本人会收到，查证书的人也看得到"))


class TradeForm(PageForm):
    """A trade: its code begins the codes of its certificates."""

    name = PlainField(_l("工种名称"), max_length=20)
    name_en = PlainField(_l("英文名称"), max_length=40)
    code = PlainField(_l("代码"), max_length=24)

    def validate_name(self, field: Any) -> None:
        if not field.data:
            raise ValidationError(_("写工种的名称"))

    def validate_code(self, field: Any) -> None:
        text = field.data or ""
        if not text or not text.isascii() or not text.replace("-", "a").isalnum() or text != text.lower():
            raise ValidationError(_("用小写英文字母，例如 electrician"))
        if text[0] == "-" or text[-1] == "-" or text[0].isdigit():
            raise ValidationError(_("用小写英文字母，例如 electrician"))
