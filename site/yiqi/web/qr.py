"""Codes that a camera reads, and the addresses that stand in them."""

from functools import lru_cache

import segno
from flask import current_app, request
from markupsafe import Markup


@lru_cache(maxsize=4096)
def qr(content: str, label: str, mask: int | None = None) -> Markup:
    """A QR code as inline SVG that scales with its box; `label` is its text for a screen reader. Kept in memory.

    `mask` is the pattern laid over it, from 0 to 7; None tries all eight for the one that is easiest to read, which
    takes five times as long. A reader takes any of them.
    """
    return fresh_qr(content, label, mask)


def fresh_qr(content: str, label: str, mask: int | None = None) -> Markup:
    """The same, of a secret: drawn each time and kept nowhere."""
    drawn = segno.make(content, error="m", micro=False, mask=mask)
    svg = drawn.svg_inline(omitsize=True, title=label, border=2)
    return Markup(svg)  # noqa: S704


def absolute(path: str) -> str:
    """An address of this site as it is sent to somebody."""
    base: str = current_app.config["YIQI"].base_url or request.host_url.rstrip("/")
    return base + path
