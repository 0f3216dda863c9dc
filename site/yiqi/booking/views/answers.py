"""Changing the answers of a booking."""

from collections.abc import Mapping

from flask import abort, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_login import current_user

from yiqi import clock
from yiqi.booking import mine, questions
from yiqi.booking.answers import change_answers
from yiqi.booking.forms import AnswersForm
from yiqi.booking.questions import Sheet
from yiqi.booking.rules.answers import still_fits
from yiqi.booking.rules.asking import Refusal, Refused
from yiqi.booking.rules.quotas import Share
from yiqi.booking.rules.states import LIVE
from yiqi.booking.standing import Standing
from yiqi.booking.views.blueprint import blueprint
from yiqi.booking.wording import Said, said
from yiqi.i18n import gettext as _
from yiqi.web.guards import signed_in_only
from yiqi.web.htmx import safe_redirect


@blueprint.get("/bookings/<ref:ref>/answers")
@signed_in_only
def answers(ref: str) -> ResponseReturnValue:
    """My answers, to be changed. What cannot be changed any more leads back to its activity."""
    found = _mine(ref)
    sheet, kept = _sheet(found)
    if not _can_change(found) or not sheet.questions:
        return _back(found)
    return _page(found, AnswersForm(sheet=sheet, kept=kept))


@blueprint.post("/bookings/<ref:ref>/answers")
@signed_in_only
def change(ref: str) -> ResponseReturnValue:
    """Keep the changed answers; the place stays mine."""
    found = _mine(ref)
    sheet, kept = _sheet(found)
    form = AnswersForm(request.form, sheet=sheet, kept=kept)
    if not _can_change(found):
        return _back(found)
    if not form.validate():
        return _page(found, form, status=422)
    try:
        change_answers(ref=ref, person_id=current_user.id, answers=form.answers, at=clock.now())
    except Refused as refused:
        return _refuse(found, form, refused)
    return _back(found, did=found.slot.id)


def _mine(ref: str) -> Standing:
    found = mine.by_ref(ref, current_user.id, clock.now())
    if found is None:
        abort(404)
    return found


def _can_change(found: Standing) -> bool:
    return found.booking is not None and found.booking.state in LIVE and found.at < found.slot.starts_at


def _sheet(found: Standing) -> tuple[Sheet, Mapping[int, str]]:
    """What is asked now, and which of the booking's answers still answer it."""
    sheet = questions.sheet(found.slot.id, found.activity.id, found.at)
    if not sheet.questions or found.booking is None:
        return sheet, {}
    given = {answer.key: answer.value for answer in questions.given_by(found.booking.id)}
    return sheet, still_fits(sheet.questions, given)


def _refuse(found: Standing, form: AnswersForm, refused: Refused) -> ResponseReturnValue:
    if refused.why is Refusal.NOT_YOURS:
        abort(404)
    share = refused.facts.get("quota")
    if refused.why is not Refusal.QUOTA_FULL or not isinstance(share, Share):
        return _page(found, form, status=409, refused=said(refused))
    key = share.choice.partition("=")[0]
    for field in form.asked:
        if field.question.key == key:
            field.errors = [_unchanged(field.label.text, share, refused.facts.get("party"))]
    return _page(found, form, status=409)


def _unchanged(what: str, share: Share, party: object) -> str:
    """Why a choice stays as it was: there is none left of the new one, or not enough for all who come along."""
    if share.most is not None and isinstance(party, int) and share.is_short_for(party):
        return _(
            "“%(what)s”改不了：想换的只剩 %(left)s 个，你们是 %(n)s 个人，原来的还给你留着",
            what=what,
            left=share.left,
            n=party,
        )
    return _("“%(what)s”改不了：想换的已经满了，原来的还给你留着", what=what)


def _page(
    found: Standing, form: AnswersForm, *, status: int = 200, refused: Said | None = None
) -> ResponseReturnValue:
    page = render_template("booking/answers.html", standing=found, form=form, refused=refused)
    return page, status


def _back(found: Standing, did: int | None = None) -> ResponseReturnValue:
    here = url_for(
        "booking.activity", activity_id=found.activity.id, did=did, _anchor=f"booking-{found.slot.id}"
    )
    return safe_redirect(here)
