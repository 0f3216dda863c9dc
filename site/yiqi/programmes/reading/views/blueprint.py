"""The blueprint of the reading programme's pages, and what several of them say alike."""

from flask import Blueprint
from flask.typing import ResponseReturnValue
from flask_login import current_user

from yiqi.programmes.reading.refusing import Refused
from yiqi.programmes.reading.rules.calls import Why as CallWhy
from yiqi.programmes.reading.wording import CALL, DRIFT
from yiqi.web.errors import Problem, problem_page

blueprint = Blueprint("reading", __name__, url_prefix="/reading")


def reader() -> int | None:
    """Who looks; None is a visitor."""
    return int(current_user.id) if current_user.is_authenticated else None


def refusal(error: Refused) -> tuple[str, str]:
    """Why something cannot be done: a heading, and what to do."""
    heading, line = CALL[error.why] if isinstance(error.why, CallWhy) else DRIFT[error.why]
    return str(heading), str(line)


def refused(error: Refused) -> ResponseReturnValue:
    """The page that says so."""
    return problem_page(Problem(409, *refusal(error)))
