"""Text in the page's language: the source is zh-CN, `en/` holds its English. The typed face of Flask-Babel."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import flask_babel
from babel import Locale
from flask import Flask, g, has_app_context
from flask_babel.speaklater import LazyString
from markupsafe import Markup

from yiqi.i18n.quotes import settled

LOCALES = {"zh-CN": Locale("zh", "CN", "Hans"), "en": Locale("en")}
"""By their whole names: for `zh_CN` Babel reads two megabytes of aliases, and looks through its locales at each text."""


def locale(lang: str) -> Locale:
    """That of a language; of one that texts are not in, that of their source."""
    return LOCALES.get(lang, LOCALES["zh-CN"])


def init(app: Flask) -> None:
    """Let templates look texts up as Python does, and with `pgettext(where, text)` what is one word in Chinese and in
    English another in different places."""
    app.jinja_env.install_gettext_callables(  # type: ignore[attr-defined]
        gettext=lambda text: _texts().ugettext(text),
        ngettext=lambda one, many, n: _texts().ungettext(one, many, n),
        newstyle=True,
        pgettext=lambda where, text: _texts().upgettext(where, text),
    )
    app.jinja_env.globals["_"] = _in_markup


def _in_markup(text: str, /, **values: object) -> Markup:
    """What `_()` of Jinja's own does, in one step: pages look up hundreds of texts. Values are escaped."""
    found = Markup(_texts().ugettext(text))  # noqa: S704
    return found % settled(found, values) if "%" in found else found


def gettext(text: str, **values: object) -> str:
    """A text in the page's language, with its `%(name)s` values filled in; what has quotation marks of its own is quoted once."""
    found = str(_texts().ugettext(text))
    return found % settled(found, values) if values else found


def _texts() -> Any:
    """The catalogue of the page's language. Flask-Babel would look for it anew with every text, hundreds a page."""
    if not has_app_context():
        return flask_babel.get_translations()
    kept = g.get("texts")
    if kept is None:
        kept = g.texts = flask_babel.get_translations()
    return kept


def lazy_gettext(text: str) -> Any:
    """A text that is looked up when it is shown: for labels made at import time."""
    return LazyString(gettext, text)


def spoken() -> str:
    """The language that texts are in now: `zh-CN` or `en`. Outside of `in_language` it is the source's."""
    return str(g.get("lang") or "zh-CN")


@contextmanager
def in_language(lang: str) -> Iterator[None]:
    """Within this, texts and dates are in `lang` (`zh-CN` or `en`), whatever the page's language is."""
    before = g.get("lang")
    g.lang = lang
    g.pop("texts", None)
    try:
        with flask_babel.force_locale(locale(lang)):
            yield
    finally:
        g.pop("texts", None)
        if before is None:
            g.pop("lang", None)
        else:
            g.lang = before
