"""The ledger of an activity's quotas as the desk shows it: who got what of which, with the names that may be seen."""

from collections.abc import Sequence
from datetime import datetime

from msgspec import Struct

from yiqi.booking import ledger
from yiqi.booking.ledger import Account
from yiqi.booking.rules.states import State
from yiqi.desk.revising import changing
from yiqi.people.rules import starred

MOST_SHOWN = 200
"""Lines of one quota; the roster has them all."""


class Line(Struct, frozen=True):
    """One booking that took of a quota: whose, how many seats it takes now (0: given back), and how it stands."""

    name: str
    units: int
    party: int
    state: State
    since: datetime


class Page(Struct, frozen=True):
    """One quota with its lines, who takes of it now first; `more` are those left out."""

    account: Account
    lines: Sequence[Line]
    more: int


def of_activity(activity_id: int, *, is_masked: bool) -> list[Page]:
    """The quotas of an activity with who got what of them. Three queries."""
    accounts = ledger.of_activity(activity_id)
    names = changing.names({one.person_id for account in accounts for one in account.entries})
    pages = []
    for account in accounts:
        entries = sorted(account.entries, key=lambda one: not one.units)
        lines = [
            Line(
                starred(names[one.person_id]) if is_masked else names[one.person_id],
                one.units,
                one.party,
                one.state,
                one.since,
            )
            for one in entries[:MOST_SHOWN]
        ]
        pages.append(Page(account, lines, len(entries) - len(lines)))
    return pages
