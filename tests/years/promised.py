"""What the promises ask of the year: its addresses, the rows behind them, and what its part of the desk needs."""

from collections.abc import Callable, Mapping
from datetime import date, timedelta

from tests.builders import a_worker
from tests.builders.serving import served
from tests.promises.route import (
    MISSING,
    OK,
    SIGNED_IN,
    SIGNED_IN_POST,
    Planted,
    Route,
    Samples,
    addresses,
    desk,
    page,
    post,
)
from yiqi import clock
from yiqi.db import db, writing
from yiqi.unions.models import Membership, Union
from yiqi.years import commending, records, themes
from yiqi.years.rules.calendar import Year

MONTH = f"{clock.today():%Y-%m}"
LAST = clock.today().year - 1
UNION = "/desk/years/unions/<id:union_id>"


at = addresses("years")


def of_union(tail: str = "") -> Callable[[Samples], str]:
    """An address of the union that owns everything, about last year."""
    return at(f"/desk/years/unions/{{union}}{tail}?year={LAST}")


def form(**more: str) -> Callable[[Samples], Mapping[str, str]]:
    """A form about last year."""
    return lambda _one: {"year": str(LAST), **more}


ROUTES: tuple[Route, ...] = (
    page("/months/<month>", "years.month", lambda _one: f"/months/{MONTH}"),
    page("/honours", "years.honours"),
    page(
        "/honours/<id:list_id>",
        "years.honour_list",
        at("/honours/{list}"),
    ),
    page("/me/year", "years.own", who=SIGNED_IN),
    post("/me/year/naming", "years.naming", who=SIGNED_IN_POST, fields=lambda _one: {"given": "1"}),
    desk("GET", "/desk/years/", "years_desk.weeks"),
    desk("GET", "/desk/years/themes", "years_desk.themes", status=MISSING),
    desk(
        "POST",
        "/desk/years/themes",
        "years_desk.keep_theme",
        fields=lambda _one: {
            "month": MONTH,
            "title": "消防安全月",
            "line": "学会用灭火器",
            "lifts": "training",
        },
        status=MISSING,
    ),
    desk("GET", UNION, "years_desk.record", of_union()),
    desk("GET", f"{UNION}/people/<id:person_id>", "years_desk.person", of_union("/people/{person}")),
    desk("GET", f"{UNION}/rows/<id:row_id>", "years_desk.row", of_union("/rows/{row}")),
    desk("POST", f"{UNION}/export", "years_desk.take", of_union("/export"), form(kind="csv"), status=OK),
    desk("POST", f"{UNION}/publish", "years_desk.publish", of_union("/publish"), form(seen="what was seen")),
    desk(
        "POST",
        f"{UNION}/corrections",
        "years_desk.correct",
        of_union("/corrections"),
        form(said="第一行的时长应为 41 小时"),
    ),
)
DESK: Mapping[str, str] = {
    "see_statistics": "years_desk.weeks",
    "keep_themes": "years_desk.themes years_desk.keep_theme",
    "see_years": "years_desk.record years_desk.person years_desk.row years_desk.take",
    "commend": "years_desk.publish years_desk.correct",
}
"""By action of the rule book: the endpoints of its part of the desk."""
WRITTEN = r"梁(?:诚|\*\*)|地铁站文明引导|亦庄工会(?:一车间)?|第一行的时长应为 41 小时"
"""What people wrote in the rows that are planted, as a pattern: it stays Chinese on an English page."""
PHONE = "13800000011"
"""Of the demo's account whose pages the browser looks at; `AS`: of the others, for some addresses."""
AS: Mapping[str, str] = {}
DEMO: Mapping[str, str] = {
    "years_union": "SELECT union_id FROM commendation ORDER BY id LIMIT 1",
    "years_list": "SELECT id FROM commendation ORDER BY id LIMIT 1",
    "years_person": ("SELECT person_id FROM commended WHERE person_id IS NOT NULL ORDER BY id LIMIT 1"),
    "years_row": "SELECT id FROM commended ORDER BY id LIMIT 1",
}
"""How the browser finds in the demo what stands in the addresses: a query of one value for each name."""


def plant(by_whom: Planted) -> Mapping[str, int | str]:
    """A theme of this month; a member of the union who served forty hours last year, and the list that says so."""
    union = db.session.get_one(Union, by_whom.union_id)
    year = Year(LAST)
    member = a_worker(name="梁诚")
    with writing() as session:
        session.add(Membership(person_id=member.id, union_id=union.id, since=date(LAST - 1, 1, 1)))
    for day in (3, 9):
        served(member, clock.at(date(LAST, 12, day), 1), hours=20, organizer=by_whom.organizer, owner=union)
    themes.keep(
        month=clock.today().replace(day=1),
        title="学雷锋志愿月",
        title_en="Volunteers’ month",
        line="半天也行",
        line_en="Half a day will do",
        lifts=["volunteering"],
        by_id=by_whom.organizer.id,
        at=by_whom.at,
    )
    at = by_whom.at - timedelta(hours=1)
    db.session.rollback()
    list_id = commending.publish(
        union_id=union.id,
        year=year,
        seen=commending.digest(records.of(union.id, year, at)),
        by_id=by_whom.organizer.id,
        at=at,
    )
    return {
        "years_union": union.id,
        "years_list": list_id,
        "years_person": member.id,
        "years_row": commending.rows(list_id)[0].id,
    }
