"""Pieces of pages that look alike for everybody, kept as they were last rendered."""

import threading
from collections import OrderedDict
from collections.abc import Callable, Hashable

from flask import Flask
from markupsafe import Markup

from yiqi.web.display import language

MOST_KEPT = 2_000
"""Some ten weeks of tickets in both languages: a megabyte or two."""


class Kept:
    """The newest pieces. A piece is what its macro makes of the key: all that it shows has to be in it."""

    def __init__(self, most: int = MOST_KEPT) -> None:
        self._most = most
        self._lock = threading.Lock()
        self._pieces: OrderedDict[Hashable, Markup] = OrderedDict()

    def of(self, macro: Callable[..., Markup], key: Hashable, *arguments: object) -> Markup:
        """`macro(*arguments)` in the page's language, rendered unless it was before for the same `key`."""
        whole = (macro.name, language(), key)  # type: ignore[attr-defined]
        with self._lock:
            found = self._pieces.get(whole)
            if found is not None:
                self._pieces.move_to_end(whole)
                return found
        found = macro(*arguments)
        with self._lock:
            self._pieces[whole] = found
            while len(self._pieces) > self._most:
                self._pieces.popitem(last=False)
        return found


def init(app: Flask) -> None:
    """Give templates `kept(macro, key, …)`."""
    app.jinja_env.globals["kept"] = Kept().of
