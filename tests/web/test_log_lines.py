"""What stands in the log: what went wrong, and nothing of the people it went wrong about."""

import json
import secrets
from collections.abc import Iterator

import pytest
import structlog
from flask import Flask
from sqlalchemy import insert, text
from sqlalchemy.exc import IntegrityError

from yiqi import clock
from yiqi.db import db, writing
from yiqi.people.models import Person
from yiqi.web import logs

ROW = {"phone": "+8613800138123", "name": "诸葛云帆", "lang": "zh-CN", "pinyin": "", "turn": 0}


@pytest.fixture
def logging_again(site: Flask) -> Iterator[None]:
    """The log of the other tests afterwards."""
    yield
    logs.configure(site.config["YIQI"].log)


def breaks_a_rule() -> None:
    with writing() as session:
        session.execute(insert(Person), {**ROW, "created_at": clock.now()})
        session.execute(text("UPDATE person SET created_at = NULL"))


@pytest.mark.usefixtures("logging_again")
@pytest.mark.parametrize("style", ["json", "plain"])
@pytest.mark.parametrize("is_guarded", [False, True], ids=["control", "as it is"])
def test_a_row_that_breaks_a_rule_of_the_database_is_not_told(
    site: Flask,
    capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
    style: str,
    is_guarded: bool,
) -> None:
    """PostgreSQL says which values it was ("Failing row contains …"), the driver puts it into the message."""
    if not is_guarded:
        monkeypatch.setattr(logs, "mask_phones", lambda _logger, _method, line: line)
    logs.configure(style)
    with pytest.raises(IntegrityError) as broken:
        breaks_a_rule()
    structlog.get_logger().error("failed", exc_info=broken.value)

    told = capsys.readouterr()
    is_told = "诸葛云帆" in told.err or "13800138123" in told.err
    assert is_told is (not is_guarded and db.engine.dialect.name == "postgresql")
    assert "IntegrityError" in told.err
    assert told.out == "", "what a command answers is read by programs"
    if style == "json":
        assert json.loads(told.err)["event"] == "failed"


def test_what_names_a_request_in_the_log_is_never_taken_for_a_phone_number(
    site: Flask, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(secrets, "token_hex", lambda _bytes: "a13800138123bcde")

    name = site.test_client().get("/livez").headers["X-Request-ID"]

    assert logs.mask_phones(None, "", {"request_id": name}) == {"request_id": name}
    assert logs.mask_phones(None, "", {"request_id": "a13800138123bcde"}) != {
        "request_id": "a13800138123bcde"
    }
