"""The channels against gateways that answer as the real ones do: what is taken, what is tried again, what never works."""

import hashlib
import hmac
from collections.abc import Iterator
from datetime import timedelta
from email import message_from_bytes, policy
from typing import Any
from urllib.request import build_opener

import pytest
from flask import Flask

from tests.booking.steps import NOON
from tests.browsing import at_time
from tests.notices.mailing import CERTIFICATE, Keeps, mail_server
from tests.notices.stubs import Asked, OfficialAccount, Stub, running, takes_everything
from tests.servers import free_port
from yiqi.i18n import in_language
from yiqi.notices import templates
from yiqi.notices.channels import http, tencent
from yiqi.notices.channels.mail import Mail
from yiqi.notices.channels.tencent import Tencent
from yiqi.notices.channels.webhook import Webhook
from yiqi.notices.channels.wechat import NoSuchCode, WeChat
from yiqi.notices.letter import Failed, Letter, Refused, gettext
from yiqi.notices.post import Post
from yiqi.notices.rules.ways import Way

SECRET = "a-secret-that-both-sides-know"
pytestmark = pytest.mark.parametrize("site", ["sqlite"], indirect=True)


@pytest.fixture(autouse=True)
def within(site: Flask) -> Iterator[None]:
    with site.test_request_context():
        yield


def a_letter(lang: str = "zh-CN", **more: Any) -> Letter:
    with in_language(lang):
        text = gettext(
            "【亦庄工会】报名成功：%(title)s，%(when)s。签到码 %(code)s。",
            title="读书会",
            when="11月20日 19:00",
            code="7KQ2 M4TX",
        )
    return Letter("+8613800138000", text, key="booking-1-2", notice_id=7, **more)


# A webhook


def test_a_webhook_is_handed_text_and_template_signed_and_under_its_key() -> None:
    with running(takes_everything) as gateway:
        Webhook(gateway.url, SECRET)(a_letter())

    (asked,) = gateway.asked
    assert asked.said["text"].startswith("【亦庄工会】报名成功")
    assert asked.said["template"] == "报名成功：{1}，{2}。签到码 {3}。"
    assert asked.said["parameters"] == ["读书会", "11月20日 19:00", "7KQ2 M4TX"]
    when = asked.headers["X-Yiqi-Time"]
    proof = hmac.new(SECRET.encode(), f"{when}.".encode() + asked.body, hashlib.sha256).hexdigest()
    assert asked.headers["X-Yiqi-Signature"] == f"sha256={proof}"
    assert asked.headers["Idempotency-Key"] == asked.said["key"] == "booking-1-2"


@pytest.mark.parametrize(
    ("status", "meets"),
    [(400, Refused), (404, Refused), (429, Failed), (408, Failed), (500, Failed), (503, Failed)],
)
def test_a_webhook_that_says_no_is_asked_again_only_where_it_may_say_yes(
    status: int, meets: type[Exception]
) -> None:
    with running(lambda _asked: (status, b"<html>")) as gateway, pytest.raises(meets):
        Webhook(gateway.url, SECRET)(a_letter())


def test_nobody_at_the_address_is_a_failure_of_now() -> None:
    with pytest.raises(Failed):
        Webhook(f"http://127.0.0.1:{free_port()}", SECRET)(a_letter())


@pytest.mark.parametrize("status", [301, 302, 303, 307, 308])
def test_a_webhook_that_sends_on_has_not_taken_the_letter_and_nobody_else_is_told(status: int) -> None:
    with running(takes_everything) as other, running(lambda _asked: (status, b""), other.url) as gateway:
        with pytest.raises(Failed, match=f"HTTP {status}"):
            Webhook(gateway.url, SECRET)(a_letter())
        assert len(gateway.asked) == 1
        assert other.asked == []


def test_who_followed_would_count_a_letter_as_taken_that_nobody_was_handed(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(http, "_opener", build_opener())
    with running(takes_everything) as other, running(lambda _asked: (302, b""), other.url) as gateway:
        assert Webhook(gateway.url, SECRET)(a_letter()) == ""
        assert [one.body for one in other.asked] == [b""]
        assert "X-Yiqi-Signature" in other.asked[0].headers


# Tencent


def a_tencent(url: str, **ids: str) -> Tencent:
    key = templates.key_of(a_letter().text.pattern)  # type: ignore[attr-defined]
    return Tencent(
        "AKIDEXAMPLE", SECRET, "1400006666", "亦庄工会", "ap-beijing", url, ids or {key: "2208001"}
    )


def status(code: str) -> dict[str, Any]:
    return {
        "Response": {"SendStatusSet": [{"SerialNo": "s-1", "Code": code, "Message": "…"}], "RequestId": "r"}
    }


def test_a_request_is_signed_as_the_vendors_own_library_signs_it() -> None:
    signed = tencent.signed(
        b'{"PhoneNumberSet":["+8613800138000"],"SmsSdkAppId":"1400006666"}',
        host="sms.tencentcloudapi.com",
        service="sms",
        key_id="AKIDz8krbsJ5yKBZQpn74WFkmLPx3EXAMPLE",
        key="Gu5t9xGARNpq86cd98joQYCN3EXAMPLE",
        at=1551113065,
    )

    assert signed["Authorization"].endswith(
        "Signature=fa0897fff09c2c8696f5acb2426c87776c85f3c548b742a7b3d6c5d6fb1dc41d"
    )


def test_a_template_is_sent_by_its_id_with_what_is_filled_in() -> None:
    with running(lambda _asked: (200, status("Ok"))) as gateway:
        assert a_tencent(gateway.url)(a_letter()) == "s-1"

    (asked,) = gateway.asked
    assert asked.said == {
        "PhoneNumberSet": ["+8613800138000"],
        "SmsSdkAppId": "1400006666",
        "SignName": "亦庄工会",
        "TemplateId": "2208001",
        "TemplateParamSet": ["读书会", "11月20日 19:00", "7KQ2 M4TX"],
        "SessionContext": "booking-1-2",
    }
    assert asked.headers["X-Tc-Action"] == "SendSms"


@pytest.mark.parametrize(
    ("said", "meets"),
    [
        (status("FailedOperation.PhoneNumberInBlacklist"), Refused),
        (status("InvalidParameterValue.IncorrectPhoneNumber"), Refused),
        (status("LimitExceeded.PhoneNumberDailyLimit"), Failed),
        (status("FailedOperation.InsufficientBalanceInSmsPackage"), Failed),
        ({"Response": {"Error": {"Code": "AuthFailure.SignatureFailure"}, "RequestId": "r"}}, Failed),
        ({"Response": {}}, Failed),
        (b"<html>a proxy</html>", Failed),
    ],
)
def test_an_error_with_status_200_is_an_error(said: Any, meets: type[Exception]) -> None:
    with running(lambda _asked: (200, said)) as gateway, pytest.raises(meets):
        a_tencent(gateway.url)(a_letter())


def test_a_text_without_an_approved_template_says_which_one_is_missing() -> None:
    with running(takes_everything) as gateway, pytest.raises(Refused, match="flask notices templates"):
        a_tencent(gateway.url, other="1")(a_letter())

    assert gateway.asked == []


def test_every_letter_in_both_languages_is_among_the_templates() -> None:
    every = {one.key: one for one in templates.every()}
    for lang in ("zh-CN", "en"):
        assert templates.key_of(a_letter(lang).text.pattern) in every  # type: ignore[attr-defined]

    assert {one.lang for one in every.values()} == {"zh-CN", "en"}
    assert not [one.text for one in every.values() if "%(" in one.text or "【亦庄工会】" in one.text]


# WeChat


@pytest.fixture
def platform() -> OfficialAccount:
    return OfficialAccount()


@pytest.fixture
def wechat(platform: OfficialAccount) -> Iterator[tuple[WeChat, Stub]]:
    with running(platform) as stub:
        fields = ("thing1", "thing2", "time3")
        yield (
            WeChat(
                "wx123",
                platform.secret,
                "T1",
                fields,
                stub.url,
                "https://open.example",
                "https://yiqi.example",
            ),
            stub,
        )


def test_a_template_message_fits_its_fields_and_leads_to_the_inbox(
    wechat: tuple[WeChat, Stub], platform: OfficialAccount
) -> None:
    assert wechat[0](a_letter(openid="o-wang")) == "1001"

    (taken,) = platform.taken
    assert taken["touser"] == "o-wang"
    assert taken["url"] == "https://yiqi.example/me/notices/7"
    assert taken["data"]["thing1"] == {"value": "读书会"}
    assert len(taken["data"]["thing2"]["value"]) == 20


def test_one_token_does_for_many_letters_until_it_is_out(
    wechat: tuple[WeChat, Stub], platform: OfficialAccount
) -> None:
    account, stub = wechat
    with at_time(NOON):
        for number in range(5):
            account(Letter("", f"{number}", key=f"{number}", openid="o"))
    asked = [one.path for one in stub.asked]
    assert asked.count("/cgi-bin/stable_token") == 1

    with at_time(NOON + timedelta(hours=2)):
        account(a_letter(openid="o"))

    assert [one.path for one in stub.asked].count("/cgi-bin/stable_token") == 2


def test_a_token_that_ran_out_early_is_replaced_and_the_letter_goes_once(
    wechat: tuple[WeChat, Stub], platform: OfficialAccount
) -> None:
    account, _stub = wechat
    account(Letter("", "first", key="1", openid="o"))
    platform.expire()

    account(Letter("", "second", key="2", openid="o"))

    assert (platform.tokens, platform.forced, len(platform.taken)) == (2, 0, 2)


def test_a_token_that_is_invalid_though_the_platform_hands_it_out_again_is_forced(
    wechat: tuple[WeChat, Stub], platform: OfficialAccount
) -> None:
    account, _stub = wechat
    account(Letter("", "first", key="1", openid="o"))
    platform.break_token()

    account(Letter("", "second", key="2", openid="o"))

    assert (platform.forced, len(platform.taken)) == (1, 2)


def test_who_refused_or_does_not_follow_is_refused_and_a_busy_platform_is_asked_again(
    wechat: tuple[WeChat, Stub], platform: OfficialAccount
) -> None:
    account, _stub = wechat
    platform.refused.add("o-no")
    platform.unfollowed.add("o-gone")
    platform.busy = 1

    with pytest.raises(Failed, match="-1"):
        account(a_letter(openid="o"))
    with pytest.raises(Refused, match="43101"):
        account(a_letter(openid="o-no"))
    with pytest.raises(Refused, match="43004"):
        account(a_letter(openid="o-gone"))
    assert account(a_letter(openid="o"))


def test_a_wrong_secret_is_a_failure_with_its_number(platform: OfficialAccount) -> None:
    with running(platform) as stub, pytest.raises(Failed, match="40125"):
        WeChat("wx", "wrong", "T", ("a", "b", "c"), stub.url, "", "")(a_letter(openid="o"))


def test_a_code_says_who_it_is_once(wechat: tuple[WeChat, Stub], platform: OfficialAccount) -> None:
    account, _stub = wechat
    platform.codes["c1"] = "o-wang"

    assert account.openid_of("c1") == "o-wang"
    for code in ("c1", "made-up"):
        with pytest.raises(NoSuchCode):
            account.openid_of(code)


# Mail


def a_mail(port: int, security: str = "starttls") -> Mail:
    return Mail(
        "localhost",
        port,
        "",
        "",
        security,
        "亦起 <yiqi@example.com>",
        "https://yiqi.example",
        str(CERTIFICATE),
    )


def test_mail_is_encrypted_names_itself_and_carries_the_text() -> None:
    keeps = Keeps()
    with mail_server(keeps) as port:
        first = a_mail(port)(a_letter(email="wang@example.com"))
        again = a_mail(port)(a_letter(email="wang@example.com"))

    assert first == again, "the same letter has the same Message-ID"
    message = message_from_bytes(keeps.letters[0].content, policy=policy.default)
    assert keeps.tls == [True, True]
    assert message["Subject"] == "亦起通知：报名成功"
    assert message["To"] == "wang@example.com"
    assert "签到码 7KQ2 M4TX" in message.get_content()
    assert "https://yiqi.example/me/reach" in message.get_content()


def test_a_server_that_does_not_encrypt_gets_nothing() -> None:
    keeps = Keeps()
    with mail_server(keeps, encrypts=False) as port:
        with pytest.raises(Failed):
            a_mail(port)(a_letter(email="wang@example.com"))
        assert keeps.letters == []
        a_mail(port, "none")(a_letter(email="wang@example.com"))

    assert len(keeps.letters) == 1


def test_no_such_address_is_refused_and_a_full_box_is_tried_again() -> None:
    keeps = Keeps(nobody="550 no such user", full="452 mailbox full")
    with mail_server(keeps) as port:
        with pytest.raises(Refused, match="550"):
            a_mail(port)(a_letter(email="nobody@example.com"))
        with pytest.raises(Failed, match="452"):
            a_mail(port)(a_letter(email="full@example.com"))
    with pytest.raises(Failed):
        a_mail(port)(a_letter(email="wang@example.com"))


# All of them


def test_a_channel_that_is_away_rests_and_then_one_letter_tries_it() -> None:
    def away(asked: Asked) -> tuple[int, Any]:
        return (503, {}) if len(gateway.asked) <= 4 else (200, {})

    with running(away) as gateway:
        post = Post({Way.SMS: Webhook(gateway.url, SECRET)})
        with at_time(NOON):
            for _letter in range(10):
                with pytest.raises(Failed):
                    post(a_letter())
        assert len(gateway.asked) == 3
        with at_time(NOON + timedelta(seconds=31)), pytest.raises(Failed):
            post(a_letter())
        assert len(gateway.asked) == 4
        with at_time(NOON + timedelta(seconds=62)):
            for _letter in range(5):
                post(a_letter())

    assert len(gateway.asked) == 9
