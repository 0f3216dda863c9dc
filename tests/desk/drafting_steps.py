"""How tests fill in the form of a draft and press its buttons."""

from typing import Any

from sqlalchemy import func, select
from werkzeug.test import TestResponse

from tests.browsing import Client, form_of
from yiqi.activities.models import (
    Activity,
)
from yiqi.db import db
from yiqi.desk.models import Draft


def kept(draft_id: int) -> Draft:
    db.session.rollback()
    return db.session.get_one(Draft, draft_id, populate_existing=True)


def at(draft_id: int, deed: str = "") -> str:
    return f"/desk/drafts/{draft_id}" + (f"/{deed}" if deed else "")


def sends(client: Client, draft_id: int, deed: str = "", **typed: Any) -> TestResponse:
    """Fill in the form of a draft as it stands, and press one of its buttons (`do=…`, or another address)."""
    page = client.get(at(draft_id))
    return client.post(at(draft_id, deed), data=form_of(page, at(draft_id)) | typed)


def activities() -> int:
    db.session.rollback()
    return db.session.scalar(select(func.count()).select_from(Activity)) or 0
