"""The pages of one activity on the desk, as tabs: those that are there, and that whoever asks may open."""

from collections.abc import Callable, Sequence
from datetime import datetime

from flask import url_for

from yiqi import clock
from yiqi.activities.models import Programme
from yiqi.booking import programme
from yiqi.booking.programme import Card, Door
from yiqi.desk.gate import permit
from yiqi.desk.permits import NEEDS
from yiqi.i18n import gettext as _
from yiqi.roles import holding
from yiqi.roles.rules.permissions import Held

_more_doors: list[Callable[[Sequence[Held], datetime], Sequence[Door]]] = []
_more_cards: list[Callable[[Sequence[Held], datetime], Sequence[Card]]] = []


def of(activity_id: int, *, is_drawn: bool = False) -> list[Door]:
    """The tabs of an activity, in their order, those that its programme adds in the end. An address that the table does
    not know yet has none. `is_drawn`: its places are drawn by lot."""
    known = (
        ("desk.roster", _("名单")),
        *((("desk.draw", _("摇号")),) if is_drawn else ()),
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
    """The doors of the programmes, and of the rooms beside them, that whoever asks may open, for the first page of the desk."""
    held, now = permit().held, clock.now()
    doors = [plug.desk for plug in programme.plugs()] + _more_doors
    return [door for of in doors for door in of(held, now)]


def cards() -> list[Card]:
    """What others than programmes show on the first page of the desk."""
    return [card for of in _more_cards for card in of(permit().held, clock.now())]


def also(
    doors: Callable[[Sequence[Held], datetime], Sequence[Door]],
    cards: Callable[[Sequence[Held], datetime], Sequence[Card]],
) -> None:
    """Let a room above the desk that is no programme show its doors and cards there; the second time changes nothing."""
    if doors not in _more_doors:
        _more_doors.append(doors)
        _more_cards.append(cards)
