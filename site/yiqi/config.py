"""Every setting of Yiqi: its variable, its default and what it means. Read once, when the application is built."""

import secrets
from dataclasses import dataclass, field
from pathlib import Path

from environs import Env, validate

from yiqi import channel_settings
from yiqi.channel_settings import MESSAGES, Account, MailServer, Sms

LOOPBACK = ("localhost", "127.0.0.1", "[::1]")


class Unsafe(RuntimeError):
    """The configuration must not be used as it stands; the message says what to set."""


@dataclass(frozen=True)
class Settings:
    """The settings of one process. `from_environment` reads them; tests build them by hand."""

    root: Path
    env: str = "demo"
    database_url: str = ""
    secret_key: str = field(default="", repr=False)
    base_url: str = ""
    hosts: tuple[str, ...] = LOOPBACK
    proxies: int = 0
    messages: str = "console"
    """The channel of short messages: console, webhook or tencent."""
    sms: Sms = field(default_factory=Sms)
    mail: MailServer | None = None
    wechat: Account | None = None
    log: str = "plain"
    secure_cookies: bool = False
    second_factor: bool = False
    """Whether the desk asks everybody with a role for their second factor."""
    sms_price: int = 5
    """What one short message costs, in fen: the desk shows what a message to many will cost."""
    hours_second: int = 8
    """Volunteer hours of one service above which a second organizer has to confirm."""

    metrics_token: str = field(default="", repr=False)
    """What `/metrics` asks for as a bearer token; empty answers this machine alone."""
    slow_ms: int = 500
    """A statement of the database that takes longer is logged."""
    streams: int = 2000
    """Event streams that one process keeps open at the most; 0 for none."""
    streams_address: int = 300
    """How many of them may come from one address."""
    font: str = ""
    """A font with Chinese in it, for PDF; empty looks where systems keep one."""

    @property
    def instance(self) -> Path:
        return self.root / "instance"

    @property
    def is_demo(self) -> bool:
        """Demo and test open `/demo/messages` and `flask demo`; production never does."""
        return self.env in ("demo", "test")

    @classmethod
    def from_environment(cls, root: Path) -> "Settings":
        """Settings from the environment and `.env` beside `wsgi.py`. Raises `Unsafe` for production half set up."""
        env = Env()
        env.read_env(str(root / ".env"), recurse=False)
        name = env.str("YIQI_ENV", "demo")
        if name not in ("demo", "production", "test"):
            raise Unsafe(f"YIQI_ENV is {name!r}; it must be demo, production or test.")
        instance = root / "instance"
        host = env.str("HOST", "127.0.0.1")
        settings = cls(
            root=root,
            env=name,
            database_url=env.str("DATABASE_URL", "") or f"sqlite:///{instance / 'yiqi.db'}",
            secret_key=env.str("SECRET_KEY", "") or ("" if name == "production" else _kept_secret(instance)),
            base_url=env.str("YIQI_BASE_URL", "").rstrip("/"),
            hosts=tuple(env.list("YIQI_HOSTS", [])) or _demo_hosts(host),
            proxies=env.int("YIQI_PROXIES", 0),
            messages=env.str("YIQI_MESSAGES", "console", validate=validate.OneOf(MESSAGES)),
            sms=channel_settings.sms(env),
            mail=channel_settings.mail(env),
            wechat=channel_settings.account(env),
            log=env.str("YIQI_LOG", "json" if name == "production" else "plain"),
            secure_cookies=env.bool("YIQI_SECURE_COOKIES", name == "production"),
            font=env.str("YIQI_FONT", ""),
            metrics_token=env.str("YIQI_METRICS_TOKEN", ""),
            slow_ms=env.int("YIQI_SLOW_MS", 500, validate=validate.Range(min=1)),
            streams=env.int("YIQI_STREAMS", 2000, validate=validate.Range(min=0)),
            streams_address=env.int("YIQI_STREAMS_ADDRESS", 300, validate=validate.Range(min=1)),
            second_factor=env.bool("YIQI_SECOND_FACTOR", name == "production"),
            sms_price=env.int("YIQI_SMS_PRICE", 5, validate=validate.Range(min=0)),
            hours_second=env.int("YIQI_HOURS_SECOND", 8, validate=validate.Range(min=0)),
        )
        if name == "production":
            _refuse_unsafe(settings, hosts_named=bool(env.list("YIQI_HOSTS", [])))
        return settings


def _demo_hosts(host: str) -> tuple[str, ...]:
    """Names the demo answers to; when it listens on every address it answers to every name (empty)."""
    return () if host in ("0.0.0.0", "::") else (*LOOPBACK, host)  # noqa: S104


def _kept_secret(instance: Path) -> str:
    """The demo's secret, made once and shared by its worker processes."""
    instance.mkdir(parents=True, exist_ok=True)
    kept = instance / "secret_key"
    try:
        with kept.open("x") as new:
            kept.chmod(0o600)
            new.write(secrets.token_hex(32))
    except FileExistsError:
        pass
    return kept.read_text()


def _refuse_unsafe(settings: Settings, *, hosts_named: bool) -> None:
    missing = [
        sentence
        for wrong, sentence in (
            (len(settings.secret_key) < 32, "SECRET_KEY (32 characters or more)"),
            (
                settings.database_url.endswith("instance/yiqi.db"),
                "DATABASE_URL (not the demo's own file)",
            ),
            (not hosts_named, "YIQI_HOSTS (the names this site answers to)"),
            (not settings.second_factor, "YIQI_SECOND_FACTOR (leave it on)"),
            (not settings.base_url.startswith("https://"), "YIQI_BASE_URL (https://…)"),
        )
        if wrong
    ]
    missing += channel_settings.missing(settings.messages, settings.sms, settings.mail, settings.wechat)
    if missing:
        raise Unsafe("Production does not start without: " + "; ".join(missing) + ".")
