"""城市志愿服务: posts with shifts, guides, and the lawyers' free consultation."""

from yiqi.activities.models import Programme, Topic
from yiqi.cli.demo_content import venues
from yiqi.cli.demo_content.offer import How, Offer, Pair, Part, Quota, Room, Time, contact, on, soon
from yiqi.cli.demo_content.regulars import DIET, SIZES
from yiqi.cli.demo_content.unions import FEDERATION

SUN = contact("孙队长", "Captain Sun", 1366)
QIN = contact("秦律师", "Ms Qin", 1390)
AT_THE_SIDE_DOOR = "我 13:50 从 B1 侧门进去的，一直在贴码，高老师可以证明，可能没有扫到我"
ADULTS: Pair = ("18 岁以上职工志愿者", "Worker volunteers over 18")


def _metro(sub: Pair, when: Time, rooms: tuple[Room, ...]) -> Offer:
    return Offer(
        programme=Programme.VOLUNTEERING,
        owner=FEDERATION[0],
        title=("地铁站文明引导", "Metro station guides"),
        sub=sub,
        place=venues.METRO,
        times=(when,),
        rooms=rooms,
        who=ADULTS,
        fee=("发马甲和早餐券，记 1.5 小时", "Vest and breakfast; counts 1.5 hours"),
        contact=SUN,
        about=(
            "早高峰在站台和扶梯口提醒排队、先下后上，帮带孩子和拿行李的乘客。到岗签到，离岗签退，时长按实际计。",
            "At rush hour on the platform and by the escalators: queues, off before on, a hand for prams and luggage. Sign in and "
            "out; hours count as served.",
        ),
    )


def _legal(sub: Pair, when: Time, room: Room) -> Offer:
    return Offer(
        programme=Programme.VOLUNTEERING,
        topic=Topic.LEGAL,
        owner=FEDERATION[0],
        title=("法律服务夜门诊", "Evening legal advice"),
        sub=sub,
        place=venues.CENTRE_WINDOW,
        times=(when,),
        rooms=(room,),
        who=("开发区职工，会员和非会员都可以", "E-Town workers, members or not"),
        fee=("免费，谈话内容保密", "Free and confidential"),
        contact=QIN,
        about=(
            "工会律师一对一咨询，每人约 20 分钟，劳动合同、加班费、工伤和调岗都能问。请带合同和工资条复印件，需要仲裁的当场帮写申请书。",
            "Twenty minutes alone with a union lawyer about contracts, overtime, injuries or transfers. Bring copies of contract "
            "and payslips; arbitration papers are drafted on the spot.",
        ),
    )


def _guide(sub: Pair, when: Time, room: Room, opens_in: int | None = None) -> Offer:
    return Offer(
        programme=Programme.VOLUNTEERING,
        owner=FEDERATION[0],
        title=("劳模荣誉墙志愿讲解员", "Guides at the Wall of Honour"),
        sub=sub,
        place=venues.CENTRE_LOBBY,
        times=(when,),
        rooms=(room,),
        who=("普通话清楚的职工，提前培训 30 分钟", "Clear speakers; half an hour of training first"),
        fee=("发讲解词，记 2 小时", "Script provided; counts 2 hours"),
        contact=contact("姚老师", "Ms Yao", 1367),
        opens_in=opens_in,
        about=(
            "给来参观的新职工和学生讲墙上 48 位劳模的故事，每组 15 人，讲 20 分钟。讲满 5 场可以考“金牌讲解员”。",
            "You tell new workers and pupils about the 48 model workers on the wall: fifteen people, twenty minutes. After five "
            "tours you may try for the gold badge.",
        ),
    )


def _station(name: str, name_en: str, held: int, *, waiting: int = 0, cast: tuple[Part, ...] = ()) -> Room:
    where: Pair = ("站台和 B 口扶梯", "Platform and Exit B escalators")
    return Room(8, held, waiting, label=(name, name_en), detail=where, gone=1, cast=cast)


OFFERS = (
    Offer(
        programme=Programme.VOLUNTEERING,
        owner=FEDERATION[0],
        title=("亦庄马拉松文明引导", "Yizhuang Marathon volunteers"),
        sub=("四个岗位，记 6 小时", "Four posts, counts 6 hours"),
        place=venues.MARATHON,
        times=(on(12, "06:00", "12:30"),),
        rooms=(
            Room(
                40,
                33,
                label=("文明引导", "Course marshals"),
                detail=("沿线路口，站立", "Crossings along the course, standing"),
                gone=3,
                cast=(Part(10),),
            ),
            Room(
                30,
                30,
                4,
                label=("补给站", "Water stations"),
                detail=("5、10、15 公里处", "At 5, 10 and 15 km"),
                gone=1,
                freed=1,
                cast=(Part(11), Part(17, How.WAITS, place=2)),
            ),
            Room(20, 10, label=("终点物资", "Finish line"), detail=("完赛包发放", "Finishers’ bags")),
            Room(
                8,
                3,
                label=("英语联络", "English liaison"),
                detail=("需能日常对话", "Everyday English needed"),
                cast=(Part(19),),
            ),
        ),
        who=ADULTS,
        fee=("发马甲、早餐和保险", "Vest, breakfast and insurance"),
        contact=SUN,
        questions=(SIZES, DIET),
        replies={
            "tee": (("l", 29), ("m", 27), ("s", 8), ("xl", 12)),
            "diet": (("不吃辣", 5), ("清真", 4), ("吃素", 2), ("", 0)),
        },
        quotas=(Quota(("L 码马甲", "Size L vests"), most=30, choice="tee=l"),),
        about=(
            "上岗前 30 分钟有岗前培训，小队长点名。请穿深色长裤和运动鞋，遇雨发雨衣，活动照常。12:30 统一签退，时长当天入账。",
            "Half an hour of briefing before your post; squad leaders call the roll. Dark trousers and trainers please; raincoats "
            "if it rains, we go on. Sign out at 12:30 and the hours are yours the same day.",
        ),
    ),
    _metro(
        ("早高峰 · 三个车站", "Morning rush · three stations"),
        on(4, "07:15", "08:45"),
        (
            _station("荣京东街站", "Rongjing East St", 7, cast=(Part(11),)),
            _station("荣昌东街站", "Rongchang East St", 8, waiting=3),
            _station("经海路站", "Jinghai Rd", 5),
        ),
    ),
    _metro(
        ("早高峰 · 两个车站", "Morning rush · two stations"),
        on(7, "07:15", "08:45"),
        (
            _station("荣京东街站", "Rongjing East St", 6, cast=(Part(11),)),
            _station("同济南路站", "Tongji South Rd", 4),
        ),
    ),
    _guide(("周末场，记 2 小时", "Weekend, counts 2 hours"), on(5, "14:00", "16:00"), Room(10, 9, gone=1)),
    _guide(
        ("加开场，记 2 小时", "Extra date, counts 2 hours"), on(13, "14:00", "16:00"), Room(10), opens_in=45
    ),
    _legal(
        ("值班律师一对一", "Duty lawyer, one to one"),
        soon(0, "19:30", "21:00"),
        Room(8, 8, 3, gone=1, freed=1),
    ),
    _legal(
        ("欠薪和工伤专场", "Unpaid wages and injuries"),
        on(8, "18:30", "20:30"),
        Room(12, 12, waitlist_limit=0, gone=2),
    ),
    _legal(
        ("劳动合同专场", "Contracts"),
        on(-2, "10:00", "12:00"),
        Room(12, 9, gone=1, late=1, cast=(Part(18),)),
    ),
    Offer(
        programme=Programme.VOLUNTEERING,
        owner="都乐食品",
        title=("夜归人热汤站", "Hot soup for the night shift"),
        sub=("盛汤和送餐，分两岗", "Serving and delivery"),
        place=venues.SQUARE,
        times=(soon(0, "21:00", "23:00"),),
        rooms=(
            Room(6, 5, label=("盛汤", "Serving"), detail=("需健康证", "Health certificate needed"), gone=1),
            Room(
                8, 5, label=("送餐", "Delivery"), detail=("骑电动车送到岗亭", "By e-bike to the gatehouses")
            ),
        ),
        who=ADULTS,
        fee=("管宵夜，记 2 小时", "Supper included; counts 2 hours"),
        contact=contact("钱师傅", "Mr Qian", 1368),
        about=(
            "给夜班保安、保洁和外卖员送 200 份热汤。都乐食品供应食材，志愿者两人一组。下雨照常，雨衣现场发。",
            "Two hundred bowls for guards, cleaners and riders. Dole Foods gives the ingredients, volunteers go in pairs. Rain or "
            "not; raincoats are there.",
        ),
    ),
    Offer(
        programme=Programme.VOLUNTEERING,
        owner="中金数据",
        title=("图书漂流整理", "Sorting the crossing books"),
        sub=("分类、贴码、上架", "Sort, label, shelve"),
        place=venues.LIBRARY,
        times=(on(-2, "14:00", "16:30"),),
        rooms=(
            Room(16, 13, gone=1, late=2, cast=(Part(11), Part(15, How.MISSES, objects=AT_THE_SIDE_DOOR))),
        ),
        who=ADULTS,
        fee=("管茶水，记 2.5 小时", "Tea; counts 2.5 hours"),
        contact=contact("高老师", "Ms Gao", 1353),
        about=(
            "把收上来的四百本书分成八类，贴漂流码，录入书名。会用扫码枪的优先，不会的五分钟教会。",
            "Four hundred books into eight shelves: label them and type the titles. Five minutes teach you the scanner.",
        ),
    ),
    Offer(
        programme=Programme.VOLUNTEERING,
        owner="京仪装备",
        title=("旧家电修补摊", "Repair stall"),
        sub=("修电扇、台灯和小家电", "Fans, lamps, small appliances"),
        place=venues.PARK_GATE,
        times=(on(6, "10:00", "12:00"),),
        rooms=(Room(12, 8, gone=1),),
        who=("会电工或钳工的职工", "Workers with electrical or fitting skills"),
        fee=("工具和配件现场有，记 2 小时", "Tools and parts there; counts 2 hours"),
        contact=contact("龚师傅", "Mr Gong", 1369),
        about=(
            "给附近小区居民免费修小家电，一上午大约四十件。两人一张台子，修不了的写清原因。修好一件盖一个章。",
            "Free repairs for the neighbours, about forty pieces a morning. Two people a bench; what cannot be mended gets a note "
            "why. One stamp for each success.",
        ),
    ),
    Offer(
        programme=Programme.VOLUNTEERING,
        owner="京东方",
        title=("职工子女周末托管", "Weekend care for workers’ children"),
        sub=("作业辅导和手工", "Homework and crafts"),
        place=venues.CENTRE_LOBBY,
        times=(on(5, "13:30", "17:00"),),
        rooms=(
            Room(
                6, 5, label=("作业辅导", "Homework"), detail=("小学数学和语文", "Primary maths and Chinese")
            ),
            Room(6, 3, label=("手工", "Crafts"), detail=("剪纸、航模", "Paper cutting, model planes")),
        ),
        who=("大专以上学历优先，提供无犯罪记录", "College degree preferred; clean record required"),
        fee=("记 3.5 小时", "Counts 3.5 hours"),
        contact=contact("崔老师", "Ms Cui", 1365),
        about=(
            "陪 30 个 6 到 10 岁的孩子过一个下午，父母都在上班。每 5 个孩子一位志愿者，中间有加餐。请提前 20 分钟到。",
            "An afternoon with thirty children of six to ten whose parents are at work; five children to a volunteer, snacks in "
            "between. Please come 20 minutes early.",
        ),
    ),
)
