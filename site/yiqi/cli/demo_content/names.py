"""The people of the demo: the accounts that visitors try, and the syllables that everybody else is named with."""

from msgspec import Struct

from yiqi.activities.models import Programme
from yiqi.roles.rules.permissions import Role
from yiqi.rota.rules.patterns import Pattern

SURNAMES = (
    "王王王李李李张张张刘刘陈陈杨杨赵赵黄周吴徐孙胡朱高林何郭马罗梁宋郑谢韩唐冯于董萧程曹袁邓许傅沈曾彭吕苏卢蒋蔡贾丁魏薛叶阎"
    "余潘杜戴夏钟汪田任姜范方石姚谭廖邹熊金陆郝孔白崔康毛邱秦江史顾侯邵孟龙万段雷钱汤尹黎易常武乔贺赖龚文"
)
COMPOUND_SURNAMES = ("欧阳", "司马", "上官", "诸葛")
WOMEN = [
    "芳",
    "娜",
    "敏",
    "静",
    "丽",
    "艳",
    "娟",
    "霞",
    "燕",
    "玲",
    "桂英",
    "秀兰",
    "玉兰",
    "秀英",
    "晓燕",
    "雪梅",
    "丽娟",
    "春燕",
    "海霞",
    "文静",
    "雨欣",
    "梦洁",
    "思雨",
    "佳怡",
    "雅婷",
    "晓雯",
    "婷婷",
    "倩",
    "颖",
    "洁",
    "红梅",
    "淑芬",
    "建华",
    "亚楠",
    "晨曦",
    "若彤",
    "诗涵",
    "欣怡",
    "可心",
    "子涵",
    "慧",
    "琳",
    "瑶",
    "萍",
    "月",
    "晶晶",
    "立群",
    "国英",
    "爱华",
    "凤霞",
]
MEN = [
    "伟",
    "强",
    "磊",
    "军",
    "勇",
    "涛",
    "超",
    "明",
    "刚",
    "杰",
    "鹏",
    "浩",
    "建国",
    "建军",
    "志强",
    "国强",
    "海涛",
    "文博",
    "子轩",
    "浩然",
    "宇航",
    "俊杰",
    "天佑",
    "志远",
    "大伟",
    "永刚",
    "立新",
    "卫东",
    "晓东",
    "春生",
    "振华",
    "家豪",
    "一鸣",
    "博文",
    "明哲",
    "少华",
    "长江",
    "福生",
    "玉柱",
    "金龙",
    "斌",
    "波",
    "凯",
    "辉",
    "旭",
    "晖",
    "洪",
    "亮",
    "锐",
    "毅",
]


class Account(Struct, frozen=True):
    """A demo account: the last two digits of 138000000nn, who that is, and what a visitor finds there.

    `age` in years, where they told it; `holds` are certificates by code with the years since.
    """

    number: int
    name: str
    union: str
    is_woman: bool
    role: str
    finds: str = ""
    lang: str = "zh-CN"
    age: int = 0
    holds: tuple[tuple[str, int], ...] = ()
    in_good_standing: bool = True
    works: Pattern | None = None
    grants: Role | None = None
    """The role they hold, on their union where it is not one of the federation."""
    minds: Programme | None = None
    """The programme of the federation that they organize besides."""

    @property
    def phone(self) -> str:
        """E.164."""
        return f"+86138000000{self.number:02d}"


FEDERATION = ""
ACCOUNTS = (
    Account(1, "林静", FEDERATION, True, "federation admin", grants=Role.FEDERATION_ADMIN),
    Account(
        2,
        "陈慧",
        "泰德制药",
        True,
        "organizer of 泰德制药 and of the training courses",
        grants=Role.UNION_ORGANIZER,
        minds=Programme.TRAINING,
    ),
    Account(
        3,
        "周凯",
        "京东集团",
        False,
        "organizer of 京东集团 and of the league",
        grants=Role.UNION_ORGANIZER,
        minds=Programme.LEAGUE,
    ),
    Account(4, "孙丽", FEDERATION, True, "check-in staff", grants=Role.CHECK_IN_STAFF),
    Account(5, "何明", FEDERATION, False, "auditor", grants=Role.AUDITOR),
    Account(
        10,
        "赵志强",
        "泰德制药",
        False,
        "worker, league captain",
        "places this week, one of them for two; a draw that is over",
        holds=(("electrician-5", 8), ("electrician-4", 3)),
    ),
    Account(
        11,
        "王芳",
        "泰德制药",
        True,
        "worker, volunteer squad leader",
        "waits as number 3 for tomorrow's class, chance: fair",
    ),
    Account(
        12,
        "马晓雨",
        "京仪装备",
        True,
        "worker",
        "dances in the troupe and is asked to step in at a show; works 四班三运转, so that 我能去的 leaves things out",
        works=Pattern.FOUR_CREWS_THREE,
    ),
    Account(
        13,
        "刘洋",
        "SMC（中国）",
        False,
        "worker",
        "gave a place back and left a queue; not in good standing, so that some things are not open to him",
        in_good_standing=False,
    ),
    Account(
        14,
        "周海涛",
        "中金数据",
        False,
        "worker",
        "a course that the organizer has to approve, a place, and one that was called off",
        holds=(("electrician-5", 4),),
    ),
    Account(
        15,
        "冯雪",
        "施耐德",
        True,
        "worker",
        "two marks of last week, an objection to one of them; first in a queue, chance: good",
    ),
    Account(
        16,
        "吴建国",
        "北京奔驰",
        False,
        "worker",
        "an approved course of eight evenings, a reading group, a draw whose list is published; works 两班倒",
        age=31,
        holds=(("electrician-5", 6),),
        works=Pattern.WEEKS_DAY_NIGHT,
    ),
    Account(
        17,
        "郑敏",
        "京东方",
        True,
        "worker",
        "waits in queues, one with a slim chance; her union's places for the derby are full",
    ),
    Account(18, "孟祥宇", "金风科技", False, "worker", "only what is over, with check-ins", age=33),
    Account(
        19,
        "Daniel Weber",
        "施耐德",
        False,
        "worker, reads English",
        "pages in English: places, every Wednesday of a series, an entry in an open draw with answers",
        lang="en",
    ),
    Account(
        20,
        "杨帆",
        "北方华创",
        True,
        "worker",
        "a timed offer, alive when the demo is loaded; a course with a moved and a called-off evening",
    ),
)
