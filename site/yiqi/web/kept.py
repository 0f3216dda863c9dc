"""Pieces of pages that look alike for everybody, kept as they were last rendered."""

import threading
from collections import OrderedDict
from collections.abc import Callable, Hashable
from typing import Generic, TypeVar

from flask import Flask
from markupsafe import Markup

from yiqi.web.display import language

Piece = TypeVar("Piece", bound=str)
MOST_KEPT = 2_000
"""Some ten weeks of tickets in both languages: a megabyte or two."""


class Kept(Generic[Piece]):
    """The newest pieces. A piece is what its macro makes of the key: all that it shows has to be in it."""

    def __init__(self, most: int = MOST_KEPT) -> None:
        self._most = most
        self._lock = threading.Lock()
        self._pieces: OrderedDict[Hashable, Piece] = OrderedDict()

    def of(self, macro: Callable[..., Piece], key: Hashable, *arguments: object) -> Piece:
        """`macro(*arguments)` in the page's language, rendered unless it was before for the same `key`."""
        whole = (macro.name, key)  # type: ignore[attr-defined]
        found = self.find(whole)
        if found is None:
            found = macro(*arguments)
            self.keep(whole, found)
        return found

    def find(self, key: Hashable) -> Piece | None:
        """What was kept under `key`, in the page's language."""
        whole = (language(), key)
        with self._lock:
            found = self._pieces.get(whole)
            if found is not None:
                self._pieces.move_to_end(whole)
            return found

    def keep(self, key: Hashable, piece: Piece) -> None:
        """Keep a piece in the page's language; the one that was not asked for the longest makes room."""
        with self._lock:
            self._pieces[language(), key] = piece
            while len(self._pieces) > self._most:
                self._pieces.popitem(last=False)


class Pieces(Kept[Markup]):
    """Those of one thing, which lie beside it and go with it."""


def init(app: Flask) -> None:
    """Give templates `kept(macro, key, …)`."""
    app.jinja_env.globals["kept"] = Kept[Markup]().of
