"""The audit trail in words: what was done, and the facts that stand beside it."""

from collections.abc import Mapping
from typing import Any

from yiqi.booking.rules.states import State
from yiqi.desk.revising import change_words
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
    What.TRIED_OUT: _l("上传了名单来核对"),
    What.IMPORTED: _l("导入了名单"),
    What.ADDED: _l("手工加了人"),
    What.TAKEN_OUT: _l("移出了名单"),
    What.MOVED: _l("换了名额组"),
    What.PROMOTED: _l("提前递补了"),
    What.APPROVED: _l("审核通过了"),
    What.REJECTED: _l("审核没通过"),
    What.CHECK_IN_UNDONE: _l("撤回了签到"),
    What.CHECK_OUT_UNDONE: _l("撤回了签退"),
    What.NOTED: _l("写了备注"),
    What.MESSAGED: _l("发了消息"),
    What.MARK_SETTLED: _l("处理了缺席申诉"),
    What.UNION_KEPT: _l("改了工会"),
    What.MEMBERSHIP_KEPT: _l("改了会员"),
    What.REQUEST_ANSWERED: _l("答复了会员申请"),
    What.MERGED: _l("合并了两份记录"),
    What.NOTICE_KEPT: _l("处理了没送到的通知"),
    What.HOURS_CONFIRMED: _l("确认了志愿时长"),
    What.HOURS_CHANGED: _l("更正了志愿时长"),
    What.POSTS_KEPT: _l("改了岗位和小队"),
    What.LEAGUE_KEPT: _l("改了联赛"),
    What.TRANSFERRED: _l("审了转队"),
    What.FIXTURES_MADE: _l("排了赛程"),
    What.GAME_KEPT: _l("改了比赛安排"),
    What.RESULT_KEPT: _l("记了比赛结果"),
    What.COURSE_KEPT: _l("改了课程大纲"),
    What.EXAM_KEPT: _l("记了考试成绩"),
    What.CERTIFIED: _l("发了证书"),
    What.DECERTIFIED: _l("作废了证书"),
    What.SUBSIDY_ANSWERED: _l("答复了补贴申请"),
    What.LECTURE_KEPT: _l("改了流动讲座目录"),
    What.LECTURE_ASKED: _l("申请了流动讲座"),
    What.LECTURE_ANSWERED: _l("答复了流动讲座申请"),
    What.TROUPE_LED: _l("换了声部负责人"),
    What.TROUPE_JURY: _l("换了评委"),
    What.TROUPE_DECIDED: _l("定了选拔结果"),
    What.TROUPE_SENT: _l("发了选拔结果"),
    What.TROUPE_CAST: _l("排了角色"),
    What.TROUPE_ASKED: _l("问了谁能顶上"),
    What.READING_KEPT: _l("改了职工书屋的资料"),
    What.COPY_MOVED: _l("处理了漂流书"),
    What.NOTE_SETTLED: _l("处理了留言"),
    What.JUROR_KEPT: _l("改了征文评委"),
    What.ESSAY_AWARDED: _l("定了征文奖项"),
    What.KIOSK_MADE: _l("给大屏开了开通码"),
    What.KIOSK_ENROLLED: _l("大屏开通了"),
    What.KIOSK_REVOKED: _l("停用了大屏"),
    What.SCAN_SETTLED: _l("处理了大屏断网时的签到"),
    What.THEME_KEPT: _l("写了月主题"),
    What.COMMENDED: _l("公布了年度表彰名单"),
    What.LIST_CORRECTED: _l("更正了年度表彰名单"),
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
NAMES = {
    "was": _l("原来"),
    "became": _l("现在"),
    "beyond": _l("超出名额"),
    "guarded": _l("记下了监护人同意"),
    "people": _l("涉及的人数"),
    "parts": _l("短信条数"),
    "lines": _l("行数"),
    "good": _l("可用的行"),
    "file": _l("文件"),
    "count": _l("人数"),
    "full": _l("带完整手机号"),
    "to": _l("用到"),
    "title": _l("名称"),
    "to_ref": _l("新的签到码"),
    "name": _l("名称"),
    "lifted": _l("不再算"),
    "granted": _l("同意了"),
    "tag": _l("标签"),
    "code": _l("证书"),
    "since": _l("取得日期"),
    "until": _l("有效期到"),
    "number": _l("工号"),
    "moved": _l("转过去的报名"),
    "ended": _l("重复而结束的报名"),
    "in_good_standing": _l("会员资格正常"),
    "minutes": _l("分钟"),
    "lessons": _l("课次"),
    "teachers": _l("老师"),
    "certificate": _l("证书编号"),
}
"""What a fact is called."""
BARE = frozenset({"of", "kind", "role", "deed", "changed"})
"""Facts that stand without a name."""
LEFT_OUT = frozenset({"from_slot", "to_slot", "under", "was_under", "gone", "counts", "number"})
"""What is kept for the machine: numbers of rows, and the verdicts that the list itself shows."""
SAID_BY_THE_DEED = frozenset({"status", "called_off_at"})
"""What a deed itself says already of an activity, a date or a slot that was called off."""
KINDS = {
    "bookings": _l("报名名单"),
    "members": _l("会员名单"),
    "hours": _l("志愿时长"),
    "year": _l("年度记录"),
    "roll": _l("会员名册"),
    "csv": "CSV",
    "xlsx": "Excel",
    "pdf": "PDF",
    "join": _l("确认是会员"),
    "correct": _l("信息有误"),
    "leave": _l("已离开"),
    "added": _l("加进来"),
    "renamed": _l("改了名称"),
    "moved": _l("换了上级工会"),
    "ended": _l("结束了"),
    "kept": _l("改了资料"),
    "tagged": _l("加了标签"),
    "untagged": _l("去掉了标签"),
    "certified": _l("记了证书"),
    "struck": _l("划掉了证书"),
    "results": _l("考试成绩"),
    "sent_again": _l("重发了"),
    "given_up": _l("不发了"),
    "more": _l("要补材料"),
    "approved": _l("同意了"),
    "refused": _l("没同意"),
    "paid": _l("已发放"),
    "agreed": _l("定了时间"),
    "retired": _l("不再开讲"),
    "reading_rooms": _l("书屋名单"),
    "reading_room": _l("书屋"),
    "reading_group": _l("读书小组"),
    "reading_title": _l("漂流书目"),
    "reading_call": _l("征文"),
    "reading_adrift": _l("投漂"),
    "reading_returned": _l("放回书屋"),
    "reading_lost": _l("登记丢失"),
    "reading_paused": _l("停漂"),
    "reading_hidden": _l("隐藏了"),
    "reading_stands": _l("保留了"),
    "reading_chosen": _l("请了评委"),
    "reading_dismissed": _l("不再请"),
    "essay_first": _l("一等奖"),
    "essay_second": _l("二等奖"),
    "essay_third": _l("三等奖"),
    "essay_merit": _l("优秀奖"),
    "essay_none": _l("没有奖"),
    "essay_published": _l("公布了结果"),
}
"""Values from closed lists, wherever they stand: lists, files, requests, and what was done with a union or a member."""
_LONG = 60


def because(why: str) -> str:
    """Why a booking changed, in words."""
    return str(_REASONS.get(why, why))


def known(facts: Mapping[str, Any]) -> str:
    """The facts of a deed in one line: `原来 候补，现在 已确认`. Nothing of what is empty, or stayed as it was."""
    told = {name: value for name, value in facts.items() if name not in LEFT_OUT}
    said = [_fact(name, value) for name, value in told.items() if not isinstance(value, Mapping)]
    if isinstance(facts.get("became"), Mapping):
        said += _changes(facts.get("was") or {}, facts["became"])
    for name, (before, after) in facts.get("changed", {}).items():
        said.append(
            f"{NAMES[name]} {_arrow(change_words.value(name, before), change_words.value(name, after))}"
        )
    return _("，").join(one for one in said if one)


def _changes(was: Mapping[str, Any], became: Mapping[str, Any]) -> list[str]:
    """What of an activity differs: `名额 20 → 30`."""
    became = {name: value for name, value in became.items() if name not in SAID_BY_THE_DEED}
    was = {name: value for name, value in was.items() if was.get(name) is not None or became.get(name)}
    return [
        f"{name} {_arrow(before, after)}"
        for name, before, after in change_words.lines(was, became)
        if before or after != change_words.value("", None)
    ]


def _fact(name: str, value: Any) -> str:
    if value in (None, False, 0, "") or value == []:
        return ""
    if name == "role":
        return str(ROLES[Role(value)])
    if name in BARE:
        return _value(value)
    label = str(NAMES[name]) if name in NAMES else name
    return label if value is True else f"{label} {_short(_value(value))}"


def _value(value: Any) -> str:
    if isinstance(value, str) and value in set(State):
        return str(STATES[State(value)])
    if isinstance(value, str) and value in KINDS:
        return str(KINDS[value])
    if isinstance(value, list | tuple):
        return _("、").join(_value(one) for one in value)
    return change_words.when(str(value))


def _arrow(before: str, after: str) -> str:
    return f"{_short(before)} → {_short(after)}" if before else _short(after)


def _short(said: str) -> str:
    """No longer than a line of the trail."""
    return said if len(said) <= _LONG else f"{said[:_LONG]}…"
