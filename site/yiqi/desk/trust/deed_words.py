"""The audit trail in words: what was done, and the facts that stand beside it."""

from collections.abc import Mapping
from typing import Any

from yiqi.booking.rules.states import State
from yiqi.desk.trust.role_words import ROLES
from yiqi.i18n import gettext as _
from yiqi.i18n import lazy_gettext as _l
from yiqi.roles.rules.deeds import What
from yiqi.roles.rules.permissions import Role

DEEDS = {
    What.GRANTED: _l("给了权限"),
    What.REVOKED: _l("撤销了权限"),
    What.FACTOR_SET: _l("设置了两步验证"),
    What.FACTOR_TAKEN_AWAY: _l("取消了两步验证"),
    What.RECOVERY_CODE_USED: _l("用恢复码打开了工作台"),
    What.PUBLISHED: _l("发布了活动"),
    What.CHANGED: _l("改了活动"),
    What.CALLED_OFF: _l("取消了活动"),
    What.SAW_PHONE: _l("看了完整手机号"),
    What.EXPORTED: _l("导出了名单"),
    What.IMPORTED: _l("导入了名单"),
    What.ADDED: _l("手工加了人"),
    What.TAKEN_OUT: _l("移出了名单"),
    What.MOVED: _l("换了名额组"),
    What.PROMOTED: _l("提前递补了"),
    What.APPROVED: _l("审核通过了"),
    What.REJECTED: _l("审核没通过"),
    What.CHECK_IN_UNDONE: _l("撤回了签到"),
    What.NOTED: _l("写了备注"),
    What.MESSAGED: _l("发了消息"),
    What.MARK_SETTLED: _l("处理了缺席申诉"),
    What.UNION_KEPT: _l("改了工会"),
    What.MEMBERSHIP_KEPT: _l("改了会员"),
    What.REQUEST_ANSWERED: _l("答复了会员申请"),
    What.MERGED: _l("合并了两份记录"),
}
STATES = {
    State.PENDING: _l("待审核"),
    State.ENTERED: _l("待摇号"),
    State.WAITING: _l("候补"),
    State.OFFERED: _l("等确认"),
    State.CONFIRMED: _l("已确认"),
    State.CANCELLED: _l("已取消"),
    State.CANCELLED_LATE: _l("临时取消"),
    State.LEFT: _l("退出候补"),
    State.DECLINED: _l("已让出"),
    State.EXPIRED: _l("没确认，已放开"),
    State.REJECTED: _l("未通过"),
    State.CALLED_OFF: _l("活动取消了"),
}
_REASONS = {"handed on": _l("交给同事了"), "offer ran out": _l("没按时确认")}
"""What the site itself writes as a reason; all others are typed by people."""
_NAMES = {
    "was": _l("原来"),
    "became": _l("现在"),
    "beyond": _l("超出名额"),
    "people": _l("人数"),
    "parts": _l("短信条数"),
    "rows": _l("行数"),
    "kind": _l("种类"),
    "to": _l("用到"),
}


def because(why: str) -> str:
    """Why a booking changed, in words."""
    return str(_REASONS.get(why, why))


def known(facts: Mapping[str, Any]) -> str:
    """The facts of a deed in one line: `原来 候补，现在 已确认`."""
    told = {
        name: value for name, value in facts.items() if value is not False and value not in (None, "", [], {})
    }
    said = [_fact(name, value) for name, value in told.items()]
    return _("，").join(said)


def _fact(name: str, value: Any) -> str:
    if name == "role" and value in set(Role):
        return str(ROLES[Role(value)])
    label = str(_NAMES.get(name, name))
    return label if value is True else f"{label} {_value(value)}"


def _value(value: Any) -> str:
    if isinstance(value, str) and value in set(State):
        return str(STATES[State(value)])
    if isinstance(value, Mapping):
        return " · ".join(f"{name} {_value(one)}" for name, one in value.items())
    if isinstance(value, list | tuple):
        return " · ".join(_value(one) for one in value)
    return str(value)
