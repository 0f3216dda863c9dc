"""The pages of one activity on the desk, as tabs: those that are there, and that whoever asks may open."""

from dataclasses import dataclass

from flask import url_for

from yiqi.desk.gate import permit
from yiqi.desk.permits import NEEDS
from yiqi.i18n import gettext as _


@dataclass(frozen=True)
class Door:
    """A tab: the endpoint it leads to, its address and its word."""

    endpoint: str
    url: str
    word: str


def of(activity_id: int) -> list[Door]:
    """The tabs of an activity, in their order. An address that the table does not know yet has none."""
    known = (
        ("desk.roster", _("名单")),
        ("desk.check_in", _("签到")),
        ("desk.messages", _("消息")),
        ("desk.export", _("导出")),
        ("desk.edit", _("改活动")),
        ("desk.activity_audit", _("记录")),
    )
    return [
        Door(endpoint, url_for(endpoint, activity_id=activity_id), word)
        for endpoint, word in known
        if endpoint in NEEDS and permit().may(NEEDS[endpoint].action)
    ]
