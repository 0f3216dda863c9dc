"""The application's pictures of the board, one for each language."""

from flask import Flask, current_app

from yiqi.db import db
from yiqi.kiosk.board import Picture
from yiqi.live.changes import changes
from yiqi.web.display import LANGUAGES


def picture(lang: str) -> Picture:
    """This process's picture of the board in a language."""
    kept: dict[str, Picture] = current_app.extensions["yiqi.kiosk.board"]
    return kept[lang]


def init(app: Flask) -> None:
    with app.app_context():
        sqlite = db.engine.dialect.name == "sqlite"
    app.extensions["yiqi.kiosk.board"] = {
        lang: Picture(changes(lambda: db.engine, is_sqlite=sqlite)) for lang in LANGUAGES
    }
