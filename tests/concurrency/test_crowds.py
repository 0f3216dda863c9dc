"""More people than the site can serve, over real connections: some are told to wait, and nobody's answer is lost."""

import asyncio
from collections import Counter
from collections.abc import Iterator

import pytest

from tests.bench.measuring import Answer
from tests.bench.people import Phone, street
from tests.bench.writing import until_answered
from tests.concurrency.conftest import _opened
from tests.concurrency.crowd import Browser, Door

pytestmark = pytest.mark.race

CROWD, PLACES = 300, 40


@pytest.fixture(scope="session")
def hurried(
    kind: str, request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Door]:
    yield from _opened(kind, request, tmp_path_factory, "tests.concurrency.hurried:app")


async def press(door: Door, slot_id: int, crowd: list[Browser]) -> list[list[Answer]]:
    """Everybody presses at once, and again when they are told to; answers what each of them was answered."""
    action = f"/slots/{slot_id}/bookings"
    async with street(door.base) as here:
        return await asyncio.gather(
            *(until_answered(Phone(one, here), action, {"party": 1, "nonce": "n"}) for one in crowd)
        )


def test_a_crowd_is_told_to_wait_comes_again_and_everybody_has_what_they_were_shown(hurried: Door) -> None:
    slot_id, crowd = hurried.activity(places=PLACES).slot_id, hurried.people(CROWD)

    answers = asyncio.run(press(hurried, slot_id, crowd))

    waited = sum(len(one) - 1 for one in answers)
    told = [answer for one in answers for answer in one[:-1]]
    assert waited > 0
    assert all('data-again="' in answer.text for answer in told)
    bookings = hurried.bookings(slot_id)
    assert Counter(one.state for one in bookings) == {"confirmed": PLACES, "waiting": CROWD - PLACES}
    shown = {one.person_id: each[-1].text for one, each in zip(crowd, answers, strict=True)}
    assert all(f'data-ref="{one.ref}"' in shown[one.person_id] for one in bookings)
    assert hurried.faults() == []
