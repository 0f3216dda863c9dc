"""What the demo's courses teach: trades, syllabuses, teachers, lectures that travel. Texts come in pairs: Chinese, English."""

from msgspec import Struct

from yiqi.cli.demo_content import venues
from yiqi.cli.demo_content.offer import Pair, Place

TRADES: tuple[tuple[str, Pair], ...] = (
    ("electrician", ("电工", "Electrician")),
    ("lathe-cnc", ("数控车工", "CNC turner")),
    ("welder", ("焊工", "Welder")),
    ("plc", ("可编程控制系统设计师", "PLC designer")),
    ("robot", ("工业机器人系统操作员", "Robot operator")),
)
CHEN: tuple[Pair, Pair] = (
    ("陈志明", "Chen Zhiming"),
    ("电工高级技师，带过 9 期，考评员", "Senior electrician, examiner, nine courses taught"),
)
LIU: tuple[Pair, Pair] = (
    ("刘海燕", "Liu Haiyan"),
    ("职业院校教师，讲图纸和 PLC", "Vocational teacher: diagrams and PLCs"),
)
SUN: tuple[Pair, Pair] = (
    ("孙德才", "Sun Decai"),
    ("数控车工技师，北京市技术能手", "CNC technician, a Beijing master of his trade"),
)
MENG: tuple[Pair, Pair] = (
    ("孟庆国", "Meng Qingguo"),
    ("焊工高级技师，氩弧焊 22 年", "Senior welder, 22 years of TIG"),
)


class Taught(Struct, frozen=True):
    """What a course teaches and takes: topics evening by evening, teachers in turns of `turn`, the room, what passing takes."""

    trade: str
    level: int | None
    topics: tuple[Pair, ...]
    teachers: tuple[tuple[Pair, Pair], ...]
    room: Pair
    percent: int = 80
    least: int | None = 60
    turn: int = 1


class Past(Struct, frozen=True):
    """A course that the demo plays through: evenings as days counted from this Monday, how many people, who of the accounts."""

    title: Pair
    sub: Pair
    about: Pair
    place: Place
    taught: Taught
    days: tuple[int, ...]
    hours: tuple[str, str]
    people: int
    accounts: tuple[int, ...] = ()
    results: int = 0
    gives: bool = False


FIRST = Taught(
    "electrician",
    5,
    (
        ("安全用电和触电急救", "Working safely, and first aid"),
        ("看懂照明电路图", "Reading a lighting diagram"),
        ("常用工具和导线连接", "Tools, and joining wires"),
        ("单控、双控照明接线", "One-way and two-way switching"),
        ("配电板安装", "Building a distribution board"),
        ("通电检查和模拟考", "Testing under power, mock exam"),
    ),
    (CHEN,),
    ("201 实训室", "Workshop 201"),
)
SECOND = Taught(
    "electrician",
    4,
    (
        ("电机结构和正反转", "Motors, and reversing them"),
        ("接触器、热继电器接线", "Contactors and thermal relays"),
        ("星三角启动", "Star-delta starting"),
        ("电气图识读", "Reading electrical drawings"),
        ("电子元件和稳压电源", "Components and a regulated supply"),
        ("PLC 入门：输入输出", "PLC: inputs and outputs"),
        ("PLC 入门：定时和计数", "PLC: timers and counters"),
        ("故障排查和模拟考", "Fault finding, mock exam"),
    ),
    (CHEN, LIU),
    ("203 实训室", "Workshop 203"),
    turn=5,
)
ROBOTS = Taught(
    "robot",
    5,
    (
        ("机器人安全围栏和急停", "Fences and emergency stops"),
        ("示教器和坐标系", "Teach pendant and coordinates"),
        ("关节运动和直线运动", "Joint and linear moves"),
        ("工具坐标和工件坐标", "Tool and work frames"),
        ("搬运程序一", "Pick and place, part one"),
        ("搬运程序二：码垛", "Pick and place, part two: stacking"),
        ("输入输出和夹具", "Inputs, outputs and grippers"),
        ("和 PLC 联动", "Working with a PLC"),
        ("弧焊机器人入门", "Arc welding robots, a start"),
        ("零点校准和日常点检", "Calibration and daily checks"),
        ("故障报警怎么查", "Reading alarms"),
        ("综合操作和模拟考", "A whole cell, mock exam"),
    ),
    (LIU, CHEN),
    ("301 教室", "Room 301"),
    turn=4,
)
TURNING = Taught(
    "lathe-cnc",
    5,
    (
        ("车床安全和装夹", "Safety, and holding the work"),
        ("对刀和坐标系", "Setting tools and coordinates"),
        ("G 代码：直线和圆弧", "G-code: lines and arcs"),
        ("粗车和精车台阶轴", "Roughing and finishing a shaft"),
        ("切槽和螺纹", "Grooves and threads"),
        ("综合件和考核", "A whole part, and the test"),
    ),
    (SUN,),
    ("5 号实训室", "Workshop 5"),
)
WELDING = Taught(
    "welder",
    5,
    (
        ("焊接安全和防护", "Safety and protection"),
        ("氩弧焊引弧和送丝", "TIG: striking and feeding"),
        ("平板对接", "Butt joint, flat"),
        ("角接和外观检查", "Fillet joint, visual inspection"),
        ("操作考核", "Practical test"),
    ),
    (MENG,),
    ("5 号实训室", "Workshop 5"),
)
PROGRAMMING = Taught(
    "plc",
    None,
    (
        ("梯形图读写", "Reading and writing ladder logic"),
        ("传送带分拣", "Sorting on a conveyor"),
        ("报警和联锁", "Alarms and interlocks"),
        ("上机考", "Test at the machine"),
    ),
    (LIU,),
    ("302 机房", "Computer room 302"),
    percent=75,
)
ON_OFFER: tuple[tuple[str, Taught], ...] = (
    ("电工初级技能培训", FIRST),
    ("电工中级技能培训", SECOND),
    ("数控车工入门班", TURNING),
)
"""Courses that are published with the offers, by their titles."""
_EVENING = ("19:00", "21:00")
PLAYED: tuple[Past, ...] = (
    Past(
        ("电工初级技能培训", "Electrician, first course"),
        ("第 4 期，共 6 晚", "Course 4, six evenings"),
        (
            "从安全用电讲到配电板，考核合格发五级（初级工）证书。",
            "From safety to a distribution board; pass and you hold level 5.",
        ),
        venues.WORKSHOP_2,
        FIRST,
        (-55, -53, -48, -46, -41, -39),
        _EVENING,
        16,
        results=16,
        gives=True,
    ),
    Past(
        ("PLC 编程入门", "PLC programming, a start"),
        ("第 1 期，共 4 晚", "Course 1, four evenings"),
        (
            "一人一台，四晚做完一条分拣线的程序。",
            "A machine each; in four evenings you program a sorting line.",
        ),
        venues.COMPUTER_ROOM,
        PROGRAMMING,
        (-33, -31, -26, -24),
        _EVENING,
        14,
        (10,),
        results=14,
        gives=True,
    ),
    Past(
        ("焊工初级技能培训", "Welder, first course"),
        ("第 2 期，共 5 晚", "Course 2, five evenings"),
        (
            "氩弧焊从引弧到角接，五晚，操作考核合格发五级证书。",
            "TIG from striking an arc to a fillet joint; pass and you hold level 5.",
        ),
        venues.WORKSHOP_5,
        WELDING,
        (-20, -18, -13, -11, -6),
        _EVENING,
        12,
        results=9,
    ),
    Past(
        ("工业机器人操作培训", "Industrial robots, first course"),
        ("第 2 期，共 12 晚", "Course 2, twelve evenings"),
        (
            "每周一、六晚上，从示教到码垛，再到和 PLC 联动。到课满八成、考试 60 分，发五级（初级工）证书。",
            "Monday and Saturday evenings, from the pendant to stacking and PLCs. 80% attended and 60 points make level 5.",
        ),
        venues.TRAINING_HALL,
        ROBOTS,
        (-28, -23, -21, -16, -14, -9, -7, -2, 0, 5, 7, 12),
        _EVENING,
        18,
        (13,),
    ),
)
LECTURES: tuple[tuple[Pair, Pair, Pair, int], ...] = (
    (
        ("大国工匠面对面", "Face to face with a master craftsman"),
        ("北京奔驰 首席技师 张立军", "Zhang Lijun, chief technician, Beijing Benz"),
        (
            "从学徒到全国技术能手，带着自己磨的刀来讲。",
            "From apprentice to national champion; he brings the tools he ground.",
        ),
        90,
    ),
    (
        ("车间里的触电急救", "Electric shock: first aid on the floor"),
        ("同仁医院亦庄院区 急诊科", "Emergency room, Tongren Hospital"),
        ("40 分钟讲，20 分钟人人上手练。", "Forty minutes of talk, then everybody practises."),
        60,
    ),
    (
        ("夜班怎么睡", "Sleeping after the night shift"),
        ("北京安定医院 睡眠门诊", "Sleep clinic, Anding Hospital"),
        (
            "倒班的人三个办法就能多睡一小时，带眼罩来领。",
            "Three things that give shift workers one more hour of sleep.",
        ),
        60,
    ),
    (
        ("劳动合同里的 8 个坑", "Eight traps in a labour contract"),
        ("总工会法律服务团", "The Federation’s lawyers"),
        (
            "拿真合同逐条看，讲完留半小时单独问。",
            "Real contracts, clause by clause, then half an hour for questions.",
        ),
        90,
    ),
    (
        ("一张图看懂个税汇算", "Your yearly tax, in one picture"),
        ("开发区税务局", "E-Town tax office"),
        ("带手机来，现场做完。", "Bring your phone and do it there."),
        45,
    ),
)
