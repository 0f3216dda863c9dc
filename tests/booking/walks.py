"""The machine without Hypothesis: walks drawn from seeds, each dense in one scene from its first step."""

import random
import secrets
from collections.abc import Callable, Collection
from unittest.mock import patch

from tests.booking.machine import AT_ITS_END, EDGES, LAST_MOMENTS, Form, Machine
from tests.booking.world import SCENES

STEPS = 30

BEGIN = {"quotas": (1, 1, 11, 11), "series": (1, 11, 15)}
"""Hours at which a scene begins: where offers are near, not only confirmations."""

Step = Callable[[Machine, random.Random, list[Form]], object]


def walk(machine: type[Machine], scene: str, seed: int, steps: int = STEPS) -> Machine:
    """One walk; answers how things stand then. Raises as the machine does.

    Who is drawn follows from the seed as well, or a mistake in the draw would be seen on some days only.
    """
    with patch.object(secrets, "choice", random.Random(seed).choice):
        return _walk(machine, scene, random.Random(seed), steps)


def _walk(machine: type[Machine], scene: str, chance: random.Random, steps: int) -> Machine:
    tried = machine()
    tried.begins(scene=scene, hour=chance.choice(BEGIN.get(scene, (1,))))
    forms: list[Form] = []
    possible = STEP | ALSO.get(scene, {})
    chosen = chance.choices(list(possible), weights=list(possible.values()), k=steps)
    for step in chosen:
        step(tried, chance, forms)
        tried.the_tables_are_what_the_model_says()
        tried.nobodys_place_in_a_queue_gets_worse()
        tried.what_must_always_hold_holds()
    tried.teardown()
    return tried


def every(rounds: int, first: Collection[tuple[str, int]] = ()) -> list[tuple[str, int]]:
    """Scenes with seeds: some first, then so many of each scene."""
    begin = sorted(first)
    rest = [(scene, seed) for seed in range(rounds) for scene in SCENES]
    return begin + [one for one in rest if one not in begin]


def _any(chance: random.Random) -> int:
    return chance.randint(0, 60)


def _crowd(tried: Machine, chance: random.Random, forms: list[Form]) -> None:
    people, slot = chance.sample(range(8), chance.randint(1, 6)), _any(chance)
    for person in people:
        form = tried.fresh_form(slot, person, chance.choice((1, 1, 1, 2, 3, 3, 4)))
        if not tried.send(form).refused:
            forms.append(form)


def _again(tried: Machine, chance: random.Random, forms: list[Form]) -> None:
    if forms:
        form = chance.choice(forms)
        match chance.randint(0, 4):
            case 0 | 1:
                tried.send(form)
            case 2:
                tried.sign_up_once_more(form=form)
            case 3:
                tried.cancel(form=form)
            case _:
                tried.cancel_what_they_saw(
                    form=form,
                    seen=chance.choice(("waiting", "confirmed", "offered")),
                    accepts_late=chance.random() < 0.5,
                )


STEP: dict[Step, int] = {
    _crowd: 12,
    _again: 6,
    lambda tried, chance, _: tried.a_queue_gathers_before_there_are_seats(
        slot=_any(chance),
        people=chance.sample(range(8), 8),
        parties=chance.choices((1, 1, 2, 3), k=4),
        capacity=chance.choice((1, 2, 2, 3, 4)),
    ): 4,
    lambda tried, chance, _: tried.somebody_signs_up_everywhere(person=_any(chance)): 3,
    lambda tried, chance, _: tried.one_comes_and_goes(slot=_any(chance), person=_any(chance)): 2,
    lambda tried, chance, _: tried.two_wait_for_each_other(
        slot=_any(chance), person=_any(chance), sweeps=chance.random() < 0.5
    ): 2,
    lambda tried, chance, _: tried.those_with_a_place_cancel(
        which=_any(chance), how_many=chance.randint(1, 4)
    ): 7,
    lambda tried, _chance, _: tried.everybody_with_a_place_cancels(): 2,
    lambda tried, chance, _: tried.those_who_wait_get_busy(which=_any(chance)): 4,
    lambda tried, chance, _: tried.who_waits_gives_up_something_else(which=_any(chance)): 4,
    lambda tried, chance, _: tried.set_capacity(
        which=_any(chance), capacity=chance.choice((None, 0, 1, 2, 2, 3, 4, 5, 8))
    ): 4,
    lambda tried, chance, _: tried.look_at_the_queue_again(slot=_any(chance)): 1,
    lambda tried, chance, _: tried.somebody_cancels_at_the_last_moment(
        which=_any(chance),
        late=chance.choice(LAST_MOMENTS),
        off=chance.choice(EDGES),
        accepts_late=chance.random() < 0.7,
        taken=chance.random() < 0.5,
    ): 4,
    lambda tried, chance, _: tried.somebody_asks_at_the_very_moment(
        slot=_any(chance), person=_any(chance), opening=chance.random() < 0.3, off=chance.choice(EDGES)
    ): 1,
    lambda tried, chance, _: tried.answer_an_offer(which=_any(chance), accepts=chance.random() < 0.5): 4,
    lambda tried, chance, _: tried.an_offer_comes_to_its_end(
        which=_any(chance),
        off=chance.choice(EDGES),
        then=chance.choice(AT_ITS_END),
    ): 5,
    lambda tried, _chance, _: tried.sweep(): 1,
    lambda tried, chance, _: tried.look_at_sign_ups(
        which=_any(chance), how_many=chance.randint(1, 4), approves=chance.random() < 0.75
    ): 1,
    lambda tried, chance, _: tried.the_clock_goes_on(
        which=chance.choice((0, 0, 0, 1, 2)), off=chance.choice(EDGES)
    ): 3,
    lambda tried, chance, _: tried.call_off(which=_any(chance)): 3,
    lambda tried, chance, _: tried.what_they_hold_who_wait_elsewhere_is_called_off(
        which=3 * chance.randint(0, 20)
    ): 2,
    lambda tried, _chance, _: tried.the_site_is_started_again(): 1,
}
ALSO: dict[str, dict[Step, int]] = {
    "checked": {
        lambda tried, chance, _: tried.look_at_sign_ups(
            which=_any(chance), how_many=chance.randint(1, 4), approves=chance.random() < 0.75
        ): 8,
        lambda tried, chance, _: tried.a_party_is_let_in_and_a_small_one_after_it(
            slot=_any(chance), person=_any(chance)
        ): 3,
    },
    "quotas": {
        lambda tried, chance, _: tried.somebody_of_a_full_quota_gives_up(which=_any(chance)): 6,
    },
    "draw": {
        lambda tried, chance, _: tried.the_draw_goes_on(early=chance.random() < 0.3): 8,
        lambda tried, _chance, _forms: tried.who_is_entered_gets_busy(elsewhere=1): 7,
    },
}
"""What happens in some scenes besides."""
