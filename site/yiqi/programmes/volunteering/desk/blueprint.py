"""The blueprint of volunteering's part of the desk, and what each of its addresses needs."""

from collections.abc import Mapping
from typing import Any

from flask import abort

from yiqi import clock
from yiqi.activities.models import Programme
from yiqi.booking import whole
from yiqi.booking.whole import Whole
from yiqi.desk.permits import Needs
from yiqi.desk.views.blueprint import Desk
from yiqi.programmes.volunteering import words
from yiqi.roles import holding
from yiqi.roles.rules.permissions import Action, Thing


def event(parts: Mapping[str, Any]) -> Thing | None:
    """The event that an address names; None for an activity of another programme, and for none."""
    found = holding.activity(parts["event_id"])
    return found if found is not None and found.programme == Programme.VOLUNTEERING else None


def event_or_missing(event_id: int) -> Whole:
    """An event as a whole, for the head of its pages."""
    found = whole.of(event_id, clock.now())
    if found is None:
        abort(404)
    return found


NEEDS: dict[str, Needs] = {
    "volunteering_desk.home": Needs(Action.CONFIRM_HOURS),
    "volunteering_desk.hours": Needs(Action.CONFIRM_HOURS, thing=event),
    "volunteering_desk.confirm_all": Needs(Action.CONFIRM_HOURS, thing=event),
    "volunteering_desk.service": Needs(Action.CONFIRM_HOURS, thing=event),
    "volunteering_desk.confirm": Needs(Action.CONFIRM_HOURS, thing=event),
    "volunteering_desk.settle": Needs(Action.CONFIRM_HOURS, thing=event),
    "volunteering_desk.adjust": Needs(Action.CONFIRM_HOURS, thing=event),
    "volunteering_desk.reverse": Needs(Action.CONFIRM_HOURS, thing=event),
    "volunteering_desk.answer": Needs(Action.CONFIRM_HOURS, thing=event),
    "volunteering_desk.posts": Needs(Action.EDIT, thing=event),
    "volunteering_desk.keep_posts": Needs(Action.EDIT, thing=event),
    "volunteering_desk.make_squad": Needs(Action.EDIT, thing=event),
    "volunteering_desk.keep_squad": Needs(Action.EDIT, thing=event),
    "volunteering_desk.drop_squad": Needs(Action.EDIT, thing=event),
    "volunteering_desk.brief": Needs(Action.EDIT, thing=event),
    "volunteering_desk.export": Needs(Action.EXPORT, thing=event),
    "volunteering_desk.take_export": Needs(Action.EXPORT, thing=event),
    "volunteering_desk.export_phones": Needs(Action.EXPORT_PHONES, thing=event),
    "volunteering_desk.take_phones": Needs(Action.EXPORT_PHONES, thing=event),
    "volunteering_desk.export_period": Needs(Action.EXPORT),
    "volunteering_desk.take_period": Needs(Action.EXPORT),
    "volunteering_desk.period_phones": Needs(Action.EXPORT_PHONES),
    "volunteering_desk.take_period_phones": Needs(Action.EXPORT_PHONES),
    "volunteering_desk.stars": Needs(Action.SEE_STATISTICS),
}

blueprint = Desk("volunteering_desk", __name__, url_prefix="/desk/volunteering", needs=NEEDS)
blueprint.context_processor(
    lambda: {
        "hours_of": words.hours,
        "length_of": words.length,
        "stars_of": words.stars,
        "hours_because": words.because,
        "HOURS_STATES": words.STATES,
        "HOURS_TAGS": words.TAGS,
        "HOURS_DEEDS": words.DEEDS,
    }
)
