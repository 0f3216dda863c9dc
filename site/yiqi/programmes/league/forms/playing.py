"""What players and captains type."""

from wtforms import BooleanField, StringField, ValidationError

from yiqi.i18n import gettext as _
from yiqi.i18n import lazy_gettext as _l
from yiqi.people.rules import mainland_mobile
from yiqi.programmes.league.forms.fields import ChoiceField, WholeField
from yiqi.programmes.league.rules import codes
from yiqi.programmes.league.rules.words import Part, Plays
from yiqi.programmes.league.transfers import LONGEST
from yiqi.programmes.league.wording import PARTS, PLAYS
from yiqi.web.forms import PageForm, PlainField

HIGHEST_SHIRT = 99


class ShirtForm(PageForm):
    """How somebody plays in a team, and whether their name is public."""

    shirt = WholeField(_l("球衣号码"), least=0, most=HIGHEST_SHIRT)
    plays = ChoiceField(
        _l("位置"), among=[("", _l("不填")), *((str(one), word) for one, word in PLAYS.items())]
    )
    name_shown = BooleanField(_l("公开我的姓名和得分"))

    @property
    def position(self) -> Plays | None:
        return Plays(self.plays.data) if self.plays.data else None


class AskForm(ShirtForm):
    """The same after the lock, with a word to the organizer."""

    said = PlainField(_l("转队的原因"), max_length=LONGEST)

    def validate_said(self, field: PlainField) -> None:
        if not field.data:
            raise ValidationError(_("写一句原因，组织者审核时看"))


class CodeForm(PageForm):
    """A spoken code; `code` once it is one."""

    typed = StringField(_l("入队口令"))
    code = ""

    def validate_typed(self, field: StringField) -> None:
        found = codes.typed(field.data or "")
        if found is None:
            raise ValidationError(_("口令是 BDB- 加 4 位，例如 BDB-7Q2M"))
        self.code = found


class PhoneForm(PageForm):
    """Somebody by their phone; `e164` once it is valid."""

    phone = StringField(_l("手机号"))
    name = PlainField(_l("姓名"), max_length=50)
    part = ChoiceField(_l("职务"), among=[(str(one), word) for one, word in reversed(PARTS.items())])
    e164 = ""

    def validate_phone(self, field: StringField) -> None:
        phone = mainland_mobile(field.data or "")
        if phone is None:
            raise ValidationError(_("填 11 位手机号，例如 138 0013 8000"))
        self.e164 = phone

    def validate_name(self, field: PlainField) -> None:
        if not field.data:
            raise ValidationError(_("填姓名"))

    @property
    def chosen(self) -> Part:
        return Part(self.part.data)
