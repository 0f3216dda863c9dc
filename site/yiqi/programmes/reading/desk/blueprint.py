"""The blueprint of this part of the desk, what each of its addresses needs, and its first page."""

from flask import abort, render_template
from flask.typing import ResponseReturnValue

from yiqi import clock
from yiqi.desk.gate import permit
from yiqi.desk.permits import Needs
from yiqi.desk.views.blueprint import Desk
from yiqi.programmes.reading import counting, reaching
from yiqi.programmes.reading.refusing import Refused
from yiqi.programmes.reading.views.blueprint import refusal
from yiqi.roles.rules.permissions import Action
from yiqi.unions.models import Union
from yiqi.web.errors import Problem, problem_page

_ROOM = Needs(Action.EDIT, thing=reaching.room)
_GROUP = Needs(Action.EDIT, thing=reaching.group)
_TITLE = Needs(Action.EDIT, thing=reaching.title)
_COPY = Needs(Action.EDIT, thing=reaching.copy)
_CALL = Needs(Action.EDIT, thing=reaching.call)
_NOTE = Needs(Action.EDIT, thing=reaching.note)
_WITHIN = Needs(Action.EDIT)
NEEDS = {
    "reading_desk.home": _WITHIN,
    "reading_desk.rooms": _WITHIN,
    "reading_desk.add_room": _WITHIN,
    "reading_desk.room": _ROOM,
    "reading_desk.change_room": _ROOM,
    "reading_desk.differ": _ROOM,
    "reading_desk.close_room": _ROOM,
    "reading_desk.room_list": Needs(Action.IMPORT),
    "reading_desk.try_rooms": Needs(Action.IMPORT),
    "reading_desk.take_rooms": Needs(Action.IMPORT),
    "reading_desk.groups": _WITHIN,
    "reading_desk.add_group": _WITHIN,
    "reading_desk.group": _GROUP,
    "reading_desk.change_group": _GROUP,
    "reading_desk.link": _GROUP,
    "reading_desk.titles": _WITHIN,
    "reading_desk.add_title": _WITHIN,
    "reading_desk.title": _TITLE,
    "reading_desk.change_title": _TITLE,
    "reading_desk.put_adrift": _TITLE,
    "reading_desk.labels": _WITHIN,
    "reading_desk.copy": _COPY,
    "reading_desk.settle_copy": _COPY,
    "reading_desk.calls": _WITHIN,
    "reading_desk.add_call": _WITHIN,
    "reading_desk.call": _CALL,
    "reading_desk.edit_call": _CALL,
    "reading_desk.change_call": _CALL,
    "reading_desk.choose_juror": _CALL,
    "reading_desk.dismiss_juror": _CALL,
    "reading_desk.award": _CALL,
    "reading_desk.entry_file": _CALL,
    "reading_desk.publish": _CALL,
    "reading_desk.notes": _WITHIN,
    "reading_desk.hide": _NOTE,
    "reading_desk.keep": _NOTE,
    "reading_desk.awards": Needs(Action.SEE_STATISTICS),
    "reading_desk.awards_file": Needs(Action.EXPORT),
}

blueprint = Desk("reading_desk", __name__, url_prefix="/desk/reading", needs=NEEDS)


@blueprint.get("/")
def home() -> ResponseReturnValue:
    """What is kept here, with how much of each, and what waits for somebody's word."""
    return render_template("reading/desk/home.html", counts=counting.of(permit().held, clock.now()))


def makers() -> list[Union]:
    """The unions for which whoever asks may make something here; nobody without one gets a form."""
    found = reaching.makers(permit().held)
    if not found:
        abort(404)
    return found


def refused(error: Refused) -> ResponseReturnValue:
    """The page that says why not."""
    return problem_page(Problem(409, *refusal(error)))
