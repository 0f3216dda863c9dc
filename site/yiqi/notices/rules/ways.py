"""The ways a letter can take, and which one it takes."""

from collections.abc import Collection
from enum import StrEnum


class Way(StrEnum):
    """How somebody hears of what is in their inbox anyway."""

    SMS = "sms"
    WECHAT = "wechat"
    EMAIL = "email"
    SITE = "site"
    """Not at all: they look at the inbox themselves."""


def way_of(wanted: Way, has: Collection[Way], there: Collection[Way]) -> Way:
    """The way of a letter to somebody who chose `wanted`, has an address for `has`, of the ways that are set up (`there`).

    Whoever cannot be reached as they chose is reached by short message.
    """
    if wanted is Way.SITE or (wanted in has and wanted in there):
        return wanted
    return Way.SMS
