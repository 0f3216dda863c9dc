"""The verbs of drafts: beginning one, saving what was typed, keeping it as a template, throwing it away."""

import unicodedata
from datetime import datetime

from sqlalchemy import Connection, delete, update

from yiqi import once
from yiqi.activities.models import Programme
from yiqi.db import Facts, retried, table, writing
from yiqi.desk.models import Draft
from yiqi.desk.rules.sheet import Fields

_draft = table(Draft)
TITLE = 60


class Conflict(Exception):
    """Somebody else saved the draft since this form was opened."""


class Finished(Exception):
    """The draft has been published, or is no more; it is not written in any longer."""


@retried
def begin(
    *,
    owner_id: int,
    programme: Programme,
    fields: Fields,
    by_id: int,
    nonce: str,
    at: datetime,
    is_template: bool = False,
) -> int:
    """Begin a draft (or keep a template) with these fields; answers its id. The same nonce of the same person again is
    the draft that is there. Whether `by_id` may do so is the gate's question."""
    with writing() as session:
        here = session.connection()
        found = once.before(here, _draft, nonce=nonce, made_by_id=by_id)
        if found is not None:
            session.rollback()
            return found
        row = {
            "owner_id": owner_id,
            "programme": programme,
            "title": title_of(fields),
            "fields": fields,
            "is_template": is_template,
            "made_by_id": by_id,
            "nonce": nonce,
            "saved_at": at,
            "saved_by_id": by_id,
        }
        return once.make(here, _draft, row)


@retried
def save(*, draft_id: int, edition: int, fields: Fields, by_id: int, at: datetime) -> int:
    """Keep what was typed, right or wrong; answers the new edition. Raises `Conflict` when another edition than the one
    the form was made from is there, `Finished` when it is published."""
    with writing() as session:
        here = session.connection()
        _as_seen(here, draft_id, edition)
        keep(here, draft_id, fields, by_id=by_id, at=at)
        return edition + 1


@retried
def throw_away(*, draft_id: int, edition: int) -> None:
    """Delete a draft or a template for good, as whoever does it saw it: raises `Conflict` when another edition is there.
    One that was published stays: raises `Finished`."""
    with writing() as session:
        here = session.connection()
        _as_seen(here, draft_id, edition)
        here.execute(delete(_draft).where(_draft.c.id == draft_id))


def _as_seen(here: Connection, draft_id: int, edition: int) -> None:
    """Lock a draft that is not published and still in the edition somebody saw; else `Finished` or `Conflict`."""
    row = locked(here, draft_id)
    if row.published_id is not None:
        raise Finished
    if row.edition != edition:
        raise Conflict


def locked(here: Connection, draft_id: int) -> Facts:
    """A draft's row, locked until the commit. Raises `Finished` when it is no more."""
    row = here.execute(
        update(_draft).where(_draft.c.id == draft_id).values(edition=_draft.c.edition).returning(_draft)
    ).one_or_none()
    if row is None:
        raise Finished
    return row


def keep(here: Connection, draft_id: int, fields: Fields, *, by_id: int, at: datetime) -> None:
    """Write what was typed, in the caller's transaction, as the next edition."""
    here.execute(
        update(_draft)
        .where(_draft.c.id == draft_id)
        .values(
            fields=fields,
            title=title_of(fields),
            saved_at=at,
            saved_by_id=by_id,
            edition=_draft.c.edition + 1,
        )
    )


def title_of(fields: Fields) -> str:
    """What a list calls it, while the title may still be too long or odd."""
    readable = "".join(char for char in fields["title"] if char.isprintable() and char != "\ufffd")
    return unicodedata.normalize("NFC", readable).strip()[:TITLE]
