"""Texts that organizers write to people: what their placeholders stand for, and whether they hold a link."""

import re
import unicodedata
from collections.abc import Mapping
from enum import StrEnum

LONGEST = 500
"""Characters of a text as it is written."""


class Holder(StrEnum):
    """What a placeholder stands for."""

    ACTIVITY = "activity"
    TIME = "time"
    PLACE = "place"
    NAME = "name"
    CODE = "code"


SPELLED: Mapping[str, Holder] = {
    "活动": Holder.ACTIVITY,
    "时间": Holder.TIME,
    "地点": Holder.PLACE,
    "姓名": Holder.NAME,
    "签到码": Holder.CODE,
    **{str(holder): holder for holder in Holder},
}
"""How placeholders may be written, between braces."""

_BRACED = re.compile(r"\{([^{}]*)\}")
_WIDE = str.maketrans("｛｝", "{}")
_ENDINGS = "com|cn|net|org|gov|edu|cc|top|xyz|vip|info|io|me|app|site|shop|link|ltd|club|co|tv|biz|icu|fun|online|live|pro"
_LINK = re.compile(rf"://|www\.|[a-z0-9-]\.(?:{_ENDINGS})(?![a-z0-9])", re.ASCII)


def straight(body: str) -> str:
    """A text with the wide braces of a Chinese keyboard as plain ones."""
    return body.translate(_WIDE)


def unknown(body: str) -> list[str]:
    """The placeholders of a text that stand for nothing, braces included, each once."""
    found = [word for word in _BRACED.findall(body) if _holder(word) is None]
    return [f"{{{word}}}" for word in dict.fromkeys(found)]


def filled(body: str, values: Mapping[Holder, str]) -> str:
    """A text with its placeholders replaced. What is put in is not looked at again."""

    def value(match: re.Match[str]) -> str:
        holder = _holder(match[1])
        return match[0] if holder is None else values[holder]

    return _BRACED.sub(value, body)


def has_link(body: str) -> bool:
    """Whether a text holds something that a phone would open as an address, also in wide letters."""
    return _LINK.search(unicodedata.normalize("NFKC", body).casefold()) is not None


def _holder(word: str) -> Holder | None:
    return SPELLED.get(word.strip().casefold())
