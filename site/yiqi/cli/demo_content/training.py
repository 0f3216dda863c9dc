"""职工技能培训: courses of several evenings, single classes, the women's travelling classroom."""

from yiqi.activities.models import Programme, Topic
from yiqi.cli.demo_content import venues
from yiqi.cli.demo_content.offer import How, Offer, Pair, Part, Place, Room, Time, contact, on, soon
from yiqi.cli.demo_content.unions import FEDERATION

BASE = contact("陈老师", "Mr Chen", 1351)
ZHAO = contact("赵老师", "Ms Zhao", 1355)
EVERYBODY: Pair = ("开发区全体职工", "All E-Town workers")


def _women(sub: Pair, place: Place, when: Time, about: Pair, room: Room, owner: str) -> Offer:
    return Offer(
        programme=Programme.TRAINING,
        topic=Topic.WOMEN,
        owner=owner,
        title=("女职工流动课堂", "Women workers’ travelling class"),
        sub=sub,
        place=place,
        times=(when,),
        rooms=(room,),
        who=("开发区女职工", "Women workers of E-Town"),
        contact=ZHAO,
        about=about,
        women=True,
    )


OFFERS = (
    Offer(
        programme=Programme.TRAINING,
        owner=FEDERATION[0],
        title=("电工中级技能培训", "Electrician, intermediate course"),
        sub=("第 3 期，共 8 晚", "Course 3, eight evenings"),
        place=venues.WORKSHOP_2,
        times=tuple(on(day, "18:00", "21:00") for day in (8, 10, 15, 17, 22, 24, 29, 31)),
        rooms=(
            Room(
                24,
                24,
                11,
                gone=2,
                freed=2,
                left=1,
                cast=(Part(16), Part(13, How.LEAVES), Part(17, How.WAITS, place=5)),
            ),
        ),
        who=("在职职工，持电工操作证", "Workers with an electrician’s permit"),
        fee=("工会会员免费，教材 38 元自理", "Free for union members; the book costs 38 yuan"),
        contact=BASE,
        cancel_minutes=24 * 60,
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
        rooms=(Room(16, 16, 3, gone=1, freed=1),),
        who=("机械加工岗位职工", "Workers in machining jobs"),
        contact=BASE,
        about=(
            "八台车床，两人一机，六晚做完一根台阶轴。带工作服和护目镜，女工请戴工作帽。结业作品自己带走。",
            "Eight lathes, two people each; in six evenings you turn a stepped shaft and take it home. Overalls and goggles please; "
            "long hair under a cap.",
        ),
    ),
    _women(
        ("亲子沟通", "Talking with children"),
        venues.TIDE_CLUB,
        on(-4, "12:15", "13:00"),
        (
            "心理咨询师用四个家庭场景练“先听后说”。45 分钟，可以带午饭。课后留 15 分钟一对一提问。",
            "A counsellor practises listening first in four scenes from home. 45 minutes, lunch welcome, then a quarter of an hour "
            "for private questions.",
        ),
        Room(30, 17, gone=1, late=1, cast=(Part(11),)),
        "泰德制药",
    ),
    _women(
        ("肩颈舒缓八段锦", "Baduanjin for neck and shoulders"),
        venues.TIDE_CLUB,
        soon(1, "12:15", "13:00"),
        (
            "康复治疗师带练，穿工装就能做，45 分钟练完八式。请带一条毛巾，生理期和高血压的姐妹有坐姿替代动作。",
            "A physiotherapist leads; your work clothes will do, and all eight movements fit into 45 minutes. Bring a towel. There "
            "are seated versions for anyone who needs them.",
        ),
        Room(30, 30, 9, gone=1, freed=2, left=1, cast=(Part(11, How.WAITS, place=3),)),
        "泰德制药",
    ),
    _women(
        ("乳腺健康自查", "Breast self-examination"),
        venues.SCHNEIDER_CLUB,
        on(9, "12:15", "13:00"),
        (
            "同仁医院亦庄院区的医生用模型教自查三步，讲清哪些结节要复查。可匿名递条提问，现场发两癌筛查预约卡。",
            "A doctor of Tongren Hospital teaches the three steps on models and says which lumps need a second look. Questions may "
            "be slipped in unsigned; screening cards are handed out.",
        ),
        Room(36, 28, gone=1, cast=(Part(15),)),
        "施耐德",
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
        owner=FEDERATION[0],
        title=("红十字急救员取证", "First-aider certificate"),
        sub=("心肺复苏和 AED · 半天", "CPR and AED · half a day"),
        place=venues.CENTRE_HALL,
        times=(on(6, "09:00", "12:00"),),
        rooms=(Room(20, 20, 3, gone=1, freed=1, cast=(Part(14),)),),
        who=EVERYBODY,
        fee=("工会会员免费，证书工本费 10 元", "Free for union members; 10 yuan for the certificate"),
        contact=contact("江老师", "Ms Jiang", 1356),
        about=(
            "每 5 人一具假人，人人做满 10 组心肺复苏，再练 AED 和气道梗阻急救。当场考核，合格发证，三年有效。",
            "Five people to a manikin, ten rounds of CPR each, then the AED and choking. Tested on the spot; the certificate lasts "
            "three years.",
        ),
    ),
    Offer(
        programme=Programme.TRAINING,
        owner=FEDERATION[0],
        title=("红十字急救员取证", "First-aider certificate"),
        sub=("加开一场 · 心肺复苏和 AED", "Extra date · CPR and AED"),
        place=venues.CENTRE_HALL,
        times=(on(13, "13:30", "16:30"),),
        rooms=(Room(20, 19, gone=1),),
        who=EVERYBODY,
        fee=("工会会员免费，证书工本费 10 元", "Free for union members; 10 yuan for the certificate"),
        contact=contact("江老师", "Ms Jiang", 1356),
        about=(
            "因上一场候补较多加开。流程相同：讲解 40 分钟，实操 2 小时，考核 20 分钟。请穿方便跪姿的裤子。",
            "Added because so many waited for the last one. Forty minutes of theory, two hours of practice, twenty of testing. Wear "
            "trousers you can kneel in.",
        ),
    ),
    Offer(
        programme=Programme.TRAINING,
        owner=FEDERATION[0],
        title=("AI 办公技能速成", "Office work with AI"),
        sub=("写报表和纪要，省一半时间", "Reports and minutes in half the time"),
        place=venues.COMPUTER_ROOM,
        times=(on(3, "18:30", "20:30"),),
        rooms=(Room(30, 30, 8, gone=2, freed=2, left=2),),
        who=("会用电脑的职工", "Workers who use a computer"),
        contact=contact("唐老师", "Mr Tang", 1357),
        about=(
            "一人一机，做三个练习：把会议录音变成纪要，把设备台账变成图表，把事故经过写成报告。讲清哪些公司数据不能往外传。",
            "One computer each and three exercises: minutes from a recording, charts from an equipment list, a report from an "
            "incident. And which company data must never leave.",
        ),
    ),
    Offer(
        programme=Programme.TRAINING,
        owner=FEDERATION[0],
        title=("AI 办公技能速成", "Office work with AI"),
        sub=("第二场 · 表格自动化", "Second evening · spreadsheets"),
        place=venues.COMPUTER_ROOM,
        times=(on(10, "18:30", "20:30"),),
        rooms=(Room(40),),
        who=("会用电脑的职工", "Workers who use a computer"),
        contact=contact("唐老师", "Mr Tang", 1357),
        opens_in=3,
        about=(
            "带一张自己天天填的表来，两小时内让它自动汇总。不需要编程基础，机房统一用国产大模型，账号现场发。",
            "Bring a table you fill in every day; in two hours it adds itself up. No programming needed, accounts are given out "
            "there.",
        ),
    ),
    Offer(
        programme=Programme.TRAINING,
        owner="SMC（中国）",
        title=("焊工实操体验", "Try welding"),
        sub=("氩弧焊平板对接", "TIG, flat butt joint"),
        place=venues.WORKSHOP_5,
        times=(on(10, "18:00", "20:00"),),
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
    Offer(
        programme=Programme.TRAINING,
        owner="施耐德",
        title=("午间英语角", "Lunchtime English corner"),
        sub=("设备验收常用五十句", "Fifty sentences for acceptance tests"),
        place=venues.SCHNEIDER_CLUB,
        times=(on(0, "12:15", "13:00"),),
        rooms=(Room(15, 13, gone=1, cast=(Part(19),)),),
        who=("想开口的职工", "Workers who want to speak up"),
        contact=contact("Daniel", "Daniel", 1358),
        about=(
            "两人一组演一遍供应商到厂验收，外籍同事当对方。每次 50 句，发口袋卡片。不用词汇量，敢开口就行。",
            "In pairs you act a supplier’s acceptance test with a colleague from abroad. Fifty sentences on a pocket card; courage "
            "matters more than vocabulary.",
        ),
    ),
    Offer(
        programme=Programme.TRAINING,
        owner="施耐德",
        title=("午间英语角", "Lunchtime English corner"),
        sub=("接待参观怎么说", "Showing visitors round"),
        place=venues.SCHNEIDER_CLUB,
        times=(on(7, "12:15", "13:00"),),
        rooms=(Room(15, 10, cast=(Part(19),)),),
        who=("想开口的职工", "Workers who want to speak up"),
        contact=contact("Daniel", "Daniel", 1358),
        about=(
            "从大门走到产线，练十个停留点的介绍词，录音回听。上次参加过的带卡片来，新来的现场领。",
            "From the gate to the line with ten stops to explain, recorded and played back. Bring your card from last time, or get "
            "one there.",
        ),
    ),
)
