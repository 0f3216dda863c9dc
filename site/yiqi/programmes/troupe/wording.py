"""The troupe in words: kinds of sections, outcomes, castings, reasons, and why something cannot be done."""

from yiqi.i18n import lazy_gettext as _l
from yiqi.programmes.troupe.models import Answer, Casting, Outcome, SectionKind
from yiqi.programmes.troupe.refusals import Why
from yiqi.programmes.troupe.rules.step_in import Reason

KINDS = {
    SectionKind.VOICE: _l("合唱声部"),
    SectionKind.DANCE: _l("舞队"),
    SectionKind.MUSIC: _l("器乐"),
    SectionKind.DRAMA: _l("戏剧"),
}
OUTCOMES = {Outcome.IN: _l("录取"), Outcome.WAITING: _l("候补"), Outcome.NO: _l("不录取")}
CASTINGS = {Casting.FIRST: _l("A 角"), Casting.SECOND: _l("B 角")}
ANSWERS = {
    Answer.ASKED: _l("等回话"),
    Answer.ACCEPTED: _l("能顶上"),
    Answer.DECLINED: _l("来不了"),
    Answer.SETTLED: _l("已有人顶上"),
}
REASONS = {
    Reason.UNDERSTUDY: _l("这个角色的替补"),
    Reason.SAME_SECTION: _l("同一个声部"),
    Reason.COMES_OFTEN: _l("常来排练"),
    Reason.FREE: _l("那时有空"),
    Reason.ABSENT: _l("请了假"),
    Reason.DECLINED: _l("问过，来不了"),
    Reason.CLASH: _l("那时报了别的活动"),
    Reason.SHIFT: _l("那时在上班"),
    Reason.REST: _l("刚下夜班"),
    Reason.PLAYS: _l("那场有别的角色"),
}
REFUSALS = {
    Why.NOT_THERE: _l("已经不在了，刷新看看。"),
    Why.OWN: _l("自己的事由别人来定，请同事来办。"),
    Why.SENT: _l("结果已经发出，不能再改。"),
    Why.FINISHED: _l("你已经交卷，不能再改分。"),
    Why.MARKS: _l("每一项都要打分。"),
    Why.UNDECIDED: _l("还有人没定结果，定完再发。"),
    Why.NOBODY: _l("还没有一个人，先等等。"),
    Why.STARTED: _l("已经开始了，直接打电话联系。"),
    Why.TAKEN: _l("已经有人顶上了，不用来。"),
    Why.NOT_MEMBER: _l("只能选本季声部里的人。"),
    Why.BOTH_CASTS: _l("A 角和 B 角不能是同一个人。"),
    Why.LINKED: _l("这个活动已经有别的用处，换一个。"),
    Why.IN_USE: _l("已经有记录，不能去掉。"),
}
