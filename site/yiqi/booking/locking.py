"""Locks in one order, so that verbs meet and do not tangle: slots by id, their quotas by id, then people by id."""

from collections.abc import Collection
from datetime import datetime

from sqlalchemy import Connection

from yiqi.booking import looking, queue, quotas, seats
from yiqi.db import Again, Facts


class Due(Exception):
    """An offer in a slot has run out, or kept places were released: that comes first. `slot_ids` says where."""

    def __init__(self, slot_ids: Collection[int]) -> None:
        super().__init__(*slot_ids)
        self.slot_ids = tuple(slot_ids)


def lock_slot(here: Connection, slot_id: int, at: datetime) -> Facts:
    """Lock one slot; its quotas and people come after it. Raises `Due`, `LookupError`."""
    slot = seats.lock(here, slot_id)
    _nothing_due([slot], at)
    return slot


def lock(
    here: Connection, slot_ids: Collection[int], people: Collection[int], at: datetime
) -> dict[int, Facts]:
    """Lock slots with their quotas, and people; answers the slots by id. Raises `Due`, `LookupError`.

    With the people those are locked who wait for a seat that is free: whoever asks beside them moves their queue.
    """
    slots = _lock_slots(here, slot_ids)
    _nothing_due(slots.values(), at)
    _lock_quotas(here, slots)
    if people:
        seats.lock_people(here, {*people, *queue.first_in(here, slots.values())})
    return slots


def lock_with_queues(
    here: Connection,
    slot_ids: Collection[int],
    people: Collection[int],
    at: datetime,
    *,
    beside: Collection[int] = (),
    settling: bool = False,
) -> dict[int, Facts]:
    """The same, and with them every slot whose queue may move when these people give back what they hold in these
    slots: those in whose queue they wait, and those that share a quota.

    `beside` are slots that are only shown anew: they are locked in the same order, and not answered. `settling` is for
    the verb that does what is due. Raises `Due`, and `Again` when somebody joined another queue
    in between.
    """
    wanted = {*slot_ids, *looking.queues_of(here, people), *quotas.neighbours(here, slot_ids)}
    locked = _lock_slots(here, wanted | {*beside})
    slots = {slot_id: slot for slot_id, slot in locked.items() if slot_id in wanted}
    if not settling:
        _nothing_due(slots.values(), at)
    _lock_quotas(here, slots)
    seats.lock_people(here, people)
    if not looking.queues_of(here, people) <= slots.keys():
        raise Again
    return slots


def lock_more(here: Connection, slots: dict[int, Facts], people: Collection[int]) -> None:
    """Lock people who came to light under the slots' locks. Raises `Again` when a queue of theirs is not among them."""
    seats.lock_people(here, people)
    if not looking.queues_of(here, people) <= slots.keys():
        raise Again


def _lock_quotas(here: Connection, slots: dict[int, Facts]) -> None:
    if slots:
        quotas.locked(here, slots)


def _lock_slots(here: Connection, slot_ids: Collection[int]) -> dict[int, Facts]:
    return {slot_id: seats.lock(here, slot_id) for slot_id in sorted(slot_ids)}


def _nothing_due(slots: Collection[Facts], at: datetime) -> None:
    due = [slot.id for slot in slots if slot.due_at is not None and slot.due_at <= at]
    if due:
        raise Due(due)
