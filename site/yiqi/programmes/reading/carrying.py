"""What somebody's second record keeps here goes to the record that stays, in the transaction that makes one of two."""

from datetime import datetime
from typing import Any

from sqlalchemy import Column, Connection, String, cast, delete, literal, select, update

from yiqi.db import table
from yiqi.papers import keeping
from yiqi.programmes.reading import drifting
from yiqi.programmes.reading.essay_models import EssayCall, EssayEntry, EssayJuror, EssayMark
from yiqi.programmes.reading.models import (
    BookCopy,
    BookRoom,
    BookTitle,
    DriftStep,
    NameConsent,
    NoteReport,
    ReaderNote,
    ReadingGroup,
)

_copy, _step, _note, _report = table(BookCopy), table(DriftStep), table(ReaderNote), table(NoteReport)
_group, _consent = table(ReadingGroup), table(NameConsent)
_MADE = (table(BookRoom), table(ReadingGroup), table(BookTitle), table(EssayCall))
_entry, _juror, _mark = table(EssayEntry), table(EssayJuror), table(EssayMark)


def carry(here: Connection, kept_id: int, gone_id: int, at: datetime) -> None:
    """Books in hand, trails, notes, essays, marks and the word about one's name."""
    _one_in_hand(here, kept_id, gone_id, at)
    for column in (_step.c.by_id, _note.c.person_id, *(rows.c.made_by_id for rows in _MADE)):
        _free_nonces(here, column, gone_id)
        _give(here, column, kept_id, gone_id)
    for column in (
        _copy.c.holder_id,
        _copy.c.giver_id,
        _step.c.person_id,
        _step.c.from_id,
        _note.c.hidden_by_id,
        _group.c.host_id,
    ):
        _give(here, column, kept_id, gone_id)
    _give_where_free(here, _report.c.person_id, _report.c.note_id, kept_id, gone_id)
    _give_consent(here, kept_id, gone_id)
    _one_entry_each(here, kept_id, gone_id)
    _give(here, _entry.c.person_id, kept_id, gone_id)
    _give_where_free(here, _juror.c.person_id, _juror.c.call_id, kept_id, gone_id)
    _give_where_free(here, _mark.c.juror_id, _mark.c.entry_id, kept_id, gone_id)
    own = select(_entry.c.id).where(_entry.c.person_id == kept_id)
    here.execute(delete(_mark).where(_mark.c.juror_id == kept_id, _mark.c.entry_id.in_(own)))


def _one_in_hand(here: Connection, kept_id: int, gone_id: int, at: datetime) -> None:
    """When both hold a book, the newer one stays in hand; the other one is paused, for the desk to settle."""
    held = here.execute(
        select(_copy.c.id)
        .where(_copy.c.holder_id.in_([kept_id, gone_id]))
        .order_by(_copy.c.since.desc(), _copy.c.id.desc())
    ).all()
    for copy in held[1:]:
        drifting.pause(here, copy.id, at=at, nonce=f"merged-{gone_id}-{copy.id}")


def _free_nonces(here: Connection, column: Column[Any], gone_id: int) -> None:
    """What the one that goes sent gets a nonce that nobody else has."""
    rows = column.table
    fresh = literal("merged-") + cast(rows.c.id, String)
    here.execute(update(rows).where(column == gone_id).values(nonce=fresh))


def _give(here: Connection, column: Column[Any], kept_id: int, gone_id: int) -> None:
    here.execute(update(column.table).where(column == gone_id).values({column.name: kept_id}))


def _give_where_free(
    here: Connection, column: Column[Any], of: Column[Any], kept_id: int, gone_id: int
) -> None:
    """Give the rows that the kept record has not, by the other half of their key; the rest is the same said twice."""
    has = select(of).where(column == kept_id).scalar_subquery()
    taken = list(here.scalars(select(of).where(column == gone_id, of.in_(has))))
    here.execute(delete(column.table).where(column == gone_id, of.in_(taken)))
    _give(here, column, kept_id, gone_id)


def _give_consent(here: Connection, kept_id: int, gone_id: int) -> None:
    """The newer word holds."""
    words = here.execute(
        select(_consent.c.person_id)
        .where(_consent.c.person_id.in_([kept_id, gone_id]))
        .order_by(_consent.c.changed_at.desc(), _consent.c.person_id)
    ).all()
    older = [row.person_id for row in words[1:]]
    here.execute(delete(_consent).where(_consent.c.person_id.in_(older)))
    _give(here, _consent.c.person_id, kept_id, gone_id)


def _one_entry_each(here: Connection, kept_id: int, gone_id: int) -> None:
    """Of two essays for one call the newer one stays, rather one that was not taken back."""
    rows = here.execute(
        select(_entry.c.id, _entry.c.call_id, _entry.c.paper_id)
        .where(_entry.c.person_id.in_([kept_id, gone_id]))
        .order_by(
            _entry.c.call_id,
            _entry.c.withdrawn_at.is_not(None),
            _entry.c.handed_in_at.desc(),
            _entry.c.id.desc(),
        )
    ).all()
    stays = {row.call_id: row.id for row in reversed(rows)}
    dropped = [row for row in rows if row.id != stays[row.call_id]]
    ids = [row.id for row in dropped]
    here.execute(delete(_mark).where(_mark.c.entry_id.in_(ids)))
    here.execute(delete(_entry).where(_entry.c.id.in_(ids)))
    keeping.forget(here, [row.paper_id for row in dropped])
