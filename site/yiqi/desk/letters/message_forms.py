"""What an organizer fills in to write to people of an activity."""

from typing import Any

from wtforms import HiddenField, SelectField, ValidationError

from yiqi.booking.rules import texting
from yiqi.desk.letters.audience import Audience, To
from yiqi.i18n import gettext as _
from yiqi.i18n import lazy_gettext as _l
from yiqi.web.forms import PageForm, PlainField
from yiqi.web.texts import Unwritable, identifier, plain, whole

HOLDERS = _l("{活动} {时间} {地点} {姓名} {签到码}")
MOST_PEOPLE = 10**6


class MessageForm(PageForm):
    """To whom and what. `refs` are tickets that were picked; choices are ids and names, the empty one is all."""

    to = SelectField(_l("发给"), validate_choice=False)
    slot = SelectField(_l("哪一组"), validate_choice=False)
    occurrence = SelectField(_l("哪一场"), validate_choice=False)
    body = PlainField(_l("内容"), max_length=texting.LONGEST, lines=True)
    nonce = HiddenField()
    counted = HiddenField()
    previewed = HiddenField()
    again = HiddenField()

    def __init__(
        self,
        *args: Any,
        groups: list[tuple[str, str]],
        slots: list[tuple[str, str]],
        dates: list[tuple[str, str]],
        refs: tuple[str, ...],
        **kwargs: Any,
    ) -> None:
        super().__init__(*args, **kwargs)
        self.to.choices, self.slot.choices, self.occurrence.choices = groups, slots, dates
        self.known = {
            "to": [value for value, _name in groups],
            "slot": [value for value, _name in slots],
            "occurrence": [value for value, _name in dates],
        }
        self.refs = refs

    @property
    def audience(self) -> Audience | None:
        """Who is meant; None when what is chosen is not there."""
        if any(self._is_strange(field) for field in (self.to, self.slot, self.occurrence)):
            return None
        to = To(self.to.data or To.CONFIRMED)
        if to is To.PICKED:
            return Audience(to, refs=self.refs)
        return Audience(to, identifier(self.slot.data or ""), identifier(self.occurrence.data or ""))

    @property
    def aim(self) -> str:
        """Whom it is for, as the page that shows them keeps it in `previewed`; empty when that is not there."""
        wanted = self.audience
        return f"{wanted.to}.{wanted.slot_id or ''}.{wanted.occurrence_id or ''}" if wanted else ""

    @property
    def is_as_shown(self) -> bool:
        """Whether it is for those whom the page that was sent had counted."""
        return bool(self.aim) and self.previewed.data == self.aim

    @property
    def said_again(self) -> int | None:
        """The message that whoever sends this was told of, and means to send a second time."""
        return identifier(self.again.data or "")

    @property
    def was(self) -> int | None:
        """How many people the page that was sent had counted."""
        return whole(self.counted.data or "", least=0, most=MOST_PEOPLE)

    def validate_to(self, field: SelectField) -> None:
        self._listed(field)

    def validate_slot(self, field: SelectField) -> None:
        self._listed(field)

    def validate_occurrence(self, field: SelectField) -> None:
        self._listed(field)

    def validate_body(self, field: PlainField) -> None:
        field.data = texting.straight(field.data or "")
        if not field.data:
            raise ValidationError(_("写上内容"))
        strange = texting.unknown(field.data)
        if strange:
            raise ValidationError(
                _("不认识 %(what)s，可以用的是 %(known)s", what=" ".join(strange), known=HOLDERS)
            )
        if texting.has_link(field.data):
            raise ValidationError(_("短信里不放网址，工友会当成诈骗。要看的写在活动页上"))

    def validate_nonce(self, field: HiddenField) -> None:
        try:
            field.data = plain(field.data or "")[:64]
        except Unwritable:
            field.data = ""

    def _is_strange(self, field: SelectField) -> bool:
        return bool(field.data) and field.data not in self.known[field.name]

    def _listed(self, field: SelectField) -> None:
        if self._is_strange(field):
            raise ValidationError(_("从列出的里面选一个"))
