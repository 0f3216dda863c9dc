"""Training in words, in the page's language: levels, rules, how somebody stands, what becomes of a line or a request."""

from datetime import datetime
from typing import Any

from yiqi import clock
from yiqi.certificates.rules.stated import Stated
from yiqi.db import Facts
from yiqi.i18n import gettext as _
from yiqi.i18n import in_language
from yiqi.i18n import lazy_gettext as _l
from yiqi.programmes.training.rules import scores
from yiqi.programmes.training.rules.certified import Passed
from yiqi.programmes.training.rules.lectures import State as LectureState
from yiqi.programmes.training.rules.listed import Listed
from yiqi.programmes.training.rules.listed import Verdict as Line
from yiqi.programmes.training.rules.passing import Attended, Rule, Verdict
from yiqi.programmes.training.rules.requests import Evidence, Kind, State
from yiqi.programmes.training.rules.scores import Score
from yiqi.web.formats import day_name, full_day, hhmm, said

_EVENING = 17
"""The hour from which it is called evening."""
LEVELS = {
    5: _l("五级 初级工"),
    4: _l("四级 中级工"),
    3: _l("三级 高级工"),
    2: _l("二级 技师"),
    1: _l("一级 高级技师"),
}
SHORT_LEVELS = {5: _l("五级"), 4: _l("四级"), 3: _l("三级"), 2: _l("二级"), 1: _l("一级")}
VERDICTS = {
    Verdict.ON_THE_WAY: ("", _l("在学")),
    Verdict.WAITS_FOR_EXAM: ("info", _l("等成绩")),
    Verdict.TOO_FEW: ("bad", _l("到课不够")),
    Verdict.FAILED_EXAM: ("bad", _l("考试没过")),
    Verdict.PASSED: ("ok", _l("合格")),
}
"""The tint of a tag, and its word."""
KINDS = {Kind.SKILL: _l("技能提升"), Kind.DEGREE: _l("学历提升")}
KINDS_SAID = {
    Kind.SKILL: _l("考下一个等级的职业技能证书"),
    Kind.DEGREE: _l("在职拿到大专、本科或更高的学历"),
}
EVIDENCE = {
    Evidence.DIPLOMA: _l("毕业证书"),
    Evidence.REGISTRATION: _l("学历证书电子注册备案表（学信网下载）"),
    Evidence.FEES: _l("学费发票"),
    Evidence.CERTIFICATE: _l("职业技能等级证书"),
}
STATES = {
    State.BEGUN: ("", _l("还没提交")),
    State.SENT: ("info", _l("已提交，等答复")),
    State.MORE: ("wait", _l("要补材料")),
    State.APPROVED: ("ok", _l("同意了")),
    State.REFUSED: ("bad", _l("没同意")),
    State.PAID: ("ok", _l("已发放")),
    State.WITHDRAWN: ("", _l("已撤回")),
}
ANSWERS = {
    State.MORE: _l("请补材料"),
    State.APPROVED: _l("同意"),
    State.REFUSED: _l("不同意"),
    State.PAID: _l("财务已发放"),
}
"""What the desk may say of a request, on its buttons."""
LECTURE_STATES = {
    LectureState.ASKED: ("info", _l("等总工会答复")),
    LectureState.AGREED: ("ok", _l("定了时间")),
    LectureState.REFUSED: ("bad", _l("没同意")),
    LectureState.WITHDRAWN: ("", _l("已撤回")),
}
LINES = {
    Line.NEW: _l("记成绩"),
    Line.SAME: _l("和现在一样，不变"),
    Line.NO_WHO: _l("没有姓名、手机尾号或签到码"),
    Line.NOBODY: _l("学员名单里没有这个人"),
    Line.WHICH: _l("有重名的，加一列手机尾号或签到码"),
    Line.OTHER_NAME: _l("姓名和手机尾号、签到码对不上"),
    Line.NO_SCORE: _l("没有成绩"),
    Line.BAD_SCORE: _l("成绩看不懂，写分数或“缺考”"),
    Line.UNWRITABLE: _l("有不能保存的字符，删掉再试"),
    Line.TWICE: _l("同一个人写了两行，留一行"),
    Line.OWN: _l("自己的成绩请别的组织者录"),
}


def rule(rule: Rule, full: int) -> str:
    """What passing takes: 到课 80% 以上，考试满 60 分."""
    parts = [_("到课 %(percent)s%% 以上", percent=rule.percent)] if rule.percent else []
    if rule.least is not None:
        parts.append(_("考试 %(least)s 分以上（满分 %(full)s）", least=scores.points(rule.least), full=full))
    return _("，").join(parts) if parts else _("报名参加就算合格")


def score(score: Score) -> str:
    """87.5 分, or 缺考."""
    return _("缺考") if score.tenths is None else _("%(points)s 分", points=scores.points(score.tenths))


def progress(rule: Rule, attended: Attended) -> str:
    """How far somebody is: 到了 9 次，还差 1 次."""
    lacking, spare = attended.lacking(rule), attended.spare(rule)
    if spare < 0:
        return _("到了 %(came)s 次，够不到 %(n)s 次了", came=attended.came, n=rule.needed(attended.evenings))
    if lacking:
        return _("到了 %(came)s 次，还差 %(n)s 次", came=attended.came, n=lacking)
    if attended.coming:
        return _("到了 %(came)s 次，到课够了", came=attended.came)
    return _("到了 %(came)s 次，共 %(n)s 次", came=attended.came, n=attended.evenings)


def spare(rule: Rule, attended: Attended) -> str:
    """How many evenings they may still miss; empty when that is no question any more."""
    left = attended.spare(rule)
    if not attended.coming or left < 0:
        return ""
    if left == 0:
        return _("后面的每次都要到")
    return _("后面还可以缺 %(n)s 次", n=min(left, attended.coming))


def line(line: Listed) -> str:
    """What becomes of a line of a list of results."""
    if line.verdict is Line.CHANGES:
        return _("改成绩，原来 %(was)s", was=score(Score(line.was)))
    return str(LINES[line.verdict])


def level_of(course: Any) -> str:
    """The trade and the level of a course: 电工 四级 中级工. Empty for neither."""
    trade = said(course, "trade_name") if course.trade_name else ""
    level = str(LEVELS[course.level]) if course.level else ""
    return " ".join(one for one in (trade, level) if one)


def when(starts_at: datetime, at: datetime) -> str:
    """今天 19:00, 明天 19:00, 11月18日 星期三 19:00; before midnight the evening of today is 今晚."""
    local, today = clock.beijing(starts_at), clock.beijing(at).date()
    if local.date() == today and local.hour >= _EVENING:
        return _("今晚 %(time)s", time=hhmm(starts_at))
    is_near = (local.date() - today).days in (0, 1)
    day = day_name(local.date(), today) if is_near else full_day(starts_at)
    return f"{day} {hhmm(starts_at)}"


def evening(number: int, starts_at: datetime, where: Facts, at: datetime) -> str:
    """第 5 次课，今晚 19:00 301 教室; without a room of its own the venue."""
    place = said(where, "room") if where.room else said(where, "venue")
    return _("第 %(n)s 次课，%(when)s %(place)s", n=number, when=when(starts_at, at), place=place).strip()


def certificate_title(course: Facts) -> str:
    """What a certificate of a course is called."""
    return _("%(title)s结业证书", title=said(course, "title"))


def stated(course: Facts, passed: Passed) -> list[Stated]:
    """What a certificate says, in both languages. The points are its person's business."""
    pairs = {lang: _stated(lang, course, passed) for lang in ("zh-CN", "en")}
    return [
        Stated(label, value, label_en, value_en, public=public)
        for (label, value, public), (label_en, value_en, _public) in zip(
            pairs["zh-CN"], pairs["en"], strict=True
        )
    ]


def _stated(lang: str, course: Facts, passed: Passed) -> list[tuple[str, str, bool]]:
    with in_language(lang):
        lines = [(_("课程"), said(course, "title"), True)]
        if course.trade_name:
            lines.append((_("工种"), said(course, "trade_name"), True))
        if course.level:
            lines.append((_("等级"), str(LEVELS[course.level]), True))
        came = _("%(came)s 次，共 %(n)s 次", came=passed.came, n=passed.evenings)
        lines.append((_("到课"), came, True))
        if course.least is not None:
            lines.append((_("考试"), score(Score(passed.tenths)), False))
        return lines


def cell(score: Score | None) -> str:
    """A result as it stands in a table that is read again; empty for none."""
    if score is None:
        return ""
    return _("缺考") if score.tenths is None else scores.points(score.tenths)


def exam(tenths: int | None) -> str:
    """A kept result in words."""
    return score(Score(tenths))


def points(tenths: int) -> str:
    """Tenths of a point as they are written."""
    return scores.points(tenths)


def step(became: State) -> str:
    """What happened to a request, as its history says it."""
    if became is State.BEGUN:
        return _("开始填")
    return _("提交了") if became is State.SENT else str(STATES[became][1])
