"""The year on pages: the month's theme, the weeks without anything on, whose name stands in full, what is taken away."""

from datetime import date, timedelta

import pytest
from flask import Flask

from tests.browsing import Client, form_of
from tests.builders import a_union, an_activity, an_organizer
from tests.years.members import DECEMBER, LAST, a_member, lists, serves
from yiqi import clock
from yiqi.activities.models import Programme
from yiqi.people.models import Person
from yiqi.roles import holding
from yiqi.roles.rules.permissions import Role
from yiqi.unions.models import Union
from yiqi.years import commending, coverage, themes, views
from yiqi.years.desk import weeks
from yiqi.years.rules import calendar

DAY = timedelta(days=1)
SQLITE = pytest.mark.parametrize("site", ["sqlite"], indirect=True)


def a_theme(by: Person, month: date | None = None, **more: object) -> None:
    told = {
        "title": "学雷锋志愿月",
        "title_en": "Volunteers’ month",
        "line": "半天也行",
        "line_en": "Half a day will do",
        "lifts": ["volunteering"],
    }
    first = month or clock.today().replace(day=1)
    themes.keep(month=first, by_id=by.id, at=clock.now(), **(told | more))  # type: ignore[arg-type]


def commended(union: Union, by: Person, name: str = "梁诚") -> tuple[Person, int]:
    """Somebody with forty hours last year, and the list that says so."""
    member = a_member(union, name)
    for day in (0, 5):
        serves(member, union, by, at=DECEMBER + day * DAY)
    return member, lists(union, by)


def test_the_months_theme_is_one_line_on_the_front_page_in_either_language(
    site: Flask, client: Client, 李姐: Person
) -> None:
    a_theme(李姐)
    a_theme(李姐, title="消防安全月", title_en="Fire safety month")

    chinese = client.get("/").text
    client.get("/display?lang=en&back=/")
    english = client.get("/").text

    assert "消防安全月" in chinese
    assert "学雷锋志愿月" not in chinese, "a month has one theme"
    assert f"/months/{clock.today():%Y-%m}" in chinese
    assert "Fire safety month" in english


@SQLITE
def test_a_month_shows_what_its_theme_puts_forward_and_all_when_asked(
    site: Flask, client: Client, 李姐: Person
) -> None:
    at = clock.now()
    month = calendar.month_after(clock.today().replace(day=1))
    starts_in = clock.at(month + 3 * DAY, 18) - at
    an_activity(title="地铁站文明引导", programme=Programme.VOLUNTEERING, starts_in=starts_in)
    an_activity(title="职工书屋读书会", programme=Programme.READING, starts_in=starts_in)
    a_theme(李姐, month)
    address = f"/months/{month:%Y-%m}"

    lifted, all_of = client.get(address).text, client.get(f"{address}?all=1").text

    assert "地铁站文明引导" in lifted
    assert "职工书屋读书会" not in lifted
    assert "职工书屋读书会" in all_of
    assert client.get("/months/2026-13").status_code == 404


def test_the_editor_writes_a_theme_and_takes_it_away_by_emptying_it(
    site: Flask, client: Client, 李姐: Person
) -> None:
    editor = an_organizer(a_union(), role=Role.FEDERATION_ADMIN, name="林静")
    client.sign_in(editor)
    month = clock.today().replace(day=1)
    page = client.get(f"/desk/years/themes?month={month:%Y-%m}")
    form = form_of(page, "/desk/years/themes")

    kept = client.post("/desk/years/themes", data={**form, "title": "职工读书月", "lifts": ["reading"]})
    wrong = client.post("/desk/years/themes", data={**form, "title": "", "line": "只有一句话"})
    found = themes.of(month)
    was = (found.title, found.lifts) if found else None
    emptied = client.post("/desk/years/themes", data={**form, "title": ""})

    assert (kept.status_code, wrong.status_code, emptied.status_code) == (303, 422, 303)
    assert was == ("职工读书月", ["reading"])
    assert "只有一句话" in wrong.text, "what was typed stays"
    assert themes.of(month) is None


def test_a_week_that_is_over_without_anything_on_is_named_and_one_that_runs_is_not(
    site: Flask, 李姐: Person
) -> None:
    top = a_union("开发区总工会")
    lively, quiet = a_union("泰德制药", parent=top), a_union("京东集团", parent=top)
    at = clock.at(date(2026, 11, 18), 10)
    an_activity(owner=lively, now=at - 9 * DAY, starts_in=2 * DAY)
    held = holding.of(an_organizer(top, role=Role.FEDERATION_ADMIN).id, clock.now())

    strips = {one.union.name: one for one in coverage.of_unions(held, calendar.of(at), at) if one.union}

    assert strips.keys() == {"泰德制药", "京东集团"}
    assert date(2026, 11, 9) not in strips[lively.name].lacking
    assert date(2026, 11, 9) in strips[quiet.name].lacking
    assert date(2026, 11, 16) not in strips[quiet.name].lacking, "it is not over"
    assert (strips[lively.name].on, strips[quiet.name].on) == (1, 0)


def test_a_name_stands_in_full_on_the_public_list_only_while_its_owner_agrees(
    site: Flask, client: Client, 李姐: Person
) -> None:
    member, list_id = commended(a_union(), 李姐)
    without = client.get(f"/honours/{list_id}").text
    client.sign_in(member)
    client.post("/me/year/naming", data={**form_of(client.get("/me/year"), "/me/year/naming")})
    with_consent = client.get(f"/honours/{list_id}").text
    client.post("/me/year/naming", data={**form_of(client.get("/me/year"), "/me/year/naming")})
    withdrawn = client.get(f"/honours/{list_id}").text

    assert "梁**" in without
    assert "梁诚" not in without
    assert "梁诚" in with_consent
    assert "梁诚" not in withdrawn


@SQLITE
def test_an_auditor_reads_the_record_and_its_files_with_stars(
    site: Flask, client: Client, 李姐: Person
) -> None:
    union = a_union()
    member, list_id = commended(union, 李姐)
    (row,) = commending.rows(list_id)
    auditor = an_organizer(union, role=Role.AUDITOR, name="何明")
    client.sign_in(auditor)
    here = f"/desk/years/unions/{union.id}"
    asked = f"?year={LAST.number}"

    pages = [
        client.get(f"{here}{tail}{asked}").text for tail in ("", f"/people/{member.id}", f"/rows/{row.id}")
    ]
    form = form_of(client.get(f"{here}{asked}"), f"{here}/export")
    files = [
        client.post(f"{here}/export", data={**form, "kind": "csv", "what": what}).text
        for what in ("commended", "people")
    ]

    for one in (*pages, *files):
        assert "梁**" in one
        assert "梁诚" not in one
    assert client.post(f"{here}/publish", data=form).status_code == 404


def test_an_organizer_publishes_what_they_looked_at_and_corrects_it_later(
    site: Flask, client: Client, 李姐: Person
) -> None:
    union = a_union()
    member = a_member(union)
    for day in (0, 5):
        serves(member, union, 李姐, at=DECEMBER + day * DAY)
    client.sign_in(an_organizer(union))
    here = f"/desk/years/unions/{union.id}"
    page = client.get(f"{here}?year={LAST.number}")
    form = form_of(page, f"{here}/publish")

    stale = client.post(f"{here}/publish", data={**form, "seen": "something else"})
    published = client.post(f"{here}/publish", data=form)
    again = client.post(f"{here}/publish", data=form)
    page = client.get(f"{here}?year={LAST.number}")
    correction = form_of(page, f"{here}/corrections")
    empty = client.post(f"{here}/corrections", data={**correction, "said": ""})
    client.post(f"{here}/corrections", data={**correction, "said": "时长应为 41 小时，问 13800138000"})

    assert [one.status_code for one in (stale, published, again, empty)] == [409, 303, 303, 422]
    ((made,), _more) = commending.of_year(LAST.number)
    (row,) = commending.rows(made.id)
    assert row.figures["service"] == 40 * 60, "the list stays"
    shown = client.get(f"/honours/{made.id}").text
    assert "时长应为 41 小时" in shown
    assert "13800138000" not in shown


def test_ones_own_year_shows_what_was_done_with_its_day_and_nobody_elses(
    site: Flask, client: Client, 李姐: Person
) -> None:
    union = a_union()
    member, other = a_member(union), a_member(union, "孙丽")
    serves(member, union, 李姐, hours=2)
    client.sign_in(member)
    mine = client.get(f"/me/year?year={LAST.number}").text
    client.sign_in(other)
    theirs = client.get(f"/me/year?year={LAST.number}").text

    assert "地铁站文明引导" in mine
    assert "12月3日" in mine
    assert "地铁站文明引导" not in theirs


def test_a_years_lists_are_found_by_the_name_of_the_union(site: Flask, client: Client, 李姐: Person) -> None:
    for name in ("北方精密工会", "南海制药工会"):
        commended(a_union(name), 李姐)

    every, one = client.get("/honours").text, client.get("/honours?q=南海").text

    assert "北方精密工会" in every
    assert "南海制药工会" in every
    assert "北方精密工会" not in one
    assert "南海制药工会" in one
    assert "没有这个名称的单位" in client.get("/honours?q=西山").text
    assert client.get("/honours?year=2020&q=%00").status_code == 200


@pytest.mark.parametrize("site", ["sqlite"], indirect=True)
def test_a_long_list_is_shown_in_parts_and_everybody_is_on_one(
    site: Flask, client: Client, 李姐: Person, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(views, "A_PAGE", 2)
    union = a_union()
    for name in ("张一", "李二", "王三", "赵四", "孙五"):
        member = a_member(union, name)
        commending.be_named(person_id=member.id, is_given=True, at=clock.now())
        for day in (0, 5):
            serves(member, union, 李姐, at=DECEMBER + timedelta(days=day))
    here = f"/honours/{lists(union, 李姐)}"

    pages = [here, f"{here}?award=volunteer&page=2", f"{here}?award=volunteer&page=3"]
    seen = [
        [name for name in ("张一", "李二", "王三", "赵四", "孙五") if name in client.get(one).text]
        for one in pages
    ]

    assert [len(names) for names in seen] == [2, 2, 1]
    assert len({name for names in seen for name in names}) == 5
    assert f'href="{here}?award=volunteer&amp;page=2"' in client.get(here).text
    for odd in ("?award=volunteer&page=99", "?award=nothing", "?page=-1"):
        assert client.get(here + odd).status_code == 200


@pytest.mark.parametrize("site", ["sqlite"], indirect=True)
def test_the_weeks_of_many_unions_come_in_pages_and_are_found_by_name(
    site: Flask, client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(weeks, "A_PAGE", 2)
    top = a_union("总工会")
    names = ["北方精密工会", "南海制药工会", "西山电子工会"]
    for name in names:
        a_union(name, parent=top)
    client.sign_in(an_organizer(top, role=Role.FEDERATION_ADMIN))

    pages = [client.get(f"/desk/years/?page={number}").text for number in (1, 2)]

    assert [sum(name in text for name in names) for text in pages] == [2, 1]
    found = client.get("/desk/years/?q=西山").text
    assert [name in found for name in names] == [False, False, True]
    assert 'href="/desk/years/unions/' in found.split('id="unions"')[1]
    assert "没有这个名称的单位。" in client.get("/desk/years/?q=东海").text
    assert client.get("/desk/years/?page=99&q=%25").status_code == 200
