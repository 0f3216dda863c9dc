"""What states, deeds and refusals of hours are called, and lengths of service in words."""

from yiqi.hours.rules.standing import Deed, State, Why
from yiqi.i18n import gettext as _
from yiqi.i18n import lazy_gettext as _l
from yiqi.programmes.volunteering.models import LEFT_ANEW, NOT_LEFT, NOT_SIGNED, TWICE

STATES = {
    State.PENDING: _l("等确认"),
    State.CREDITED: _l("已入账"),
    State.DISPUTED: _l("有异议"),
    State.REVERSED: _l("没有计入"),
}
TAGS = {State.PENDING: "wait", State.CREDITED: "ok", State.DISPUTED: "info", State.REVERSED: "bad"}
"""The colour of a state's word."""
DEEDS = {
    Deed.COUNTED: _l("按签到签退算出"),
    Deed.PROPOSED: _l("一位组织者提出，等第二位确认"),
    Deed.CONFIRMED: _l("组织者确认"),
    Deed.ADJUSTED: _l("组织者更正"),
    Deed.REVERSED: _l("撤销"),
    Deed.DISPUTED: _l("志愿者提出异议"),
    Deed.ANSWERED: _l("组织者答复，维持原样"),
}
REFUSALS = {
    Why.OWN: _l("自己的时长要请同事来办"),
    Why.STALE: _l("刚刚有人办过了，看看现在的样子再决定"),
    Why.NOT_LEFT: _l("没有签退，先填离开的时间"),
    Why.TOO_MUCH: _l("超过了这个班次最多能记的时长"),
    Why.OVERLAPS: _l("这个人同一时段在别处已经记了时长"),
    Why.SECOND: _l("时长较多，要第二位组织者来确认"),
    Why.TOO_LATE: _l("可以提异议的 30 天已经过了，有事找组织者"),
    Why.NOTHING: _l("已经是这样了"),
}
_REASONS = {
    NOT_SIGNED: _l("签到撤回了"),
    NOT_LEFT: _l("签退撤回了"),
    LEFT_ANEW: _l("签退时间改了"),
    TWICE: _l("两份记录合并，同一时段只算一次"),
}


def because(why: str) -> str:
    """A reason of the ledger; what the site itself writes is in the page's language."""
    return str(_REASONS.get(why, why))


def hours(minutes: int) -> str:
    """312, 14.5: hours to a tenth, rounded down, without a zero behind the point."""
    return f"{minutes * 10 // 60 / 10:.1f}".removesuffix(".0")


def length(minutes: int) -> str:
    """6 小时, 2 小时 30 分钟, 45 分钟."""
    whole, rest = divmod(minutes, 60)
    if not whole:
        return _("%(n)s 分钟", n=rest)
    if not rest:
        return _("%(n)s 小时", n=whole)
    return _("%(hours)s 小时 %(minutes)s 分钟", hours=whole, minutes=rest)


def stars(count: int) -> str:
    """二星志愿者; 志愿者 without any."""
    names = (_("志愿者"), _("一星志愿者"), _("二星志愿者"), _("三星志愿者"), _("四星志愿者"), _("五星志愿者"))
    return names[count]


def columns() -> tuple[str, ...]:
    """Of the list for the city's platform."""
    return (
        _("姓名"),
        _("手机号"),
        _("志愿者编号"),
        _("项目名称"),
        _("岗位"),
        _("服务日期"),
        _("开始时间"),
        _("结束时间"),
        _("时长（小时）"),
        _("记录人"),
    )
