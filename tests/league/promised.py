"""What the promises ask of this programme: its addresses, the rows behind them, and what its part of the desk needs."""

from collections.abc import Mapping

from tests.promises.route import Planted, Route

ROUTES: tuple[Route, ...] = ()
DESK: Mapping[str, str] = {}
"""By action of the rule book: the endpoints of its part of the desk, without the blueprint's name."""
PHONE = "13800000010"
"""Of the demo's account whose pages the browser looks at."""
DEMO: Mapping[str, str] = {}
"""How the browser finds in the demo what stands in the addresses: a query of one value for each name."""


def plant(by: Planted) -> Mapping[str, int | str]:
    """Make what stands in the addresses; answers it by name, each beginning with the programme's."""
    return {}
