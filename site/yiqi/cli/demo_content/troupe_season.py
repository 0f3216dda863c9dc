"""The arts troupe's season in the demo: its sections, what jurors mark, the parts of its productions. Texts in pairs."""

from datetime import time

from msgspec import Struct

from yiqi.cli.demo_content import venues
from yiqi.programmes.troupe.auditions import Criterion
from yiqi.programmes.troupe.models import SectionKind
from yiqi.programmes.troupe.seasons import Group

LEADER, ASKED, NEWCOMER = 11, 12, 15
"""Accounts: who leads the altos, who is asked to step in, who came in by an audition."""
CULTURE, DANCE, THEATRE = (
    place.venue for place in (venues.CULTURE_302, venues.DANCE_ROOM, venues.CULTURE_THEATRE)
)
REASONS = ("这周上中班", "孩子发烧", "出差到天津", "单位开会")
REMARKS = ("", "", "音色好", "气息再练练", "有舞台感")
SEASON = {
    "title_en": "Workers’ Arts Troupe, autumn and winter",
    "sub": "合唱、舞蹈、民乐、话剧",
    "sub_en": "Choir, dance, folk music, drama",
    "who": "开发区职工，先约时间来试试",
    "who_en": "E-Town workers; come to an audition first",
    "contact": "谭老师 010-6788 1370",
    "contact_en": "Ms Tan 010-6788 1370",
    "about": "每周排练一次，缺席提前在手机上请假。年底在亦城文化中心演“亦庄之声”。服装由团里准备。",
    "about_en": "One rehearsal a week; say beforehand on your phone when you cannot come. The year ends with “The Voice of "
    "E-Town” at the culture centre. Costumes are lent.",
}
AUDITION = {
    "sub": "一人 10 分钟",
    "sub_en": "Ten minutes each",
    "contact": "谭老师 010-6788 1370",
    "contact_en": "Ms Tan 010-6788 1370",
    "about": "准备两三分钟自己拿手的，清唱、清奏、跳一段都行，钢琴老师在场。早到 10 分钟。",
    "about_en": "Bring two or three minutes of what you do best; a pianist is there. Come ten minutes early.",
}
GALA = {
    "title_en": "The Voice of E-Town, the workers’ gala",
    "sub": "合唱、舞蹈、民乐、小品",
    "sub_en": "Choir, dance, folk music, a sketch",
    "who": "职工和家属，一次最多 3 张",
    "who_en": "Workers and family, three seats at most",
    "fee": "免费",
    "fee_en": "Free",
    "contact": "谭老师 010-6788 1371",
    "contact_en": "Ms Tan 010-6788 1371",
    "about": "艺术团一年的成果，90 分钟。演员名单在节目单里，只写同意公开姓名的。",
    "about_en": "What the troupe made of the year, in 90 minutes. The programme names those who agreed to it.",
}


class Ensemble(Struct, frozen=True):
    """A section of the demo: who sings or plays what in it, and which accounts are among them.
    `women`: only women, or only men."""

    group: Group
    people: int
    plays: tuple[str, ...]
    accounts: tuple[int, ...] = ()
    women: bool | None = None


def _choir(label: str, label_en: str, capacity: int) -> Group:
    return Group(SectionKind.VOICE, label, capacity, 1, time(19), 120, CULTURE[0], label_en, CULTURE[1])


ENSEMBLES = (
    Ensemble(_choir("女高音", "Sopranos", 16), 9, ("女高一", "女高二"), women=True),
    Ensemble(_choir("女低音", "Altos", 12), 7, ("女低一", "女低二"), (LEADER,), women=True),
    Ensemble(_choir("男高音", "Tenors", 12), 6, ("男高一", "男高二"), women=False),
    Ensemble(_choir("男低音", "Basses", 10), 6, ("男低一", "男低二"), women=False),
    Ensemble(
        Group(SectionKind.DANCE, "舞队", 20, 3, time(19), 90, DANCE[0], "Dance group", DANCE[1]),
        9,
        ("古典舞", "民族舞"),
        (ASKED,),
    ),
    Ensemble(
        Group(
            SectionKind.MUSIC, "民乐队", 18, 2, time(18, 30), 120, CULTURE[0], "Folk orchestra", CULTURE[1]
        ),
        8,
        ("二胡", "琵琶", "笛子", "扬琴", "中阮"),
    ),
    Ensemble(
        Group(SectionKind.DRAMA, "话剧社", 14, 4, time(18, 30), 120, THEATRE[0], "Drama club", THEATRE[1]),
        7,
        ("表演", "表演", "舞台监督"),
    ),
)
CRITERIA = (
    Criterion("c1", "音准", "Pitch"),
    Criterion("c2", "节奏", "Rhythm"),
    Criterion("c3", "表现力", "Expression"),
)
VOICE_OF_ETOWN = (
    (4, "舞蹈《丰收时节》", "Dance: Harvest Time", "领舞", "Lead dancer"),
    (0, "合唱《茉莉花》", "Choir: Jasmine Flower", "领唱（女）", "Soprano solo"),
    (2, "合唱《茉莉花》", "Choir: Jasmine Flower", "领唱（男）", "Tenor solo"),
    (5, "民乐合奏《喜洋洋》", "Folk orchestra: Full of Joy", "二胡首席", "First erhu"),
    (5, "民乐合奏《喜洋洋》", "Folk orchestra: Full of Joy", "笛子", "Flute"),
    (6, "小品《交接班》", "Sketch: Handover", "老班长", "The old foreman"),
    (6, "小品《交接班》", "Sketch: Handover", "新来的", "The newcomer"),
)
"""Parts by the number of their section: piece, its English, part, its English."""
NIGHT_SHIFT = (
    (6, "第一幕 停电", "Act one: The power fails", "值班电工", "Electrician on duty"),
    (6, "第一幕 停电", "Act one: The power fails", "线长", "Line leader"),
    (6, "第二幕 天亮", "Act two: Daybreak", "质检员", "Inspector"),
)
