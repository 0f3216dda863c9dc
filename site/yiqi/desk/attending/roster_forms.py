"""What an organizer fills in about one booking, and to add somebody."""

from typing import Any

from wtforms import BooleanField, HiddenField, SelectField, StringField, ValidationError

from yiqi.booking.forms import AskingForm
from yiqi.booking.guarded import Guardian
from yiqi.booking.rules.guarding import GUARDED_BELOW, OF_AGE
from yiqi.i18n import gettext as _
from yiqi.i18n import lazy_gettext as _l
from yiqi.people.rules import mainland_mobile
from yiqi.web.forms import PageForm, PlainField
from yiqi.web.texts import Unwritable, plain, whole

MOST_PARTY = 99
REASON = 120


class ReasonForm(PageForm):
    """A reason. Several such forms stand on a page, so the ids of their controls carry the form's name."""

    because = PlainField(_l("原因"), max_length=REASON)

    def __init__(self, *args: Any, name: str, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for field in self:
            field.id = f"{name}-{field.name}"

    def validate_because(self, field: PlainField) -> None:
        if not field.data:
            raise ValidationError(_("写一句原因，会留在记录里"))


class OneOfSlots(PageForm):
    """A form with a `slot` that is chosen. `choices`: the ids and names of those there are."""

    slot: SelectField

    def __init__(self, *args: Any, choices: list[tuple[str, str]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.slot.choices = choices
        self._slots = {value for value, _name in choices}

    def validate_slot(self, field: SelectField) -> None:
        if field.data not in self._slots:
            raise ValidationError(_("从列出的里面选一个"))


class PromoteForm(ReasonForm):
    """Letting somebody in; `beyond` also against the rules."""

    beyond = BooleanField(_l("没有空位、条件不符或时间重叠也给"))


class MoveForm(OneOfSlots, ReasonForm):
    """To which slot somebody is moved; `may_wait` also to the end of its queue."""

    slot = SelectField(_l("换到"), validate_choice=False)
    may_wait = BooleanField(_l("没有空位就排到那边候补的最后"))


class SettleForm(ReasonForm):
    """Why a mark is lifted, or stands; its person reads it."""


class RemarkForm(PageForm):
    """What the organizers remark of a booking."""

    remark = PlainField(_l("备注"), max_length=200, lines=True)


class AddForm(OneOfSlots, AskingForm):
    """Somebody who is added by hand: by phone, with a name, to a slot."""

    slot = SelectField(_l("加到"), validate_choice=False)
    phone = StringField(_l("手机号"))
    name = PlainField(_l("姓名"), max_length=50)
    party = StringField(_l("一共几个人？"), default="1")
    because = PlainField(_l("原因"), max_length=REASON)
    beyond = BooleanField(_l("没有空位、条件不符或已截止也给名额"))
    nonce = HiddenField()
    guarded = HiddenField()
    """For whom a guardian's word was asked: years of age and phone, as `ask_guardian` puts them; empty for nobody."""
    guardian_name = PlainField(_l("监护人姓名"), max_length=50)
    guardian_phone = StringField(_l("监护人手机号"))
    guardian_ok = BooleanField(_l("我已经找监护人本人问过，监护人同意参加，也同意记下双方的姓名和手机号"))

    e164 = ""
    guardian_e164 = ""
    places = 1

    def ask_guardian(self, below: int) -> None:
        """From now on a guardian's word is asked for, for whom this phone is."""
        self.guarded.data = f"{below} {self.e164}"

    @property
    def below(self) -> int | None:
        """Below how many years of age a guardian's word is asked for; None while it is not, or for another phone."""
        years, _blank, phone = (self.guarded.data or "").partition(" ")
        return None if self.e164 not in ("", phone) else whole(years, least=GUARDED_BELOW, most=OF_AGE)

    @property
    def guardian(self) -> Guardian | None:
        """Who agreed, of a form that is right; None where nobody was asked for."""
        if self.below is None:
            return None
        return Guardian(self.guardian_name.data or "", self.guardian_e164)

    def validate_phone(self, field: StringField) -> None:
        phone = mainland_mobile(field.data or "")
        if phone is None:
            raise ValidationError(_("填 11 位手机号，例如 138 0013 8000"))
        self.e164 = phone

    def validate_name(self, field: PlainField) -> None:
        if not field.data:
            raise ValidationError(_("填姓名，签到时按它找人"))

    def validate_party(self, field: StringField) -> None:
        places = whole(field.data or "", least=1, most=MOST_PARTY)
        if places is None:
            raise ValidationError(_("填 1 到 %(most)s 之间的人数", most=MOST_PARTY))
        self.places = places

    def validate_guardian_name(self, field: PlainField) -> None:
        if self.below and not field.data:
            raise ValidationError(_("填监护人的姓名"))

    def validate_guardian_phone(self, field: StringField) -> None:
        phone = mainland_mobile(field.data or "")
        if self.below and phone is None:
            raise ValidationError(_("填 11 位手机号，例如 138 0013 8000"))
        self.guardian_e164 = phone or ""

    def validate_guardian_ok(self, field: BooleanField) -> None:
        if self.below and not field.data:
            raise ValidationError(_("监护人同意才能加"))

    def validate_because(self, field: PlainField) -> None:
        if self.beyond.data and not field.data:
            raise ValidationError(_("写一句原因，会留在记录里"))

    def validate_nonce(self, field: HiddenField) -> None:
        try:
            field.data = plain(field.data or "")[:64]
        except Unwritable:
            field.data = ""
