"""Training's part of the desk: its blueprint, and what each of its addresses needs."""

from collections.abc import Mapping
from typing import Any

from yiqi.desk.permits import Needs, On
from yiqi.desk.views.blueprint import Desk
from yiqi.programmes.training import lectured, requested
from yiqi.roles.rules.permissions import Action, Thing


def _subsidy(parts: Mapping[str, Any]) -> Thing | None:
    return requested.thing(parts["subsidy_id"])


def _asked(parts: Mapping[str, Any]) -> Thing | None:
    return lectured.thing(parts["request_id"])


def _lecture(parts: Mapping[str, Any]) -> Thing | None:
    return lectured.lecture_thing(parts["lecture_id"])


NEEDS: dict[str, Needs] = {
    "training_desk.home": Needs(Action.ENTER),
    "training_desk.add_trade": Needs(Action.KEEP_UNIONS),
    "training_desk.course": Needs(Action.SEE_ROSTER, On.ACTIVITY),
    "training_desk.syllabus": Needs(Action.EDIT, On.ACTIVITY),
    "training_desk.keep_course": Needs(Action.EDIT, On.ACTIVITY),
    "training_desk.results": Needs(Action.IMPORT, On.ACTIVITY),
    "training_desk.upload_results": Needs(Action.IMPORT, On.ACTIVITY),
    "training_desk.results_sheet": Needs(Action.IMPORT, On.ACTIVITY),
    "training_desk.results_list": Needs(Action.IMPORT, On.ACTIVITY),
    "training_desk.take_results": Needs(Action.IMPORT, On.ACTIVITY),
    "training_desk.keep_result": Needs(Action.IMPORT, On.ACTIVITY),
    "training_desk.certificates": Needs(Action.EDIT, On.ACTIVITY),
    "training_desk.issue": Needs(Action.EDIT, On.ACTIVITY),
    "training_desk.revoke": Needs(Action.EDIT, On.ACTIVITY),
    "training_desk.subsidies": Needs(requested.DECIDES),
    "training_desk.subsidy": Needs(requested.DECIDES, thing=_subsidy),
    "training_desk.answer_subsidy": Needs(requested.DECIDES, thing=_subsidy),
    "training_desk.note_subsidy": Needs(requested.DECIDES, thing=_subsidy),
    "training_desk.subsidy_paper": Needs(requested.DECIDES, thing=_subsidy),
    "training_desk.lectures": Needs(Action.EDIT),
    "training_desk.ask_lecture": Needs(Action.EDIT),
    "training_desk.add_lecture": Needs(Action.KEEP_UNIONS),
    "training_desk.retire_lecture": Needs(Action.KEEP_UNIONS, thing=_lecture),
    "training_desk.lecture_request": Needs(Action.EDIT, thing=_asked),
    "training_desk.withdraw_lecture": Needs(Action.EDIT, thing=_asked),
    "training_desk.answer_lecture": Needs(Action.KEEP_UNIONS, thing=_asked),
}

blueprint = Desk("training_desk", __name__, url_prefix="/desk/training", needs=NEEDS)
