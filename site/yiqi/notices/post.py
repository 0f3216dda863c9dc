"""The post office: which channels are set up, and handing each letter to the one of its way."""

import threading
from collections.abc import Mapping
from datetime import datetime
from importlib import import_module
from typing import TYPE_CHECKING, cast

import structlog

from yiqi import clock
from yiqi.config import Settings
from yiqi.notices import templates
from yiqi.notices.channels import console
from yiqi.notices.channels.tencent import Tencent
from yiqi.notices.channels.webhook import Webhook
from yiqi.notices.channels.wechat import WeChat
from yiqi.notices.delivery import Send
from yiqi.notices.letter import Failed, Letter, Resting
from yiqi.notices.rules.budget import Budget
from yiqi.notices.rules.trying import FAILS, RESTS
from yiqi.notices.rules.ways import Way

if TYPE_CHECKING:
    from yiqi.notices.channels.mail import Mail

log = structlog.get_logger()


class Post:
    """The channels of one process. One that is away is left alone for half a minute after some failures, so that letters
    on other ways, and codes behind it, need not wait for its silence."""

    def __init__(self, channels: Mapping[Way, Send]) -> None:
        self._channels = channels
        self._failed: dict[Way, int] = {}
        self._rests_until: dict[Way, datetime] = {}
        self._lock = threading.Lock()

    @property
    def ways(self) -> frozenset[Way]:
        """The ways that are set up."""
        return frozenset(self._channels)

    def __call__(self, letter: Letter) -> str | None:
        """Hand a letter over. Raises as the channel does, or `Resting`."""
        way = letter.way
        channel = self._channels.get(way)
        if channel is None:
            raise Failed(f"the way {way} is not set up")
        with self._lock:
            until = self._rests_until.get(way)
            if until is not None and clock.now() < until <= clock.now() + RESTS:
                raise Resting(f"{way} is away")
        try:
            receipt = channel(letter)
        except Failed:
            self._count(way)
            raise
        with self._lock:
            self._failed[way] = 0
        return receipt

    def _count(self, way: Way) -> None:
        """One more failure. After some in a row, the next one after a rest is enough."""
        with self._lock:
            self._failed[way] = self._failed.get(way, 0) + 1
            if self._failed[way] >= FAILS:
                self._rests_until[way] = clock.now() + RESTS
                log.error("channel_away", way=way, failures=self._failed[way])


def opened(settings: Settings) -> Post:
    """The post office with the channels that the settings name."""
    channels: dict[Way, Send] = {Way.SMS: _sms(settings)}
    mail, wechat = mail_of(settings), wechat_of(settings)
    if mail is not None:
        channels[Way.EMAIL] = mail
    if wechat is not None and wechat.template:
        channels[Way.WECHAT] = wechat
    return Post(channels)


def budget_of(settings: Settings) -> Budget:
    """What short messages may cost a day."""
    sms = settings.sms
    return Budget(sms.daily, sms.daily_person, sms.daily_message)


def mail_of(settings: Settings) -> "Mail | None":
    """The mail server, where one is named."""
    said = settings.mail
    if said is None:
        return None
    mail = import_module("yiqi.notices.channels.mail").Mail(
        said.host,
        said.port,
        said.user,
        said.password,
        said.security,
        said.sender,
        settings.base_url,
        said.ca_file,
    )
    return cast("Mail", mail)


def wechat_of(settings: Settings) -> WeChat | None:
    """The official account, where one is named."""
    said = settings.wechat
    if said is None:
        return None
    return WeChat(
        said.appid,
        said.secret,
        said.template,
        said.fields,
        said.api,
        said.authorize,
        settings.base_url,
    )


def _sms(settings: Settings) -> Send:
    sms = settings.sms
    if settings.messages == "webhook":
        return Webhook(sms.url, sms.secret)
    if settings.messages == "tencent":
        return Tencent(
            sms.key_id,
            sms.secret,
            sms.app,
            sms.sign,
            sms.region,
            sms.url,
            templates.ids(sms.templates) if sms.templates else {},
        )
    return console.send
