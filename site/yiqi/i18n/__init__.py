"""Text in the page's language: the source is zh-CN, `en/` holds its English. The typed face of Flask-Babel."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import flask_babel
from flask import g


def gettext(text: str, **values: object) -> str:
    """A text in the page's language, with its `%(name)s` values filled in."""
    return str(flask_babel.gettext(text, **values))


def lazy_gettext(text: str) -> Any:
    """A text that is looked up when it is shown: for labels made at import time."""
    return flask_babel.lazy_gettext(text)


def spoken() -> str:
    """The language that texts are in now: `zh-CN` or `en`. Outside of `in_language` it is the source's."""
    return str(g.get("lang") or "zh-CN")


@contextmanager
def in_language(lang: str) -> Iterator[None]:
    """Within this, texts and dates are in `lang` (`zh-CN` or `en`), whatever the page's language is."""
    before = g.get("lang")
    g.lang = lang
    try:
        with flask_babel.force_locale("en" if lang == "en" else "zh_CN"):
            yield
    finally:
        if before is None:
            g.pop("lang", None)
        else:
            g.lang = before
