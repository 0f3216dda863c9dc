"""The year's doors on the first page of the desk."""

from collections.abc import Sequence
from datetime import datetime

from flask import url_for

from yiqi.booking.programme import Card, Door
from yiqi.i18n import gettext as _
from yiqi.roles.rules.permissions import Action, Held, may


def doors(held: Sequence[Held], _at: datetime) -> list[Door]:
    """For who sees the records of a union, or writes themes; whoever sees only statistics finds it there."""
    if not may(held, Action.SEE_YEARS):
        return []
    return [Door("years_desk.weeks", url_for("years_desk.weeks"), _("年度"))]


def cards(_held: Sequence[Held], _at: datetime) -> list[Card]:
    """Nothing of a year waits."""
    return []
