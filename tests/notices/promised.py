"""What the promises ask of notices: their addresses and the rows behind them."""

from collections.abc import Mapping
from itertools import count

from sqlalchemy import select, update

from tests.promises.route import (
    MISSING,
    OWNER,
    SIGN_IN,
    SIGNED_IN,
    SIGNED_IN_POST,
    Kind,
    Planted,
    Route,
    addresses,
    desk,
    page,
    post,
)
from yiqi.db import db, writing
from yiqi.notices import outbox
from yiqi.notices.models import Notice

NOT_SET_UP = (MISSING, MISSING, MISSING)
NOT_SET_UP_MINE = (SIGN_IN, MISSING, MISSING)
_turns = count(1)
at = addresses("notices")

ROUTES: tuple[Route, ...] = (
    page("/me/notices", "inbox.notices", who=SIGNED_IN),
    page("/me/notices/<id:notice_id>", "inbox.notice", at("/me/notices/{notice}"), who=OWNER),
    post("/me/notices/read", "inbox.read_all", who=SIGNED_IN_POST),
    page("/me/reach", "inbox.how", who=SIGNED_IN),
    post(
        "/me/reach",
        "inbox.choose",
        who=SIGNED_IN_POST,
        fields=lambda _one: {"way": "site", "reminders": "y"},
    ),
    post(
        "/me/reach/email",
        "inbox.tell_email",
        who=NOT_SET_UP_MINE,
        fields=lambda _one: {"email": "wang@example.com"},
    ),
    page(
        "/me/reach/email/<token:token>",
        "inbox.email_link",
        at("/me/reach/email/{token}"),
        who=NOT_SET_UP_MINE,
        kind=Kind.JUMP,
    ),
    post(
        "/me/reach/email/<token:token>",
        "inbox.show_email",
        at("/me/reach/email/{token}"),
        who=NOT_SET_UP_MINE,
    ),
    post("/me/reach/email/forget", "inbox.forget_email", who=SIGNED_IN_POST),
    post("/me/reach/wechat/forget", "inbox.forget_wechat", who=SIGNED_IN_POST),
    page("/me/reach/wechat", "wechat.link", who=NOT_SET_UP_MINE, kind=Kind.JUMP),
    page("/sign-in/wechat", "wechat.sign_in", who=NOT_SET_UP, kind=Kind.JUMP),
    page("/wechat/back", "wechat.back", who=NOT_SET_UP, kind=Kind.JUMP),
    desk("GET", "/desk/notices", "desk.letters", status=MISSING),
    desk(
        "POST",
        "/desk/notices/<id:notice_id>/again",
        "desk.send_again",
        at("/desk/notices/{dead}/again"),
        status=MISSING,
    ),
    desk(
        "POST",
        "/desk/notices/<id:notice_id>/close",
        "desk.give_up",
        at("/desk/notices/{dead}/close"),
        status=MISSING,
    ),
)
DESK: Mapping[str, str] = {}
"""They are in the desk's own list."""
PHONE = "13800000010"
AS: Mapping[str, str] = {}
WRITTEN = ""
DEMO = {
    "notices_notice": "SELECT max(n.id) FROM notice n JOIN person p ON p.id = n.person_id WHERE p.phone = '+8613800000010'",
    "notices_dead": "SELECT min(id) FROM notice",
}


def plant(by: Planted) -> Mapping[str, int | str]:
    """A notice to the owner, and one to somebody else that no channel took."""
    mine = db.session.scalars(
        select(Notice.id).where(Notice.person_id == by.owner.id).order_by(Notice.id)
    ).first()
    key = f"planted-dead-{next(_turns)}"
    with writing() as session:
        outbox.put(session.connection(), "merged", key=key, person_id=by.other.id, at=by.at, ended=[])
        gone = {"dead_at": by.at, "tries": 1, "reason": "HTTP 400"}
        session.execute(update(Notice).where(Notice.key == key).values(**gone))
    dead = db.session.scalars(select(Notice.id).where(Notice.key == key)).one()
    return {"notices_notice": mine or 0, "notices_dead": dead}
