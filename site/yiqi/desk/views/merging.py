"""Two records of one person: finding them, what each has, and making one of them."""

from flask import abort, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_login import current_user

from yiqi import clock
from yiqi.booking import merging, two_records
from yiqi.booking.merging import Clashing, NotToMerge
from yiqi.desk.membership.union_forms import MergeForm, TwoPhonesForm
from yiqi.desk.views.blueprint import blueprint
from yiqi.i18n import gettext as _
from yiqi.people import persons
from yiqi.people.merging import Keeps
from yiqi.people.rules import masked
from yiqi.web.errors import Problem, problem_page
from yiqi.web.htmx import safe_redirect


@blueprint.get("/people/merge")
def people_to_merge() -> ResponseReturnValue:
    """Which two, by their numbers."""
    return render_template("desk/merge_find.html", form=TwoPhonesForm())


@blueprint.post("/people/merge")
def find_two() -> ResponseReturnValue:
    """Look them up; the numbers are in no address."""
    form = TwoPhonesForm(request.form)
    if form.validate():
        ids = []
        for field, phone in zip((form.kept, form.gone), form.e164, strict=True):
            found = persons.person_by_phone(phone)
            if found is None:
                field.errors = [_("没有人用这个手机号")]
            else:
                ids.append(found.id)
        if len(ids) == 2:
            return safe_redirect(url_for("desk.merge_preview", kept_id=ids[0], gone_id=ids[1]))
    return render_template("desk/merge_find.html", form=form), 422


@blueprint.get("/people/<id:kept_id>/merge/<id:gone_id>")
def merge_preview(kept_id: int, gone_id: int) -> ResponseReturnValue:
    """What both have, and what would become of it."""
    return _page(kept_id, gone_id, MergeForm(data={"keeps": Keeps.KEPT}))


@blueprint.post("/people/<id:kept_id>/merge/<id:gone_id>")
def merge(kept_id: int, gone_id: int) -> ResponseReturnValue:
    """Make one record of them."""
    form = MergeForm(request.form)
    if two_records.of(kept_id, gone_id, clock.now()) is None:
        abort(404)
    if not form.validate():
        return _page(kept_id, gone_id, form, 422)
    try:
        merging.merge(
            kept_id=kept_id,
            gone_id=gone_id,
            keeps=Keeps(form.keeps.data),
            because=form.because.data or "",
            at=clock.now(),
            by_id=current_user.id,
        )
    except Clashing:
        return _page(kept_id, gone_id, form, 409)
    except NotToMerge:
        return problem_page(
            Problem(409, _("这两份记录不能合并"), _("其中一份已经并过，或者就是你自己的，找另一位管理员。"))
        )
    return safe_redirect(url_for("desk.merge_preview", kept_id=kept_id, gone_id=gone_id))


def _page(kept_id: int, gone_id: int, form: MergeForm, status: int = 200) -> ResponseReturnValue:
    found = two_records.of(kept_id, gone_id, clock.now())
    if found is None:
        abort(404)
    form.keeps.choices = [
        (Keeps.KEPT.value, masked(found.kept.person.phone)),
        (Keeps.GONE.value, masked(found.gone.person.phone)),
    ]
    return render_template("desk/merge.html", both=found, form=form), status
