"""A change of an activity in words: its controls, what was and became, and what it does to people."""

from collections.abc import Mapping
from datetime import date, datetime
from typing import Any

from yiqi import clock
from yiqi.activities.rules.conditions import parse
from yiqi.booking import condition_words
from yiqi.booking.rules.asking import Refusal, Refused
from yiqi.booking.rules.changes import Effect
from yiqi.desk.planning import draft_words
from yiqi.desk.rules.sections import CONTROLS, What
from yiqi.i18n import gettext as _
from yiqi.i18n import lazy_gettext as _l
from yiqi.web.formats import dated, moment

OWN = {"because": _l("原因"), "because_en": _l("原因（英文）")}
TITLES: dict[What, Any] = {
    What.WORDS: _l("基本信息"),
    What.WINDOWS: _l("报名时间"),
    What.CAPACITY: _l("名额"),
    What.SLOT: _l("候补和名称"),
    What.SLOT_OFF: _l("停一组名额"),
    What.CONDITIONS: _l("谁能报名"),
    What.OCCURRENCE: _l("时间和地点"),
    What.OCCURRENCE_OFF: _l("停一场"),
    What.SERIES: _l("每周的安排"),
    What.QUOTA: _l("名额分配"),
    What.NEW_QUOTA: _l("加一份名额分配"),
    What.QUESTION: _l("报名时要问的"),
    What.RETIRE: _l("报名时要问的"),
    What.NEW_QUESTION: _l("加一道题"),
    What.CALL_OFF: _l("取消这场活动"),
}
EFFECTS: dict[Effect, Any] = {
    Effect.LOSES_PLACE: _l("会失去名额"),
    Effect.LOSES_TURN: _l("候补或申请会结束"),
    Effect.NOW_CLASHES: _l("和自己的另一个报名时间重叠"),
    Effect.MOVED: _l("时间变了，名额或排的位置还在"),
    Effect.MORE_DATES: _l("要多来几次"),
    Effect.FEWER_DATES: _l("少来几次，其他日期照旧"),
    Effect.OTHER_VENUE: _l("地点变了，名额或排的位置还在"),
    Effect.MOVES_UP: _l("候补轮到名额"),
}
WHY: dict[Effect, Any] = {
    Effect.LOSES_PLACE: _l("不用处理，也不记爽约。"),
    Effect.LOSES_TURN: _l("不用处理。"),
    Effect.NOW_CLASHES: _l("名额不动，短信会请对方选一个。"),
    Effect.MOVED: _l("短信会问还能不能来。"),
    Effect.MORE_DATES: _l("短信会问还能不能来。"),
    Effect.FEWER_DATES: _l("短信会说停哪几次。"),
    Effect.OTHER_VENUE: _l("短信会说新地点。"),
    Effect.MOVES_UP: _l("离开始不到一天的，要对方确认。"),
}
FACTS: dict[str, Any] = {
    "title": _l("活动名称"),
    "capacity": _l("名额"),
    "waitlist_limit": _l("候补最多几人"),
    "label": _l("名称"),
    "detail": _l("一句说明"),
    "starts_at": _l("开始"),
    "ends_at": _l("结束"),
    "venue": _l("地点"),
    "directions": _l("怎么找到"),
    "called_off_at": _l("停办"),
    "status": _l("状态"),
    "opens_at": _l("报名开放"),
    "closes_at": _l("报名截止"),
    "cancel_minutes": _l("开始前多少分钟可免费取消"),
    "promotion_minutes": _l("开始前多少分钟停止递补"),
    "auto_minutes": _l("开始前多少分钟以内要本人确认"),
    "offer_minutes": _l("轮到后最多等几分钟"),
    "offer_least_minutes": _l("轮到后最少等几分钟"),
    "max_party": _l("一次最多报几人"),
    "most_open": _l("同类活动每人最多同时报几个"),
    "penalties": _l("临时取消和没来要记一次"),
    "starts": _l("开始时间"),
    "minutes": _l("几分钟"),
    "last_on": _l("最后一天"),
    "name": _l("名称"),
    "most": _l("最多"),
    "least": _l("最少"),
    "releases_at": _l("放开时间"),
    "kind": _l("怎么答"),
    "hint": _l("为什么问"),
    "required": _l("必须答"),
    "reapproves": _l("改了答案要再审核"),
    "choices": _l("选项"),
    "retired_at": _l("不再问"),
    "conditions": _l("谁能报名"),
    "source": _l("公开号码"),
    "number": _l("开出的号码"),
}
_VALUES: dict[Any, Any] = {
    "published": _l("报名中"),
    "called_off": _l("已取消"),
    "text": _l("填空"),
    "choice": _l("单选"),
    "number": _l("填数字"),
    "date": _l("填日期"),
    "yes_no": _l("是或否"),
    "phone": _l("填手机号"),
}


def label(what: What, name: str) -> str:
    """What a control is called."""
    if name in OWN:
        return str(OWN[name])
    group = CONTROLS[what][0]
    known = draft_words.OF_ROWS.get(group, {})
    if name in known or name.removesuffix("_en") in known:
        return draft_words.label(f"{group}-0-{name}")
    return draft_words.label(name)


def fact(name: str) -> str:
    """What a fact is called; an English twin by what it is the twin of."""
    if name in FACTS:
        return str(FACTS[name])
    plain = name.removesuffix("_en")
    said = str(FACTS.get(plain) or draft_words.LABELS.get(plain) or plain)
    return _("%(what)s（英文）", what=said) if name != plain else said


def value(name: str, known: Any) -> str:
    """A fact in words."""
    if name in ("status", "kind") and known in _VALUES:
        return str(_VALUES[known])
    if known is None:
        return _("不限") if name in ("capacity", "waitlist_limit", "most", "most_open") else _("无")
    if isinstance(known, bool):
        return _("是") if known else _("否")
    if name == "conditions":
        return _("、").join(condition_words.need(one) for one in parse(known)) or _("谁都能报")
    if isinstance(known, list):
        return _("、").join(map(str, known)) or _("无")
    return when(str(known)) or _("空")


def when(kept: str) -> str:
    """A Beijing date or instant as `stands` keeps it, in words; any other text as it is."""
    try:
        if len(kept) == len("2026-11-18"):
            return dated(date.fromisoformat(kept))
        if len(kept) >= len("2026-11-18 18:30"):
            known = datetime.fromisoformat(kept)
            return moment(known if known.tzinfo else known.replace(tzinfo=clock.BEIJING))
    except ValueError:
        return kept
    return kept


def lines(was: Mapping[str, Any], became: Mapping[str, Any]) -> list[tuple[str, str, str]]:
    """What differs: its name, what was, what became."""
    names = [name for name in became if was.get(name) != became.get(name)]
    return [
        (fact(name), value(name, was[name]) if name in was else "", value(name, became[name]))
        for name in names
    ]


def refused(why: Refused) -> str:
    """Why a change is not made, and what to do."""
    match why.why:
        case Refusal.CALLED_OFF:
            return _("已经取消了，不能再改。")
        case Refusal.CLOSED:
            when = why.facts.get("closes_at")
            if isinstance(when, datetime):
                return _("%(when)s 已经开始，时间和地点不能再改。", when=moment(when))
            return _("已经开始，不能再改。")
        case _:
            return _("刚才有人改过这里，没有存。先看看现在是什么样，再存一次。")


def impossible() -> str:
    """What the rules do not let be kept, where no field could be named."""
    return _("这样改存不了。看看时间和数字前后是不是对得上。")


def needed() -> str:
    """Why a question or a choice stays."""
    return _("有一份名额分配按这道题的答案分，先改那一份。")


def gone() -> str:
    """A part that can no longer be changed."""
    return _("这一项已经开始、停了或者不再问了，没有存。下面是现在的样子。")


def nobody() -> str:
    """Of a list of answers: none of them."""
    return _("不按答案分")
