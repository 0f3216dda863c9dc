"""The inventory of data names every column there is, once, and says of each table why and how long."""

import pytest
from flask import Flask
from sqlalchemy import JSON, Column, Integer, String, inspect

from tests.browsing import Client, by_id, words
from tests.databases import ROOT
from yiqi.db import Base, db
from yiqi.privacy import inventory_page, rows
from yiqi.privacy.inventory import EVERYTHING
from yiqi.privacy.kept import Kept, Then
from yiqi.privacy.rows import BY_NAME, blank

NOT_OURS = {"alembic_version"}


def strangers(described: tuple[Kept, ...], there: dict[str, list[str]]) -> set[str]:
    """What is in one and not in the other, or in the inventory twice."""
    said = [f"{kept.table}.{column}" for kept in described for column in kept.columns]
    found = {f"{name}.{column}" for name, columns in there.items() for column in columns}
    return (set(said) ^ found) | {one for one in said if said.count(one) > 1}


def present() -> dict[str, list[str]]:
    look = inspect(db.engine)
    return {
        name: [column["name"] for column in look.get_columns(name)]
        for name in look.get_table_names()
        if name not in NOT_OURS
    }


def test_every_column_of_the_database_is_in_the_inventory_once(site: Flask) -> None:
    assert strangers(EVERYTHING, present()) == set()


@pytest.mark.parametrize("site", ["sqlite"], indirect=True)
def test_a_column_that_nobody_classified_is_found(site: Flask) -> None:
    there = present()
    there["person"].append("id_number")
    assert strangers(EVERYTHING, there) == {"person.id_number"}
    assert strangers(EVERYTHING[1:], present()) != set()


@pytest.mark.parametrize("kept", EVERYTHING, ids=lambda one: one.table)
def test_a_table_says_why_how_long_and_whose(kept: Kept) -> None:
    columns = Base.metadata.tables[kept.table].c
    names_people = [c.name for c in columns if any(k.column.table.name == "person" for k in c.foreign_keys)]

    assert kept.why
    assert kept.long
    assert set(names_people) <= set(kept.pseudonymous.split()), "who is named by an id is pseudonymous"
    assert set(kept.unsaid.split()) <= set(columns.keys())
    if "person_id" in columns:
        assert kept.whose, "a row about somebody says about whom"
    if kept.then is not Then.KEEP and kept.whose:
        assert kept.whose.partition(".")[0] in columns
    if kept.personal and kept.whose and kept.table != "person":
        assert kept.then is not Then.KEEP, "what is personal does not stay"
    if "." in kept.whose:
        assert BY_NAME[kept.whose.partition(".")[2]].whose


def test_an_emptied_column_holds_nothing_that_its_type_would_refuse() -> None:
    assert blank(Column("a", String, nullable=False)) == ""
    assert blank(Column("a", String, nullable=True)) is None
    assert blank(Column("a", Integer, nullable=False)) == 0
    assert blank(Column("a", JSON, nullable=False)) == {}
    assert blank(Base.metadata.tables["certificate"].c["lines"]) == []
    assert rows.table_of(BY_NAME["paper"]).c.content is not None


def test_the_page_of_the_documentation_is_what_the_inventory_says() -> None:
    written = (ROOT / "docs" / "data-inventory.md").read_text()
    assert written == inventory_page.text(), "flask privacy inventory > docs/data-inventory.md"


def test_the_notice_that_people_agree_to_names_what_is_kept_of_them_and_who_gets_it(
    site: Flask, client: Client
) -> None:
    named = words(by_id(client.get("/privacy"), "main"))
    kept = {f"{one.table}.{column}" for one in EVERYTHING for column in one.personal.split()}
    for column, word in (
        ("person.born_on", "出生日期"),
        ("reach.email", "邮箱"),
        ("reach.openid", "微信"),
        ("consent.guardian_phone", "监护人"),
        ("paper.content", "补贴材料"),
        ("reader_note.text", "读书留言"),
        ("troupe_measures.chest", "服装尺寸"),
        ("troupe_absence.reason", "请假原因"),
        ("rota.cycle", "倒班"),
    ):
        assert column in kept
        assert word in named
    assert "服务商" in named, "who carries messages has the number"
