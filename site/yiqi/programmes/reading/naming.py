"""Whose name stands in public: the whole one with its person's word, else the surname and stars."""

from datetime import datetime

from sqlalchemy import insert, select, update

from yiqi.db import db, retried, table, touched, writing
from yiqi.i18n import gettext as _
from yiqi.people.models import Person
from yiqi.people.rules import starred
from yiqi.programmes.reading.models import NameConsent

VERSION = 1
"""Of the words beside the box: 漂流轨迹和获奖名单上写我的全名."""

_consent, _person = table(NameConsent), table(Person)


@retried
def say(*, person_id: int, is_given: bool, at: datetime) -> None:
    """Give one's word, or take it back: from then on all trails and lists go by it."""
    with writing() as session:
        here = session.connection()
        here.execute(select(_person.c.id).where(_person.c.id == person_id).with_for_update()).one()
        said = {"version": VERSION, "changed_at": at, "is_given": is_given}
        changed = here.execute(update(_consent).where(_consent.c.person_id == person_id).values(**said))
        if not touched(changed):
            here.execute(insert(_consent), {"person_id": person_id, **said})


def is_given(person_id: int) -> bool:
    """Whether somebody's whole name may stand there."""
    found = select(NameConsent.is_given).where(NameConsent.person_id == person_id)
    return bool(db.session.scalar(found))


def shown(name: str | None, whole: bool | None) -> str:
    """A name as everybody may read it."""
    if not name:
        return _("一位工友")
    return name if whole else starred(name)
