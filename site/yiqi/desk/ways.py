"""Where the pages of the desk lead, in the one place that knows their addresses."""

from flask import url_for


def roster(activity_id: int, tab: str = "") -> str:
    """The roster of an activity, perhaps at one of its tabs."""
    return f"/desk/activities/{activity_id}" + (f"?tab={tab}" if tab else "")


def door(activity_id: int) -> str:
    """Where people are checked in."""
    return url_for("desk.check_in", activity_id=activity_id)
