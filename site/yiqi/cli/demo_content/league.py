"""职工篮球联赛: games to watch, open training, referees."""

from yiqi.activities.models import Programme
from yiqi.cli.demo_content import venues
from yiqi.cli.demo_content.offer import How, Offer, Pair, Part, Quota, Room, Time, contact, on
from yiqi.cli.demo_content.unions import FEDERATION

FANS: Pair = ("开发区职工，可带家属，一次最多 4 人", "E-Town workers with family, up to 4 in a party")
ZHOU = contact("周老师", "Mr Zhou", 1360)
STAND_A: Pair = ("A 看台", "Stand A")
STAND_B: Pair = ("B 看台", "Stand B")
HOME_SIDE: Pair = ("主队一侧，靠近入口", "Home side, near the entrance")
AWAY_SIDE: Pair = ("客队一侧", "Away side")
CENTRE: Pair = ("中线看台", "Centre stand")
SMALL_FIRMS = "亦庄小微企业联合工会"
TOMORROW = 1
DERBY_QUOTAS = (
    Quota(("北方华创", "NAURA"), most=5, unions=("北方华创",), rooms=(2,), released_in=TOMORROW),
    Quota(("京东方", "BOE"), most=5, unions=("京东方",), rooms=(2,), released_in=TOMORROW),
    Quota(("京东集团", "JD.com"), most=5, unions=("京东集团",), rooms=(2,), released_in=TOMORROW),
    Quota(("小微企业", "Small firms"), least=6, unions=(SMALL_FIRMS,), rooms=(2,), released_in=TOMORROW),
)


def _game(sub: Pair, when: Time, about: Pair, *rooms: Room, quotas: tuple[Quota, ...] = ()) -> Offer:
    return Offer(
        programme=Programme.LEAGUE,
        owner=FEDERATION[0],
        title=("“博大杯”职工篮球联赛观赛", "Boda Cup basketball: watch a game"),
        sub=sub,
        place=venues.GYM,
        times=(when,),
        rooms=rooms,
        who=FANS,
        contact=ZHOU,
        about=about,
        max_party=4,
        quotas=quotas,
    )


OFFERS = (
    _game(
        ("第 6 轮 · 泰德制药 对 京仪装备", "Round 6 · Tide Pharmaceutical v Jingyi Equipment"),
        on(-1, "15:00", "16:30"),
        (
            "两队上一次交手只差 1 分。中场有三分球挑战，投中 3 个送赛季围巾。开赛前 30 分钟检票入场，座位先到先坐。",
            "One point separated them last time. Half-time three-point challenge: make three and a season scarf is yours. "
            "Doors open 30 minutes before the game; sit where you like.",
        ),
        Room(120, 38, label=STAND_A, detail=HOME_SIDE, gone=3, late=3, cast=(Part(18, party=2),), missing=1),
        Room(80, 17, label=STAND_B, detail=AWAY_SIDE, late=1),
    ),
    _game(
        ("第 7 轮 · 京东集团 对 施耐德", "Round 7 · JD.com v Schneider Electric"),
        on(2, "19:30", "21:00"),
        (
            "榜首京东集团六连胜，施耐德主场只输过一次。19:00 开始入场，赛后全场观众可以和球队合影。馆内禁烟，"
            "自带水请用软包装。",
            "Table leaders JD.com have won six in a row; Schneider Electric lost only once here. Doors at 19:00, photos with "
            "the teams afterwards. No smoking; drinks in soft packs only.",
        ),
        Room(150, 58, label=STAND_A, detail=HOME_SIDE, gone=4),
        Room(60, 60, 6, label=STAND_B, detail=AWAY_SIDE, gone=2, left=1),
    ),
    _game(
        ("第 7 轮 · 泰德制药 对 SMC（中国）", "Round 7 · Tide Pharmaceutical v SMC (China)"),
        on(6, "15:00", "16:30"),
        (
            "争夺小组第二的直接对话，胜者基本锁定季后赛。家属区在 A 看台下层，有儿童加油棒可领。14:30 开始入场。",
            "The direct duel for second place in the group: the winner is all but through to the play-offs. Families sit low in "
            "Stand A, with clappers for children. Doors at 14:30.",
        ),
        Room(100, 46, label=STAND_A, detail=HOME_SIDE, gone=3, cast=(Part(10, party=2), Part(14))),
        Room(80, 22, label=STAND_B, detail=AWAY_SIDE, gone=1),
    ),
    _game(
        ("第 7 轮 · 中金数据 对 都乐食品", "Round 7 · CICC Data v Dole Foods"),
        on(9, "19:30", "21:00"),
        (
            "保级关键战。都乐食品赞助全场水果，中场在入口处领取。19:00 检票，散场有两班车到荣昌东街站。",
            "A fight to stay up. Dole Foods brings fruit for everyone, handed out by the entrance at half-time. Doors at 19:00; "
            "two buses to Rongchang East St Station after the game.",
        ),
        Room(150, 21, label=STAND_A, detail=HOME_SIDE),
        Room(100, 9, label=STAND_B, detail=AWAY_SIDE, gone=1),
    ),
    _game(
        ("第 7 轮 · 北方华创 对 京东方", "Round 7 · NAURA v BOE"),
        on(12, "14:00", "15:30"),
        (
            "半导体德比，两队各有三名前省队球员。开场前 20 分钟有职工艺术团啦啦操表演。中线看台 30 个座位，三家大厂各限 5 个，"
            "小微企业留 6 个，没用完的到时放开。",
            "The semiconductor derby: three former provincial players on each side. The troupe’s cheer squad opens twenty minutes "
            "before. Of the 30 seats at the centre line three big plants may take five each and six are kept for small firms; what "
            "is left is released to all.",
        ),
        Room(150, 12, label=STAND_A, detail=HOME_SIDE),
        Room(100, 8, label=STAND_B, detail=AWAY_SIDE),
        Room(
            30,
            14,
            2,
            label=CENTRE,
            detail=("中线两侧，离场地最近", "Beside the centre line, next to the court"),
            of=(("北方华创", 3), ("京东方", 5), ("京东集团", 4), (SMALL_FIRMS, 2)),
            waits_from="京东方",
        ),
        quotas=DERBY_QUOTAS,
    ),
    Offer(
        programme=Programme.LEAGUE,
        owner=FEDERATION[0],
        title=("“博大杯”全明星之夜", "Boda Cup All-Star Night"),
        sub=("南区 对 北区 · 3000 个座位", "South v North · 3,000 seats"),
        place=venues.GYM,
        times=(on(13, "18:30", "21:00"),),
        rooms=(Room(3000, 72, gone=4, cast=(Part(14), Part(19, party=2))),),
        who=FANS,
        contact=ZHOU,
        about=(
            "12 支球队各出两人，分南北两区对抗，另有扣篮赛和技巧赛。劳模代表开球。全场开放 3000 个座位，每人一次最多报 4 个，"
            "凭签到码换手环入场。",
            "Two players from each of the twelve teams, South against North, with dunk and skills contests. A model worker "
            "throws the first ball. All 3,000 seats are free; up to 4 per booking, a wristband for your code at the door.",
        ),
        max_party=4,
    ),
    Offer(
        programme=Programme.LEAGUE,
        owner="京东集团",
        title=("企业队开放训练日", "Open training with a company team"),
        sub=("京东集团队 · 体能和三对三", "JD.com team · fitness and three-on-three"),
        place=venues.GYM,
        times=(on(0, "18:30", "20:30"),),
        rooms=(Room(30, 16, gone=2, late=1),),
        who=("会打半场的职工，水平不限", "Workers who can play half-court, any level"),
        contact=contact("周凯", "Zhou Kai", 1361),
        about=(
            "前 40 分钟跟队做体能和运球，后 80 分钟分组三对三，队员当教练。请穿室内球鞋，馆里有淋浴。",
            "Forty minutes of fitness and dribbling with the team, then eighty of three-on-three coached by its players. Indoor "
            "shoes please; there are showers.",
        ),
    ),
    Offer(
        programme=Programme.LEAGUE,
        owner="京东集团",
        title=("企业队开放训练日", "Open training with a company team"),
        sub=("京东集团队 · 防守轮转", "JD.com team · defensive rotation"),
        place=venues.GYM,
        times=(on(7, "18:30", "20:30"),),
        rooms=(Room(30, 27, gone=2, cast=(Part(13, How.GIVES_BACK),)),),
        who=("会打半场的职工，水平不限", "Workers who can play half-court, any level"),
        contact=contact("周凯", "Zhou Kai", 1361),
        about=(
            "这次练人盯人和轮转补位，最后 30 分钟打一节正式比赛，有裁判吹罚。请穿室内球鞋，深浅两色上衣各带一件。",
            "Man-to-man and help defence this time, then one refereed quarter to finish. Indoor shoes, and one dark and one light "
            "shirt please.",
        ),
    ),
    Offer(
        programme=Programme.LEAGUE,
        owner=FEDERATION[0],
        title=("三级篮球裁判员培训", "Level 3 basketball referee course"),
        sub=("共 2 天，规则和执裁实操", "Two days, rules and practice"),
        place=venues.GYM,
        times=(on(12, "09:00", "12:00"), on(13, "09:00", "12:00")),
        rooms=(Room(24, 23, gone=3),),
        who=("18 岁以上职工，每队优先 2 人", "Workers over 18, two per team first"),
        contact=ZHOU,
        fee=("工会会员免费，发规则手册和哨子", "Free for union members; rule book and whistle included"),
        about=(
            "第一天讲规则和手势，第二天跟临场裁判上场执裁两节。考核通过发三级裁判员证，下一轮联赛就能上岗，每场有补贴。",
            "Rules and signals on the first day; on the second you referee two quarters beside an official. Pass and you hold a "
            "Level 3 licence, with paid games from the next round.",
        ),
    ),
)
