"""What goes out: a letter, the words it was made from, and how sending it can fail."""

import re
from collections.abc import Mapping
from datetime import datetime

from msgspec import Struct

from yiqi.i18n import gettext as plain
from yiqi.i18n import spoken
from yiqi.i18n.quotes import settled
from yiqi.notices.rules.ways import Way

_PLACE = re.compile(r"%\((\w+)\)s")
_SIGNED = re.compile(r"^(?:【[^】]*】|\[[^\]]*\] )")


class Worded(str):
    """A text that knows the pattern it was made from and what was filled in: gateways send approved patterns only."""

    __slots__ = ("lang", "pattern", "values")
    pattern: str
    lang: str
    values: Mapping[str, str]

    @property
    def parameters(self) -> list[str]:
        """What was filled in, in the order of the places."""
        return [self.values[name] for name in _PLACE.findall(self.pattern)]


def gettext(text: str, **values: object) -> Worded:
    """A text of a letter in the present language, with its `%(name)s` values filled in."""
    made = Worded(plain(text, **values))
    made.pattern, made.lang = plain(text), spoken()
    made.values = {name: str(value) for name, value in settled(made.pattern, values).items()}
    return made


def numbered(pattern: str) -> str:
    """A pattern as gateways want it: `{1}`, `{2}` in the order of the places, without the signature."""
    parts = _PLACE.split(unsigned(pattern).replace("%%", "%"))[::2]
    return parts[0] + "".join(f"{{{number}}}{part}" for number, part in enumerate(parts[1:], 1))


def unsigned(text: str) -> str:
    """A text without the signature in front of it: gateways put it there themselves, and the inbox needs none."""
    return _SIGNED.sub("", text, count=1)


class Letter(Struct, frozen=True):
    """What goes out: a phone (E.164), the text, and the sign-in code where it carries one. What composers leave empty is
    filled in before it is sent: the way it takes and the address there."""

    phone: str
    text: str
    code: str = ""
    about: tuple[datetime, datetime] | None = None
    """Start and end of what it is about: news of the same day may come in the quiet hours."""
    email: str = ""
    """Set by a composer: it goes to this address, whatever its person chose."""
    key: str = ""
    """The notice's: who is handed the same key twice may drop the second."""
    notice_id: int = 0
    way: Way = Way.SMS
    openid: str = ""

    @property
    def lang(self) -> str:
        """The language it is written in."""
        return self.text.lang if isinstance(self.text, Worded) else "zh-CN"

    @property
    def waits_for_morning(self) -> bool:
        """Whether it may not come in the quiet hours: mail and the inbox wake nobody, and who has just asked for a code is
        awake."""
        return not self.code and self.way not in (Way.SITE, Way.EMAIL)

    @property
    def has_number(self) -> bool:
        """Whether its phone is one. A record that was merged, erased or given up has none."""
        return self.phone.startswith("+")


class Failed(Exception):
    """The channel did not take a letter this time; it may the next. The reason is for the desk: nothing of the text."""


class Resting(Failed):
    """The channel failed so often just now that nobody asked it."""


class Refused(Exception):
    """The channel will never take this letter to this address: tried again, it says the same."""
