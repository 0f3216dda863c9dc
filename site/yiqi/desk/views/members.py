"""The members of a union: the list, one of them, and what is kept of them."""

from flask import abort, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_login import current_user

from yiqi import clock
from yiqi.booking import members_only
from yiqi.desk.gate import permit
from yiqi.desk.membership import union_lists
from yiqi.desk.membership.union_forms import CredentialForm, MemberForm, ReasonForm, StandingForm, TagForm
from yiqi.desk.views.blueprint import blueprint
from yiqi.desk.views.unions import may_change, problem_of, searched
from yiqi.i18n import gettext as _
from yiqi.people import attributes
from yiqi.people.rules import typed_date
from yiqi.roles import member_keeping
from yiqi.roles.rules.permissions import Action
from yiqi.unions import belonging, membership, tree
from yiqi.unions.membership import Member
from yiqi.web.errors import Problem, problem_page
from yiqi.web.htmx import safe_redirect
from yiqi.web.texts import Unwritable, identifier, plain

_Forms = StandingForm | ReasonForm | TagForm | CredentialForm


@blueprint.get("/unions/<id:union_id>")
def union(union_id: int) -> ResponseReturnValue:
    """The members of a union and of its groups: `?q=`, `?past=1` those who were, `?after=` the next page."""
    return _list(union_id, MemberForm())


@blueprint.post("/unions/<id:union_id>/members")
def add_member(union_id: int) -> ResponseReturnValue:
    """A member by their phone."""
    form = MemberForm(request.form)
    if not form.validate():
        return _list(union_id, form, 422)
    try:
        made, _is_new = member_keeping.add(
            union_id=union_id,
            phone=form.e164,
            name=form.name.data or "",
            number=form.number.data or "",
            at=clock.now(),
            by_id=current_user.id,
        )
    except tree.Ended as error:
        form.phone.errors = [problem_of(error)]
        return _list(union_id, form, 422)
    return safe_redirect(url_for("desk.member", union_id=union_id, membership_id=made))


@blueprint.get("/unions/<id:union_id>/members/<id:membership_id>")
def member(union_id: int, membership_id: int) -> ResponseReturnValue:
    """One member: what is kept of them here, and what of theirs hangs on it."""
    return _member(union_id, membership_id)


@blueprint.post("/unions/<id:union_id>/members/<id:membership_id>")
def keep_member(union_id: int, membership_id: int) -> ResponseReturnValue:
    """Keep the standing and the number."""
    over = _over(union_id, membership_id)
    if over is not None:
        return over
    form = StandingForm(request.form)
    if not form.validate():
        return _member(union_id, membership_id, standing=form)
    try:
        member_keeping.keep(
            membership_id=membership_id,
            new=form.typed,
            shown=form.shown,
            at=clock.now(),
            by_id=current_user.id,
        )
    except membership.KeptMeanwhile:
        return _member(union_id, membership_id, changed=True)
    return safe_redirect(url_for("desk.member", union_id=union_id, membership_id=membership_id))


@blueprint.post("/unions/<id:union_id>/members/<id:membership_id>/end")
def end_membership(union_id: int, membership_id: int) -> ResponseReturnValue:
    """They are a member no more, from today on."""
    _here(union_id, membership_id)
    form = ReasonForm(request.form)
    if not form.validate():
        return _member(union_id, membership_id, ending=form)
    member_keeping.end(
        membership_id=membership_id,
        because=form.because.data or "",
        at=clock.now(),
        by_id=current_user.id,
    )
    return safe_redirect(url_for("desk.member", union_id=union_id, membership_id=membership_id))


@blueprint.post("/unions/<id:union_id>/members/<id:membership_id>/tags")
def tag_member(union_id: int, membership_id: int) -> ResponseReturnValue:
    """Put a tag on somebody, or take one off (`off`)."""
    over = _over(union_id, membership_id)
    if over is not None:
        return over
    on = "off" not in request.form
    form = TagForm(request.form if on else None, data={"tag": _line(request.form.get("off", ""))})
    if not form.validate():
        return _member(union_id, membership_id, tagging=form)
    member_keeping.tag(
        membership_id=membership_id,
        word=form.tag.data or "",
        on=on,
        at=clock.now(),
        by_id=current_user.id,
    )
    return safe_redirect(url_for("desk.member", union_id=union_id, membership_id=membership_id))


@blueprint.post("/unions/<id:union_id>/members/<id:membership_id>/credentials")
def certify_member(union_id: int, membership_id: int) -> ResponseReturnValue:
    """Write a certificate down, or strike one out (`off`, its code; `since`)."""
    over = _over(union_id, membership_id)
    if over is not None:
        return over
    form = CredentialForm(request.form)
    if "off" in request.form:
        since = typed_date(request.form.get("since", ""))
        if since is None:
            abort(400)
        member_keeping.strike(
            membership_id=membership_id,
            code=_line(request.form["off"]),
            since=since,
            at=clock.now(),
            by_id=current_user.id,
        )
    elif not form.validate() or form.first is None:
        return _member(union_id, membership_id, credential=form)
    else:
        member_keeping.certify(
            membership_id=membership_id,
            code=form.code.data or "",
            since=form.first,
            until=form.last,
            at=clock.now(),
            by_id=current_user.id,
        )
    return safe_redirect(url_for("desk.member", union_id=union_id, membership_id=membership_id))


def _line(typed: str) -> str:
    try:
        return plain(typed)
    except Unwritable:
        abort(400)


def _list(union_id: int, form: MemberForm, status: int = 200) -> ResponseReturnValue:
    now, q, past = clock.now(), searched(), request.args.get("past") == "1"
    below = belonging.under([union_id])[union_id]
    rows, more = membership.page(
        below, on=clock.today(), q=q, past=past, after=identifier(request.args.get("after", ""))
    )
    page = render_template(
        "desk/union.html",
        row=union_lists.one(union_id, now),
        path=union_lists.path(union_id, union_lists.kept(permit().held)),
        members=rows,
        more=more,
        tags=attributes.tags_of([one.person_id for one in rows]),
        q=q,
        past=past,
        form=form,
        may_change=may_change(union_id) or permit().may(Action.KEEP_GROUPS) is not None,
        today=clock.today(),
    )
    return page, status


def _here(union_id: int, membership_id: int) -> Member:
    found = membership.one(membership_id)
    if found is None or found.union_id != union_id:
        abort(404)
    return found


def _over(union_id: int, membership_id: int) -> ResponseReturnValue | None:
    """409 once they are a member here no more: what is kept of them is another union's business then."""
    if membership.counts(_here(union_id, membership_id), clock.today()):
        return None
    return problem_page(Problem(409, _("会员资格已经结束"), _("这里不能再改了，由对方现在的工会来改。")))


def _member(
    union_id: int,
    membership_id: int,
    *,
    standing: StandingForm | None = None,
    ending: ReasonForm | None = None,
    tagging: TagForm | None = None,
    credential: CredentialForm | None = None,
    changed: bool = False,
) -> ResponseReturnValue:
    it = _here(union_id, membership_id)
    bad: list[_Forms | None] = [standing, ending, tagging, credential]
    within = union_lists.kept(permit().held)
    others = [one for one in membership.of_person(it.person_id) if one.id != it.id]
    if changed:
        standing = _standing(it)
        standing.number.errors = [_("刚刚有人改过，看看现在的，再改一次")]
    page = render_template(
        "desk/member.html",
        it=it,
        is_over=not membership.counts(it, clock.today()),
        others=[one for one in others if within is None or one.union_id in within],
        elsewhere=sum(within is not None and one.union_id not in within for one in others),
        concerned=members_only.bookings(it.person_id, it.union_id, clock.now()),
        tags=attributes.tags(it.person_id),
        credentials=attributes.credentials(it.person_id),
        standing=standing or _standing(it),
        ending=ending or ReasonForm(),
        tagging=tagging or TagForm(),
        credential=credential or CredentialForm(),
        said=_("名字没填") if not it.name else it.name,
    )
    return page, 409 if changed else 422 if any(one is not None for one in bad) else 200


def _standing(it: Member) -> StandingForm:
    """The form as things stand; what it shows goes with it, so that nobody writes over what another changed since."""
    shown = {"good": it.in_good_standing, "number": it.number}
    return StandingForm(data={**shown, **{f"{name}_before": value for name, value in shown.items()}})
