"""How tests change a published activity over HTTP: the page, one of its forms, and the look before it is carried out."""

from sqlalchemy import select
from werkzeug.test import TestResponse

from tests.browsing import Client, form_of, sign_in
from tests.builders import Made, a_union, an_activity, an_organizer
from yiqi.db import db
from yiqi.roles.models import Deed


def an_edited(client: Client, **options: object) -> Made:
    """An activity, and the client of an organizer of its union."""
    made = an_activity(**options)  # type: ignore[arg-type]
    sign_in(client, an_organizer(a_union()))
    return made


def page_of(made: Made) -> str:
    return f"/desk/activities/{made.activity_id}/edit"


def form_at(made: Made, what: str, of: int | None = None) -> str:
    return f"{page_of(made)}/{what}?of={of or made.activity_id}"


def saves(client: Client, made: Made, what: str, of: int | None = None, **typed: str) -> TestResponse:
    """Open the page, fill in one of its forms and send it."""
    return client.press(client.get(page_of(made)), form_at(made, what, of), **typed)


def confirms(
    client: Client, look: TestResponse, made: Made, what: str, of: int | None = None
) -> TestResponse:
    """Press the button under a look."""
    return client.post(form_at(made, what, of), data=form_of(look, form_at(made, what, of)))


def deeds() -> list[Deed]:
    """What stands in the trail, newest last."""
    db.session.rollback()
    return list(db.session.scalars(select(Deed).order_by(Deed.id).execution_options(populate_existing=True)))
