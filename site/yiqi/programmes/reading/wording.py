"""The closed lists of this programme in words."""

from yiqi.i18n import lazy_gettext as _l
from yiqi.papers.rules.kinds import Kind
from yiqi.programmes.reading.essay_models import Award
from yiqi.programmes.reading.models import CopyState, NoteKind, StepKind
from yiqi.programmes.reading.rules.awards import Prize
from yiqi.programmes.reading.rules.calls import Phase
from yiqi.programmes.reading.rules.calls import Why as CallWhy
from yiqi.programmes.reading.rules.drift import Why as DriftWhy
from yiqi.programmes.reading.rules.room_rows import Wrong

STATES = {
    CopyState.IN_ROOM: _l("在书屋"),
    CopyState.IN_HAND: _l("在读者手里"),
    CopyState.LOST: _l("走失了"),
    CopyState.PAUSED: _l("停漂"),
}
STEPS = {
    StepKind.ADRIFT: _l("投漂"),
    StepKind.RECEIVED: _l("接到"),
    StepKind.RETURNED: _l("放回书屋"),
    StepKind.LOST: _l("走失了"),
    StepKind.PAUSED: _l("停漂"),
}
NOTES = {
    NoteKind.TRAIL: _l("漂流留言"),
    NoteKind.MEETING: _l("读书会记录"),
    NoteKind.LINE: _l("小组留言"),
}
AWARDS = {
    Award.FIRST: _l("一等奖"),
    Award.SECOND: _l("二等奖"),
    Award.THIRD: _l("三等奖"),
    Award.MERIT: _l("优秀奖"),
}
PHASES = {
    Phase.NOT_OPEN: _l("未开始"),
    Phase.OPEN: _l("征稿中"),
    Phase.JUDGED: _l("评审中"),
    Phase.PUBLISHED: _l("已公布"),
}
PRIZES = {
    Prize.GIVER: _l("最佳投漂者"),
    Prize.COPY: _l("最佳漂书"),
    Prize.READER: _l("最佳漂友"),
}
KINDS = {Kind.DOCX: _l("Word（docx）"), Kind.PDF: "PDF", Kind.TXT: _l("纯文本（txt）")}
"""What a call for essays may take."""
WRONG = {
    Wrong.EMPTY: _l("缺名称、片区或地址"),
    Wrong.LONG: _l("有一格太长"),
    Wrong.HOURS: _l("时间看不懂，写成 08:30-20:00"),
    Wrong.TWICE: _l("名称和前面重复"),
}
DRIFT = {
    DriftWhy.MOVED_ON: (_l("这本书刚刚动过"), _l("有人先接走了，或者换了地方。看看最新的轨迹。")),
    DriftWhy.OWN_ALREADY: (_l("这本书已经在你手里"), _l("看完了，让下一位扫你手机上的码。")),
    DriftWhy.HANDS_FULL: (_l("你手里还有一本"), _l("一人一次一本。先把手里的传下去，或放回书屋，再接这本。")),
    DriftWhy.PAUSED: (_l("这本书停漂了"), _l("先交到服务中心，工作人员处理后再漂。")),
    DriftWhy.NOT_HELD: (_l("这本书不在你手里了"), _l("有人接走了。看看最新的轨迹。")),
    DriftWhy.NO_CHANGE: (_l("已经是这样了"), _l("不用再点。")),
    DriftWhy.NO_ROOM: (_l("选一间在用的书屋"), _l("这间书屋停用了，换一间。")),
}
"""Why a copy cannot go that way: a heading, and what to do."""
CALL = {
    CallWhy.NOT_OPEN: (_l("还没开始征稿"), _l("到开始时间再来交。")),
    CallWhy.TOO_LATE: (_l("征稿已经截止"), _l("截止后不收稿，也不能换。")),
    CallWhy.TOO_EARLY: (_l("还没到截止时间"), _l("截止前作者还能换稿，截止后再看稿打分。")),
    CallWhy.PUBLISHED: (_l("结果已经公布"), _l("公布后不能再改。")),
    CallWhy.KIND: (_l("这种文件这次不收"), _l("换成要求的格式再交。")),
    CallWhy.TOO_BIG: (_l("文件太大了"), _l("压缩图片，或另存为小一点的文件再交。")),
    CallWhy.NO_ENTRY: (_l("找不到这篇稿子"), _l("作者可能已经撤回。")),
    CallWhy.NOT_A_JUROR: (_l("你不是这次的评委"), _l("找主办工会确认。")),
    CallWhy.OWN: (_l("这是你自己的稿子"), _l("自己的稿子不能自己评，请同事来。")),
    CallWhy.NO_AWARDS: (_l("还没有定奖项"), _l("先给稿子定奖，再公布。")),
}
"""Why something cannot be done with a call: a heading, and what to do."""
