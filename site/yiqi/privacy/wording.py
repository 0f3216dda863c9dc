"""What the columns of a copy are called, and what the words of closed lists in them mean: nothing of it is read in code words."""

from collections.abc import Mapping
from enum import StrEnum
from typing import Any

from yiqi.activities.models import Programme
from yiqi.activities.names import PROGRAMMES
from yiqi.booking.models import MarkKind
from yiqi.booking.rules.states import State
from yiqi.desk.trust.deed_words import DEEDS, STATES
from yiqi.desk.trust.role_words import ROLES
from yiqi.hours.rules import standing as hours
from yiqi.i18n import lazy_gettext as _l
from yiqi.notices.forms import NAMES as WAYS
from yiqi.notices.rules.ways import Way
from yiqi.papers.rules.kinds import Kind as PaperKind
from yiqi.people.models import Purpose
from yiqi.programmes.league import wording as league
from yiqi.programmes.league.rules.words import Part, Plays
from yiqi.programmes.reading import essay_models
from yiqi.programmes.reading import wording as reading
from yiqi.programmes.reading.models import NoteKind
from yiqi.programmes.reading.rules.drift import StepKind
from yiqi.programmes.training import wording as training
from yiqi.programmes.training.rules import lectures, requests
from yiqi.programmes.troupe import wording as troupe
from yiqi.programmes.troupe.models import Answer, Casting
from yiqi.programmes.volunteering import words as volunteering
from yiqi.programmes.volunteering.models import Purpose as Volunteers
from yiqi.roles.rules.deeds import What
from yiqi.roles.rules.permissions import Role
from yiqi.unions.forms import KINDS as REQUESTS
from yiqi.unions.models import RequestKind
from yiqi.years.rules.awards import Award
from yiqi.years.words import AWARDS

ABOUT = "about"
HEADS: Mapping[str, Any] = {
    ABOUT: _l("关于"),
    "id": _l("编号"),
    "ref": _l("签到码"),
    "number": _l("号码"),
    "name": _l("姓名或名称"),
    "phone": _l("手机号"),
    "born_on": _l("生日"),
    "lang": _l("语言"),
    "state": _l("状态"),
    "was": _l("原来"),
    "became": _l("变成"),
    "why": _l("为什么"),
    "because": _l("原因"),
    "party": _l("一共几人"),
    "note": _l("备注"),
    "value": _l("填的内容"),
    "title": _l("名称"),
    "kind": _l("种类"),
    "at": _l("时间"),
    "created_at": _l("记下的时间"),
    "changed_at": _l("最后改动"),
    "signed_in_at": _l("上次登录"),
    "asked_at": _l("提出的时间"),
    "answered_at": _l("答复的时间"),
    "given_at": _l("同意的时间"),
    "withdrawn_at": _l("收回的时间"),
    "sent_at": _l("发出的时间"),
    "read_at": _l("看过的时间"),
    "in_at": _l("签到"),
    "out_at": _l("签退"),
    "starts_at": _l("开始"),
    "ends_at": _l("结束"),
    "since": _l("从哪天起"),
    "until": _l("到哪天止"),
    "minutes": _l("分钟"),
    "device": _l("设备"),
    "pinyin": _l("拼音"),
    "version": _l("第几版"),
    "activity_id": _l("活动编号"),
    "agreed": _l("同意的须知版本"),
    "anchor": _l("排班从哪天算起"),
    "announced_at": _l("请假的时间"),
    "answer": _l("回话"),
    "audition_id": _l("选拔编号"),
    "award": _l("奖项或表彰"),
    "began_at": _l("开始的时间"),
    "begun_at": _l("开始填的时间"),
    "booking_id": _l("报名编号"),
    "booking_ref": _l("报名的签到码"),
    "call_id": _l("征文编号"),
    "came": _l("到课次数"),
    "casting": _l("A 角或 B 角"),
    "certificate": _l("证书编号"),
    "charged": _l("算了几条短信"),
    "charged_on": _l("算在哪天"),
    "chest": _l("胸围"),
    "chosen_at": _l("选定的时间"),
    "claim_tries": _l("答错几次"),
    "claims_id": _l("待认领的记录"),
    "closed_at": _l("关闭的时间"),
    "code": _l("代码"),
    "confirmed_at": _l("启用的时间"),
    "copy_id": _l("漂书编号"),
    "counts": _l("各有几行"),
    "credential": _l("发的证书"),
    "cycle": _l("一轮的班次"),
    "dead_at": _l("放弃发送的时间"),
    "decided_at": _l("决定的时间"),
    "deed": _l("做了什么"),
    "desk_at": _l("上次用工作台"),
    "desk_note": _l("组织者的备注"),
    "device_id": _l("大屏编号"),
    "draw_id": _l("摇号编号"),
    "email": _l("邮箱"),
    "email_asked_at": _l("确认邮件发出的时间"),
    "email_at": _l("邮箱确认的时间"),
    "ends_on": _l("最后一天"),
    "evenings": _l("一共几次课"),
    "evidence": _l("依据"),
    "expires_at": _l("失效的时间"),
    "factor_at": _l("两步验证的时间"),
    "facts": _l("内容"),
    "figures": _l("数字"),
    "finished_at": _l("交卷的时间"),
    "fouls": _l("犯规"),
    "from_team_id": _l("原球队编号"),
    "game_id": _l("比赛编号"),
    "generation": _l("第几个地址"),
    "granted": _l("是否同意"),
    "granted_at": _l("授予的时间"),
    "group_id": _l("小组编号"),
    "guardian_name": _l("监护人姓名"),
    "guardian_phone": _l("监护人电话"),
    "handed_in_at": _l("交上来的时间"),
    "head": _l("头围"),
    "height": _l("身高"),
    "hidden_at": _l("隐藏的时间"),
    "hidden_because": _l("为什么隐藏"),
    "in_good_standing": _l("会员资格正常"),
    "is_captain": _l("是队长"),
    "is_given": _l("同意了"),
    "is_on": _l("开着"),
    "issued_at": _l("发证的时间"),
    "issuer": _l("发证单位"),
    "issuer_en": _l("发证单位（英文）"),
    "joined_at": _l("加入的时间"),
    "key": _l("内部标识"),
    "lecture_id": _l("讲座编号"),
    "left_at": _l("离开的时间"),
    "lifted_at": _l("不再算的时间"),
    "lines": _l("证书上的内容"),
    "list_id": _l("名单编号"),
    "made_at": _l("建立的时间"),
    "most": _l("最多几分钟"),
    "moved_at": _l("改过时间"),
    "name_shown": _l("显示的名字"),
    "next_try_at": _l("下次再试"),
    "note_id": _l("笔记编号"),
    "objected_at": _l("申诉的时间"),
    "objection": _l("申诉的话"),
    "obtained_on": _l("取得日期"),
    "occurrence_id": _l("场次编号"),
    "offer_until": _l("名额留到"),
    "offers_expired": _l("没赶上确认几次"),
    "openid": _l("微信标识"),
    "outcome": _l("结果"),
    "paper_id": _l("文件编号"),
    "part": _l("身份"),
    "part_id": _l("角色编号"),
    "passed_over": _l("被跳过几次"),
    "pattern": _l("班制"),
    "people": _l("多少人"),
    "period": _l("第几节"),
    "place": _l("地点"),
    "player_id": _l("球员编号"),
    "plays": _l("位置或乐器"),
    "points": _l("得分"),
    "programme": _l("项目"),
    "proposed": _l("提出的分钟数"),
    "purpose": _l("为了什么"),
    "question_id": _l("问题编号"),
    "quota_id": _l("名额组编号"),
    "rank": _l("名次"),
    "reason": _l("原因说明"),
    "receipt": _l("通道回执"),
    "recheck_since": _l("等重新确认，从"),
    "rejected_because": _l("为什么没通过"),
    "reminders": _l("要提醒"),
    "replaces_id": _l("代替哪一行"),
    "reported_at": _l("举报的时间"),
    "revoked_at": _l("撤销的时间"),
    "revoked_because": _l("为什么撤销"),
    "role": _l("权限"),
    "room_id": _l("书屋编号"),
    "running": _l("流水号"),
    "said": _l("说的话"),
    "season_id": _l("赛季编号"),
    "section_id": _l("声部编号"),
    "seen_at": _l("上次用的时间"),
    "seq": _l("排队的号"),
    "series": _l("证书系列"),
    "service_id": _l("服务编号"),
    "settled_at": _l("处理的时间"),
    "settled_because": _l("处理的理由"),
    "sha256": _l("文件指纹"),
    "shirt": _l("号码或衣码"),
    "shoe": _l("鞋码"),
    "shows_name": _l("写姓名"),
    "size": _l("字节数"),
    "skipped_because": _l("为什么被跳过"),
    "slot_id": _l("名额组号"),
    "stage": _l("到哪一步"),
    "step_id": _l("轨迹编号"),
    "stepped_up_at": _l("上次再验证的时间"),
    "subsidy_id": _l("补贴申请编号"),
    "tag": _l("标签"),
    "taken_at": _l("接走的时间"),
    "taken_by_id": _l("谁接走的"),
    "team_id": _l("球队编号"),
    "tenths": _l("成绩（十分之一分）"),
    "text": _l("文字"),
    "title_en": _l("名称（英文）"),
    "told_at": _l("填的时间"),
    "touched_at": _l("上次碰屏幕"),
    "tries": _l("试了几次"),
    "turn": _l("第几次"),
    "typed": _l("已输入的"),
    "undone_at": _l("撤回的时间"),
    "union_id": _l("工会编号"),
    "units": _l("占的名额"),
    "used_at": _l("用掉的时间"),
    "venue": _l("场地"),
    "waist": _l("腰围"),
    "way": _l("怎么发的"),
    "weight": _l("摇号权重"),
    "what": _l("什么事"),
    "wishes": _l("希望讲什么"),
    "with_waiting": _l("含候补"),
    "written_at": _l("写下的时间"),
    "year": _l("年份"),
}
"""By the name of the column, whatever table it is in."""
MEANINGS: Mapping[type[StrEnum], Mapping[Any, Any]] = {
    Answer: troupe.ANSWERS,
    Award: AWARDS,
    Casting: troupe.CASTINGS,
    MarkKind: {MarkKind.LATE_CANCEL: _l("临时取消"), MarkKind.NO_SHOW: _l("没有签到")},
    NoteKind: reading.NOTES,
    PaperKind: {
        PaperKind.PDF: "PDF",
        PaperKind.DOCX: _l("Word（docx）"),
        PaperKind.TXT: _l("纯文本（txt）"),
        PaperKind.JPG: _l("图片（jpg）"),
        PaperKind.PNG: _l("图片（png）"),
    },
    Part: league.PARTS,
    Plays: league.PLAYS,
    Programme: PROGRAMMES,
    Purpose: {Purpose.NOTICE: _l("隐私说明"), Purpose.GUARDIAN: _l("监护人同意")},
    RequestKind: REQUESTS,
    Role: ROLES,
    State: STATES,
    StepKind: reading.STEPS,
    Volunteers: {
        Volunteers.HONOUR: _l("上志愿光荣榜"),
        Volunteers.PASSING_ON: _l("报送给市志愿平台"),
    },
    Way: WAYS,
    What: DEEDS,
    essay_models.Award: reading.AWARDS,
    hours.Deed: volunteering.DEEDS,
    hours.State: volunteering.STATES,
    lectures.State: {one: word for one, (_tint, word) in training.LECTURE_STATES.items()},
    requests.Kind: training.KINDS,
    requests.State: {one: word for one, (_tint, word) in training.STATES.items()},
}
"""By closed list, as pages call them."""


OF_SCREENS: Mapping[str, Any] = {
    "check_in": _l("签到"),
    "sign_up": _l("现场报名"),
    "ref": _l("签到码"),
    "tail": _l("手机尾号"),
    "phone": _l("手机号"),
    "code": _l("验证码"),
    "name": _l("姓名"),
    "ready": _l("看结果"),
    "done": _l("办完了"),
}
"""The words of the screens' lists, a room above this one."""


def heading(column: str) -> str:
    """What a column is called."""
    return str(HEADS[column])


def meaning(value: Any) -> Any:
    """A word of a closed list as pages call it; everything else as it is."""
    return str(MEANINGS.get(type(value), OF_SCREENS)[value]) if isinstance(value, StrEnum) else value
