"""The one exception of this programme's verbs."""

from yiqi.programmes.reading.rules.calls import Why as CallWhy
from yiqi.programmes.reading.rules.drift import Why as DriftWhy


class Refused(Exception):
    """What was asked cannot be done; `why` is a member of a closed list."""

    def __init__(self, why: CallWhy | DriftWhy) -> None:
        super().__init__(why)
        self.why = why
