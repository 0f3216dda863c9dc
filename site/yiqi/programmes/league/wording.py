"""The league's closed lists in words: refusals, parts, positions, where a game stands, rounds."""

from datetime import datetime
from typing import Any

from yiqi import clock
from yiqi.db import Facts
from yiqi.i18n import gettext as _
from yiqi.i18n import lazy_gettext as _l
from yiqi.programmes.league.rules.words import Part, Plays, Refused, Stage, State, Trouble
from yiqi.programmes.league.scoring import QUARTERS
from yiqi.web.errors import Problem
from yiqi.web.formats import day_name, full_day, said, weekday

PARTS = {Part.LEADER: _l("领队"), Part.COACH: _l("教练"), Part.PLAYER: _l("队员")}
PLAYS = {Plays.GUARD: _l("后卫"), Plays.FORWARD: _l("前锋"), Plays.CENTRE: _l("中锋")}
STATES = {
    State.PLANNED: _l("未开始"),
    State.LIVE: _l("进行中"),
    State.PLAYED: _l("已完赛"),
    State.FORFEITED: _l("弃权"),
    State.ABANDONED: _l("中止"),
    State.CALLED_OFF: _l("已取消"),
}
_TROUBLES = {
    Trouble.NOT_YOURS: (_l("这一步不归你"), _l("找队长或组织者。")),
    Trouble.LOCKED: (_l("名单已经锁定"), _l("之后只能申请转队，组织者审核。")),
    Trouble.NOT_LOCKED: (_l("名单还没锁定"), _l("不用申请，直接确认入队。")),
    Trouble.FULL: (_l("这支队满员了"), _l("请队长先空出一个名额。")),
    Trouble.SHIRT_TAKEN: (_l("这个号码有人了"), _l("换一个 0 到 99 的号码。")),
    Trouble.PART_TAKEN: (_l("这个职务已经有人"), _l("每队领队、教练各一人。")),
    Trouble.IN_A_TEAM: (_l("已经在一支队里"), _l("一个赛季一人一队。先退出原来的队，再加入。")),
    Trouble.NOT_A_MEMBER: (
        _l("不在这支队的工会名册上"),
        _l("球队由本单位会员组成。先在“我的工会”请单位确认。"),
    ),
    Trouble.OVER: (_l("这一条已经处理过了"), _l("回到上一页看最新的情况。")),
    Trouble.CAPTAIN_STAYS: (_l("队长先交接"), _l("先把队长交给别的队员，再退出。")),
    Trouble.ASKED_ALREADY: (_l("已经有一条在等答复"), _l("等组织者答复以后再办。")),
    Trouble.NAME_TAKEN: (_l("这个队名用过了"), _l("同一赛季队名不能重复。")),
    Trouble.TOO_LARGE: (_l("其中一家工会有 20 人以上"), _l("联队只给两家 20 人以下的工会，人多的单独组队。")),
    Trouble.HAS_GAMES: (_l("已经排了比赛"), _l("用着的场地、小组和对阵不能拿掉。")),
    Trouble.COURT_BUSY: (_l("这个时段场地有别的比赛"), _l("换一个时间，或者换一块场地。")),
    Trouble.NO_REST: (_l("有一队休息不够"), _l("换一天；实在要排，写明原因。一天打两场不行。")),
    Trouble.BEGUN: (_l("比赛已经开始"), _l("开始以后不能再这样改，要改比分请到成绩单。")),
    Trouble.NOT_BEGUN: (_l("还不到时候"), _l("先排好时间和场地；比分等开赛以后再记。")),
    Trouble.NOT_LIVE: (_l("比赛不在进行中"), _l("先点“开始比赛”。已经结束的，在成绩单里改。")),
    Trouble.NO_TEAMS: (_l("对阵还没定"), _l("两队都定下来才能继续。")),
    Trouble.NOT_ON_ROSTER: (_l("有人不在这支队的名单上"), _l("当天名单只能从锁定的名单里选。")),
    Trouble.A_DRAW: (_l("比分相同"), _l("篮球没有平局，打加时再结束。")),
    Trouble.STALE: (_l("赛程刚刚变了"), _l("重新看一遍再发布。")),
    Trouble.UNFINISHED: (_l("小组赛还没有结果"), _l("打完小组赛；分不出名次的，先登记抽签。")),
    Trouble.OWN_GAME: (_l("不能记自己队的比赛"), _l("请没有参赛的同事来记。")),
}


def problem(refused: Refused) -> Problem:
    """A refusal as the page that says it: what stands in the way, and the way on."""
    heading, line = _TROUBLES[refused.why]
    return Problem(404 if refused.why is Trouble.NOT_YOURS else 409, str(heading), str(line))


def period(number: int) -> str:
    """第 3 节, 加时 1."""
    if number <= QUARTERS:
        return _("第 %(n)s 节", n=number)
    return _("加时 %(n)s", n=number - QUARTERS)


def round_of(game: Facts, games_in_round: int | None = None) -> str:
    """第 7 轮; of the knock-out by how many games its round has: 决赛, 半决赛, 四分之一决赛, 淘汰赛第 1 轮."""
    if game.stage is Stage.GROUP:
        return _("第 %(n)s 轮", n=game.round)
    known = {1: _("决赛"), 2: _("半决赛"), 4: _("四分之一决赛")}
    return known.get(games_in_round or 0) or _("淘汰赛第 %(n)s 轮", n=game.round)


def versus(game: Facts) -> str:
    """泰德制药 对 京仪装备; a side that is not known yet is 待定."""
    home = said(game, "home") if game.home_id else _("待定")
    away = said(game, "away") if game.away_id else _("待定")
    return _("%(home)s 对 %(away)s", home=home, away=away)


def on_day(instant: datetime) -> str:
    """今天, 明天; any other day with its weekday: 11月22日 星期日."""
    day = clock.beijing(instant).date()
    name = day_name(day, clock.today())
    return name if name != weekday(day) else full_day(instant)


WORDS: dict[str, Any] = {
    "PARTS": PARTS,
    "PLAYS": PLAYS,
    "STATES": STATES,
    "versus": versus,
    "round_of": round_of,
    "period_word": period,
    "on_day": on_day,
}
"""What the league's templates call things."""
