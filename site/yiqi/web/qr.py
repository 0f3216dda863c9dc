"""Codes that a camera reads, and the addresses that stand in them."""

from functools import lru_cache

import segno
from flask import current_app, request
from markupsafe import Markup


@lru_cache(maxsize=256)
def qr(content: str, label: str) -> Markup:
    """A QR code as inline SVG that scales with its box; `label` is its text for a screen reader. Kept in memory."""
    return fresh_qr(content, label)


def fresh_qr(content: str, label: str) -> Markup:
    """The same, of a secret: drawn each time and kept nowhere."""
    drawn = segno.make(content, error="m", micro=False)
    return Markup(drawn.svg_inline(omitsize=True, title=label, border=2))  # noqa: S704


def absolute(path: str) -> str:
    """An address of this site as it is sent to somebody."""
    base: str = current_app.config["YIQI"].base_url or request.host_url.rstrip("/")
    return base + path
