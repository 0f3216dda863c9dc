"""A mapped attribute says whether it has listeners, and no more than that.

SQLAlchemy 2.1 asks with `hasattr` for a slot that is empty at first. The attribute then looks for the name in the column
below it, and for that makes an expression of every column of every table, which most of them are never asked for: two
megabytes in each process, and a seventh of its start."""

from typing import Any

from sqlalchemy.event.base import slots_dispatcher

_plain = object.__getattribute__


def _listeners(self: Any, attribute: Any, _cls: object) -> Any:
    if attribute is None:
        return self.dispatch
    try:
        return _plain(attribute, "_slots_dispatch")
    except AttributeError:
        attribute._slots_dispatch = self.dispatch._for_instance(attribute)
        return attribute._slots_dispatch


def ask_plainly() -> None:
    """Look for an attribute's listeners where they are kept. Before the first table is mapped."""
    slots_dispatcher.__get__ = _listeners  # type: ignore[method-assign, assignment]
