"""Short messages through a gateway of one's own: each letter is one signed POST of JSON."""

import hashlib
import hmac

from msgspec import Struct

from yiqi import clock
from yiqi.notices.channels import http
from yiqi.notices.letter import Failed, Letter, Refused, Worded, numbered, unsigned

LATER = frozenset({408, 425, 429})
"""Refusals of now, not for ever."""


class Webhook(Struct, frozen=True):
    """Where letters are posted, and the secret both sides know."""

    url: str
    secret: str

    def __call__(self, letter: Letter) -> str:
        """Post a letter. 2xx is taken, 4xx is refused for good, anything else is tried again under the same key."""
        said = {"key": letter.key, "phone": letter.phone, "text": letter.text, "lang": letter.lang}
        if isinstance(letter.text, Worded):
            said |= {"template": numbered(letter.text.pattern)}
            body = http.as_json(said | {"parameters": letter.text.parameters})
        else:
            body = http.as_json(said | {"template": unsigned(letter.text), "parameters": []})
        when = str(int(clock.now().timestamp()))
        proof = hmac.new(self.secret.encode(), f"{when}.".encode() + body, hashlib.sha256).hexdigest()
        answer = http.post(
            self.url,
            body,
            {
                "Content-Type": "application/json; charset=utf-8",
                "Idempotency-Key": letter.key,
                "X-Yiqi-Time": when,
                "X-Yiqi-Signature": f"sha256={proof}",
            },
        )
        if 200 <= answer.status < 300:
            return ""
        if 400 <= answer.status < 500 and answer.status not in LATER:
            raise Refused(f"HTTP {answer.status}")
        raise Failed(f"HTTP {answer.status}")
