"""What happens every week, and what is drawn by lot: the offers whose past weeks tell how queues go."""

from datetime import time

from msgspec.structs import replace

from yiqi.activities.models import Allocation, Programme, Topic
from yiqi.activities.rules.questions import Asked, Choice, QuestionKind
from yiqi.cli.demo_content import venues
from yiqi.cli.demo_content.offer import (
    WOMEN,
    Answering,
    Drawing,
    How,
    Offer,
    Pair,
    Part,
    Room,
    Weekly,
    contact,
    on,
)
from yiqi.cli.demo_content.unions import FEDERATION

DICE: Pair = (
    "{day}在职工服务中心大厅掷的五颗骰子，按先后写",
    "Five dice thrown in the service centre’s lobby on {day}, in their order",
)
LOTTERY: Pair = ("{day}体彩排列 5 的开奖号码", "The winning number of the Pailie 5 lottery of {day}")
DIET = Asked(
    "diet",
    QuestionKind.TEXT,
    "忌口",
    "Food you do not eat",
    hint="过敏、清真、吃素都可以写，没有就空着",
    hint_en="Allergies, halal, vegetarian; leave it empty if there is nothing",
    most=40,
)
NO_DIET = (("不吃辣", 4), ("清真", 3), ("对花生过敏", 1), ("", 0))
SIZES = Asked(
    "tee",
    QuestionKind.CHOICE,
    "马甲尺码",
    "Vest size",
    required=True,
    choices=(Choice("s", "S", "S"), Choice("m", "M", "M"), Choice("l", "L", "L"), Choice("xl", "XL", "XL")),
)
ENGLISH = Asked("english", QuestionKind.YES_NO, "能用英语指路", "I can give directions in English")
SLEEPS = Asked(
    "room",
    QuestionKind.CHOICE,
    "住哪种房",
    "Which room",
    required=True,
    choices=(Choice("twin", "双人标间", "Twin room"), Choice("family", "家庭房", "Family room")),
)

YOGA = Room(20, 20, 8, gone=1, gives_back=(40, 7, 4), answers=Answering.MIXED)
LUNCH = Room(30, 30, 8, gives_back=(5, 4.5, 4))
LECTURE = Room(40, 40, 14, gone=2, gives_back=(60, 26, 7))
METRO = Room(8, 8, 4, gives_back=(34, 13))
REST = Room(10, asking=48)


def _rest(batch: int, first: int, drawing: Drawing, room: Room = REST) -> Offer:
    return Offer(
        programme=Programme.TRAINING,
        owner=FEDERATION[0],
        title=("工匠研学疗休养", "Study and rest for skilled workers"),
        sub=(f"第 {batch} 批 · 怀柔雁栖，四天三晚", f"Group {batch} · Yanqi Lake, four days"),
        place=venues.YANQI,
        times=tuple(on(first + day, "09:00", "17:00") for day in range(4)),
        rooms=(room,),
        who=(
            "一线职工，会员资格正常，可带 1 位家属",
            "Shop-floor workers in good standing, with one of the family",
        ),
        fee=("吃住和车费由工会承担", "The union pays for bed, board and coach"),
        contact=contact("高老师", "Ms Gao", 1353),
        about=(
            "上午参观劳模工作室和古建修缮工地，下午体检、休息。10 个名额摇号发，连着三次没摇中的算两份。第一天 08:00 从职工服务中心发车。",
            "Mornings in master craftsmen’s workshops and on a restoration site, afternoons for a check-up and rest. Ten places "
            "are drawn by lot; who was not drawn three times in a row counts twice. The coach leaves at 08:00 on the first day.",
        ),
        max_party=2,
        cancel_minutes=3 * 24 * 60,
        allocation=Allocation.DRAW,
        drawing=drawing,
        conditions=({"kind": "good_standing"},),
        questions=(SLEEPS, DIET),
        replies={"room": (("family", 9), ("twin", 0)), "diet": NO_DIET},
        circle=45,
    )


OFFERS = (
    _rest(1, -42, Drawing(-52, -51, DICE)),
    _rest(2, -24, Drawing(-34, -33, DICE)),
    _rest(3, -6, Drawing(-16, -15, DICE)),
    _rest(4, 25, Drawing(-1, 1, LOTTERY), replace(REST, gone=2, cast=(Part(16, How.ASKS, party=2),))),
    Offer(
        programme=Programme.TROUPE,
        owner=FEDERATION[0],
        title=("周三瑜伽", "Wednesday yoga"),
        sub=("每周一次，来几次报几次", "Every week, come when you can"),
        place=venues.DANCE_ROOM,
        times=(),
        rooms=(Room(20),),
        who=("零基础职工，男女不限", "Beginners, women and men"),
        contact=contact("朱老师", "Ms Zhu", 1374),
        about=(
            "一小时：放松肩颈 20 分钟，站立和平衡 30 分钟，最后躺着听 10 分钟。垫子现场有，穿软一点的衣服。来不了请早点取消，后面总有人等。",
            "An hour: twenty minutes for neck and shoulders, thirty of standing and balance, ten lying down. Mats are there; wear "
            "something soft. If you cannot come, cancel early: somebody is always waiting.",
        ),
        weekly=Weekly(
            2,
            time(18, 30),
            60,
            since=8,
            until=5,
            past=(
                replace(YOGA, missing=1),
                YOGA,
                replace(YOGA, waiting=1, gives_back=(11,), answers=Answering.NEVER),
                replace(YOGA, left=1),
                replace(YOGA, late=1),
                *[YOGA] * 4,
            ),
            coming=(Room(20, 20, 5, freed=1), Room(20, 13), Room(20, 6)),
            enrols=(19,),
        ),
    ),
    Offer(
        programme=Programme.TRAINING,
        topic=Topic.WOMEN,
        owner="施耐德",
        title=("女职工流动课堂", "Women workers’ travelling class"),
        sub=("午间舒缓操 · 每周二", "Lunchtime stretching · Tuesdays"),
        place=venues.SCHNEIDER_CLUB,
        times=(),
        rooms=(Room(30),),
        who=("开发区女职工", "Women workers of E-Town"),
        contact=contact("赵老师", "Ms Zhao", 1355),
        about=(
            "八周，每次 45 分钟，坐着站着都能练。一次一报，想来哪次来哪次。",
            "Eight weeks, 45 minutes each, seated or standing. Sign up week by week.",
        ),
        conditions=(WOMEN,),
        weekly=Weekly(
            1,
            time(12, 15),
            45,
            since=8,
            until=-1,
            past=(LUNCH, replace(LUNCH, gives_back=(70, 50), missing=1)),
        ),
    ),
    Offer(
        programme=Programme.READING,
        topic=Topic.LECTURE,
        owner=FEDERATION[0],
        title=("职工大讲堂", "Workers’ Lecture Hall"),
        sub=("每周四讲一个身边的问题", "A question of everyday life each Thursday"),
        place=venues.CENTRE_HALL,
        times=(),
        rooms=(Room(40),),
        who=("开发区全体职工", "All E-Town workers"),
        contact=contact("刘老师", "Ms Liu", 1352),
        about=(
            "公积金、个税、孩子入学、看病报销，八周讲八件事，每次留半小时提问。",
            "The housing fund, income tax, schools, medical bills: eight weeks, eight questions, with half an hour for yours.",
        ),
        weekly=Weekly(
            3,
            time(18, 30),
            90,
            since=8,
            until=-1,
            past=(LECTURE, replace(LECTURE, gives_back=(80,)), replace(LECTURE, waiting=18)),
        ),
    ),
    Offer(
        programme=Programme.VOLUNTEERING,
        owner=FEDERATION[0],
        title=("地铁站文明引导", "Metro station guides"),
        sub=("每周三早高峰 · 荣昌东街站", "Wednesday rush · Rongchang East St"),
        place=venues.METRO,
        times=(),
        rooms=(Room(8),),
        who=("18 岁以上职工志愿者", "Worker volunteers over 18"),
        fee=("发马甲和早餐券，记 1.5 小时", "Vest and breakfast; counts 1.5 hours"),
        contact=contact("孙队长", "Captain Sun", 1366),
        about=(
            "固定一组八个人，每周三早高峰在站台和 B 口扶梯。一次一报，连着来四次发一件带名字的马甲。",
            "A crew of eight on the platform and by Exit B each Wednesday morning. Sign up week by week; four in a row earn a vest "
            "with your name.",
        ),
        weekly=Weekly(
            2,
            time(7, 15),
            90,
            since=8,
            until=4,
            past=(METRO, replace(METRO, gives_back=(50,)), replace(METRO, gives_back=(30, 14, 12))),
            coming=(Room(8, 7), Room(8, 4), Room(8, 2)),
        ),
    ),
    Offer(
        programme=Programme.TROUPE,
        owner=FEDERATION[0],
        title=("职工专场音乐会", "A concert for workers"),
        sub=("弦乐和合唱 · 60 张票摇号", "Strings and choir · 60 seats by lot"),
        place=venues.CULTURE_THEATRE,
        times=(on(18, "19:30", "21:00"),),
        rooms=(Room(60, asking=104, gone=3, cast=(Part(10, How.ASKS, party=2),)),),
        who=("开发区职工，一次最多 2 张", "E-Town workers, two seats at most"),
        contact=contact("谭老师", "Ms Tan", 1370),
        about=(
            "艺术团弦乐组和合唱队的年度专场，北京交响乐团三位首席客座。票都摇号发，没摇中的按摇号的先后候补，有人退票就轮到。",
            "The yearly evening of the troupe’s strings and choir with three principals of the Beijing Symphony. All seats are "
            "drawn by lot; the others queue in the order of the draw and move up when somebody returns a seat.",
        ),
        max_party=2,
        allocation=Allocation.DRAW,
        drawing=Drawing(-3, -2, DICE),
    ),
    Offer(
        programme=Programme.VOLUNTEERING,
        owner=FEDERATION[0],
        title=("机器人运动会志愿者", "Volunteers at the Robot Games"),
        sub=("40 个岗位摇号，记 8 小时", "40 posts by lot, counts 8 hours"),
        place=venues.PARK_GATE,
        times=(on(26, "08:30", "17:00"),),
        rooms=(Room(40, asking=57, gone=2, cast=(Part(19, How.ASKS),)),),
        who=("18 岁以上职工志愿者", "Worker volunteers over 18"),
        fee=("发马甲、午餐和保险", "Vest, lunch and insurance"),
        contact=contact("孙队长", "Captain Sun", 1366),
        about=(
            "检录、赛道看护、观众引导和急救点四类岗位，摇中后按填的内容分岗，赛前一晚线上培训。去年 40 个岗位有 200 多人报，所以今年摇号。",
            "Call room, track, spectators and first aid: posts are given by your answers once you are drawn, with a briefing online "
            "the evening before. Over two hundred asked for forty posts last year, so this year lots decide.",
        ),
        allocation=Allocation.DRAW,
        drawing=Drawing(4, 5, LOTTERY),
        questions=(SIZES, ENGLISH, DIET),
        replies={
            "tee": (("l", 19), ("m", 21), ("s", 6), ("xl", 0)),
            "english": (("yes", 14), ("no", 0)),
            "diet": NO_DIET,
        },
    ),
)
