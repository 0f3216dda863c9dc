"""职工书屋: reading classes, book swaps, lectures."""

from yiqi.activities.models import Programme, Topic
from yiqi.cli.demo_content import venues
from yiqi.cli.demo_content.offer import How, Offer, Pair, Part, Place, Room, Time, contact, on, soon
from yiqi.cli.demo_content.unions import FEDERATION

CHEN = contact("陈老师", "Mr Chen", 1350)
LIU = contact("刘老师", "Ms Liu", 1352)
EVERYBODY: Pair = ("开发区全体职工", "All E-Town workers")


def _class(sub: Pair, when: Time, about: Pair, room: Room) -> Offer:
    return Offer(
        programme=Programme.READING,
        owner=FEDERATION[0],
        title=("青年马克思主义读书班", "Young Marxist reading class"),
        sub=sub,
        place=venues.LIBRARY,
        times=(when,),
        rooms=(room,),
        who=("18–35 岁职工，工会会员优先", "Workers aged 18–35, union members first"),
        contact=CHEN,
        about=about,
        conditions=({"kind": "age", "least": 18, "most": 35},),
    )


def _swap(sub: Pair, place: Place, when: Time, about: Pair, room: Room) -> Offer:
    return Offer(
        programme=Programme.READING,
        owner=FEDERATION[0],
        title=("图书漂流换书集市", "Book-crossing swap market"),
        sub=sub,
        place=place,
        times=(when,),
        rooms=(room,),
        who=("开发区全体职工，带书来就行", "All E-Town workers; just bring a book"),
        fee=("免费，1 本换 1 本", "Free: one book for one"),
        contact=contact("高老师", "Ms Gao", 1353),
        about=about,
    )


def _lecture(sub: Pair, when: Time, about: Pair, room: Room, opens_in: int | None = None) -> Offer:
    return Offer(
        programme=Programme.READING,
        topic=Topic.LECTURE,
        owner=FEDERATION[0],
        title=("职工大讲堂", "Workers’ Lecture Hall"),
        sub=sub,
        place=venues.CENTRE_HALL,
        times=(when,),
        rooms=(room,),
        who=("开发区全体职工，可带 1 位家属", "All E-Town workers, plus one of the family"),
        contact=LIU,
        about=about,
        max_party=2,
        opens_in=opens_in,
    )


OFFERS = (
    _class(
        ("第五讲 · 《矛盾论》导读", "Session 5 · “On Contradiction”"),
        on(-5, "18:30", "20:00"),
        (
            "共读前两节，讨论“主要矛盾”怎么用在排产和排班上。区职工宣讲团带读，现场发书，读完放回任意一间职工书屋。",
            "We read the first two sections and ask how the “principal contradiction” helps with production and shift plans. Books "
            "are handed out; return yours to any workers’ library.",
        ),
        Room(40, 21, gone=2, late=2, cast=(Part(16), Part(18))),
    ),
    _class(
        ("第六讲 · 共读《实践论》", "Session 6 · “On Practice”"),
        on(2, "18:30", "20:00"),
        (
            "本讲共读《实践论》，由区职工宣讲团带读，留 40 分钟分组讨论。不用提前准备，现场发书。连续参加 4 讲，计入“书香职工”评选。",
            "We read “On Practice” with the workers’ speakers’ group and keep 40 minutes for discussion. No preparation; books are "
            "there. Four sessions in a row count towards the Reader’s Award.",
        ),
        Room(40, 34, gone=3, cast=(Part(16),)),
    ),
    _class(
        ("第七讲 · 《反对本本主义》", "Session 7 · “Oppose Book Worship”"),
        on(9, "18:30", "20:00"),
        (
            "带着一个车间里的真问题来，按“没有调查，没有发言权”的办法分组走一遍。优秀调查提纲推荐到区总工会合理化建议库。",
            "Bring one real problem from your shop floor; in groups we work it through by investigation. The best outlines go to "
            "the federation’s suggestion book.",
        ),
        Room(40, 16, gone=1, cast=(Part(16),)),
    ),
    _swap(
        ("第 12 站", "Stop 12"),
        venues.DATA_LIBRARY,
        on(4, "12:00", "13:30"),
        (
            "带 1 到 5 本闲书，贴上漂流码，换走同样多本。现场有三百多本等着，技术书和绘本最抢手。没带书也可以登记借走一本。",
            "Bring one to five books, stick on the crossing code, take as many home. Over three hundred are waiting; technical and "
            "picture books go first. Without a book you may borrow one.",
        ),
        Room(None, 38, gone=4, cast=(Part(15),)),
    ),
    _swap(
        ("第 13 站", "Stop 13"),
        venues.JD_ATRIUM,
        on(11, "12:00", "13:30"),
        (
            "这一站设亲子书专区和外文书专区，另有“写给下一位读者”的留言台。换书满 5 次的工友可领帆布袋。",
            "With a shelf for children and one for foreign languages, and a desk to leave a note for the next reader. Five swaps "
            "earn a canvas bag.",
        ),
        Room(None, 16, gone=1),
    ),
    _lecture(
        ("大国工匠面对面", "Meet a master craftsman"),
        on(5, "09:30", "11:30"),
        (
            "全国五一劳动奖章获得者讲半导体温控设备的攻关故事，现场演示与提问。09:00 开始入场，讲座后可以预约到工作室跟岗一天。",
            "A holder of the National May Day Medal on building temperature control for semiconductors, with a demonstration and "
            "questions. Doors at 09:00; afterwards you may book a day in his workshop.",
        ),
        Room(60, 60, 30, gone=3, left=2, cast=(Part(17, How.WAITS, place=12),)),
    ),
    _lecture(
        ("孩子的作业怎么陪", "Homework without tears"),
        on(12, "09:30", "11:30"),
        (
            "二十年教龄的班主任讲倒班家庭怎么陪孩子写作业，给三张可以贴冰箱的时间表。四层有托管角，可放 15 个孩子。",
            "A teacher of twenty years on helping children when parents work shifts, with three timetables for the fridge door. "
            "A play corner on the same floor takes fifteen children.",
        ),
        Room(200),
        opens_in=20,
    ),
    _lecture(
        ("养老金怎么算", "How your pension is worked out"),
        on(-6, "18:30", "20:00"),
        (
            "社保中心讲师用三个真实案例算养老金，讲清断缴和转移。现场可查个人缴费年限，请带身份证。",
            "A lecturer of the insurance centre works three real cases, with gaps and transfers made plain. Your own years can be "
            "looked up there; bring your ID card.",
        ),
        Room(90, 32, gone=3, late=2, cast=(Part(18, party=2),)),
    ),
    Offer(
        programme=Programme.READING,
        topic=Topic.LECTURE,
        owner=FEDERATION[0],
        title=("新青年学堂", "New Youth Academy"),
        sub=("短视频怎么拍厂里的事", "Short films about factory life"),
        place=venues.CENTRE_HALL,
        times=(on(4, "19:00", "20:30"),),
        rooms=(Room(80, 31, gone=4, cast=(Part(13, How.GIVES_BACK),)),),
        who=("35 岁以下职工优先", "Workers under 35 first"),
        contact=LIU,
        about=(
            "区融媒体中心编导讲选题、拍摄和剪辑，现场用手机完成一条 30 秒短片。请把剪辑软件提前装好，充满电来。",
            "An editor of the E-Town media centre on finding, shooting and cutting a story; you make 30 seconds on your phone. Have "
            "a cutting app ready and the battery full.",
        ),
    ),
    Offer(
        programme=Programme.READING,
        topic=Topic.LECTURE,
        owner=FEDERATION[0],
        title=("新青年学堂", "New Youth Academy"),
        sub=("租房合同避坑十条", "Ten traps in a tenancy contract"),
        place=venues.CENTRE_HALL,
        times=(on(11, "19:00", "20:30"),),
        rooms=(Room(40, 40, 14, gone=2, cast=(Part(17, How.WAITS, place=9),)),),
        who=("35 岁以下职工优先", "Workers under 35 first"),
        contact=LIU,
        about=(
            "住建部门的老师逐条过一份真实合同，讲押金、转租和提前退租。可以带自己的合同来，遮住姓名当场问。",
            "Clause by clause through a real contract: deposits, subletting, leaving early. Bring your own with the names covered "
            "and ask.",
        ),
    ),
    Offer(
        programme=Programme.READING,
        owner=FEDERATION[0],
        title=("深夜书房", "Late-night library"),
        sub=("给下中班的工友留一盏灯", "A light left on after the late shift"),
        place=venues.LIBRARY,
        times=(soon(0, "20:30", "22:30"),),
        rooms=(Room(24, 15, gone=1, cast=(Part(10),)),),
        who=EVERYBODY,
        contact=CHEN,
        about=(
            "书屋延时开放，有热水、台灯和十二张单人桌，备考和看闲书都可以。21:00 起有一位值守老师帮忙找书。",
            "The library stays open late with hot water, lamps and twelve single desks, for exams or pleasure. From 21:00 a "
            "librarian helps you find things.",
        ),
    ),
    Offer(
        programme=Programme.READING,
        owner="泰德制药",
        title=("午间领读二十分钟", "Twenty minutes at lunch"),
        sub=("《平凡的世界》第三部", "“Ordinary World”, part three"),
        place=venues.TIDE_CLUB,
        times=(on(1, "12:15", "12:50"),),
        rooms=(Room(20, 17, gone=1),),
        who=EVERYBODY,
        contact=contact("陈慧", "Chen Hui", 1354),
        about=(
            "领读人读 20 分钟，大家边吃边听，剩下 15 分钟随便聊。错过前面的也能跟上，门口有人物关系图。",
            "One reads for twenty minutes, the others eat and listen, then a quarter of an hour of talk. Newcomers find a map of "
            "the characters by the door.",
        ),
    ),
    Offer(
        programme=Programme.READING,
        owner=FEDERATION[0],
        title=("“我在亦庄”写作坊", "“I live in Yizhuang” writing workshop"),
        sub=("把一天写成一千字", "A day in a thousand characters"),
        place=venues.LIBRARY,
        times=(on(7, "18:30", "20:30"),),
        rooms=(Room(25, 19, gone=1),),
        who=EVERYBODY,
        contact=CHEN,
        about=(
            "《工人日报》副刊编辑带写，从一件随身小物写起，当场改三篇。成稿可以直接投“我在亦庄”职工征文，盲评。",
            "An editor of the Workers’ Daily starts you from one small thing in your pocket and edits three pieces on the spot. The "
            "result may go straight to our blind-judged essay prize.",
        ),
    ),
)
