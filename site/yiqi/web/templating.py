"""The environment of the templates."""

from collections.abc import MutableMapping
from typing import Any

from flask.templating import Environment


class Templates(Environment):
    """Flask's, but its templates look names up in the environment's globals themselves. Jinja gives each a `ChainMap` with
    nothing of its own in front, which every page, import and include then copies name by name."""

    def make_globals(self, d: MutableMapping[str, Any] | None) -> MutableMapping[str, Any]:
        """The globals of a template: the environment's, below the template's own where it was given some."""
        return super().make_globals(d) if d else self.globals
