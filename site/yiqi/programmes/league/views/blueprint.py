"""The blueprint of the league's pages, and what several of them say."""

import secrets
from typing import Any

from flask import Blueprint
from flask.typing import ResponseReturnValue
from flask_login import current_user

from yiqi.programmes.league import wording
from yiqi.programmes.league.rules.words import Refused
from yiqi.web.errors import problem_page
from yiqi.web.texts import Unwritable, plain

blueprint = Blueprint("league", __name__, url_prefix="/league")


@blueprint.context_processor
def _words() -> dict[str, Any]:
    """What the league's templates call things."""
    return wording.WORDS


def visitor() -> int | None:
    """Who looks, by id; None for who is not signed in."""
    return current_user.id if current_user.is_authenticated else None


def refused(why: Refused) -> ResponseReturnValue:
    """A refusal as a page of its own."""
    return problem_page(wording.problem(why))


def nonce(typed: str) -> str:
    """What a form brought to be known again by; a fresh one where it brought none that can be kept."""
    try:
        return plain(typed)[:64] or secrets.token_urlsafe(16)
    except Unwritable:
        return secrets.token_urlsafe(16)
