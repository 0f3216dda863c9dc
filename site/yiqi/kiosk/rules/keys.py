"""The screen's own keys: what they add to what was typed, and how much of it is shown."""

from collections.abc import Sequence

TAIL, CODE, PHONE, ENROL, REF = 4, 6, 11, 8, 8
"""Digits of the end of a number, of a code that was sent, of a number, of a code that enrols a device; characters of a ticket's."""
LONGEST_NAME = 30
CLEAR, DELETE, SPACE = "clear", "del", "space"
DIGITS, LETTERS = "1234567890", "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
HIDDEN = "●"


def pressed(typed: str, key: str, most: int, among: str = DIGITS) -> str:
    """What is typed after a key was pressed. A key that is not there changes nothing."""
    if key == CLEAR:
        return ""
    if key == DELETE:
        return typed[:-1]
    return typed + key if len(key) == 1 and key in among and len(typed) < most else typed


def spelled(typed: str, key: str) -> str:
    """The same of a name in Latin letters: each word has its capital."""
    if key == SPACE:
        return f"{typed} "[:LONGEST_NAME] if typed and not typed.endswith(" ") else typed
    more = pressed(typed, key, LONGEST_NAME, LETTERS)
    begins = not typed or typed.endswith(" ")
    return more if len(more) <= len(typed) or begins else typed + key.lower()


def cells(typed: str, most: int, *, hidden: bool) -> Sequence[str]:
    """What stands in each of the cells: every digit, or, `hidden`, only the first three and the last; empty ones are ""."""
    last = len(typed) - 1
    shown = [HIDDEN if hidden and 3 <= place < last else digit for place, digit in enumerate(typed[:most])]
    return [*shown, *[""] * (most - len(shown))]
