"""What there is to learn: the trades with their ways up, the next courses, lectures."""

from collections.abc import Sequence

from flask import abort, render_template
from flask.typing import ResponseReturnValue
from flask_login import current_user

from yiqi import clock
from yiqi.activities.calendar import Showing
from yiqi.booking import mine
from yiqi.programmes.training import cards, ladder, lectured, offered, taught, wording
from yiqi.programmes.training.views.blueprint import blueprint
from yiqi.roles import holding
from yiqi.roles.rules.permissions import Action, may

LECTURES_SHOWN = 2


def visitor() -> int | None:
    """Who looks, None for a visitor."""
    return current_user.id if current_user.is_authenticated else None


@blueprint.get("/")
def home() -> ResponseReturnValue:
    """Trades from the first level to the last, what begins next, lectures, subsidies."""
    now, person_id = clock.now(), visitor()
    courses = ladder.courses(person_id, now)
    beginning = offered.beginning(courses, now)
    singles = offered.singles(person_id, now)
    lectures = lectured.coming(person_id, now, LECTURES_SHOWN)
    return render_template(
        "training/home.html",
        going=cards.going(person_id, now) if person_id is not None else [],
        next_of=cards.next_of,
        paths=ladder.paths(taught.trades(), courses, person_id, now),
        beginning=beginning,
        singles=singles,
        lectures=lectures,
        tags=_tags([*beginning, *singles, *lectures]),
        words=wording,
        now=now,
        today=clock.today(),
    )


@blueprint.get("/path/<trade>")
def path(trade: str) -> ResponseReturnValue:
    """One trade, from 初级工 to 高级技师: what each level takes, and the courses that lead to it."""
    found = taught.trade(trade)
    if found is None:
        abort(404)
    now = clock.now()
    (way,) = ladder.paths([found], ladder.courses(visitor(), now), visitor(), now)
    return render_template("training/path.html", path=way, words=wording, now=now)


@blueprint.get("/lectures")
def lectures() -> ResponseReturnValue:
    """The lectures that are on, and those that a union can ask for."""
    now, person_id = clock.now(), visitor()
    held = holding.of(person_id, now) if person_id is not None else ()
    coming = lectured.coming(person_id, now)
    return render_template(
        "training/lectures.html",
        coming=coming,
        travelling=lectured.travelling(),
        may_ask=may(held, Action.EDIT) is not None,
        tags=_tags(coming),
        now=now,
        today=clock.today(),
    )


def _tags(showings: Sequence[Showing]) -> dict[int, tuple[str, int]]:
    """What the visitor has in the slots of a list."""
    slots = [slot.slot_id for one in showings for slot in one.slots]
    return dict(mine.tags(current_user.id, slots, clock.now())) if visitor() is not None else {}
