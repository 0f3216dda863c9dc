"""Activities that are being written, as tests need them."""

from datetime import timedelta
from itertools import count

from tests.builders import a_union
from yiqi import clock
from yiqi.activities.models import Programme
from yiqi.desk.planning import drafting
from yiqi.desk.rules import sheet
from yiqi.desk.rules.sheet import Fields
from yiqi.people.models import Person
from yiqi.unions.models import Union

_nonces = count(1)


def typed(**typed: object) -> Fields:
    """A form with a title, one evening in nine days and twenty places; `typed` says more, a row by `slot=[{…}]`."""
    day = (clock.today() + timedelta(days=9)).isoformat()
    fields = sheet.blank() | {"title": "班前拉伸", "venue": "三号车间门口"}
    fields["date"] = [{"day": day, "starts": "18:30", "ends": "20:00"}]
    fields["slot"] = [{"capacity": "20"}]
    return sheet.completed(fields | typed)


def a_draft(
    person: Person,
    union: Union | None = None,
    *,
    programme: Programme = Programme.READING,
    is_template: bool = False,
    **more: object,
) -> int:
    """A draft of somebody for a union; answers its id."""
    return drafting.begin(
        owner_id=(union or a_union()).id,
        programme=programme,
        fields=typed(**more),
        by_id=person.id,
        nonce=f"draft-{next(_nonces)}",
        at=clock.now(),
        is_template=is_template,
    )
