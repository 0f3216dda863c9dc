"""PostgreSQL ends a connection between any two statements, as it does when it is restarted (faults: C3)."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.faults.dying import Mortal, mortal
from tests.faults.scenes import accepting_too_late
from tests.servers import PostgreSQL

pytestmark = pytest.mark.fault


@pytest.fixture(scope="module")
def site(postgresql: PostgreSQL, folder: Path) -> Iterator[Mortal]:
    with mortal(postgresql.new_database(), folder) as made:
        yield made


def test_a_cut_connection_leaves_all_or_nothing_and_is_answered_plainly(site: Mortal) -> None:
    """503 with what was typed kept, or the answer itself once all is written; never a bare error.

    Of a request with two transactions: an offer that has run out is settled before its acceptance is looked at.
    """
    struck = site.struck_everywhere(accepting_too_late, blow="cut")

    for one in struck:
        assert (one.status, one.stood) in ((503, "before"), (503, "after"), (200, "after"))
        assert one.faults == []
        assert (one.status_again, one.stands, one.faults_again) == (200, "after", [])
    assert {one.status for one in struck} == {200, 503}
