"""Answers: what is kept of what was typed, kind by kind, and when a form is out of date."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from yiqi.activities.rules.questions import Asked, Choice, QuestionKind
from yiqi.booking.rules.answers import Current, Wrong, choices, cleaned, stale, still_fits

SHIRT = Current(
    "shirt",
    QuestionKind.CHOICE,
    "球衣尺码",
    required=True,
    choices=(Choice("m", "中号"), Choice("l", "大号")),
    id=7,
)
DIET = Current("diet", QuestionKind.TEXT, "忌口", most=5, id=8)


def asked(kind: QuestionKind, least: int | None = None, most: int | None = None) -> Asked:
    return Asked("q", kind, "问题", least=least, most=most)


@pytest.mark.parametrize("kind", [kind for kind in QuestionKind if kind is not QuestionKind.CHOICE])
def test_a_required_question_wants_an_answer_and_an_optional_one_does_not(kind: QuestionKind) -> None:
    assert cleaned(asked(kind), "") == ""
    assert cleaned(Asked("q", kind, "问题", required=True), "") is Wrong.MISSING


@pytest.mark.parametrize(
    ("typed", "kept"),
    [
        ("不吃辣", "不吃辣"),
        ("五个字正好", "五个字正好"),
        ("六个字太长了", Wrong.TOO_LONG),
        ("𠮷𠮷𠮷𠮷𠮷", "𠮷𠮷𠮷𠮷𠮷"),
    ],
)
def test_a_text_is_kept_up_to_its_length_in_characters(typed: str, kept: str | Wrong) -> None:
    assert cleaned(DIET, typed) == kept


def test_a_text_without_a_length_of_its_own_ends_at_five_hundred() -> None:
    assert cleaned(asked(QuestionKind.TEXT), "字" * 500) == "字" * 500
    assert cleaned(asked(QuestionKind.TEXT), "字" * 501) is Wrong.TOO_LONG


@pytest.mark.parametrize(("typed", "kept"), [("m", "m"), ("l", "l")])
def test_a_choice_is_kept_as_its_code(typed: str, kept: str) -> None:
    assert cleaned(SHIRT, typed) == kept


@pytest.mark.parametrize("typed", ["xl", "M", "中号", "m,l", "shirt=m"])
def test_a_choice_that_was_not_offered_is_none(typed: str) -> None:
    assert cleaned(SHIRT, typed) is Wrong.NO_SUCH_CHOICE


@pytest.mark.parametrize(
    ("typed", "kept"),
    [
        ("0", "0"),
        ("007", "7"),
        ("12", "12"),
        ("１２", "12"),
        ("999999999", "999999999"),
        ("1000000000", Wrong.OUT_OF_RANGE),
        ("9" * 400, Wrong.OUT_OF_RANGE),
        ("0" * 400 + "5", "5"),
        ("-3", Wrong.NOT_A_NUMBER),
        ("+3", Wrong.NOT_A_NUMBER),
        ("1e3", Wrong.NOT_A_NUMBER),
        ("1.5", Wrong.NOT_A_NUMBER),
        ("1_000", Wrong.NOT_A_NUMBER),
        ("0x1f", Wrong.NOT_A_NUMBER),
        ("三", Wrong.NOT_A_NUMBER),
        ("٣", Wrong.NOT_A_NUMBER),
        ("①", "1"),
        ("NaN", Wrong.NOT_A_NUMBER),
    ],
)
def test_a_number_is_whole_and_kept_in_digits(typed: str, kept: str | Wrong) -> None:
    assert cleaned(asked(QuestionKind.NUMBER), typed) == kept


@pytest.mark.parametrize(
    ("typed", "fits"), [("34", False), ("35", True), ("46", True), ("47", False), ("0", False)]
)
def test_a_number_lies_between_its_bounds(typed: str, fits: bool) -> None:
    assert (cleaned(asked(QuestionKind.NUMBER, 35, 46), typed) == typed) is fits


@pytest.mark.parametrize(
    "typed",
    [
        "2028-02-29",
        "2028-2-29",
        "2028/2/29",
        "2028.02.29",
        "2028年2月29日",
        "20280229",
        "２０２８－０２－２９",
    ],
)
def test_a_date_is_kept_as_year_month_day_however_it_was_written(typed: str) -> None:
    assert cleaned(asked(QuestionKind.DATE), typed) == "2028-02-29"


@pytest.mark.parametrize(
    "typed",
    [
        "2027-02-29",
        "2028-02-30",
        "2028-13-01",
        "2028-00-10",
        "28-02-29",
        "2028-02",
        "02/29/2028",
        "0001-01-01",
        "明天",
        "1835-05-05",
    ],
)
def test_a_day_that_is_not_in_the_calendar_is_none(typed: str) -> None:
    assert cleaned(asked(QuestionKind.DATE), typed) is Wrong.NOT_A_DATE


@pytest.mark.parametrize(
    ("typed", "kept"),
    [("yes", "yes"), ("no", "no"), ("on", Wrong.NOT_YES_OR_NO), ("是", Wrong.NOT_YES_OR_NO)],
)
def test_yes_and_no_are_the_only_two_answers(typed: str, kept: str | Wrong) -> None:
    assert cleaned(asked(QuestionKind.YES_NO), typed) == kept


@pytest.mark.parametrize(
    ("typed", "kept"),
    [
        ("138 0013 8000", "+8613800138000"),
        ("１３８００１３８０００", "+8613800138000"),
        ("+86 138-0013-8000", "+8613800138000"),
        ("1380013800", Wrong.NOT_A_PHONE),
        ("010-67881351", Wrong.NOT_A_PHONE),
        ("+1 202 555 0100", Wrong.NOT_A_PHONE),
    ],
)
def test_a_phone_is_a_mainland_mobile_number(typed: str, kept: str | Wrong) -> None:
    assert cleaned(asked(QuestionKind.PHONE), typed) == kept


@given(kind=st.sampled_from(list(QuestionKind)), typed=st.text(max_size=40))
def test_whatever_is_typed_is_answered_and_what_is_kept_is_kept_again_unchanged(
    kind: QuestionKind, typed: str
) -> None:
    question = Asked("q", kind, "问题", choices=SHIRT.choices if kind is QuestionKind.CHOICE else ())
    kept = cleaned(question, typed)
    assert isinstance(kept, Wrong) or (len(kept) <= 500 and cleaned(question, kept) == kept)


@pytest.mark.parametrize(
    ("answers", "out_of_date"),
    [
        ({7: "m"}, False),
        ({7: "m", 8: ""}, False),
        ({7: "m", 8: "不吃辣"}, False),
        ({}, True),
        ({7: ""}, True),
        ({8: "不吃辣"}, True),
        ({7: "m", 5: "m"}, True),
        ({7: "m", 5: ""}, False),
    ],
)
def test_a_form_for_other_questions_is_out_of_date(answers: dict[int, str], out_of_date: bool) -> None:
    assert stale([SHIRT, DIET], answers) is out_of_date


def test_without_questions_no_form_is_out_of_date() -> None:
    assert not stale([], {})


def test_quotas_look_for_the_choices_that_were_made() -> None:
    assert choices([SHIRT, DIET], {7: "l", 8: "m"}) == {"shirt=l"}
    assert choices([SHIRT, DIET], {8: "m"}) == choices([SHIRT], {7: ""}) == frozenset()


def test_an_old_answer_fits_a_new_version_only_while_it_can_still_be_given() -> None:
    assert still_fits([SHIRT, DIET], {"shirt": "l", "diet": "不吃辣", "gone": "x"}) == {7: "l", 8: "不吃辣"}
    assert still_fits([SHIRT, DIET], {"shirt": "xl", "diet": "六个字太长了"}) == {}
