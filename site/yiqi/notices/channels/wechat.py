"""The union's WeChat official account: template messages, and who somebody is to it (web authorization).

Its answers have status 200 whatever became of the request: what counts is `errcode`.
"""

import hashlib
import threading
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any
from urllib.parse import urlencode

from yiqi import clock
from yiqi.notices.channels import http
from yiqi.notices.letter import Failed, Letter, Refused

TOKEN_IS_OUT = frozenset({40001, 40014, 42001})
FOR_GOOD = frozenset({40003, 43004, 43101, 43107, 43119, 43120})
"""No such follower, does not follow (any more), has refused messages like this one."""
BADLY_SET_UP = frozenset({40037, 41030, 47003, 48001})
EARLY = timedelta(minutes=5)
"""The platform hands out the next token this long before the present one ends; both work meanwhile."""
LONGEST = 20
"""Characters of one field."""


class NoSuchCode(Exception):
    """The code that a browser brought back is none: used already, or made up."""


@dataclass
class _Token:
    text: str = ""
    ends_at: datetime | None = None


@dataclass(frozen=True)
class WeChat:
    """An official account, the template it may send, and the names of that template's fields: what, about it, when."""

    appid: str
    secret: str = field(repr=False)
    template: str
    fields: tuple[str, str, str]
    api: str
    authorize: str
    base_url: str
    _token: _Token = field(default_factory=_Token, repr=False)
    _lock: threading.Lock = field(default_factory=threading.Lock, repr=False)

    def __call__(self, letter: Letter) -> str:
        """Send a letter; answers the message's id. With a token that is out it is sent once more with a new one."""
        token = self.token()
        said = self._send(letter, token)
        if said.get("errcode") in TOKEN_IS_OUT:
            said = self._send(letter, self.token(instead_of=token))
        code = said.get("errcode", -1)
        if code == 0:
            return str(said.get("msgid", ""))
        raise (Refused if code in FOR_GOOD | BADLY_SET_UP else Failed)(f"WeChat {code}")

    def token(self, *, instead_of: str = "") -> str:
        """The account's token, asked for when there is none or it ends soon. `instead_of` one that does not work: where
        the platform has no other one, it is made to give a new one."""
        with self._lock:
            now = clock.now()
            is_good = self._token.ends_at is not None and now < self._token.ends_at
            if is_good and self._token.text != instead_of:
                return self._token.text
            text, lasts = self._asked_token(force=False)
            if text == instead_of:
                text, lasts = self._asked_token(force=True)
            self._token.text, self._token.ends_at = text, now + max(timedelta(seconds=lasts) - EARLY, EARLY)
            return text

    def way_to_sign_in(self, back: str, state: str) -> str:
        """Where a browser is sent so that WeChat says who it is; it comes back to `back` with a code and the state."""
        asked = {
            "appid": self.appid,
            "redirect_uri": back,
            "response_type": "code",
            "scope": "snsapi_base",
            "state": state,
        }
        return f"{self.authorize}?{urlencode(asked)}#wechat_redirect"

    def openid_of(self, code: str) -> str:
        """Who a code stands for. Raises `NoSuchCode`, or `Failed` when WeChat does not say."""
        asked = {
            "appid": self.appid,
            "secret": self.secret,
            "code": code,
            "grant_type": "authorization_code",
        }
        said = http.get(f"{self.api}/sns/oauth2/access_token?{urlencode(asked)}").json()
        if said.get("errcode") in (40029, 40163, 41008, 42003):
            raise NoSuchCode(code)
        if not isinstance(said.get("openid"), str):
            raise Failed(f"WeChat {said.get('errcode', 'says nothing')}")
        return str(said["openid"])

    def _send(self, letter: Letter, token: str) -> dict[str, Any]:
        what, about, when = self.fields
        values = {
            what: shortened(_what(letter)),
            about: shortened(letter.shown),
            when: f"{clock.beijing(clock.now()):%Y-%m-%d %H:%M}",
        }
        body = http.as_json(
            {
                "touser": letter.openid,
                "template_id": self.template,
                "url": f"{self.base_url}/me/notices/{letter.notice_id}",
                "client_msg_id": hashlib.sha256(letter.key.encode()).hexdigest()[:32],
                "data": {name: {"value": value} for name, value in values.items()},
            }
        )
        url = f"{self.api}/cgi-bin/message/template/send?{urlencode({'access_token': token})}"
        return http.post(url, body, {"Content-Type": "application/json; charset=utf-8"}).json()

    def _asked_token(self, *, force: bool) -> tuple[str, int]:
        asked = {
            "grant_type": "client_credential",
            "appid": self.appid,
            "secret": self.secret,
            "force_refresh": force,
        }
        body = http.as_json(asked)
        said = http.post(
            f"{self.api}/cgi-bin/stable_token", body, {"Content-Type": "application/json"}
        ).json()
        if not said.get("access_token"):
            raise Failed(f"WeChat {said.get('errcode', 'gives no token')}")
        return str(said["access_token"]), int(said.get("expires_in", 0))


def shortened(text: str) -> str:
    """As much of a text as a field holds."""
    return text if len(text) <= LONGEST else f"{text[: LONGEST - 1]}…"


def _what(letter: Letter) -> str:
    values = getattr(letter.text, "values", {})
    return str(values.get("title") or "亦起")
