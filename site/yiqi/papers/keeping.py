"""Keeping what was handed in, inside whatever is being done; and reading it."""

import hashlib
import re
from datetime import datetime, timedelta

from sqlalchemy import Connection, delete, insert, select, update
from sqlalchemy.orm import undefer

from yiqi.db import db, table
from yiqi.papers.models import Paper
from yiqi.papers.rules.kinds import Kind

_paper = table(Paper)
_NAME = 80
A_DAY, MOST_A_DAY = timedelta(days=1), 40
"""Files that one person may hand in within a day, to whichever programme: they stand in the database."""


def keep(here: Connection, *, person_id: int, name: str, kind: Kind, content: bytes, at: datetime) -> int:
    """Write a file in the caller's transaction, whose kind was told by `rules.kinds`; answers its id."""
    row = {
        "person_id": person_id,
        "kind": kind,
        "name": tidy(name, kind),
        "size": len(content),
        "sha256": hashlib.sha256(content).hexdigest(),
        "content": content,
        "handed_in_at": at,
    }
    kept: int = here.execute(insert(_paper).returning(_paper.c.id), row).scalar_one()
    return kept


def tidy(name: str, kind: Kind) -> str:
    """A name that any system can keep a file under, with the ending of its kind."""
    bare = re.sub(r"[\x00-\x1f\x7f<>:\"/\\|?*\u202a-\u202e\u2066-\u2069]", "", name).strip(" .")
    stem = re.sub(r"\.[0-9A-Za-z]{1,5}$", "", bare)[: _NAME - 6].strip(" .") or "paper"
    return f"{stem}.{kind}"


def one(paper_id: int) -> Paper | None:
    """A file with what it holds."""
    return db.session.get(Paper, paper_id, options=[undefer(Paper.content)])


def names(paper_ids: list[int]) -> dict[int, Paper]:
    """Some files without what they hold, by id."""
    return {one.id: one for one in db.session.scalars(select(Paper).where(Paper.id.in_(paper_ids)))}


def forget(here: Connection, paper_ids: list[int]) -> None:
    """Delete files in the caller's transaction, after whatever points to them."""
    here.execute(delete(_paper).where(_paper.c.id.in_(paper_ids)))


def carry(here: Connection, *, kept_id: int, gone_id: int) -> None:
    """Give the files of one record to another, in the caller's transaction."""
    here.execute(update(_paper).where(_paper.c.person_id == gone_id).values(person_id=kept_id))
