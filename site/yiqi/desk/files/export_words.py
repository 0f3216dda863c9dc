"""What a list that is taken away calls its columns, its groups and the states of bookings, in the page's language."""

from yiqi.booking.rules.states import State
from yiqi.desk.files.exports import Column, Group, Words
from yiqi.i18n import gettext as _


def columns() -> dict[Column, str]:
    return {
        Column.NAME: _("姓名"),
        Column.PHONE: _("手机号"),
        Column.UNION: _("单位"),
        Column.SLOT: _("岗位"),
        Column.STARTS: _("场次"),
        Column.PARTY: _("人数"),
        Column.STATE: _("状态"),
        Column.REF: _("签到码"),
        Column.ASKED: _("报名时间"),
        Column.CAME: _("签到"),
        Column.LEFT: _("签退"),
        Column.NOTE: _("留言"),
        Column.ANSWERS: _("报名问题"),
    }


def groups() -> dict[Group, str]:
    return {
        Group.CONFIRMED: _("已确认"),
        Group.WAITING: _("候补"),
        Group.PENDING: _("待审核"),
        Group.ENTERED: _("待摇号"),
        Group.ENDED: _("已取消"),
    }


def states() -> dict[State, str]:
    return {
        State.CONFIRMED: _("已确认"),
        State.WAITING: _("候补"),
        State.OFFERED: _("轮到了，等本人确认"),
        State.PENDING: _("待审核"),
        State.ENTERED: _("待摇号"),
        State.CANCELLED: _("已取消"),
        State.CANCELLED_LATE: _("临时取消"),
        State.LEFT: _("退出候补"),
        State.DECLINED: _("让给下一位"),
        State.EXPIRED: _("没赶上确认"),
        State.REJECTED: _("没通过审核"),
        State.CALLED_OFF: _("活动取消"),
    }


def member_columns() -> tuple[str, ...]:
    return _("姓名"), _("手机号"), _("工号"), _("入会日期"), _("工会")


def all_words() -> Words:
    """The columns and the states."""
    return Words(columns(), states())
