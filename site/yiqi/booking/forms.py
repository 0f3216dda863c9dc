"""What a worker fills in to sign up."""

from typing import Any

from wtforms import HiddenField, StringField, ValidationError

from yiqi.i18n import gettext as _
from yiqi.i18n import lazy_gettext as _l
from yiqi.web.forms import PageForm, PlainField
from yiqi.web.texts import Unwritable, plain, whole

MOST_PLACES = 99


class SignUpForm(PageForm):
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
