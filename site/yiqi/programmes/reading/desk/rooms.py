"""Book rooms at the desk: the list, one room, days that differ, and a whole list taken over."""

import json

from flask import abort, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_login import current_user
from werkzeug.datastructures import CombinedMultiDict

from yiqi import clock
from yiqi.desk.files import list_words
from yiqi.desk.files.list_forms import UploadForm
from yiqi.desk.gate import permit
from yiqi.desk.views.lists import MOST_BODY
from yiqi.i18n import gettext as _
from yiqi.programmes.reading import room_lists, rooms
from yiqi.programmes.reading.desk.blueprint import blueprint, makers
from yiqi.programmes.reading.forms.keeping import DAYS, DifferForm, OfUnionForm, RoomForm
from yiqi.programmes.reading.models import BookRoom
from yiqi.programmes.reading.reaching import within
from yiqi.programmes.reading.rules.room_rows import COLUMNS, NEEDED, Verdict, verdicts
from yiqi.programmes.reading.wording import WRONG
from yiqi.web.guards import takes_files
from yiqi.web.htmx import safe_redirect

MOST_LINES = 300
BLANK_WEEK = dict.fromkeys(DAYS, "09:00-20:00")


@blueprint.get("/rooms", endpoint="rooms")
def listed() -> ResponseReturnValue:
    """The rooms within reach, and the form for a new one."""
    return _list(RoomForm.blank_of(makers(), **BLANK_WEEK))


@blueprint.post("/rooms")
def add_room() -> ResponseReturnValue:
    """Keep a new one."""
    form = RoomForm(request.form, unions=makers())
    if not form.validate():
        return _list(form, 422)
    try:
        made = rooms.add(
            union_id=form.union_id,
            fields=form.fields,
            week=form.week,
            at=clock.now(),
            by_id=current_user.id,
            nonce=form.once,
        )
    except rooms.NameTaken:
        form.name.errors = [_("这个工会已经有一间叫这个名字的书屋")]
        return _list(form, 422)
    return safe_redirect(url_for("reading_desk.room", room_id=made))


@blueprint.get("/rooms/<id:room_id>")
def room(room_id: int) -> ResponseReturnValue:
    """One room with its forms."""
    return _room(room_id)


@blueprint.post("/rooms/<id:room_id>")
def change_room(room_id: int) -> ResponseReturnValue:
    """Change what is known of it."""
    form = RoomForm(request.form)
    if not form.validate():
        return _room(room_id, form=form)
    try:
        rooms.change(
            room_id=room_id, fields=form.fields, week=form.week, at=clock.now(), by_id=current_user.id
        )
    except rooms.NameTaken:
        form.name.errors = [_("这个工会已经有一间叫这个名字的书屋")]
        return _room(room_id, form=form)
    return safe_redirect(url_for("reading_desk.room", room_id=room_id))


@blueprint.post("/rooms/<id:room_id>/days")
def differ(room_id: int) -> ResponseReturnValue:
    """A day with other hours; with `undo` the day is as usual again."""
    form = DifferForm(request.form)
    if not form.validate() or form.on is None:
        return _room(room_id, day=form)
    rooms.differ(
        room_id=room_id,
        day=form.on,
        spans=None if request.form.get("undo") else form.spans,
        because=form.because.data or "",
        at=clock.now(),
        by_id=current_user.id,
    )
    return safe_redirect(url_for("reading_desk.room", room_id=room_id, _anchor="days"))


@blueprint.post("/rooms/<id:room_id>/close")
def close_room(room_id: int) -> ResponseReturnValue:
    """Close it for good, or (`open`) open it again."""
    is_closed = not request.form.get("open")
    rooms.close(room_id=room_id, is_closed=is_closed, at=clock.now(), by_id=current_user.id)
    return safe_redirect(url_for("reading_desk.room", room_id=room_id))


@blueprint.get("/rooms/list")
def room_list() -> ResponseReturnValue:
    """The form for a list of rooms."""
    return _upload(OfUnionForm(unions=makers()), UploadForm())


@blueprint.post("/rooms/list")
@takes_files(MOST_BODY)
def try_rooms() -> ResponseReturnValue:
    """Read a list and show what would become of each line. Nothing is kept yet."""
    union = OfUnionForm(request.form, unions=makers())
    form = UploadForm(CombinedMultiDict([request.files, request.form]))
    is_good = [union.validate(), form.validate()]
    if not all(is_good):
        return _upload(union, form, 422)
    try:
        lines = room_lists.listed(form.content, dict(COLUMNS), NEEDED)
    except list_words.UNUSABLE as error:
        form.file.errors = [list_words.unusable(error, most_lines=MOST_LINES)]
        return _upload(union, form, 422)
    if len(lines) > MOST_LINES:
        form.file.errors = [_("一次最多 %(most)s 行，分几次导入", most=MOST_LINES)]
        return _upload(union, form, 422)
    return _verdicts(union, verdicts(lines))


@blueprint.post("/rooms/list/take")
def take_rooms() -> ResponseReturnValue:
    """Take the good lines over, as they were shown."""
    union = OfUnionForm(request.form, unions=makers())
    told = [one for one in verdicts(_shown()) if one.room is not None]
    if not union.validate() or not told:
        return _upload(union, UploadForm(), 422)
    rooms.take_over(
        union_id=union.union_id,
        rows=[one.room for one in told if one.room is not None],
        at=clock.now(),
        by_id=current_user.id,
    )
    return safe_redirect(url_for("reading_desk.rooms"))


def _shown() -> list[tuple[int, dict[str, str | None]]]:
    """The lines that the page of verdicts carries; what is none of that is nothing."""
    try:
        lines = json.loads(request.form.get("lines", ""))
    except ValueError:
        return []
    if not isinstance(lines, list):
        return []
    good = [one for one in lines[:MOST_LINES] if isinstance(one, dict)]
    return [
        (number, {field: str(one.get(field, ""))[:200] for field in COLUMNS})
        for number, one in enumerate(good, start=1)
    ]


def _verdicts(union: OfUnionForm, told: list[Verdict]) -> ResponseReturnValue:
    good = [dict(one.cells) for one in told if one.room is not None]
    return render_template(
        "reading/desk/room_verdicts.html",
        union_id=union.union_id,
        told=told,
        good=len(good),
        lines=json.dumps(good, ensure_ascii=False),
        wrong=WRONG,
    )


def _upload(union: OfUnionForm, form: UploadForm, status: int = 200) -> ResponseReturnValue:
    return render_template("reading/desk/room_list.html", union=union, form=form), status


def _list(form: RoomForm, status: int = 200) -> ResponseReturnValue:
    found = room_lists.of_unions(within(permit().held, BookRoom.union_id), clock.now())
    return render_template("reading/desk/rooms.html", rooms=found, form=form), status


def _room(
    room_id: int, *, form: RoomForm | None = None, day: DifferForm | None = None
) -> ResponseReturnValue:
    found = room_lists.one(room_id, clock.now())
    if found is None:
        abort(404)
    kept = dict(zip(DAYS, found.usual, strict=True))
    page = render_template(
        "reading/desk/room.html",
        found=found,
        room=found.room,
        form=form or RoomForm(obj=found.room, data=kept),
        day=day or DifferForm(),
        days=[(one, found.on(one)) for one in sorted(found.hours.exceptions) if one >= clock.today()],
    )
    return page, 422 if form or day else 200
