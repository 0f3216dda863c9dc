"""A union's roll: what becomes of each line, and that taking it over adds and corrects and nothing else."""

from datetime import date, timedelta

import pytest
from flask import Flask
from sqlalchemy import func, select

from tests.booking.steps import NOON
from tests.builders import a_union, a_worker, an_organizer
from tests.sheets.files import table
from yiqi.db import db, writing
from yiqi.desk.files import lists
from yiqi.desk.files.lists import NotAllGood
from yiqi.desk.models import UploadedList
from yiqi.people.models import Person
from yiqi.roles.models import Deed
from yiqi.roles.rules.deeds import What
from yiqi.roles.rules.permissions import Thing
from yiqi.sheets.columns import NoSuchColumn
from yiqi.unions import rolls
from yiqi.unions.models import Membership, Union
from yiqi.unions.rules.rolls import Entry

HEAD = ["姓名", "手机号", "工号", "入会日期"]


def uploaded(by: Person, union: Union, *rows: list[object]) -> int:
    data = table([HEAD, *rows])
    return lists.upload_roll(union_id=union.id, data=data, name="名册.xlsx", by_id=by.id, at=NOON)


def verdicts(list_id: int) -> list[str]:
    db.session.rollback()
    return [row["verdict"] for row in db.session.get_one(UploadedList, list_id, populate_existing=True).rows]


def taken(list_id: int, by: Person, union: Union, *, only_good: bool = True) -> lists.Taken:
    return lists.take_over(list_id=list_id, thing=Thing(union.id), by_id=by.id, at=NOON, only_good=only_good)


def members(union: Union) -> list[tuple[str, str, str, date]]:
    db.session.rollback()
    return [(one.name, one.phone, one.number, one.since) for one in rolls.members(union.id, NOON.date())]


def signed_in(name: str, phone: str) -> Person:
    """Somebody who was here and told their name."""
    person = a_worker(name=name, phone=phone)
    with writing() as session:
        session.get_one(Person, person.id).signed_in_at = NOON
    return person


def test_each_line_has_its_verdict_and_a_trial_writes_nothing(site: Flask) -> None:
    union, other = a_union("京东方工会"), a_union("中芯工会", members=[signed_in("钱二", "+8613800000002")])
    a_union("京东方工会", members=[signed_in("孙三", "+8613800000003")])
    a_union("生产组", parent=union, members=[signed_in("李四", "+8613800000004")])
    signed_in("王五", "+8613800000005")
    by = an_organizer(union)
    before = db.session.scalar(select(func.count()).select_from(Person))

    made = uploaded(
        by,
        union,
        ["赵一", 13800000001, "A1", "2024-01-05"],
        ["钱二", "138 0000 0002", "", ""],
        ["孙三", "13800000003", "", ""],
        ["李四", "13800000004", "A4", ""],
        ["王五五", "+86 13800000005", "", ""],
        ["周六", "", "", ""],
        ["吴七", "1380000000", "", ""],
        ["郑八", "1.38E+10", "", ""],
        ["", "13800000009", "", ""],
        ["冯十", "13800000010", "", "2026-13-01"],
        ["陈", "13800000011", "", "2027-01-01"],
        ["褚", "13800000012", "", ""],
        ["褚", "13800000012", "", ""],
        ["卫", "13800000013", "", ""],
        ["蒋", "13800000013", "", ""],
        ["沈", "13800000014", "A" * 41, ""],
        ["名" * 51, "13800000015", "", ""],
        ["\u202e名反", "13800000016", "", ""],
    )

    assert verdicts(made) == [
        *(
            "new",
            "elsewhere",
            "stays",
            "changes",
            "joins",
            "no_phone",
            "bad_phone",
            "rounded_phone",
            "no_name",
        ),
        *(
            "bad_date",
            "later",
            "new",
            "twice",
            "two_names",
            "two_names",
            "long_number",
            "long_name",
            "unwritable",
        ),
    ]
    assert db.session.scalar(select(func.count()).select_from(Person)) == before
    assert len(members(other)) == 1


def test_taking_it_over_writes_people_down_who_have_not_signed_in_and_keeps_what_people_told(
    site: Flask,
) -> None:
    union = a_union("京东方工会")
    own, by = signed_in("王小明", "+8613800000005"), an_organizer(union)
    a_worker(name="旧名", phone="+8613800000006")
    made = uploaded(
        by,
        union,
        ["赵一", 13800000001, "A1", "2024-01-05"],
        ["王大明", 13800000005, "A5", 45296],
        ["新名", 13800000006, "", ""],
        ["坏", "1", "", ""],
    )

    result = taken(made, by, union)

    assert members(union) == [
        ("王小明", "+8613800000005", "A5", date(2024, 1, 5)),
        ("新名", "+8613800000006", "", date(2026, 7, 1)),
        ("赵一", "+8613800000001", "A1", date(2024, 1, 5)),
    ]
    new = db.session.scalars(select(Person).where(Person.phone == "+8613800000001")).one()
    assert (new.signed_in_at, new.pinyin) == (None, "zhao yi")
    assert own.name == "王小明"
    assert result.counts == {"new": 1, "joins": 2, "bad_phone": 1}
    deed = db.session.scalars(select(Deed).where(Deed.what == What.IMPORTED)).one()
    assert (deed.union_id, deed.by_id, deed.facts["good"], deed.facts["lines"]) == (union.id, by.id, 3, 4)
    assert "1380000" not in str(deed.facts)


def test_all_or_nothing_when_all_are_wanted(site: Flask) -> None:
    union = a_union("京东方工会")
    by = an_organizer(union)
    made = uploaded(by, union, ["赵一", 13800000001, "", ""], ["坏", "1", "", ""])

    with pytest.raises(NotAllGood):
        taken(made, by, union, only_good=False)
    assert members(union) == []
    assert db.session.get_one(UploadedList, made, populate_existing=True).applied_at is None

    assert taken(made, by, union).fresh
    assert len(members(union)) == 1


def test_who_went_to_another_union_meanwhile_is_not_taken_and_the_list_says_so(site: Flask) -> None:
    union = a_union("京东方工会")
    by, person = an_organizer(union), signed_in("赵一", "+8613800000001")
    made = uploaded(by, union, ["赵一", 13800000001, "", ""], ["钱二", 13800000002, "", ""])
    assert verdicts(made) == ["joins", "new"]
    other = a_union("中芯工会", members=[person])

    with pytest.raises(NotAllGood):
        taken(made, by, union, only_good=False)

    assert verdicts(made) == ["elsewhere", "new"]
    assert (len(members(union)), len(members(other))) == (0, 1)


def test_pressed_twice_it_is_taken_over_once(site: Flask) -> None:
    union = a_union("京东方工会")
    by = an_organizer(union)
    made = uploaded(by, union, ["赵一", 13800000001, "", ""])

    first, second = taken(made, by, union), taken(made, by, union)

    assert (first.fresh, second.fresh) == (True, False)
    assert first.counts == second.counts == {"new": 1}
    assert db.session.scalar(select(func.count()).select_from(Membership)) == 1
    assert db.session.scalar(select(func.count()).where(Deed.what == What.IMPORTED)) == 1


def test_the_same_roll_again_changes_nothing(site: Flask) -> None:
    union = a_union("京东方工会")
    by = an_organizer(union)
    row: list[object] = ["赵一", 13800000001, "A1", "2024-01-05"]
    taken(uploaded(by, union, row), by, union)
    before = members(union)

    made = uploaded(by, union, row)
    taken(made, by, union)

    assert verdicts(made) == ["stays"]
    assert members(union) == before


def test_who_left_once_joins_again(site: Flask) -> None:
    union = a_union("京东方工会")
    by, person = an_organizer(union), signed_in("赵一", "+8613800000001")
    with writing() as session:
        session.add(
            Membership(person_id=person.id, union_id=union.id, since=date(2020, 1, 1), until=date(2021, 1, 1))
        )

    made = uploaded(by, union, ["赵一", 13800000001, "", ""])
    taken(made, by, union)

    assert verdicts(made) == ["joins"]
    assert [since for *_who, since in members(union)] == [date(2026, 7, 1)]


def test_two_numbers_of_one_person_are_one_member(site: Flask) -> None:
    union = a_union("京东方工会")
    by, kept, second = (
        an_organizer(union),
        signed_in("赵一", "+8613800000001"),
        a_worker(phone="+8613800000002"),
    )
    with writing() as session:
        session.get_one(Person, second.id).merged_into_id = kept.id

    made = uploaded(by, union, ["赵一", 13800000001, "", ""], ["赵一一", 13800000002, "", ""])
    taken(made, by, union)

    assert verdicts(made) == ["joins", "twice"]
    assert len(members(union)) == 1


def test_members_of_whom_the_roll_says_nothing_are_told_of_and_stay(site: Flask) -> None:
    union = a_union(
        "京东方工会", members=[signed_in("赵一", "+8613800000001"), signed_in("钱二", "+8613800000002")]
    )
    by = an_organizer(union)
    made = uploaded(by, union, ["赵一", 13800000001, "", ""])
    told = lists.lines(db.session.get_one(UploadedList, made))

    missing = rolls.not_on(union.id, [one for one in told if isinstance(one, Entry)], NOON.date())

    assert [one.name for one in missing] == ["钱二"]
    taken(made, by, union)
    assert len(members(union)) == 2


def test_five_hundred_with_forty_bad_rows(site: Flask) -> None:
    union = a_union("京东方工会")
    by = an_organizer(union)
    rows: list[list[object]] = [
        [f"工友{n}", "12345" if n % 25 < 2 else 13_800_000_000 + n, f"A{n}", ""] for n in range(500)
    ]

    made = uploaded(by, union, *rows)
    result = taken(made, by, union)

    assert result.counts == {"new": 460, "bad_phone": 40}
    assert len(members(union)) == 460


def test_nobody_else_has_the_list_and_after_a_day_nobody_has_it(site: Flask) -> None:
    union = a_union("京东方工会")
    by, other = an_organizer(union), an_organizer(union, name="王姐")
    made = uploaded(by, union, ["赵一", 13800000001, "", ""])

    assert lists.find(made, by_id=other.id, union_id=union.id) is None
    assert lists.find(made, by_id=by.id, union_id=a_union("中芯工会").id) is None
    with pytest.raises(LookupError):
        taken(made, other, union)
    assert lists.purge(NOON + timedelta(hours=23)) == 0
    assert lists.purge(NOON + timedelta(hours=24)) == 1
    with pytest.raises(LookupError):
        taken(made, by, union)


def test_a_roll_without_names_is_not_guessed_at(site: Flask) -> None:
    union = a_union("京东方工会")
    data = table([["手机"], [13800000001]])
    with pytest.raises(NoSuchColumn):
        lists.upload_roll(union_id=union.id, data=data, name="x", by_id=an_organizer(union).id, at=NOON)
