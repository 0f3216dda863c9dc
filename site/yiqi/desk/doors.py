"""The pages of one activity on the desk, as tabs: those that are there, and that whoever asks may open."""

from flask import url_for

from yiqi import clock
from yiqi.activities.models import Programme
from yiqi.booking import programme
from yiqi.booking.programme import Door
from yiqi.desk.gate import permit
from yiqi.desk.permits import NEEDS
from yiqi.i18n import gettext as _
from yiqi.roles import holding


def of(activity_id: int) -> list[Door]:
    """The tabs of an activity, in their order, those that its programme adds in the end. An address that the table does
    not know yet has none."""
    known = (
        ("desk.roster", _("名单")),
        ("desk.check_in", _("签到")),
        ("desk.messages", _("消息")),
        ("desk.export", _("导出")),
        ("desk.edit", _("改活动")),
        ("desk.activity_audit", _("记录")),
    )
    shown = [
        Door(endpoint, url_for(endpoint, activity_id=activity_id), word)
        for endpoint, word in known
        if endpoint in NEEDS and permit().may(NEEDS[endpoint].action)
    ]
    found = permit().thing
    thing = found if found and found.activity_id == activity_id else holding.activity(activity_id)
    plug = programme.of(Programme(thing.programme)) if thing and thing.programme else None
    return [*shown, *plug.tabs(activity_id, thing, permit().held)] if thing and plug else shown


def of_programmes() -> list[Door]:
    """The doors of the programmes that whoever asks may open, for the first page of the desk."""
    held, now = permit().held, clock.now()
    return [door for plug in programme.plugs() for door in plug.desk(held, now)]
