"""What anybody wrote, in the files and letters that the site makes of it: each is opened with a reader of its kind, in which it
is text, whatever it begins with."""

import re
from collections.abc import Callable, Iterator
from email.message import EmailMessage

import pytest
import xlsxwriter
from fpdf import FPDF
from sqlalchemy import select
from werkzeug.test import TestResponse

from tests.browsing import Client
from tests.desk.proving import proves_anew
from tests.promises.opened import Opened, opened
from tests.promises.route import Kind, Route, Samples
from tests.promises.routes import ROUTES
from tests.promises.scene import Scene, whole_scene
from tests.promises.test_planted import plant
from tests.web.asking import a_token
from yiqi.db import db
from yiqi.desk.files.exports import Column, Group
from yiqi.notices.channels.mail import Mail
from yiqi.notices.models import Notice
from yiqi.pages.composing import letter
from yiqi.sheets import writing

FORMULA = '=HYPERLINK("http://evil.example/x","x")'
MARKUP = "<script>window.__pwned=1</script>\nATTACH:http://evil.example/x\nBEGIN:VALARM\n"
MADE_BY = {
    "privacy": {"copy"},
    "desk": {"export_members", "take_export", "take_phones", "sign_in_pdf"},
    "years_desk": {"take"},
    "troupe_desk": {"costumes_file"},
    "volunteering_desk": {"take_export", "take_phones", "take_period", "take_period_phones"},
}
"""Forms that are answered with a file."""
NO_FILES = {
    "reading": {"own_file", "blind_file"},
    "reading_desk": {"entry_file"},
    "training": {"paper"},
    "training_desk": {"subsidy_paper"},
    "kiosk": {"worker", "board_stream"},
    "kiosk_desk": {"calls_stream"},
    "desk": {"door_stream", "counts_stream"},
    "booking": {"live"},
    "health": {"livez", "metrics"},
    "people": {"first_time"},
    "static": {"static"},
}
"""What is for machines and holds no text of anybody's, or is what somebody handed in, as it came, to be kept."""
KINDS = {
    "workbook": "spreadsheetml.sheet",
    "values": "/csv",
    "calendar": "/calendar",
    "paper": "/pdf",
    "mail": "/rfc822",
}
CHOSEN = {"columns": [str(one) for one in Column], "states": [str(one) for one in Group], "what": "people"}


def files(client: Client, stage: Scene) -> Iterator[tuple[str, str, Opened]]:
    """Every file of the owner's and the organizer's, and every letter as mail: its name, its type, and what stands in it."""
    client.checks = False
    for who in ("owner", "organizer"):
        stage.enter(client, who)
        proves_anew(stage.organizer)
        for route in ROUTES:
            if route.is_there_for(who):
                for answer in answers(client, route, stage.samples):
                    assert answer.status_code < 500, route.name
                    if answer.status_code == 200:
                        kind = str(answer.mimetype)
                        yield route.endpoint, kind, opened(kind, answer.data)
    yield from letters()


def answers(client: Client, route: Route, samples: Samples) -> Iterator[TestResponse]:
    """What an address of a file answers; nothing for one that is none."""
    room, _dot, view = route.endpoint.rpartition(".")
    if route.method == "POST" and view in MADE_BY.get(room, ()):
        typed = {**CHOSEN, **route.fields(samples), "csrf_token": a_token(client), "because": "报送"}
        for kind in ("xlsx", "csv"):
            yield client.post(route.url(samples), data={**typed, "kind": kind}, buffered=True)
    elif route.kind is Kind.MACHINE and view not in NO_FILES.get(room or view, ()):
        yield client.get(route.url(samples), buffered=True)


def letters() -> Iterator[tuple[str, str, Opened]]:
    server = Mail("localhost", 25, "", "", "none", "yiqi@example.com", "https://yiqi.example")
    for notice in db.session.scalars(select(Notice)):
        said = letter(notice)
        if said is not None:
            written = server.written(said).as_bytes()
            yield f"letter {notice.kind}", "message/rfc822", opened("message/rfc822", written)


@pytest.mark.parametrize("site", ["sqlite"], indirect=True)
def test_what_anybody_wrote_is_text_in_every_file_and_letter(client: Client) -> None:
    stage = whole_scene()
    assert plant(FORMULA + MARKUP) > 150
    bad, made = {}, set()
    with_it: dict[str, set[str]] = {}

    for name, mimetype, found in files(client, stage):
        made.add(name)
        if found.acts:
            bad[name] = found.acts
        if any(FORMULA[:12] in text for text in found.texts):
            with_it.setdefault(mimetype, set()).add(name)

    assert bad == {}
    assert {f"{room}.{view}" for room, views in MADE_BY.items() for view in views} <= made
    assert len(with_it["message/rfc822"]) > 5
    for kind in KINDS.values():
        assert any(mimetype.endswith(kind) for mimetype in with_it), f"it stands in none of {kind}"


@pytest.mark.parametrize("site", ["sqlite"], indirect=True)
def test_lists_that_trust_a_text_are_noticed(client: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    """The control: cells are what they look like."""
    stage = whole_scene()
    plant(FORMULA)
    monkeypatch.setattr(writing, "_RISKY", re.compile("(?!)"))
    book, sheet = xlsxwriter.Workbook, xlsxwriter.worksheet.Worksheet
    monkeypatch.setattr(sheet, "write_string", sheet.write)
    monkeypatch.setattr(xlsxwriter, "Workbook", lambda made, _options: book(made, {"in_memory": True}))
    stage.enter(client, "organizer")
    client.checks = False
    fields = {"csrf_token": a_token(client)}
    path = f"/desk/unions/{stage.samples.union_id}/export"

    for kind in ("xlsx", "csv"):
        answer = client.post(path, data={**fields, "kind": kind})
        assert opened(str(answer.mimetype), answer.data).acts, kind


def calendar() -> bytes:
    head, foot = (
        "BEGIN:VCALENDAR\r\nVERSION:2.0\r\nPRODID:x\r\nBEGIN:VEVENT\r\nUID:1\r\n",
        "END:VEVENT\r\nEND:VCALENDAR\r\n",
    )
    return f"{head}SUMMARY:读书会\r\nATTACH:http://evil.example/x\r\n{foot}".encode()


def paper() -> bytes:
    made = FPDF()
    made.add_page()
    made.set_font("helvetica")
    made.cell(text="x", link="http://evil.example/x")
    return bytes(made.output())


def page_by_mail() -> bytes:
    mail = EmailMessage()
    mail["Subject"], mail["Reply-To"] = "x", "evil@evil.example"
    mail.set_content("<b>x</b>", subtype="html")
    return mail.as_bytes()


@pytest.mark.parametrize(
    ("mimetype", "make"),
    [("text/calendar", calendar), ("application/pdf", paper), ("message/rfc822", page_by_mail)],
)
def test_a_file_that_does_something_is_noticed(mimetype: str, make: Callable[[], bytes]) -> None:
    """The control: made by hand as one would that trusts what it is given."""
    assert opened(mimetype, make()).acts
