"""职工技能培训: courses of several evenings, single classes, the women's travelling classroom."""

from yiqi.activities.models import Programme, Topic
from yiqi.cli.demo_content import venues
from yiqi.cli.demo_content.offer import (
    WOMEN,
    How,
    Offer,
    Pair,
    Part,
    Place,
    Room,
    Time,
    contact,
    next_of,
    on,
    soon,
)
from yiqi.cli.demo_content.unions import FEDERATION

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
        conditions=(WOMEN,),
    )


OFFERS = (
    Offer(
        programme=Programme.TRAINING,
        owner=FEDERATION[0],
        title=("运动处方小班", "Exercise on prescription"),
        sub=("体测加一对一建议，10 人", "A test and advice, ten people"),
        place=venues.CENTRE_LOBBY,
        times=(next_of(("12:15", "21:00"), "12:15", "13:00"),),
        rooms=(Room(10, 10, 4, gone=1, just_freed=True, cast=(Part(20, How.WAITS, place=1),)),),
        who=EVERYBODY,
        contact=contact("江老师", "Ms Jiang", 1356),
        about=(
            "先测体成分和握力，康复师按班次和工种给一张能贴在更衣柜上的练习表。穿便鞋来，45 分钟结束。",
            "Body composition and grip first; then a physiotherapist writes a plan for your shifts and your job, small enough for a "
            "locker door. Comfortable shoes; it takes 45 minutes.",
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
        rooms=(Room(30, 30, 8, gone=2, freed=2, left=2, cast=(Part(13, How.LEAVES),)),),
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
