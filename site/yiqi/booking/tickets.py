"""The code on a ticket."""

from flask import url_for
from markupsafe import Markup

from yiqi.booking.rules.refs import spoken
from yiqi.web.alike import alike
from yiqi.web.qr import absolute

MASK = 7
"""The pattern over every ticket: for addresses of this length it is as a rule the best of the eight or close to it, and each
ticket is drawn while somebody waits for it."""


def ticket_url(ref: str) -> str:
    """What the QR of a ticket says: an address that any camera opens."""
    return absolute(url_for("booking.ticket", ref=ref))


def pass_of(ref: str) -> Markup:
    """The QR of a ticket."""
    return alike(ticket_url(ref).removesuffix(ref), ref, spoken(ref), MASK)
