"""The settings: what production does not start without."""

import os
from collections.abc import Callable
from pathlib import Path

import pytest

from yiqi.config import Settings, Unsafe
from yiqi.connections import OURS, engine_options


@pytest.mark.parametrize(("second_factor", "is_named"), [(None, False), ("true", False), ("false", True)])
def test_production_does_not_start_with_a_desk_that_asks_for_no_second_factor(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, second_factor: str | None, is_named: bool
) -> None:
    monkeypatch.setenv("YIQI_ENV", "production")
    monkeypatch.setenv("SECRET_KEY", "s" * 40)
    if second_factor is not None:
        monkeypatch.setenv("YIQI_SECOND_FACTOR", second_factor)
    else:
        monkeypatch.delenv("YIQI_SECOND_FACTOR", raising=False)

    with pytest.raises(Unsafe) as refused:
        Settings.from_environment(tmp_path)

    assert ("YIQI_SECOND_FACTOR" in str(refused.value)) is is_named


@pytest.mark.parametrize(("second_factor", "asks"), [("", False), ("true", True)])
def test_the_demo_asks_for_it_only_where_it_is_told_to(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, second_factor: str, asks: bool
) -> None:
    monkeypatch.setenv("YIQI_ENV", "demo")
    monkeypatch.delenv("YIQI_SECOND_FACTOR", raising=False)
    if second_factor:
        monkeypatch.setenv("YIQI_SECOND_FACTOR", second_factor)

    assert Settings.from_environment(tmp_path).second_factor is asks


READY = {
    "YIQI_ENV": "production",
    "SECRET_KEY": "s" * 40,
    "DATABASE_URL": "postgresql://yiqi@db/yiqi",
    "YIQI_HOSTS": "yiqi.example.com",
    "YIQI_BASE_URL": "https://yiqi.example.com",
}
WEBHOOK = {
    "YIQI_MESSAGES": "webhook",
    "YIQI_SMS_URL": "https://sms.example.com/send",
    "YIQI_SMS_SECRET": "t" * 20,
}


@pytest.fixture
def set_up(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Callable[..., Settings]:
    def with_these(**values: str) -> Settings:
        for name in [name for name in os.environ if name.startswith("YIQI_")]:
            monkeypatch.delenv(name)
        for name, value in values.items():
            monkeypatch.setenv(name, value)
        return Settings.from_environment(tmp_path)

    return with_these


def test_production_starts_once_a_channel_reaches_phones(set_up: Callable[..., Settings]) -> None:
    assert set_up(**READY, **WEBHOOK).messages == "webhook"


@pytest.mark.parametrize(
    ("more", "named"),
    [
        ({}, "YIQI_MESSAGES"),
        (WEBHOOK | {"YIQI_SMS_URL": "http://sms.example.com"}, "YIQI_SMS_URL"),
        (WEBHOOK | {"YIQI_SMS_SECRET": "short"}, "YIQI_SMS_SECRET"),
        (WEBHOOK | {"YIQI_MESSAGES": "tencent"}, "YIQI_SMS_TEMPLATES"),
        (WEBHOOK | {"YIQI_MAIL_URL": "smtps://mail.example.com"}, "YIQI_MAIL_FROM"),
        (
            WEBHOOK | {"YIQI_MAIL_URL": "smtp+plain://mail.example.com", "YIQI_MAIL_FROM": "y@example.com"},
            "YIQI_MAIL_URL",
        ),
        (WEBHOOK | {"YIQI_WECHAT_APPID": "wx1"}, "YIQI_WECHAT_SECRET"),
    ],
)
def test_production_names_what_a_channel_lacks(
    set_up: Callable[..., Settings], more: dict[str, str], named: str
) -> None:
    with pytest.raises(Unsafe, match=named):
        set_up(**READY, **more)


def test_a_mail_address_of_the_server_is_taken_apart(set_up: Callable[..., Settings]) -> None:
    mail = set_up(YIQI_ENV="demo", YIQI_MAIL_URL="smtp://us%40er:p%2Fw@mail.example.com").mail
    assert mail is not None
    assert (mail.host, mail.port, mail.user, mail.password, mail.security) == (
        "mail.example.com",
        587,
        "us@er",
        "p/w",
        "starttls",
    )


def test_what_the_address_says_of_a_connection_counts_for_more() -> None:
    given = engine_options("postgresql://yiqi@db/yiqi?connect_timeout=20&prepare_threshold=none")[
        "connect_args"
    ]

    assert "connect_timeout" not in given
    assert given["tcp_user_timeout"] == OURS["tcp_user_timeout"]
    assert given["prepare_threshold"] is None
    assert "prepare_threshold" not in engine_options("postgresql://yiqi@db/yiqi")["connect_args"]
