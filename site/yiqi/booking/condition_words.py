"""Conditions in words, in the page's language: what is needed, what is missing, and the way on."""

from collections.abc import Sequence
from datetime import date

from msgspec import Struct

from yiqi.activities.rules.conditions import Aged, Condition, GoodStanding, Holds, Member, OfUnion, Tagged
from yiqi.booking.rules.eligibility import Whom, full_years, unmet
from yiqi.i18n import gettext as _
from yiqi.unions.belonging import named
from yiqi.web.formats import said


class Check(Struct, frozen=True):
    """One condition held against a person. `because` says what is missing, empty when nothing is."""

    need: str
    because: str = ""

    @property
    def is_met(self) -> bool:
        return not self.because


class Missing(Struct, frozen=True):
    """What keeps somebody out: every condition of the activity, and the ways on.

    `course_id` is the activity that leads to a certificate; `asks_birthday`: it is only not known how old they are;
    `union_can_help`: what is missing is their union's to say.
    """

    checks: tuple[Check, ...]
    course_id: int | None = None
    asks_birthday: bool = False
    union_can_help: bool = False

    @property
    def count(self) -> int:
        """How many conditions are not met."""
        return sum(not check.is_met for check in self.checks)


def missing(conditions: Sequence[Condition], who: Whom, on: date) -> Missing | None:
    """What somebody lacks of the conditions of an activity, on the Beijing day it starts; None when nothing."""
    lacking = [one for one in conditions if unmet([one], who, on) is not None]
    if not lacking:
        return None
    return Missing(
        tuple(Check(need(one), because(one, who, on) if one in lacking else "") for one in conditions),
        next((one.activity_id for one in lacking if isinstance(one, Holds) and one.activity_id), None),
        who.born_on is None and any(isinstance(one, Aged) for one in lacking),
        any(isinstance(one, Member | GoodStanding | OfUnion | Tagged) for one in lacking),
    )


def need(condition: Condition) -> str:
    """What a condition asks for."""
    match condition:
        case Member():
            return _("工会会员")
        case GoodStanding():
            return _("会员资格正常")
        case OfUnion(union_ids):
            names = _("、").join(said(union, "name") for union in named(union_ids))
            return _("%(unions)s的会员", unions=names)
        case Tagged():
            return said(condition, "tag")
        case Aged(least=None, most=most):
            return _("活动当天不超过 %(n)s 周岁", n=most)
        case Aged(least=least, most=None):
            return _("活动当天满 %(n)s 周岁", n=least)
        case Aged(least, most):
            return _("活动当天 %(least)s 到 %(most)s 周岁", least=least, most=most)
        case Holds(years=0):
            return said(condition, "name")
        case Holds(years=years):
            return _("%(what)s满 %(n)s 年", what=said(condition, "name"), n=years)


def because(condition: Condition, who: Whom, on: date) -> str:
    """Why somebody does not meet a condition, as far as it is known."""
    match condition:
        case Member():
            return _("还没有工会确认你是会员")
        case GoodStanding():
            return _("你单位工会还没确认你的会员资格")
        case OfUnion():
            return _("你登记的工会不在里面")
        case Tagged():
            return _("你的档案里没有这一项")
        case Aged():
            if who.born_on is None:
                return _("还不知道你的出生日期")
            return _("活动当天你 %(n)s 周岁", n=full_years(who.born_on, on))
        case Holds(code=code):
            if any(held.code == code and held.since <= on for held in who.holds):
                return _("你的证书年限不够，或者已经过期")
            return _("你的档案里没有这本证书")
