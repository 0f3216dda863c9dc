"""The race of organizers who change a published activity at the same moment, through the page of changes."""

import re
from collections import Counter

from tests.concurrency.crowd import Door, at_once


def organizers_save_their_numbers(door: Door, seats: list[int]) -> tuple[Counter[int], int]:
    """All have opened the page at five seats, and all save another number at once; answers the statuses, and the
    seats there are then."""
    made = door.activity(places=5)
    page = f"/desk/activities/{made.activity_id}/edit"
    action, name = f"{page}/capacity?of={made.slot_id}", f"slot-{made.slot_id}-capacity"
    crowd = [door.organizer() for _seats in seats]
    stood = []
    for one in crowd:
        form = door.ask("GET", page, one.cookie).text.partition(f'id="part-capacity-{made.slot_id}"')[2]
        found = re.search(r'name="stood" value="([^"]+)"', form)
        assert found is not None
        stood.append(found[1])
    assert len(set(stood)) == 1
    sent = zip(crowd, seats, stood, strict=True)
    statuses = at_once([door.pressing(one, action, stood=seen, **{name: n}) for one, n, seen in sent])
    (capacity,) = door.found("SELECT capacity FROM slot WHERE id = :slot", slot=made.slot_id)
    return statuses, capacity
