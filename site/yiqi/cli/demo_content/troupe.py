"""职工艺术团: auditions, rehearsals, open classes and shows."""

from yiqi.activities.models import Programme
from yiqi.cli.demo_content import venues
from yiqi.cli.demo_content.offer import How, Offer, Part, Room, contact, on, soon
from yiqi.cli.demo_content.unions import FEDERATION

TAN = contact("谭老师", "Ms Tan", 1370)

OFFERS = (
    Offer(
        programme=Programme.TROUPE,
        owner=FEDERATION[0],
        title=("职工艺术团合唱声部招募", "Workers’ Choir auditions"),
        sub=("女高、女低、男高、男低试唱", "Soprano, alto, tenor and bass"),
        place=venues.CULTURE_302,
        times=(soon(1, "19:00", "21:00"),),
        rooms=(
            Room(
                16,
                14,
                label=("女高", "Soprano"),
                detail=("19:00 起，每人 3 分钟", "From 19:00, 3 minutes each"),
                gone=2,
            ),
            Room(
                12, 12, 5, label=("女低", "Alto"), detail=("19:30 起", "From 19:30"), gone=1, freed=2, left=1
            ),
            Room(12, 7, label=("男高", "Tenor"), detail=("20:00 起", "From 20:00")),
            Room(10, 8, label=("男低", "Bass"), detail=("20:30 起", "From 20:30"), gone=1),
        ),
        who=("喜欢唱歌的职工，不识谱也可以", "Workers who like to sing; reading music is not needed"),
        contact=TAN,
        about=(
            "准备一首自己拿手的歌，清唱一段，钢琴试音域。录取后每周二晚排练，参加年度职工文艺汇演。当场告知结果，没选上可以进预备班。",
            "Bring one song you know well; you sing a verse, then the pianist finds your range. Members rehearse on Tuesday "
            "evenings for the yearly workers’ gala. You hear at once; others may join the preparatory class.",
        ),
    ),
    Offer(
        programme=Programme.TROUPE,
        owner=FEDERATION[0],
        title=("民乐队排练开放日", "Folk orchestra open rehearsal"),
        sub=("二胡、琵琶、笛子 · 可以试奏", "Erhu, pipa, flute · try one"),
        place=venues.CULTURE_302,
        times=(on(3, "18:30", "20:30"),),
        rooms=(Room(30, 15, gone=2),),
        who=("开发区职工", "E-Town workers"),
        contact=TAN,
        about=(
            "坐在乐队中间听《喜洋洋》和《步步高》排练，休息时可以上手试奏。有 6 把备用二胡，也欢迎自带乐器。",
            "Sit among the players as they rehearse “Full of Joy” and “Step by Step”, and try an instrument in the break. Six spare "
            "erhus; your own is welcome.",
        ),
    ),
    Offer(
        programme=Programme.TROUPE,
        owner=FEDERATION[0],
        title=("舞蹈队基训公开课", "Dance group open class"),
        sub=("古典舞身韵 · 零基础", "Classical poise · beginners"),
        place=venues.DANCE_ROOM,
        times=(on(1, "19:00", "20:30"),),
        rooms=(Room(20, 20, 2, gone=1, freed=1, late=1, gives_back=(9,)),),
        who=("零基础职工，男女不限", "Beginners, women and men"),
        contact=TAN,
        about=(
            "从站姿和呼吸练起，最后学一段 32 拍组合。北京舞蹈学院毕业的朱老师带课，现场有钢琴伴奏。",
            "From posture and breath to a phrase of 32 counts. Ms Zhu, a Beijing Dance Academy graduate, teaches with a pianist.",
        ),
    ),
    Offer(
        programme=Programme.TROUPE,
        owner=FEDERATION[0],
        title=("舞蹈队基训公开课", "Dance group open class"),
        sub=("新疆舞组合 · 零基础", "Xinjiang dance · beginners"),
        place=venues.DANCE_ROOM,
        times=(on(8, "19:00", "20:30"),),
        rooms=(Room(20, 20, 7, gone=2, freed=2, left=1, cast=(Part(15, How.WAITS, place=1),)),),
        who=("零基础职工，男女不限", "Beginners, women and men"),
        contact=TAN,
        about=(
            "学移颈、绕腕和三步一抬，跳完一支 2 分钟的组合。舞裙现场借用，请穿软底鞋，带一瓶水。",
            "Neck slides, wrist turns and the three-step lift, ending in a two-minute dance. Skirts are lent; soft shoes and a "
            "bottle of water please.",
        ),
    ),
    Offer(
        programme=Programme.TROUPE,
        owner=FEDERATION[0],
        title=("话剧《夜班》惠民场", "“Night Shift”, a play for workers"),
        sub=("职工戏剧社演出", "By the Workers’ Drama Club"),
        place=venues.CULTURE_THEATRE,
        times=(on(11, "19:00", "20:40"),),
        rooms=(Room(180, 62, gone=4, cast=(Part(16, party=2),)),),
        who=("职工和家属，一次最多 2 张", "Workers and family, two seats at most"),
        contact=contact("谭老师", "Ms Tan", 1371),
        max_party=2,
        about=(
            "讲一条产线停电的七个小时，编剧是北京奔驰的装配工，演员全部是一线职工。时长 100 分钟，没有中场休息，演后有 20 分钟交流。",
            "Seven hours on a line without power, written by an assembler at Beijing Benz and played by workers only. 100 minutes "
            "without a break, then 20 minutes with the cast.",
        ),
    ),
    Offer(
        programme=Programme.TROUPE,
        owner=FEDERATION[0],
        title=("职工摄影外拍", "Photo walk"),
        sub=("拍凉水河晨光 · 胶片体验", "Morning light on Liangshui River · film"),
        place=venues.PARK_GATE,
        times=(on(12, "07:30", "10:30"),),
        rooms=(Room(15, 15, 5, waitlist_limit=5, gone=1),),
        who=("有相机或手机的职工", "Workers with a camera or a phone"),
        contact=contact("叶老师", "Mr Ye", 1372),
        about=(
            "沿河走 3 公里，两位摄影协会老师随行点评。提供 5 台胶片机轮流用，每人 8 张。好照片进职工服务中心一层影廊，署名展出。",
            "Three kilometres along the river with two teachers of the photographers’ society. Five film cameras to share, eight "
            "shots each; the best hang in the service centre with your name.",
        ),
    ),
    Offer(
        programme=Programme.TROUPE,
        owner="北方华创",
        title=("午间音乐会", "Lunchtime concert"),
        sub=("弦乐四重奏", "String quartet"),
        place=venues.NAURA_CANTEEN,
        times=(on(10, "12:15", "13:00"),),
        rooms=(Room(60, 19, gone=2),),
        who=("开发区职工，端着饭来也行", "E-Town workers; bring your lunch along"),
        contact=contact("薛老师", "Ms Xue", 1373),
        about=(
            "艺术团弦乐组演奏《茉莉花》《我的祖国》和两段莫扎特，45 分钟不加场。前两排留给刚下夜班的工友。",
            "The troupe’s strings play “Jasmine Flower”, “My Motherland” and two movements of Mozart: 45 minutes, no encore. The "
            "first two rows are kept for those coming off the night shift.",
        ),
    ),
    Offer(
        programme=Programme.TROUPE,
        owner=FEDERATION[0],
        title=("相声小剧场", "Crosstalk in the studio theatre"),
        sub=("职工曲艺队专场", "The workers’ comedians"),
        place=venues.CULTURE_THEATRE,
        times=(on(-3, "19:00", "20:30"),),
        rooms=(
            Room(
                40,
                40,
                4,
                gone=3,
                freed=2,
                late=2,
                gives_back=(20, 6),
                cast=(Part(18), Part(15, How.GIVES_BACK_LATE)),
            ),
        ),
        who=("开发区职工", "E-Town workers"),
        contact=TAN,
        about=(
            "六段相声、两段快板，段子都写厂里的事。演员来自京东方、都乐食品和同仁堂。90 分钟，笑得响的有小礼物。",
            "Six crosstalk pieces and two clapper tales about life in the plants, by players from BOE, Dole Foods and Tong Ren "
            "Tang. Ninety minutes, and small presents for the loudest laughs.",
        ),
    ),
)
