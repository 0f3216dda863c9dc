"""Phone numbers as people type them, and how long a phone waits for its next code."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from yiqi.people.rules import (
    KEPT_FOR_KNOWN_DEVICES,
    SEND_LIMITS,
    address_block,
    mainland_mobile,
    masked,
    wait_for_code,
    window_start,
    without_numbers,
)

NOON = datetime(2026, 7, 1, 4, 0, tzinfo=UTC)
SECOND, MINUTE, HOUR = timedelta(seconds=1), timedelta(minutes=1), timedelta(hours=1)


@pytest.mark.parametrize(
    "typed",
    [
        "13800138000",
        "+8613800138000",
        "8613800138000",
        "0086 138 0013 8000",
        "86-138-0013-8000",
        "１３８００１３８０００",
        "138 0013 8000",
        "138\u00a00013\u202d8000\u202c",
        "\u202d138 0013 8000\u202c",
        "138\u30000013\u30008000",
        "(138)0013-8000",
        "138\u20110013\u20138000",
        "\ufeff13800138000",
        " 13800138000 ",
    ],
)
def test_one_number_in_every_spelling_is_one_account(typed: str) -> None:
    assert mainland_mobile(typed) == "+8613800138000"


@pytest.mark.parametrize(
    "typed",
    [
        "",
        " ",
        "0",
        "12800138000",
        "11000138000",
        "1380013800",
        "138001380000",
        "010-67880000",
        "+1 4155550100",
        "+852 91234567",
        "0085291234567",
        "٠١٣٨٠٠١٣٨٠٠",
        "१३८००१३८०००",
        "1380013800O",
        "1380013800०\x00",
        "13800138000\x00",
        "13800138000,13900139000",
        "13800138000\n13900139000",
        "13800138000%0a13900139000",
        '["13800138000"]',
        "{'$ne': 1}",
        "++8613800138000",
        "+86+8613800138000",
        "8686138001380",
        "138.0013.8000",
        "1.38e10",
        "-13800138000x",
        "1" * 5000,
        "13800138000;ext=1",
        "tel:13800138000",
        "\ud800",
        "👨‍👩‍👧13800138000",
    ],
)
def test_what_is_not_one_mainland_mobile_number_is_refused(typed: str) -> None:
    assert mainland_mobile(typed) is None


@given(st.text(max_size=30))
def test_whatever_is_typed_the_answer_is_a_number_or_none(typed: str) -> None:
    phone = mainland_mobile(typed)

    assert phone is None or (len(phone) == 14 and phone.startswith("+861") and phone[1:].isascii())


@given(st.from_regex(r"1[3-9][0-9]{9}", fullmatch=True))
def test_every_mobile_number_is_known_and_its_e164_form_is_itself(typed: str) -> None:
    assert mainland_mobile(typed) == f"+86{typed}"
    assert mainland_mobile(f"+86{typed}") == f"+86{typed}"


def test_the_middle_of_a_number_is_not_shown() -> None:
    assert masked("+8613800131234") == "138****1234"


@pytest.mark.parametrize(
    ("sent", "known", "wait"),
    [
        ([], False, None),
        ([NOON - 59 * SECOND], False, SECOND),
        ([NOON - 60 * SECOND], False, None),
        ([NOON - number * 10 * MINUTE for number in range(1, 6)], False, 10 * MINUTE),
        ([NOON - number * 10 * MINUTE for number in range(1, 5)], False, None),
        ([NOON - number * 2 * HOUR for number in range(1, 8)], False, 10 * HOUR),
        ([NOON - number * 2 * HOUR for number in range(1, 8)], True, None),
        ([NOON - number * 2 * HOUR for number in range(1, 11)], True, 4 * HOUR),
        ([NOON - number * 3 * HOUR for number in range(1, 8)], False, 3 * HOUR),
    ],
    ids=[
        "the first",
        "59 seconds later",
        "a minute later",
        "the sixth in an hour",
        "the fifth in an hour",
        "the eighth in a day, from a stranger",
        "the eighth in a day, from a known browser",
        "the eleventh in a day, from a known browser",
        "seven within a day, until the oldest is a day old",
    ],
)
def test_how_long_a_phone_waits(sent: list[datetime], known: bool, wait: timedelta | None) -> None:
    assert wait_for_code(sent, NOON, known_device=known) == wait


@given(
    st.lists(st.integers(1, 90_000), max_size=14).map(lambda ago: [NOON - number * SECOND for number in ago]),
    st.booleans(),
)
def test_after_the_wait_a_code_may_be_sent_and_not_a_second_earlier(
    sent: list[datetime], known: bool
) -> None:
    wait = wait_for_code(sent, NOON, known_device=known)

    if wait is not None:
        assert wait_for_code(sent, NOON + wait, known_device=known) is None
        assert wait_for_code(sent, NOON + wait - SECOND, known_device=known) == SECOND


@given(st.lists(st.integers(0, 3 * 86_400), max_size=60), st.booleans())
def test_however_often_it_is_asked_no_window_holds_more_than_its_limit(gaps: list[int], known: bool) -> None:
    sent: list[datetime] = []
    for gap in sorted(gaps):
        at = NOON + gap * SECOND
        if wait_for_code(sent, at, known_device=known) is None:
            sent.append(at)

    for window, most in SEND_LIMITS:
        allowed = most if known or window != SEND_LIMITS[-1][0] else most - KEPT_FOR_KNOWN_DEVICES
        for instant in sent:
            assert sum(instant - window < one <= instant for one in sent) <= allowed


def test_a_code_from_the_future_counts_so_a_clock_set_back_sends_no_more() -> None:
    assert wait_for_code([NOON + HOUR], NOON, known_device=True) is not None


def test_windows_are_fixed_and_meet_without_a_gap() -> None:
    assert window_start(NOON, HOUR) == NOON
    assert window_start(NOON + HOUR - SECOND, HOUR) == NOON
    assert window_start(NOON + HOUR, HOUR) == NOON + HOUR


@pytest.mark.parametrize(
    ("one", "other", "same"),
    [
        ("10.0.0.1", "10.0.0.1", True),
        ("10.0.0.1", "10.0.0.2", False),
        ("2408:8400:1:2::1", "2408:8400:1:2:ffff::9", True),
        ("2408:8400:1:2::1", "2408:8400:1:3::1", False),
        ("::ffff:10.0.0.1", "10.0.0.1", True),
        ("", "nonsense", False),
    ],
)
def test_a_network_that_one_home_owns_counts_as_one_address(one: str, other: str, same: bool) -> None:
    assert (address_block(one) == address_block(other)) == same


@pytest.mark.parametrize(
    ("typed", "kept"),
    [
        ("打 13800138000", "打 138****8000"),
        ("+86 138-0013-8000，谢谢", "138****8000，谢谢"),
        ("008613800138000", "138****8000"),
        ("１３８００１３８０００ 和 13900139000", "138****8000 和 139****9000"),
        ("工号 ２０２６、订单 138001380001 不动", "工号 ２０２６、订单 138001380001 不动"),
        ("010-87654321", "010-87654321"),
        ("", ""),
    ],
)
def test_the_middle_of_a_number_in_a_sentence_is_not_kept(typed: str, kept: str) -> None:
    assert without_numbers(typed) == kept
