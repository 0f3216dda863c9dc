"""The troupe's part of the desk, and what each of its addresses needs."""

from yiqi.desk.permits import Needs
from yiqi.desk.views.blueprint import Desk
from yiqi.programmes.troupe import things
from yiqi.roles.rules.permissions import Action

_IN_SEASON = {
    Action.SEE_ROSTER: "season attendance",
    Action.EDIT: "lead new_audition announce new_production begin_production",
}
_IN_AUDITION = {
    Action.BOOK_FOR_OTHERS: "audition decide send choose_juror dismiss_juror",
}
_IN_PRODUCTION = {
    Action.EDIT: "production add_part cast take_part_out link_show",
    Action.BOOK_FOR_OTHERS: "step_in ask costumes costumes_file",
}
NEEDS = {
    "troupe_desk.home": Needs(Action.SEE_ROSTER),
    "troupe_desk.new_season": Needs(Action.EDIT),
    "troupe_desk.begin_season": Needs(Action.EDIT),
    **{
        f"troupe_desk.{name}": Needs(action, thing=finder)
        for finder, by_action in (
            (things.season, _IN_SEASON),
            (things.audition, _IN_AUDITION),
            (things.production, _IN_PRODUCTION),
        )
        for action, names in by_action.items()
        for name in names.split()
    },
}
"""Marks, verdicts and measures are for organizers; rosters and attendance also for those who see names in part."""

blueprint = Desk("troupe_desk", __name__, url_prefix="/desk/troupe", needs=NEEDS)
