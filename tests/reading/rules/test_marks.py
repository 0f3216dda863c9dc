"""Marks together, documents without a name, what a call allows, and days in a hand."""

import zipfile
from datetime import UTC, datetime, timedelta
from decimal import ROUND_HALF_UP, Decimal
from io import BytesIO

import pytest
from hypothesis import given
from hypothesis import strategies as st

from yiqi.programmes.reading.rules import blind, drift
from yiqi.programmes.reading.rules.calls import Phase, Why, phase, why_not_handed_in, why_not_marked
from yiqi.programmes.reading.rules.marks import ranked, spread
from yiqi.programmes.reading.rules.room_rows import Wrong, verdicts

NOON = datetime(2026, 11, 20, 4, tzinfo=UTC)


@given(st.lists(st.integers(0, 100), min_size=1, max_size=9))
def test_the_mean_is_rounded_half_up_to_one_place(marks: list[int]) -> None:
    found = spread(marks)

    assert found is not None
    mean = (Decimal(sum(marks)) / len(marks)).quantize(Decimal("0.1"), ROUND_HALF_UP)
    assert (found.mean, found.lowest, found.highest) == (str(mean), min(marks), max(marks))
    assert found.is_wide == (max(marks) - min(marks) > 25)


def test_equal_means_share_a_rank_and_what_nobody_marked_has_none() -> None:
    assert ranked({1: [80, 90], 2: [85], 3: [], 4: [60]}) == [(1, 1), (1, 2), (3, 4)]
    assert spread([]) is None


@pytest.mark.parametrize(
    ("hours_on", "published", "where"),
    [
        (-49, False, Phase.NOT_OPEN),
        (-1, False, Phase.OPEN),
        (0, False, Phase.JUDGED),
        (9, True, Phase.PUBLISHED),
    ],
)
def test_a_call_is_over_at_its_very_deadline(hours_on: int, published: bool, where: Phase) -> None:
    found = phase(
        opens_at=NOON - timedelta(hours=48),
        closes_at=NOON,
        published_at=NOON if published else None,
        at=NOON + timedelta(hours=hours_on),
    )

    assert found is where
    assert (why_not_handed_in(found) is None) == (where is Phase.OPEN)
    assert (why_not_marked(found) is None) == (where is Phase.JUDGED)
    assert why_not_marked(Phase.PUBLISHED) is Why.PUBLISHED


def a_document() -> bytes:
    made = BytesIO()
    with zipfile.ZipFile(made, "w") as archive:
        archive.writestr(
            "docProps/core.xml",
            '<cp:coreProperties><dc:creator>王小明</dc:creator><cp:lastModifiedBy xml:lang="zh">王小明'
            "</cp:lastModifiedBy><dc:title>卡尺</dc:title></cp:coreProperties>",
        )
        archive.writestr("word/document.xml", '<w:p><w:ins w:author="王小明" w:id="1">师傅</w:ins></w:p>')
        archive.writestr("word/media/a.png", b"\x89PNG")
    return made.getvalue()


def test_a_document_no_longer_says_who_wrote_it_and_keeps_what_was_written() -> None:
    with zipfile.ZipFile(BytesIO(blind.without_author(a_document()))) as archive:
        read = {name: archive.read(name).decode("utf-8", "replace") for name in archive.namelist()}

    assert not any("王小明" in text for text in read.values())
    assert "师傅" in read["word/document.xml"]
    assert "<dc:title>卡尺" in read["docProps/core.xml"]
    assert set(read) == {"docProps/core.xml", "word/document.xml", "word/media/a.png"}


def test_a_document_that_cannot_be_unpacked_or_swells_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    with pytest.raises(ValueError, match="no document"):
        blind.without_author(b"PK\x03\x04 and no more")
    monkeypatch.setattr(blind, "MOST_BYTES", 10)
    with pytest.raises(ValueError, match="too big"):
        blind.without_author(a_document())


def test_the_first_day_in_a_hand_is_the_day_it_was_received() -> None:
    late = datetime(2026, 11, 20, 15, 59, tzinfo=UTC)  # a minute to midnight in Beijing

    assert drift.day_in_hand(late, late) == 1
    assert drift.day_in_hand(late, late + timedelta(minutes=2)) == 2
    assert not drift.is_overdue(late, late + timedelta(days=20, seconds=-1))
    assert drift.is_overdue(late, late + timedelta(days=20))


def test_a_list_of_rooms_says_what_is_wrong_with_each_line() -> None:
    good = {"name": "甲", "area": "核心区", "address": "乙路", "weekdays": "9:00-18:00"}
    told = verdicts(
        [(2, good), (3, good), (4, good | {"name": ""}), (5, good | {"name": "丙", "weekdays": "九点"})]
    )

    assert [one.wrong for one in told] == [None, Wrong.TWICE, Wrong.EMPTY, Wrong.HOURS]
    assert told[0].room is not None
    assert [len(day) for day in told[0].room.week] == [1, 1, 1, 1, 1, 0, 0]
