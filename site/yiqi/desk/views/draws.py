"""A draw at the desk: naming the public number, and holding the draw once it is out. What is public is on its own page."""

from contextlib import suppress

from flask import abort, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_login import current_user
from wtforms import ValidationError

from yiqi import clock
from yiqi.booking import whole
from yiqi.desk import doors
from yiqi.desk.views.blueprint import blueprint
from yiqi.draws import lottery, published
from yiqi.draws.published import Published
from yiqi.draws.rules.lottery import number as read_number
from yiqi.draws.rules.steps import Hindered, Hindrance
from yiqi.i18n import gettext as _
from yiqi.i18n import lazy_gettext as _l
from yiqi.web.forms import PageForm, PlainField
from yiqi.web.guards import signed_in_only
from yiqi.web.htmx import safe_redirect

SOURCE, SOURCE_EN, NUMBER = 120, 200, 80


class SourceForm(PageForm):
    """Which public number will be used: where and when it is read."""

    source = PlainField(_l("用哪个公开号码"), max_length=SOURCE)
    source_en = PlainField(_l("用哪个公开号码（英文）"), max_length=SOURCE_EN)

    def validate_source(self, field: PlainField) -> None:
        if not field.data:
            raise ValidationError(_("写清是什么号码、哪一期，比如：双色球第 2026135 期，中国福彩网公布"))


class NumberForm(PageForm):
    """The public number as it came out, typed twice: with it the places are given, and nothing takes that back."""

    number = PlainField(_l("开出的号码"), max_length=NUMBER)
    again = PlainField(_l("再填一遍"), max_length=NUMBER)

    def validate_number(self, field: PlainField) -> None:
        try:
            read_number(field.data or "")
        except ValueError:
            raise ValidationError(_("只填数字，1 到 40 位，中间可以有空格")) from None

    def validate_again(self, field: PlainField) -> None:
        if self.number.errors:
            return
        try:
            is_same = read_number(field.data or "") == read_number(self.number.data or "")
        except ValueError:
            is_same = False
        if not is_same:
            raise ValidationError(_("两遍不一样，对着公布的号码再看一眼"))


@blueprint.get("/activities/<id:activity_id>/draw")
def draw(activity_id: int) -> ResponseReturnValue:
    """Where the draw stands, and its next step. A list that is due is frozen by whoever looks first."""
    return _page(_found(activity_id))


@blueprint.post("/activities/<id:activity_id>/draw/source")
@signed_in_only
def announce_draw(activity_id: int) -> ResponseReturnValue:
    """Name the public number, before anybody can know it; better words until the list is frozen."""
    found, form = _found(activity_id), SourceForm(request.form)
    if not form.validate():
        return _page(found, source=form, status=422)
    try:
        lottery.announce(
            activity_id=activity_id,
            source=form.source.data or "",
            source_en=form.source_en.data or "",
            at=clock.now(),
            by_id=current_user.id,
        )
    except Hindered as why:
        return _page(_found(activity_id), source=form, problem=hindered(why.why), status=409)
    return safe_redirect(url_for("desk.draw", activity_id=activity_id))


@blueprint.post("/activities/<id:activity_id>/draw/number")
@signed_in_only
def hold_draw(activity_id: int) -> ResponseReturnValue:
    """Hold the draw with the number that came out; the same number again changes nothing."""
    found, form = _found(activity_id), NumberForm(request.form)
    if not form.validate():
        return _page(found, number=form, status=422)
    try:
        lottery.draw(
            activity_id=activity_id, number=form.number.data or "", at=clock.now(), by_id=current_user.id
        )
    except Hindered as why:
        return _page(_found(activity_id), number=form, problem=hindered(why.why), status=409)
    return safe_redirect(url_for("desk.draw", activity_id=activity_id))


def hindered(why: Hindrance) -> str:
    """Why a step cannot be taken now, and what comes first."""
    return {
        Hindrance.NOT_BY_LOT: _("这个活动不摇号。"),
        Hindrance.CALLED_OFF: _("活动取消了，不再摇号。"),
        Hindrance.FROZEN: _("名单已经封存，公开号码不能再换。"),
        Hindrance.TOO_LATE: _("摇号时间到了，号码可能已经有人知道，不能再定。"),
        Hindrance.STILL_OPEN: _("报名还没截止，截止后才能封存名单。"),
        Hindrance.NOT_ANNOUNCED: _("还没定用哪个公开号码，先定好。"),
        Hindrance.NOT_FROZEN: _("名单还没封存，先等报名截止。"),
        Hindrance.TOO_EARLY: _("还没到摇号时间，到时再填。"),
        Hindrance.DRAWN: _("已经用另一个号码摇过了，结果不会再变。"),
    }[why]


def _found(activity_id: int) -> Published:
    now = clock.now()
    found = published.of_activity(activity_id, None, now)
    if found is not None and found.is_due:
        with suppress(Hindered):
            lottery.freeze(activity_id=activity_id, at=now)
        found = published.of_activity(activity_id, None, now)
    if found is None:
        abort(404)
    return found


def _page(
    found: Published,
    *,
    source: SourceForm | None = None,
    number: NumberForm | None = None,
    problem: str = "",
    status: int = 200,
) -> ResponseReturnValue:
    page = render_template(
        "desk/draw.html",
        found=found,
        whole=whole.of(found.activity.id, found.at),
        source=source or SourceForm(obj=found.draw),
        number=number or NumberForm(),
        problem=problem,
        doors=doors.of,
    )
    return page, status
