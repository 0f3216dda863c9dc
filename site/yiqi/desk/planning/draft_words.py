"""The form of an activity in words, in the page's language: what its fields are called, and what is wrong with one."""

from typing import Any

from yiqi.desk.planning import known
from yiqi.desk.rules.typed import Note, Problem, Remark, Why
from yiqi.i18n import gettext as _
from yiqi.i18n import lazy_gettext as _l
from yiqi.web.formats import month_day

_ENGLISH = _l("英文")
LABELS: dict[str, Any] = {
    "title": _l("活动名称"),
    "sub": _l("一句话说明"),
    "topic": _l("专题"),
    "who": _l("谁能来"),
    "fee": _l("费用"),
    "contact": _l("联系人"),
    "about": _l("活动内容"),
    "venue": _l("地点"),
    "directions": _l("怎么找到"),
    "when": _l("时间"),
    "weekday-0": _l("星期几"),
    "weekly_starts": _l("开始时间"),
    "weekly_ends": _l("结束时间"),
    "first_on": _l("第一天"),
    "last_on": _l("最后一天"),
    "drop_in": _l("每一场单独报名"),
    "skips_days_off": _l("节假日停一次"),
    "on_working_weekends": _l("调休上班的周末照常"),
    "allocation": _l("名额怎么给"),
    "draw_day": _l("摇号日期"),
    "draw_time": _l("摇号时间"),
    "opens_day": _l("开放日期"),
    "opens_time": _l("开放时间"),
    "closes_day": _l("截止日期"),
    "closes_time": _l("截止时间"),
    "cancel": _l("开始前多少分钟可免费取消"),
    "promotion": _l("开始前多少分钟停止递补"),
    "auto": _l("开始前多少分钟以内要本人确认"),
    "offer": _l("轮到后最多等几分钟"),
    "offer_least": _l("轮到后最少等几分钟"),
    "max_party": _l("一次最多报几人"),
    "most_open": _l("同类活动每人最多同时报几个"),
    "penalties": _l("临时取消和没来要记一次"),
    "union_only": _l("只给本单位工会的会员看"),
    "member": _l("要是工会会员"),
    "good_standing": _l("会员资格要正常"),
    "conditions_unions": _l("只限这些工会的会员"),
    "conditions_tag": _l("只限有这个标签的人"),
    "age_least": _l("最小几周岁"),
    "age_most": _l("最大几周岁"),
    "holds_code": _l("证书代号"),
    "holds_name": _l("证书名称"),
    "holds_years": _l("拿证要满几年"),
    "holds_activity": _l("考这个证的活动编号"),
}
OF_ROWS: dict[str, dict[str, Any]] = {
    "date": {
        "day": _l("日期"),
        "starts": _l("开始"),
        "end_day": _l("结束日期"),
        "ends": _l("结束"),
        "venue": _l("这一场的地点"),
    },
    "slot": {
        "label": _l("叫什么"),
        "detail": _l("一句说明"),
        "capacity": _l("名额"),
        "waitlist": _l("候补最多几人"),
        "dates": _l("管哪几场"),
    },
    "quota": {
        "name": _l("叫什么"),
        "most": _l("最多用几个"),
        "least": _l("留出几个"),
        "release_day": _l("放开日期"),
        "release_time": _l("放开时间"),
        "unions": _l("给哪些工会"),
        "tag": _l("给有这个标签的人"),
        "choice": _l("给选了这一项的人"),
        "slots": _l("管哪几组名额"),
    },
    "question": {
        "kind": _l("怎么答"),
        "label": _l("问什么"),
        "hint": _l("为什么问"),
        "choices": _l("选项"),
        "required": _l("必须答"),
        "reapproves": _l("改了答案要再审核"),
        "least": _l("最小"),
        "most": _l("最大，或最多几个字"),
    },
}
GROUPS = {
    "date": _l("第 %(n)s 场"),
    "slot": _l("第 %(n)s 组名额"),
    "quota": _l("第 %(n)s 份"),
    "question": _l("第 %(n)s 题"),
}


def label(name: str) -> str:
    """What a control is called, without the row it stands in; its English twin is called by that."""
    if name in LABELS:
        return str(LABELS[name])
    if name.count("-") == 2:
        group, _index, inner = name.split("-")
        known = OF_ROWS[group]
        return str(known[inner]) if inner in known else _twin(str(known[inner.removesuffix("_en")]))
    return _twin(str(LABELS[name.removesuffix("_en")]))


def place(name: str) -> str:
    """What a control is called in a list of what is wrong: with its row."""
    if name.count("-") == 2:
        group, index, _inner = name.split("-")
        return _("%(row)s的“%(what)s”", row=row(group, int(index)), what=label(name))
    return label(name)


def row(group: str, index: int) -> str:
    """What a row is called."""
    return str(GROUPS[group]) % {"n": index + 1}


def said(problem: Problem) -> str:
    """What is wrong with a field, and what to do about it."""
    facts = {name: month_day(fact) if name == "day" else fact for name, fact in problem.facts.items()}
    told = str(_TEXTS[problem.why]) % facts
    meant = known.like(str(facts["what"])) if problem.why is Why.NO_SUCH_UNION else []
    names = _("、").join(_("“%(name)s”", name=name) for name in meant)
    return told + _("。是不是%(names)s？", names=names) if meant else told


def remarked(note: Note) -> str:
    """What is worth knowing at a field."""
    match note.what:
        case Remark.LONG_TITLE:
            return _("大屏上一行放得下 %(most)s 个字，现在有 %(now)s 个", **note.facts)
        case Remark.OPEN_ALREADY:
            return _("这个时间已经过了，发布后马上能报名")
        case Remark.CLOSES_AFTER_FIRST:
            return _("第一场开始以后还能报后面的")
        case Remark.UNANNOUNCED:
            return _("%(year)s 年的放假安排还没公布，到时再看一遍", **note.facts)


def _twin(what: str) -> str:
    return _("%(what)s（%(english)s）", what=what, english=str(_ENGLISH))


_TEXTS: dict[Why, Any] = {
    Why.MISSING: _l("还没填"),
    Why.UNWRITABLE: _l("有不能保存的字符，删掉再试"),
    Why.TOO_LONG: _l("最多 %(most)s 个字，现在有 %(now)s 个"),
    Why.NOT_WHOLE: _l("填 %(least)s 到 %(most)s 之间的整数"),
    Why.NOT_A_DAY: _l("填日历上有的日期，例如 2026-11-28"),
    Why.NOT_A_TIME: _l("填 00:00 到 23:59 之间的时间，例如 18:30"),
    Why.NEEDS_DAY: _l("填了时间，日期也要填"),
    Why.NEEDS_TIME: _l("填了日期，时间也要填"),
    Why.TOO_FAR: _l("太远了，最多排到两年后的%(day)s"),
    Why.PAST: _l("这个时间已经过了，改到以后"),
    Why.NOT_LISTED: _l("从列出的里面选一个"),
    Why.ENDS_FIRST: _l("结束要在开始以后；过了零点才结束的，把结束日期也填上"),
    Why.LASTS_TOO_LONG: _l("一场最长 %(n)s 天，再长就分成几场"),
    Why.TWICE: _l("和前面的重复了，改一个或删掉"),
    Why.NO_WEEKDAY: _l("至少选一天"),
    Why.RUNS_TOO_LONG: _l("一次最多排两年"),
    Why.NEVER_MEETS: _l("这样排一场也没有，看看星期几和起止日期"),
    Why.CLOSES_LATE: _l("截止不能晚于最后一场开始"),
    Why.OPENS_LATE: _l("开放要在截止以前"),
    Why.DRAW_EARLY: _l("摇号要在报名截止以后"),
    Why.DRAW_LATE: _l("摇号要在第一场开始以前"),
    Why.OFFER_SHORT: _l("最少的不能比最多的还多"),
    Why.NO_SUCH_DATE: _l("填场次的序号，1 到 %(most)s，用逗号分开；全部都管就空着"),
    Why.NO_SUCH_SLOT: _l("填名额组的序号，1 到 %(most)s，用逗号分开；全部都管就空着"),
    Why.NO_SUCH_UNION: _l("没找到叫“%(what)s”的工会，按全名写，一行一个"),
    Why.NO_SUCH_CHOICE: _l("题目里没有这个选项了，重新选"),
    Why.NO_SUCH_COURSE: _l("没有这个编号的活动，看看它网址最后的数字"),
    Why.NEEDS_LIMIT: _l("“最多用几个”和“留出几个”至少填一个"),
    Why.NEEDS_ONE_SLOT: _l("要留出名额，就写明是哪一组，只写一组"),
    Why.BELOW_LEAST: _l("不能小于前面那个数"),
    Why.ABOVE_CAPACITY: _l("这组名额一共只有 %(n)s 个"),
    Why.BELOW_KEPT: _l("名额分配里给人留出了 %(n)s 个，不能比这还少。先改那边"),
    Why.NEEDS_CHOICES: _l("写 2 到 %(most)s 个选项，一行一个"),
    Why.NOT_A_CODE: _l("代号只用小写字母、数字和短横线，例如 electrician-5"),
    Why.NEEDS_CODE: _l("写了证书名称，代号也要填"),
    Why.LIST_CLOSED: _l("摇号名单已经封存，截止时间不能再改"),
}
