"""Why somebody is not checked in, in words for who stands at the door."""

from yiqi.booking.rules.asking import Refusal, Refused
from yiqi.booking.rules.states import State
from yiqi.i18n import gettext as _
from yiqi.web.formats import moment


def state_word(state: State) -> str:
    """What a booking is, in a word or two."""
    return {
        State.CONFIRMED: _("已确认"),
        State.WAITING: _("候补中"),
        State.OFFERED: _("等本人确认"),
        State.PENDING: _("待审核"),
        State.ENTERED: _("等摇号"),
        State.CANCELLED: _("已取消"),
        State.CANCELLED_LATE: _("已临时取消"),
        State.LEFT: _("退出了候补"),
        State.DECLINED: _("让出了名额"),
        State.EXPIRED: _("没赶上确认"),
        State.REJECTED: _("没通过审核"),
        State.CALLED_OFF: _("活动取消"),
    }[state]


def not_let_in(refused: Refused) -> str:
    """One sentence: what is the matter, and what to do."""
    facts = refused.facts
    match refused.why:
        case Refusal.NOT_OPEN_YET:
            return _("还没到签到时间，%(when)s 开始。", when=moment(facts["opens_at"]))  # type: ignore[arg-type]
        case Refusal.CLOSED:
            return _("签到时间过了，%(when)s 截止。", when=moment(facts["closes_at"]))  # type: ignore[arg-type]
        case Refusal.CALLED_OFF:
            return _("这一场取消了。")
        case Refusal.STALE_FORM:
            return _("这个人刚签退了，先撤销签退，再撤销签到。")
        case _:
            state = facts.get("state")
            if isinstance(state, State) and state is not State.CONFIRMED:
                return _("这个报名现在是“%(state)s”，不能签到。", state=state_word(state))
            if state is not None:
                return _("还没签到，不能签退。")
            return _("这个码不是这一场的。")
