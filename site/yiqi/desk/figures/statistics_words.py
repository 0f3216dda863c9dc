"""Statistics in words and figures: each question as a table, with the bars of its chart."""

from collections.abc import Callable, Mapping, Sequence

from msgspec import Struct, field

from yiqi.activities.models import Programme
from yiqi.activities.names import PROGRAMMES
from yiqi.desk.figures import coverage, statistics, taking_part
from yiqi.desk.figures.coverage import Week
from yiqi.desk.figures.statistics import Filled, Missed, Queued, Scope
from yiqi.desk.figures.taking_part import FEW, Enterprise
from yiqi.desk.rules.period import WEEK
from yiqi.i18n import gettext as _
from yiqi.web.formats import month_day, said

NOTHING = "–"
CHARTED = 12
"""Bars of a chart at most; the table has the rest."""
SHOWN = 50
"""Rows of a table on the page; the file has them all."""


class Bar(Struct, frozen=True):
    """One bar: its share of the whole width (0 to 1), and what stands beside it."""

    label: str
    share: float
    text: str


class Table(Struct, frozen=True):
    """One question: `rows` are texts, the first of each is its head. `points` (0 to 1) make a line instead of bars."""

    key: str
    title: str
    header: Sequence[str]
    rows: Sequence[Sequence[str]]
    note: str = ""
    chart: str = ""
    bars: Sequence[Bar] = ()
    points: Sequence[Bar] = ()
    lacking: frozenset[int] = field(default_factory=frozenset)
    """Numbers of the rows that lack something."""
    is_wide: bool = False
    """Long: it stands alone, its chart beside its table."""


def percent(rate: float | None) -> str:
    """75%; a dash for nothing to divide by."""
    return NOTHING if rate is None else f"{rate * 100:.0f}%"


def _rates(found: Sequence[Filled | Missed | Queued]) -> list[Bar]:
    """A bar for each programme that has a rate; more than all of it is drawn as all of it."""
    return [
        Bar(str(PROGRAMMES[one.programme]), min(1, one.rate), percent(one.rate))
        for one in found
        if one.rate is not None
    ]


def filled(scope: Scope) -> Table:
    """How full the places were."""
    found = statistics.filled(scope)
    return Table(
        "filled",
        _("满员率"),
        [_("类别"), _("活动"), _("名额组"), _("名额"), _("占用"), _("满员率"), _("不限名额的占用")],
        [
            [
                str(PROGRAMMES[one.programme]),
                str(one.activities),
                str(one.slots),
                str(one.capacity),
                str(one.held),
                percent(one.rate),
                str(one.open_held),
            ]
            for one in found
        ],
        note=_("按名额组开始的日子算，取消了的不算。"),
        chart=_("各类活动的满员率"),
        bars=_rates(found),
    )


def missed(scope: Scope) -> Table:
    """Who did not come."""
    found = statistics.missed(scope)
    return Table(
        "missed",
        _("没来和临时取消"),
        [_("类别"), _("应到人次"), _("没来"), _("没来的比例"), _("临时取消")],
        [
            [
                str(PROGRAMMES[one.programme]),
                str(one.expected),
                str(one.absent),
                percent(one.rate),
                str(one.late),
            ]
            for one in found
        ],
        note=_("只算已经结束、有人签到的场次；一张报名算一人次。"),
        chart=_("各类活动没来的比例"),
        bars=_rates(found),
    )


def queued(scope: Scope) -> Table:
    """How the queues went."""
    found = statistics.queued(scope)
    return Table(
        "queued",
        _("候补"),
        [_("类别"), _("排过候补"), _("递补上了"), _("递补的比例"), _("还在排"), _("有候补的名额组")],
        [
            [
                str(PROGRAMMES[one.programme]),
                str(one.joined),
                str(one.moved_up),
                percent(one.rate),
                str(one.waiting),
                str(one.slots),
            ]
            for one in found
        ],
        chart=_("排过候补的人里递补上的比例"),
        bars=_rates(found),
    )


def unions(scope: Scope) -> Table:
    """Who took part, by enterprise."""
    found = taking_part.by_enterprise(scope)
    most = max([one.people for one in found if not one.is_hidden], default=0)
    return Table(
        "unions",
        _("各单位参加"),
        [_("单位"), _("人数"), _("占用名额"), _("会员"), _("参加的比例")],
        [_of_enterprise(one) for one in found],
        note=_("按期末所在的单位算，不足 %(n)s 人的只给那个单位的组织者看。", n=FEW),
        chart=_("参加人数最多的单位"),
        bars=[
            Bar(_name(one), one.people / most, _("%(n)s 人", n=one.people))
            for one in found
            if not one.is_hidden
        ][:CHARTED],
        is_wide=True,
    )


def _of_enterprise(one: Enterprise) -> list[str]:
    members = str(one.members) if one.union is not None else NOTHING
    if one.is_hidden:
        return [_name(one), f"<{FEW}", NOTHING, members, NOTHING]
    return [_name(one), str(one.people), str(one.seats), members, percent(one.rate)]


def _name(one: Enterprise) -> str:
    return said(one.union, "name") if one.union is not None else _("没有单位")


def weeks(scope: Scope) -> Table:
    """Weekly coverage, of the programmes that are asked for."""
    found = coverage.weekly(scope)
    wanted = [one for one in Programme if scope.programme in (None, one)]
    lacking = [week for week in found if not week.total]
    most = max([week.total for week in found], default=0)
    note = (
        _("%(n)s 周里有 %(lacking)s 周没有活动。", n=len(found), lacking=len(lacking))
        if lacking
        else _("%(n)s 周，周周有活动。", n=len(found))
    )
    return Table(
        "weeks",
        _("周周有活动"),
        [_("周"), *(str(PROGRAMMES[one]) for one in wanted), _("合计")],
        [
            [
                _span(week),
                *(str(week.dates[one]) if week.dates[one] else NOTHING for one in wanted),
                str(week.total),
            ]
            for week in found
        ],
        note=note,
        chart=_("每周的场次"),
        points=[
            Bar(month_day(week.monday), week.total / most if most else 0, str(week.total)) for week in found
        ],
        lacking=frozenset(number for number, week in enumerate(found) if not week.total),
    )


def _span(week: Week) -> str:
    return f"{month_day(week.monday)}–{month_day(week.monday + WEEK * 6 / 7)}"


def quotas(scope: Scope) -> Table:
    """What quotas took."""
    found = statistics.quotas(scope)
    return Table(
        "quotas",
        _("名额分配"),
        [_("活动"), _("给谁"), _("上限"), _("保留"), _("用了"), _("留着没用")],
        [
            [
                said(activity, "title"),
                said(account.quota, "name"),
                NOTHING if account.quota.most is None else str(account.quota.most),
                str(account.quota.least) if account.quota.least else NOTHING,
                str(account.quota.used),
                str(account.kept) if account.binds(scope.at) else _("已放开"),
            ]
            for activity, account in found
        ],
        chart=_("保留的名额用了多少"),
        bars=[
            Bar(
                f"{said(activity, 'title')} · {said(account.quota, 'name')}",
                min(1, account.quota.used / account.quota.least),
                f"{account.quota.used}/{account.quota.least}",
            )
            for activity, account in found
            if account.quota.least
        ][:CHARTED],
        is_wide=True,
    )


TABLES: Mapping[str, Callable[[Scope], Table]] = {
    "filled": filled,
    "missed": missed,
    "queued": queued,
    "weeks": weeks,
    "unions": unions,
    "quotas": quotas,
}
"""The questions, in the order of the page."""
