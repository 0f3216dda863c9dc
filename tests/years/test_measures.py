"""What the programmes offer of a year, and what the awards ask for."""

from datetime import timedelta

import pytest
from flask import Flask
from sqlalchemy import select

from tests.builders import a_union
from tests.programmes import scenes
from tests.promises.measured import counted
from tests.years.members import JANUARY, LAST, a_member, serves
from yiqi import clock
from yiqi.db import db
from yiqi.people.models import Person
from yiqi.years import measures, records
from yiqi.years.rules import calendar
from yiqi.years.rules.awards import OF_UNIONS, TABLES

COLUMNS = ["person_id", "at", "amount", "title", "title_en", "ref"]


@pytest.mark.parametrize("site", ["sqlite"], indirect=True)
def test_every_award_asks_for_what_somebody_counts(site: Flask) -> None:
    names = [one.name for one in measures.all_of(clock.now())]
    asked = {
        name
        for _since, rows in TABLES
        for one in rows
        if one.award not in OF_UNIONS
        for name in (*one.least, *one.most)
    }

    assert asked <= set(names)
    assert len(names) == len(set(names)), "no two go by one name"


def test_every_measure_answers_the_same_columns(site: Flask) -> None:
    at = clock.now()
    year = calendar.of(at)

    for measure in measures.all_of(at):
        rows = measure.rows(year.starts_at, year.ends_at)
        assert [column.name for column in rows.selected_columns] == COLUMNS, measure.name
        assert db.session.execute(select(rows.subquery())).all() == []


def test_games_books_notes_and_courses_of_the_programmes_are_found(site: Flask) -> None:
    scenes.league()
    scenes.reading()
    scenes.training()
    at, year = clock.now(), timedelta(days=365)

    found = {
        measure.name: db.session.execute(measure.rows(at - year, at + year)).all()
        for measure in measures.all_of(at)
    }

    assert [row.title for row in found["games"]]
    assert " 对 " in found["games"][0].title
    assert {row.amount for row in found["games"]} == {1}
    assert found["books"]
    assert found["courses"]
    assert found["certificates"]


def test_a_record_is_six_statements_however_much_is_counted(site: Flask, 李姐: Person) -> None:
    top = a_union("总工会")
    for name in ("北方精密工会", "南海制药工会"):
        union = a_union(name, parent=top)
        for member in (a_member(union), a_member(union, "孙丽")):
            serves(member, union, 李姐)
    db.session.rollback()

    with counted() as said:
        record = records.of(top.id, LAST, JANUARY)

    assert len(record.people) == 4
    assert [(one.figures["people"], one.figures["members"]) for one in record.branches] == [(2, 2), (2, 2)]
    assert record.figures["service"] == 4 * 20 * 60
    assert len(said) <= 6
    with counted() as said:
        evidence = records.evidence([one.person_id for one in record.people], LAST, JANUARY)
    assert {len(facts) for facts in evidence.values()} == {2}, "attended, and served"
    assert len(said) == 1
