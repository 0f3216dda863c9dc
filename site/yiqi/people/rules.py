"""Phone numbers, dates as people type them, and the limits of sign-in codes: arithmetic only."""

import re
import unicodedata
from collections.abc import Collection, Sequence
from datetime import date, datetime, timedelta
from ipaddress import IPv6Address, ip_address, ip_network

import phonenumbers

CODE_LIFE = timedelta(minutes=5)
CODE_TRIES = 5
CLOCKS_APART = timedelta(minutes=1)
"""How far the clocks of two machines that serve the site may differ."""
SEND_LIMITS = (
    (timedelta(minutes=1), 1),
    (timedelta(hours=1), 5),
    (timedelta(hours=24), 10),
)
"""Codes to one phone: one a minute, five an hour, ten a day."""
KEPT_FOR_KNOWN_DEVICES = 3
"""Of the day's ten, these go only to a browser that signed in before, so that a stranger cannot use them all up."""
ADDRESS_WINDOW, ADDRESS_LIMIT = timedelta(minutes=10), 60
"""Codes asked from one address: loose, because a factory and a kiosk share one."""
WRONG_CODES_AN_ADDRESS = 300
"""Wrong codes from one address in an hour; then it is the address that must wait, not everybody."""
WRONG_CODES_AN_HOUR = 1000
"""Beyond this many guesses held against a code, everywhere together, only browsers that were here before may try."""
WORKER_IDLE, SESSION_LIFE = timedelta(days=14), timedelta(days=90)
VISITOR_IDLE = timedelta(hours=12)
DEVICE_LIFE = timedelta(days=180)
"""How long a browser that signed in is remembered."""

_FORMATTING = re.compile(r"[\s\u202a-\u202e\u2066-\u2069\u200b-\u200f\ufeff()\-‐-―]")
_DIGITS = re.compile(r"(?:\+|00)?[0-9]{1,15}")
_DATE = re.compile(r"([0-9]{4})[-/.年]([0-9]{1,2})[-/.月]([0-9]{1,2})日?|([0-9]{4})([0-9]{2})([0-9]{2})")
FIRST_YEAR, LAST_YEAR = 1900, 2199


def mainland_mobile(typed: str) -> str | None:
    """A typed mainland-China mobile number as E.164, or None.

    Full-width digits, spaces, hyphens, +86, 0086 and the invisible marks of copied contacts are understood.
    """
    if any(
        unicodedata.category(char) == "Nd" and not char.isascii()
        for char in unicodedata.normalize("NFKC", typed)
    ):
        return None
    plain = _FORMATTING.sub("", unicodedata.normalize("NFKC", typed))
    if not _DIGITS.fullmatch(plain):
        return None
    if plain.startswith("00"):
        plain = "+" + plain[2:]
    if plain.startswith("86") and len(plain) == 13:
        plain = "+" + plain
    try:
        number = phonenumbers.parse(plain, "CN")
    except phonenumbers.NumberParseException:
        return None
    if number.country_code != 86 or not re.fullmatch(r"1[3-9][0-9]{9}", str(number.national_number)):
        return None
    return f"+86{number.national_number}"


def typed_date(typed: str) -> date | None:
    """A typed day of the calendar, or None: 2028-02-29, 2028/2/29, 2028.2.29, 2028年2月29日, 20280229."""
    match = _DATE.fullmatch("".join(unicodedata.normalize("NFKC", typed).split()))
    if match is None:
        return None
    year, month, day = (int(part) for part in match.groups() if part)
    try:
        return date(year, month, day) if FIRST_YEAR <= year <= LAST_YEAR else None
    except ValueError:
        return None


def wait_for_code(sent: Sequence[datetime], at: datetime, *, known_device: bool) -> timedelta | None:
    """How long a phone must wait for another code, given when codes were `sent` to it; None when it need not."""
    longest = timedelta(0)
    for window, most in SEND_LIMITS:
        allowed = most - KEPT_FOR_KNOWN_DEVICES if window == SEND_LIMITS[-1][0] and not known_device else most
        inside = sorted(instant for instant in sent if instant > at - window)
        if len(inside) >= allowed:
            longest = max(longest, inside[len(inside) - allowed] + window - at)
    return longest or None


def address_block(address: str) -> str:
    """What is counted as one address: an IPv4 address, or the /64 that one IPv6 subscriber has."""
    try:
        parsed = ip_address(address)
    except ValueError:
        return address
    if isinstance(parsed, IPv6Address):
        mapped = parsed.ipv4_mapped  # how a server that listens on both kinds sees an IPv4 visitor
        return str(mapped or ip_network((parsed, 64), strict=False))
    return address


def window_start(at: datetime, length: timedelta) -> datetime:
    """The start of the fixed window that an instant falls into."""
    seconds = int(length.total_seconds())
    return datetime.fromtimestamp(int(at.timestamp()) // seconds * seconds, tz=at.tzinfo)


_BROWSERS = (
    ("wxwork", "WeCom"),
    ("micromessenger", "WeChat"),
    ("alipayclient", "Alipay"),
    ("qq/", "QQ"),
    ("edg", "Edge"),
    ("firefox", "Firefox"),
    ("fxios", "Firefox"),
    ("huaweibrowser", "Huawei Browser"),
    ("chrome", "Chrome"),
    ("crios", "Chrome"),
    ("safari", "Safari"),
)
_SYSTEMS = (
    ("openharmony", "HarmonyOS"),
    ("harmonyos", "HarmonyOS"),
    ("android", "Android"),
    ("iphone", "iPhone"),
    ("ipad", "iPad"),
    ("windows", "Windows"),
    ("mac os x", "Mac"),
    ("linux", "Linux"),
)


def device_words(user_agent: str) -> str:
    """What a browser says it is, in two words: `WeChat · Android`. Empty when it says nothing that is known."""
    told = user_agent.lower()
    found = (next((name for mark, name in known if mark in told), "") for known in (_BROWSERS, _SYSTEMS))
    return " · ".join(name for name in found if name)


def national(phone: str) -> str:
    """An E.164 number as it is typed here: without +86."""
    return phone.removeprefix("+86")


def masked(phone: str) -> str:
    """138****1234; stars alone for what is no number, as of a record that was merged into another one."""
    if not phone.startswith("+"):
        return "****"
    return f"{national(phone)[:3]}****{national(phone)[-4:]}"


_NUMBER = re.compile(r"(?<![0-9])(?:(?:\+|00)?86[ -]?)?(1[3-9][0-9])[ -]?([0-9]{4})[ -]?([0-9]{4})(?![0-9])")


def without_numbers(text: str) -> str:
    """A text that somebody typed, with the middle of every mobile number in it hidden; digits become half-width where
    there is one."""
    plain = "".join(_half(char) for char in text)
    return _NUMBER.sub(r"\1****\3", plain) if _NUMBER.search(plain) else text


def _half(char: str) -> str:
    return unicodedata.normalize("NFKC", char) if "０" <= char <= "９" else char


_TWO = "欧阳司马上官诸葛司徒东方皇甫尉迟公孙慕容令狐长孙宇文司空夏侯轩辕端木百里呼延南宫独孤澹台"
_TWO_CHARACTERS = frozenset(_TWO[start : start + 2] for start in range(0, len(_TWO), 2))
"""Surnames of two characters."""


def starred(name: str) -> str:
    """张**, 欧阳**: the surname, and always two stars, so that nobody counts the rest; empty for no name. What does not
    begin with a letter is stars alone."""
    surname = name[:2] if len(name) > 2 and name[:2] in _TWO_CHARACTERS else name[:1]
    return f"{surname if surname.isalpha() else ''}**" if name else ""


def in_part(said: str, names: Collection[str]) -> str:
    """A text in which these names are written as 王**."""
    for name in sorted(names, key=len, reverse=True):
        said = said.replace(name, starred(name)) if len(name) > 1 else said
    return said


UNUSED = timedelta(days=180)
"""A number that nobody came in with for so long may have been given to somebody else."""


def may_be_recycled(used_at: datetime | None, known_since: datetime, at: datetime) -> bool:
    """Whether a number may have a new owner: last used at an instant, or known since one and never used."""
    return at - (used_at or known_since) >= UNUSED
