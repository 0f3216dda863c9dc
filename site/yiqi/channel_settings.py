"""The settings of the channels that carry notices: gateways of short messages, the mail server, the official account."""

from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import unquote, urlsplit

from environs import Env, validate

MESSAGES = ("console", "webhook", "tencent")
REACHING = frozenset({"webhook", "tencent"})
"""What reaches a phone."""
TENCENT = "https://sms.tencentcloudapi.com"
WECHAT = "https://api.weixin.qq.com"
AUTHORIZE = "https://open.weixin.qq.com/connect/oauth2/authorize"
_SECURITY = {"smtp": "starttls", "smtps": "tls", "smtp+plain": "none"}
_PORTS = {"smtp": 587, "smtps": 465, "smtp+plain": 25}


@dataclass(frozen=True)
class Sms:
    """A gateway of short messages. Of a webhook only `url` and `secret` are used. What may go out on a Beijing day is
    counted in parts, 0 is without limit: in all, to one person, of one organizer's message."""

    url: str = ""
    secret: str = field(default="", repr=False)
    key_id: str = ""
    app: str = ""
    sign: str = ""
    region: str = ""
    templates: Path | None = None
    daily: int = 0
    daily_person: int = 0
    daily_message: int = 0


@dataclass(frozen=True)
class MailServer:
    """An SMTP server. `security`: tls, starttls or none."""

    host: str
    port: int
    user: str
    password: str = field(repr=False)
    security: str
    sender: str
    ca_file: str = ""


@dataclass(frozen=True)
class Account:
    """A WeChat official account. Without a template it only says who somebody is."""

    appid: str
    secret: str = field(repr=False)
    template: str = ""
    fields: tuple[str, str, str] = ("thing1", "thing2", "time3")
    api: str = WECHAT
    authorize: str = AUTHORIZE


def sms(env: Env) -> Sms:
    """Read the gateway's settings."""
    listed = env.str("YIQI_SMS_TEMPLATES", "")
    is_tencent = env.str("YIQI_MESSAGES", "console") == "tencent"
    return Sms(
        url=env.str("YIQI_SMS_URL", "") or (TENCENT if is_tencent else ""),
        secret=env.str("YIQI_SMS_SECRET", ""),
        key_id=env.str("YIQI_SMS_KEY_ID", ""),
        app=env.str("YIQI_SMS_APP", ""),
        sign=env.str("YIQI_SMS_SIGN", ""),
        region=env.str("YIQI_SMS_REGION", "ap-beijing"),
        templates=Path(listed) if listed else None,
        daily=env.int("YIQI_SMS_DAILY", 20000, validate=validate.Range(min=0)),
        daily_person=env.int("YIQI_SMS_DAILY_PERSON", 20, validate=validate.Range(min=0)),
        daily_message=env.int("YIQI_SMS_DAILY_MESSAGE", 5000, validate=validate.Range(min=0)),
    )


def mail(env: Env) -> MailServer | None:
    """Read the mail server's address: `smtp://user:password@host:587`, `smtps://…:465`, `smtp+plain://localhost:25`."""
    given = env.str("YIQI_MAIL_URL", "")
    if not given:
        return None
    parts = urlsplit(given)
    if parts.scheme not in _SECURITY or not parts.hostname:
        raise ValueError("YIQI_MAIL_URL must be smtp://…, smtps://… or smtp+plain://…")
    return MailServer(
        host=parts.hostname,
        port=parts.port or _PORTS[parts.scheme],
        user=unquote(parts.username or ""),
        password=unquote(parts.password or ""),
        security=_SECURITY[parts.scheme],
        sender=env.str("YIQI_MAIL_FROM", ""),
        ca_file=env.str("YIQI_MAIL_CA", ""),
    )


def account(env: Env) -> Account | None:
    """Read the official account's settings."""
    appid = env.str("YIQI_WECHAT_APPID", "")
    if not appid:
        return None
    what, about, when = env.list(
        "YIQI_WECHAT_FIELDS", ["thing1", "thing2", "time3"], validate=validate.Length(equal=3)
    )
    return Account(
        appid=appid,
        secret=env.str("YIQI_WECHAT_SECRET", ""),
        template=env.str("YIQI_WECHAT_TEMPLATE", ""),
        fields=(what, about, when),
        api=env.str("YIQI_WECHAT_API", WECHAT).rstrip("/"),
        authorize=env.str("YIQI_WECHAT_AUTHORIZE", AUTHORIZE),
    )


def missing(messages: str, gateway: Sms, server: MailServer | None, wechat: Account | None) -> list[str]:
    """What production still lacks, in the words of `Unsafe`: a channel that reaches phones, and of each that is named
    whatever it cannot work without."""
    is_webhook, is_tencent = messages == "webhook", messages == "tencent"
    listed = gateway.templates is not None and gateway.templates.is_file()
    lacking = (
        (messages not in REACHING, "YIQI_MESSAGES (webhook or tencent: a channel that reaches a phone)"),
        (
            is_webhook and not gateway.url.startswith(("https://", "http://127.0.0.1", "http://localhost")),
            "YIQI_SMS_URL (https://…, or on this machine)",
        ),
        (messages in REACHING and len(gateway.secret) < 16, "YIQI_SMS_SECRET (16 characters or more)"),
        (is_tencent and not gateway.key_id, "YIQI_SMS_KEY_ID"),
        (is_tencent and not gateway.app, "YIQI_SMS_APP"),
        (is_tencent and not gateway.sign, "YIQI_SMS_SIGN"),
        (is_tencent and not listed, "YIQI_SMS_TEMPLATES (a file: flask notices templates)"),
        (
            server is not None and "@" not in server.sender,
            "YIQI_MAIL_FROM (the address that letters come from)",
        ),
        (
            server is not None
            and server.security == "none"
            and server.host not in ("localhost", "127.0.0.1", "::1"),
            "YIQI_MAIL_URL (smtps://… or smtp://…: unencrypted only to this machine)",
        ),
        (wechat is not None and not wechat.secret, "YIQI_WECHAT_SECRET"),
    )
    return [sentence for lacks, sentence in lacking if lacks]
