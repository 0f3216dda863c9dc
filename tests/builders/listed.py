"""Lists as they stand after they were uploaded and tried out: one good line each."""

from yiqi import clock
from yiqi.booking.rules.listing import Listed
from yiqi.booking.rules.states import State
from yiqi.desk.files import lists
from yiqi.desk.models import ListKind
from yiqi.people.models import Person
from yiqi.unions.models import Union
from yiqi.unions.rules.rolls import Entry, Verdict


def a_roll(by: Person, union: Union, *, phone: str = "+8613912340001") -> int:
    """A roll of one person nobody knows; answers the list's id."""
    told = [Entry(2, "张三", phone, "A001", None, Verdict.NEW)]
    return lists.keep(ListKind.ROLL, told, name="名册.xlsx", by_id=by.id, at=clock.now(), union_id=union.id)


def a_list(by: Person, activity_id: int, slot_id: int, *, phone: str = "+8613912340002") -> int:
    """A list of one person to be signed up; answers its id."""
    told = [Listed(2, "李四", phone, slot_id, verdict=State.CONFIRMED)]
    return lists.keep(
        ListKind.BOOKINGS, told, name="报名.csv", by_id=by.id, at=clock.now(), activity_id=activity_id
    )
