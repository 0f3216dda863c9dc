"""The one gate for typed text: what may be stored, and what is folded into one spelling first."""

import re
import unicodedata

_BIDI = {*range(0x202A, 0x202F), *range(0x2066, 0x206A), 0x200E, 0x200F, 0x061C}
_INVISIBLE = {0x200B, 0x2060, 0xFEFF, 0x00AD, 0x180E}
_SPACES = re.compile(r"[^\S\n]+")
ID = re.compile(r"[1-9][0-9]{0,9}")
MAX_ID = 2**31 - 1


class Unwritable(ValueError):
    """The text holds characters that are never stored: controls, direction marks, halves of characters."""


def plain(typed: str, *, lines: bool = False) -> str:
    """Typed text as it is stored: NFC, blanks folded and trimmed, invisible characters gone.

    `lines` keeps line breaks. Raises `Unwritable` for NUL and other controls, bidirectional controls, surrogates
    and what could not be decoded.
    """
    text = typed.replace("\r\n", "\n").replace("\r", "\n")
    text = unicodedata.normalize("NFC", "".join(char for char in text if ord(char) not in _INVISIBLE))
    for char in text:
        allowed = char == "\t" or (char == "\n" and lines)
        if not allowed and (
            unicodedata.category(char) in ("Cc", "Cs", "Co")
            or ord(char) in _BIDI
            or _is_noncharacter(ord(char))
        ):
            raise Unwritable(f"U+{ord(char):04X}")
        if char == "\ufffd":
            raise Unwritable("not UTF-8")
    return _SPACES.sub(" ", text).strip()


def _is_noncharacter(code: int) -> bool:
    """Code points that are never characters. Ones that this Python does not know yet (a new emoji, a rare name) may be."""
    return 0xFDD0 <= code <= 0xFDEF or code & 0xFFFE == 0xFFFE


def shown_again(typed: str) -> str:
    """What somebody typed, fit to stand in a form field again: what HTML cannot carry, or what would turn the line
    round, is left out; everything else comes back as it was typed."""
    lines = typed.replace("\r\n", "\n").replace("\r", "\n")
    return "".join(
        char
        for char in lines
        if char in "\n\t"
        or not (
            unicodedata.category(char) in ("Cc", "Cs") or ord(char) in _BIDI or _is_noncharacter(ord(char))
        )
    )


def kept_as_typed(typed: str) -> str:
    """The same for what is kept right or wrong until it is finished, such as a draft: in the one spelling of what is
    stored, so that two of a kind compare as one."""
    return unicodedata.normalize("NFC", shown_again(typed)).replace("\ufffd", "").replace("\t", " ")


def folded(typed: str) -> str:
    """For comparing and searching: compatibility forms, case and blanks folded; unwritable characters dropped."""
    text = "".join(char for char in typed if unicodedata.category(char)[0] != "C" and char != "\ufffd")
    return " ".join(unicodedata.normalize("NFKC", text).casefold().split())


def digits(typed: str) -> str:
    """A typed number or code as ASCII digits without blanks; empty when it is anything else."""
    text = "".join(unicodedata.normalize("NFKC", typed).split())
    return text if text.isascii() and text.isdigit() else ""


def whole(typed: str, *, least: int, most: int) -> int | None:
    """A typed whole number between two bounds, or None."""
    text = digits(typed)
    if not text or len(text) > len(str(most)):
        return None
    return int(text) if least <= int(text) <= most else None


def identifier(typed: str) -> int | None:
    """A database id as it stands in an address, or None: ASCII digits, no sign, no leading zero."""
    if not ID.fullmatch(typed) or int(typed) > MAX_ID:
        return None
    return int(typed)
