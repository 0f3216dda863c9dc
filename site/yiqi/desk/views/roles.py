"""Who holds which role within reach: giving one, taking one, and taking the second factor from who lost the phone."""

from flask import abort, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_login import current_user

from yiqi import clock
from yiqi.activities.names import PROGRAMMES
from yiqi.desk import gate
from yiqi.desk.gate import permit
from yiqi.desk.trust.grant_form import GrantForm
from yiqi.desk.trust.role_words import DOES, ROLES
from yiqi.desk.views.blueprint import blueprint
from yiqi.i18n import gettext as _
from yiqi.people import persons
from yiqi.roles import granting, holding, listing, scopes, securing
from yiqi.roles.rules.permissions import EVERYWHERE, Action, Role, Thing, may_give, may_grant
from yiqi.web.errors import Problem, problem_page
from yiqi.web.formats import printable
from yiqi.web.htmx import safe_redirect
from yiqi.web.texts import identifier

MOST = 30
"""Characters of a name that is searched for."""


@blueprint.get("/roles")
def roles() -> ResponseReturnValue:
    """The roles that are held within reach, and the form that gives one."""
    return _page(_form())


@blueprint.post("/roles")
def grant() -> ResponseReturnValue:
    """Give a role. Those of the federation ask for a proof first."""
    form = _form(posted=True)
    if not form.validate() or form.which is None:
        return _page(form, 422)
    person = persons.person_by_phone(form.e164)
    thing = _thing(form)
    if person is None or person.merged_into_id is not None:
        form.phone.errors = [_("没有人用这个手机号登录过，请对方先登录一次")]
    elif person.id == current_user.id:
        form.phone.errors = [_("自己的权限要别人来改")]
    elif thing is not None and not may_grant(permit().held, form.which, thing):
        form.role.errors = [_("这个角色你给不了")]
    if thing is None or person is None or form.errors:
        return _page(form, 422)
    if form.which in EVERYWHERE and not gate.is_fresh():
        return gate.to_step_up()
    granting.grant(
        person_id=person.id,
        role=form.which,
        union_id=thing.union_id if thing.activity_id is None else None,
        programme=form.of_programme,
        activity_id=thing.activity_id,
        ends_on=form.last,
        at=clock.now(),
        by_id=current_user.id,
    )
    return safe_redirect(url_for("desk.roles"))


@blueprint.post("/roles/<id:grant_id>/revoke")
def revoke(grant_id: int) -> ResponseReturnValue:
    """Take a role away."""
    held = holding.granted(grant_id)
    if held is None or not may_grant(permit().held, held.role, held.thing):
        abort(404)
    if held.person_id == current_user.id:
        return problem_page(Problem(409, _("自己的权限要别人来改"), _("找另一位管理员。")))
    if held.role in EVERYWHERE and not gate.is_fresh():
        return gate.to_step_up()
    try:
        granting.revoke(grant_id=grant_id, at=clock.now(), by_id=current_user.id)
    except granting.LastAdmin:
        return problem_page(
            Problem(409, _("这是最后一位总工会管理员"), _("先给另一个人开管理员权限，再来撤。"))
        )
    return safe_redirect(url_for("desk.roles"))


@blueprint.post("/people/<id:person_id>/take-factor")
def take_factor(person_id: int) -> ResponseReturnValue:
    """Take the second factor from somebody who lost the phone; they are signed out everywhere and set up another."""
    if not listing.held_once(person_id):
        abort(404)
    if person_id == current_user.id:
        return problem_page(
            Problem(409, _("自己的验证器在“两步验证”里换"), _("丢了的话，找另一位管理员取消。"))
        )
    securing.take_away(person_id=person_id, at=clock.now(), by_id=current_user.id)
    return safe_redirect(url_for("desk.roles"))


def _form(*, posted: bool = False) -> GrantForm:
    """The form, offering the roles that may be given; those of the federation only after a proof, so that nothing
    typed is lost to being asked for one."""
    held = permit().held
    given = [
        role
        for role in Role
        if may_give(held, role) and (posted or role not in EVERYWHERE or gate.is_fresh())
    ]
    return GrantForm(
        request.form if posted else None, may_give=given, activities=scopes.activities(held, clock.now())
    )


def _thing(form: GrantForm) -> Thing | None:
    """What a role is to be given on; None, with an error in the form, when the typed union is none within reach."""
    if form.which in EVERYWHERE:
        return Thing()
    if form.activity_id is not None:
        return holding.activity(form.activity_id)
    found = scopes.unions(permit().held, form.union.data or "")
    if found and form.union.data in (found[0].name, found[0].name_en):
        return Thing(found[0].id, None, form.of_programme)
    if found:
        names = _("、").join(union.name for union in found)
        form.union.errors = [_("填全称，像这样的有：%(names)s", names=names)]
    else:
        form.union.errors = [_("在你管的范围里没有这个工会")]
    return None


def _page(form: GrantForm, status: int = 200) -> ResponseReturnValue:
    held = permit().held
    who = printable(" ".join(request.args.get("who", "").split()))[:MOST]
    rows, more = listing.grants(held, clock.now(), who=who, before=identifier(request.args.get("before", "")))
    page = render_template(
        "desk/roles.html",
        form=form,
        grants=rows,
        more=more,
        who=who,
        names=scopes.names(held),
        needs_proof=may_give(held, Role.FEDERATION_ADMIN) and not gate.is_fresh(),
        may_take_factor=permit().may_anywhere(Action.TAKE_FACTOR),
        role_words=ROLES,
        does=DOES,
        programmes=PROGRAMMES,
    )
    return page, status
