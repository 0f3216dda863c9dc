"""The names of the form, its rows and their buttons, and its days moved on by weeks."""

from datetime import date

import pytest

from yiqi.desk.rules import sheet
from yiqi.desk.rules.sheet import GROUPS, LEAST, MOST, MOST_FIELDS, Fields
from yiqi.desk.rules.shifting import onward


def names(fields: Fields) -> dict[str, str]:
    """The form as a browser would send it."""
    sent = {name: value for name, value in fields.items() if isinstance(value, str)}
    for group in GROUPS:
        for index, row in enumerate(fields[group]):
            sent |= {f"{group}-{index}-{name}": value for name, value in row.items()}
    return sent


def slots(*labels: str) -> Fields:
    return sheet.completed(sheet.blank() | {"slot": [{"label": label} for label in labels]})


def labels(fields: Fields) -> list[str]:
    return [row["label"] for row in fields["slot"]]


def test_what_was_typed_comes_back_as_it_was_typed() -> None:
    fields = slots("甲", " 乙 ") | {"title": " 标题\t", "cancel": "-1"}
    assert sheet.read(names(fields).items(), sheet.blank()) == fields


def test_names_that_are_not_the_forms_are_passed_over() -> None:
    odd = {"__class__": "x", "slot-0-id": "1", "slot-99-label": "x", "owner_id": "9", "slot-x-label": "x"}
    fields = sheet.read((names(sheet.blank()) | odd).items(), sheet.blank())
    assert set(fields) == set(sheet.blank())
    assert len(fields["slot"]) == MOST["slot"]
    assert all(set(row) == set(GROUPS["slot"]) for row in fields["slot"])


def test_of_dates_and_the_weekly_rule_the_hidden_one_is_kept() -> None:
    kept = sheet.blank() | {
        "date": [dict.fromkeys(GROUPS["date"], "x")],
        "weekly_starts": "18:30",
        "weekday-2": "1",
    }
    weekly = sheet.read({"when": "weekly", "weekly_starts": "19:00"}.items(), kept)
    assert (weekly["date"], weekly["weekly_starts"], weekly["weekday-2"]) == (kept["date"], "19:00", "")
    dated = sheet.read({"when": "dates", "date-0-day": "2026-12-01"}.items(), kept)
    assert (dated["date"][0]["day"], dated["weekly_starts"], dated["weekday-2"]) == (
        "2026-12-01",
        "18:30",
        "1",
    )


@pytest.mark.parametrize(
    ("button", "left", "focus"),
    [
        ("add-slot", ["甲", "乙", "丙", ""], "slot-3"),
        ("remove-slot-1", ["甲", "丙"], "slot-1"),
        ("remove-slot-2", ["甲", "乙"], "slot-1"),
        ("up-slot-2", ["甲", "丙", "乙"], "slot-1"),
        ("down-slot-0", ["乙", "甲", "丙"], "slot-1"),
        ("up-slot-0", ["甲", "乙", "丙"], "slot-0"),
        ("down-slot-2", ["甲", "乙", "丙"], "slot-2"),
        ("remove-slot-7", ["甲", "乙", "丙"], "slot-2"),
        ("down-slot-99", ["甲", "乙", "丙"], "slot-2"),
    ],
)
def test_rows_are_added_taken_out_and_moved_by_buttons(button: str, left: list[str], focus: str) -> None:
    moved = sheet.moved(slots("甲", "乙", "丙"), button)
    assert moved is not None
    assert (labels(moved[0]), moved[1]) == (left, focus)


@pytest.mark.parametrize("button", ["", "save", "add-person", "remove-slot-x", "up-slot--1", "slot-1"])
def test_what_is_no_such_button_is_none(button: str) -> None:
    assert sheet.moved(slots("甲"), button) is None


def test_rows_end_where_the_form_ends() -> None:
    for group in GROUPS:
        fields = sheet.blank()
        for _more in range(MOST[group] + 3):
            fields = (sheet.moved(fields, f"add-{group}") or (fields, ""))[0]
        assert len(fields[group]) == MOST[group]
        for _fewer in range(MOST[group] + 3):
            fields = (sheet.moved(fields, f"remove-{group}-0") or (fields, ""))[0]
        assert len(fields[group]) == LEAST[group]
        assert sheet.moved(fields, f"remove-{group}-0") == (
            fields,
            f"{group}-0" if LEAST[group] else f"add-{group}",
        )


def test_a_new_question_gets_a_key_that_no_other_has() -> None:
    fields = sheet.blank()
    for button in ("add-question", "add-question", "remove-question-0", "add-question"):
        fields = (sheet.moved(fields, button) or (fields, ""))[0]
    assert [row["key"] for row in fields["question"]] == ["q2", "q1"]


def test_the_fullest_form_is_within_what_one_request_may_bring() -> None:
    fullest = sheet.blank()
    for group in GROUPS:
        fullest[group] = [dict.fromkeys(GROUPS[group], "1")] * MOST[group]
    assert len(names(fullest)) + len(("csrf_token", "edition", "do")) <= MOST_FIELDS


def test_an_older_draft_is_read_by_a_newer_form() -> None:
    fields = sheet.completed(
        {"title": "旧", "gone": "x", "slot": [{"label": "甲", "gone": "x"}], "max_party": 3}
    )
    assert (fields["title"], fields["max_party"], fields["cancel"], labels(fields)) == (
        "旧",
        "3",
        "120",
        ["甲"],
    )
    assert "gone" not in fields


TODAY = date(2026, 11, 21)


def test_all_days_move_on_by_the_same_whole_weeks_until_the_first_is_to_come() -> None:
    fields = sheet.completed(
        sheet.blank()
        | {
            "date": [{"day": "2026-10-31"}, {"day": "2026-10-30", "end_day": "2026-10-31"}],
            "opens_day": "2026-10-20",
            "closes_day": "还没定",
            "quota": [{"release_day": "2026年10月29日"}],
        }
    )
    moved = onward(fields, TODAY)
    assert [row["day"] for row in moved["date"]] == ["2026-11-28", "2026-11-27"]
    assert moved["date"][1]["end_day"] == "2026-11-28"
    assert (moved["opens_day"], moved["closes_day"]) == ("2026-11-17", "还没定")
    assert moved["quota"][0]["release_day"] == "2026-11-26"


@pytest.mark.parametrize(
    ("first", "then"),
    [("2026-11-21", "2026-11-28"), ("2026-12-01", "2026-12-08"), ("2026-11-14", "2026-11-28")],
)
def test_a_copy_is_a_week_later_at_least_and_always_to_come(first: str, then: str) -> None:
    fields = sheet.completed(sheet.blank() | {"when": "weekly", "first_on": first, "last_on": first})
    assert onward(fields, TODAY)["first_on"] == then


def test_without_a_day_nothing_moves() -> None:
    fields = sheet.completed(sheet.blank() | {"opens_day": "2026-10-20"})
    assert onward(fields, TODAY) == fields
