"""How a visitor likes pages: language, text size, light or dark. Kept in plain cookies and rendered by the server.

A phone on which no language was chosen shows the one that its person reads.
"""

from collections.abc import Callable
from urllib.parse import urlencode

from babel import Locale
from flask import Blueprint, Flask, current_app, g, request
from flask.typing import ResponseReturnValue
from flask_babel import Babel

from yiqi import i18n
from yiqi.web.htmx import came_from, local_path, safe_redirect

LANGUAGES = tuple(i18n.LOCALES)
TEXT_SIZES = ("", "l", "xl")
THEMES = ("", "dark", "light")
CHOICES = {"lang": LANGUAGES, "text": TEXT_SIZES, "theme": THEMES}
ONE_YEAR = 31536000

blueprint = Blueprint("display", __name__)


def chosen(what: str) -> str:
    """The visitor's choice of `lang`, `text` or `theme`; the first of the list when none or a strange one is set."""
    if "display" not in g:  # asked for with every text of a page
        cookies = request.cookies
        g.display = {
            name: cookies[name] if cookies.get(name) in allowed else allowed[0]
            for name, allowed in CHOICES.items()
        }
    found: str = g.display[what]
    return found


def language() -> str:
    """The page's language: the one chosen on this phone, else the one its person reads, else `zh-CN`."""
    found: str | None = g.get("lang") or g.get("page_lang")
    if found is None:
        reads: Callable[[], str | None] = current_app.extensions["yiqi.reads"]
        found = g.page_lang = language_chosen() or reads() or LANGUAGES[0]
    return found


def language_chosen() -> str | None:
    """The language that was chosen on this phone; None where nobody has."""
    lang = request.cookies.get("lang")
    return lang if lang in LANGUAGES else None


def keep_to_the_page() -> None:
    """What goes into a page that stands is in that page's language, whatever was chosen on the phone since: its address
    says which (`lang=`, the page's `language()`), so that nobody is looked up for it, thousands a second."""
    lang = request.args.get("lang")
    g.lang = lang if lang in LANGUAGES else chosen("lang")


def _locale() -> Locale:
    return i18n.locale(language())


def display_url(**change: str) -> str:
    """The address that sets a choice and comes back to the present page."""
    path = request.full_path.rstrip("?") if request.method == "GET" else came_from()
    return "/display?" + urlencode({**change, "back": path})


@blueprint.get("/display")
def choose() -> ResponseReturnValue:
    """Set the choices named in the address and return. Unknown values are passed over."""
    response = safe_redirect(local_path(request.args.get("back")))
    for what, allowed in CHOICES.items():
        value = request.args.get(what)
        if value in allowed and value is not None:
            response.set_cookie(
                what,
                value,
                max_age=ONE_YEAR,
                secure=current_app.config["YIQI"].secure_cookies,
                httponly=True,
                samesite="Lax",
            )
    return response


def init(app: Flask, reads: Callable[[], str | None]) -> None:
    """`reads` says which language the visitor reads, None of somebody unknown."""
    app.extensions["yiqi.reads"] = reads
    Babel(
        app,
        locale_selector=_locale,
        default_locale=str(i18n.LOCALES["zh-CN"]),
        default_timezone="Asia/Shanghai",
        default_translation_directories=str(app.config["YIQI"].root / "site" / "yiqi" / "i18n"),
    )
    i18n.init(app)
    app.register_blueprint(blueprint)

    @app.context_processor
    def facts() -> dict[str, object]:
        text, theme = chosen("text"), chosen("theme")
        return {
            "lang": language(),
            "theme": theme,
            "text_size": text,
            "next_text_size": TEXT_SIZES[(TEXT_SIZES.index(text) + 1) % len(TEXT_SIZES)],
            "next_theme": THEMES[(THEMES.index(theme) + 1) % len(THEMES)],
            "display_url": display_url,
        }
