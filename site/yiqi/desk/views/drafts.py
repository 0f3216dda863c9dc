"""Writing an activity: the form of a draft, its preview, publishing it."""

from flask import render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_login import current_user

from yiqi import clock
from yiqi.desk import ways
from yiqi.desk.planning import drafting, drafts, known, preview, publishing
from yiqi.desk.planning.draft_page import Filled
from yiqi.desk.planning.drafts import Written
from yiqi.desk.rules import sheet
from yiqi.desk.rules.reading import Read
from yiqi.desk.rules.sheet import MOST_FIELDS, Fields
from yiqi.desk.views.blueprint import blueprint
from yiqi.web import qr
from yiqi.web.guards import long_form, signed_in_only
from yiqi.web.htmx import asks_for_fragment, fragment, safe_redirect
from yiqi.web.texts import MAX_ID, kept_as_typed, whole


@blueprint.get("/drafts/<id:draft_id>")
def draft(draft_id: int) -> ResponseReturnValue:
    """The form as it was last saved; of a published draft, what became of it and how to spread the word."""
    written = drafts.of(draft_id)
    if written.draft.published_id is not None:
        return _published(written)
    return _page(written, written.fields)


@blueprint.post("/drafts/<id:draft_id>")
@signed_in_only
@long_form(MOST_FIELDS)
def save(draft_id: int) -> ResponseReturnValue:
    """Keep what was typed. `do` may add, move or take out a row, or change how the dates are told."""
    written = drafts.of(draft_id)
    fields, anchor = _posted(written), ""
    do = request.form.get("do", "")
    moved = sheet.moved(fields, do)
    if moved is not None:
        fields, anchor = moved
    elif do in ("when-dates", "when-weekly"):
        fields, anchor = fields | {"when": do.removeprefix("when-")}, "when"
    return _kept(written, fields) or _to(draft_id, anchor)


@blueprint.get("/drafts/<id:draft_id>/_preview")
def _kept_preview(draft_id: int) -> ResponseReturnValue:
    """How workers will see it as it was saved. Opened by hand, as by Back or reload after a preview, it goes to its page."""
    if not asks_for_fragment():
        return _to(draft_id, "preview")
    written = drafts.of(draft_id)
    seen = _seen(written, _read(written, written.fields))
    return fragment(render_template("desk/_preview.html", seen=seen))


@blueprint.post("/drafts/<id:draft_id>/_preview")
@signed_in_only
@long_form(MOST_FIELDS)
def _preview(draft_id: int) -> ResponseReturnValue:
    """How workers will see what is typed, which is not kept, and what is wrong with it by now. A plain browser gets the whole
    page with it."""
    written = drafts.of(draft_id)
    fields = _posted(written)
    if asks_for_fragment():
        read = _read(written, fields)
        wrong = Filled.of(fields, read, checked=True).errors
        return fragment(render_template("desk/_preview.html", seen=_seen(written, read), wrong=wrong))
    return _page(written, fields, edition=_edition(), was_looked_at=True)


@blueprint.post("/drafts/<id:draft_id>/publish")
@signed_in_only
@long_form(MOST_FIELDS)
def publish(draft_id: int) -> ResponseReturnValue:
    """Publish it, once; or keep what was typed and say everything that is wrong with it."""
    written = drafts.of(draft_id)
    fields = _posted(written)
    read = _read(written, fields)
    if written.draft.published_id is not None:
        return _to(draft_id)
    if read.wanted is None:
        unkept = _kept(written, fields)
        return unkept or _page(drafts.of(draft_id), fields, checked=True, status=422)
    try:
        publishing.publish(
            draft_id=draft_id,
            edition=_edition(),
            fields=fields,
            wanted=read.wanted,
            by_id=current_user.id,
            at=clock.now(),
        )
    except drafting.Conflict:
        return _conflict(draft_id, fields)
    except drafting.Finished:
        return safe_redirect(url_for("desk.home", tab="drafts"))
    return _to(draft_id)


@blueprint.post("/drafts/<id:draft_id>/template")
@signed_in_only
@long_form(MOST_FIELDS)
def keep_template(draft_id: int) -> ResponseReturnValue:
    """Keep what is typed as a template of its own, and in the draft; the same edition again is the same template."""
    written = drafts.of(draft_id)
    fields = _posted(written)
    unkept = _kept(written, fields)
    if unkept is not None:
        return unkept
    made = drafting.begin(
        owner_id=written.draft.owner_id,
        programme=written.draft.programme,
        fields=fields,
        by_id=current_user.id,
        nonce=f"template-{draft_id}-{_edition()}",
        at=clock.now(),
        is_template=True,
    )
    return _to(made)


@blueprint.post("/drafts/<id:draft_id>/delete")
@signed_in_only
@long_form(MOST_FIELDS)
def delete_draft(draft_id: int) -> ResponseReturnValue:
    """Throw it away for good, unless it was published, or somebody saved it since it was looked at."""
    fields = _posted(drafts.of(draft_id))
    try:
        drafting.throw_away(draft_id=draft_id, edition=_edition())
    except drafting.Conflict:
        return _conflict(draft_id, fields)
    except drafting.Finished:
        return _to(draft_id)
    return safe_redirect(url_for("desk.home", tab="drafts"))


def _posted(written: Written) -> Fields:
    """The form as it was sent: exactly as typed, but for what HTML cannot carry."""
    return sheet.read(
        ((name, kept_as_typed(value)) for name, value in request.form.items(multi=True)), written.fields
    )


def _edition() -> int:
    """The edition that the form was made from; 0 for a form that does not say."""
    return whole(request.form.get("edition", ""), least=1, most=MAX_ID) or 0


def _kept(written: Written, fields: Fields) -> ResponseReturnValue | None:
    """Save; None when it is done, else the answer that says why not."""
    try:
        drafting.save(
            draft_id=written.draft.id,
            edition=_edition(),
            fields=fields,
            by_id=current_user.id,
            at=clock.now(),
        )
    except drafting.Conflict:
        return _conflict(written.draft.id, fields)
    except drafting.Finished:
        return _to(written.draft.id)
    return None


def _conflict(draft_id: int, fields: Fields) -> ResponseReturnValue:
    """409: somebody else was quicker; what was typed here stands in the form, and can be saved over theirs."""
    return _page(drafts.of(draft_id), fields, conflict=True, status=409)


def _page(
    written: Written,
    fields: Fields,
    *,
    checked: bool = False,
    conflict: bool = False,
    edition: int = 0,
    was_looked_at: bool = False,
    status: int = 200,
) -> ResponseReturnValue:
    read = _read(written, fields)
    page = render_template(
        "desk/draft.html",
        written=written,
        form=Filled.of(fields, read, checked=checked),
        seen=_seen(written, read),
        edition=edition or written.draft.edition,
        conflict=conflict,
        was_looked_at=was_looked_at,
        most_fields=MOST_FIELDS,
    )
    return page, status


def _published(written: Written) -> ResponseReturnValue:
    path = url_for("booking.activity", activity_id=written.draft.published_id)
    url = qr.absolute(path)
    return render_template(
        "desk/published.html",
        written=written,
        path=path,
        url=url,
        qr=qr.qr(url, written.draft.title),
        roster=ways.roster(written.draft.published_id or 0),
    )


def _read(written: Written, fields: Fields) -> Read:
    return known.read(fields, owner_id=written.draft.owner_id, by_id=current_user.id, at=clock.now())


def _seen(written: Written, read: Read) -> preview.Preview:
    return preview.of(read, programme=written.draft.programme, owner=written.owner, at=clock.now())


def _to(draft_id: int, anchor: str = "") -> ResponseReturnValue:
    return safe_redirect(url_for("desk.draft", draft_id=draft_id, _anchor=anchor or None))
