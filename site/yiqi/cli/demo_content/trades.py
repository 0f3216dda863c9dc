"""职工技能培训: the trades, with courses that lead to the next one."""

from yiqi.activities.models import Allocation, Programme
from yiqi.cli.demo_content import venues
from yiqi.cli.demo_content.offer import Dropped, How, Moved, Offer, Part, Room, contact, on, soon
from yiqi.cli.demo_content.unions import FEDERATION

BASE = contact("陈老师", "Mr Chen", 1351)
LEVEL_5 = {"kind": "holds", "code": "electrician-5", "name": "五级电工证", "name_en": "Level 5 electrician"}
LEVEL_4 = {"kind": "holds", "code": "electrician-4", "name": "四级电工证", "name_en": "Level 4 electrician"}

OFFERS = (
    Offer(
        programme=Programme.TRAINING,
        owner=FEDERATION[0],
        title=("电工初级技能培训", "Electrician, first course"),
        sub=("第 5 期，共 6 晚", "Course 5, six evenings"),
        place=venues.WORKSHOP_2,
        times=tuple(on(day, "18:30", "20:30") for day in (14, 16, 21, 23, 28, 30)),
        rooms=(Room(24, 13, gone=1),),
        who=("想转岗做电工的职工，零基础", "Beginners who want to work as electricians"),
        fee=("工会会员免费，教材 32 元自理", "Free for union members; the book costs 32 yuan"),
        contact=BASE,
        key="electrician-5",
        about=(
            "从安全用电和看图讲起，六晚接完一块照明配电板。考核合格发五级（初级工）证书，满一年可以报中级班。",
            "From safety and reading a diagram to a lighting board you wire yourself. Pass and you hold the level 5 certificate; "
            "after a year the intermediate course is open to you.",
        ),
    ),
    Offer(
        programme=Programme.TRAINING,
        owner=FEDERATION[0],
        title=("电工中级技能培训", "Electrician, intermediate course"),
        sub=("第 3 期，共 8 晚", "Course 3, eight evenings"),
        place=venues.WORKSHOP_2,
        times=tuple(on(day, "18:00", "21:00") for day in (8, 10, 15, 17, 22, 24, 29, 31)),
        rooms=(Room(24, 17, gone=1, asking=6, rejected=1, cast=(Part(16), Part(14, How.ASKS))),),
        who=("在职职工，五级电工证满 1 年，报名后审核", "Level 5 held for a year; sign-ups are checked"),
        fee=("工会会员免费，教材 38 元自理", "Free for union members; the book costs 38 yuan"),
        contact=BASE,
        cancel_minutes=24 * 60,
        allocation=Allocation.APPROVAL,
        conditions=({**LEVEL_5, "years": 1},),
        key="electrician-4",
        course="electrician-5",
        rejects="这一期先收在岗电工，下一期优先安排你",
        about=(
            "每周二、四晚上课，两人一台实训柜，从电机正反转接到 PLC 入门。出勤满八成可以参加四级（中级工）认定考试，"
            "考过可申领技能提升补贴。开课前 1 天内退课算临时取消。",
            "Tuesday and Thursday evenings, two to a bench, from reversing a motor to a first PLC. With 80% attendance you may sit "
            "the level 4 test, and a pass earns the skills grant. Leaving within a day of the start counts as late.",
        ),
    ),
    Offer(
        programme=Programme.TRAINING,
        owner=FEDERATION[0],
        title=("电工高级工强化班", "Electrician, advanced course"),
        sub=("开班说明会", "Opening talk"),
        place=venues.TRAINING_HALL,
        times=(soon(1, "18:30", "20:30"),),
        rooms=(Room(40, 27, gone=2, cast=(Part(10),)),),
        who=("持电工中级（四级）证书满 2 年", "Level 4 certificate held for 2 years"),
        contact=BASE,
        conditions=({**LEVEL_4, "years": 2},),
        course="electrician-4",
        about=(
            "讲报考条件、十二次课的安排和三级（高级工）技能考试的评分表。上届一次通过率 71%，当晚可以预约摸底测试。",
            "Entry conditions, the twelve evenings and how the level 3 practical is marked. 71% passed at the first attempt last "
            "time; you can book a trial test that night.",
        ),
    ),
    Offer(
        programme=Programme.TRAINING,
        owner=FEDERATION[0],
        title=("数控车工入门班", "CNC turning for beginners"),
        sub=("五级，共 6 晚，已开课", "Level 5, six evenings, under way"),
        place=venues.WORKSHOP_5,
        times=tuple(on(day, "18:30", "20:30") for day in (-7, -5, 0, 2, 7, 9)),
        rooms=(Room(16, 16, 3, gone=1, freed=1, cast=(Part(20),)),),
        changes=(
            Dropped(
                4,
                (
                    "车床年检，这一晚并到下一次补",
                    "the lathes are inspected; the next evening makes up for it",
                ),
            ),
            Moved(5, on(10, "18:30", "21:00")),
        ),
        who=("机械加工岗位职工", "Workers in machining jobs"),
        contact=BASE,
        about=(
            "八台车床，两人一机，六晚做完一根台阶轴。带工作服和护目镜，女工请戴工作帽。结业作品自己带走。",
            "Eight lathes, two people each; in six evenings you turn a stepped shaft and take it home. Overalls and goggles please; "
            "long hair under a cap.",
        ),
    ),
    Offer(
        programme=Programme.TRAINING,
        owner=FEDERATION[0],
        title=("叉车司机安全复训", "Forklift safety refresher"),
        sub=("理论加场地，半天", "Theory and yard, half a day"),
        place=venues.WORKSHOP_5,
        times=(on(8, "13:30", "17:30"),),
        rooms=(Room(24, 18, gone=2),),
        who=("持叉车证职工，所在企业出具调休单", "Licensed drivers with a day-off slip from the employer"),
        contact=BASE,
        closed=True,
        about=(
            "先看近三年园区内 9 起事故的复盘，再做窄通道倒车和视野盲区测试。合格者在证书上盖复训章，有效期两年。",
            "Nine accidents of the last three years, then reversing in a narrow aisle and a blind-spot test. Those who pass get the "
            "two-year stamp on their licence.",
        ),
    ),
    Offer(
        programme=Programme.TRAINING,
        owner="SMC（中国）",
        title=("焊工实操体验", "Try welding"),
        sub=("氩弧焊平板对接", "TIG, flat butt joint"),
        place=venues.WORKSHOP_5,
        times=(on(11, "18:00", "20:00"),),
        rooms=(Room(12, 11, gone=1, cast=(Part(14),)),),
        who=("想转岗的职工，零基础", "Beginners thinking of a new trade"),
        contact=BASE,
        called_off="实训室排烟系统检修，改期另行通知",
        called_off_en="the workshop’s smoke extraction is under repair; a new date will follow",
        about=(
            "六个焊位，两人轮流，老师手把手带两道焊缝。面罩和皮手套现场提供，请穿纯棉长袖和硬底鞋。",
            "Six booths, two people each, two seams under the teacher’s hand. Masks and gloves are there; wear cotton sleeves and "
            "hard soles.",
        ),
    ),
)
