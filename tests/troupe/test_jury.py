"""Jurors mark independently: nobody before they are finished, nobody themself, nobody after the results."""

from collections.abc import Callable
from datetime import timedelta

import pytest

from tests.browsing import Client, at_time, by_id, words
from tests.troupe import stage
from tests.troupe.conftest import Troupe
from tests.troupe.evening import Evening
from yiqi import clock
from yiqi.people.models import Person
from yiqi.programmes.troupe import auditions, candidates
from yiqi.programmes.troupe.models import Outcome
from yiqi.programmes.troupe.refusals import Refused, Why


def test_a_juror_reads_the_others_marks_only_when_both_are_finished(troupe: Troupe, 小王: Person) -> None:
    evening = Evening(troupe, 小王)
    evening.marks(evening.one, evening.refs[0])
    evening.marks(evening.other, evening.refs[0], 3)
    evening.finishes(evening.other)

    assert evening.read_by(evening.one) == {evening.one.id}
    assert evening.read_by(evening.other) == {evening.other.id}, "who is not finished is read by nobody"

    evening.finishes(evening.one)
    assert evening.read_by(evening.one) == {evening.one.id, evening.other.id}


def test_the_page_of_a_juror_shows_no_mark_of_another_before_they_are_finished(
    troupe: Troupe, client: Client, 小王: Person
) -> None:
    evening = Evening(troupe, 小王)
    evening.marks(evening.other, evening.refs[0], 3)
    evening.finishes(evening.other)
    client.sign_in(evening.one)
    address = f"/troupe/auditions/{evening.audition_id}/jury"

    before = client.get(address)
    assert "评委乙" not in before.text

    page = client.press(
        before, f"{address}/{evening.refs[0]}", points_c1="9", points_c2="10", remark="好嗓子"
    )
    kept = client.follow(page)
    assert "19" in words(by_id(kept, f"c-{evening.refs[0]}"))
    client.press(kept, f"{address}/finish")
    assert "评委乙" in client.get(address).text, "the control: afterwards it is there"


def test_a_juror_is_told_when_it_begins_and_asked_for_marks_only_then(
    troupe: Troupe, client: Client, 小王: Person
) -> None:
    evening = Evening(troupe, 小王)
    (mine,) = candidates.judged_by(evening.one.id)

    with at_time(mine.starts_at - timedelta(minutes=1)):
        client.sign_in(evening.one)
        before = words(by_id(client.get("/me"), "troupe-mine"))
    with at_time(mine.starts_at):
        client.sign_in(evening.one)
        then = words(by_id(client.get("/me"), "troupe-mine"))

    assert ("等你打分" in before, "等你打分" in then) == (False, True)
    assert f"{clock.beijing(mine.starts_at):%H:%M} 开始" in before.replace("\u00a0", " ")


def test_who_is_finished_changes_nothing_more(troupe: Troupe, 小王: Person, 小赵: Person) -> None:
    evening = Evening(troupe, 小王, 小赵)
    evening.marks(evening.one, evening.refs[0])
    evening.marks(evening.one, evening.refs[0], 8)
    evening.finishes(evening.one)

    for ref in evening.refs:
        with pytest.raises(Refused) as refused:
            evening.marks(evening.one, ref)
        assert refused.value.why is Why.FINISHED


def test_nobody_marks_themself_or_reads_their_own_marks(troupe: Troupe, 小王: Person, 小赵: Person) -> None:
    evening = Evening(troupe, 小王, 小赵)
    evening.seats(小王)

    with pytest.raises(Refused) as refused:
        evening.marks(小王, evening.refs[0])
    assert refused.value.why is Why.OWN
    evening.marks(小王, evening.refs[1])
    evening.marks(evening.one, evening.refs[0])
    evening.finishes(小王)
    evening.finishes(evening.one)
    shown = candidates.for_juror(evening.audition_id, 小王.id)
    assert [one.facts.person_id for one in shown] == [小赵.id]


def test_an_organizer_neither_reads_their_own_marks_nor_decides_about_themself(troupe: Troupe) -> None:
    evening = Evening(troupe, troupe.organizer)
    evening.marks(evening.one, evening.refs[0])

    (own,) = candidates.for_organizer(evening.audition_id, troupe.organizer.id)
    assert own.spread is None
    (seen,) = candidates.for_organizer(evening.audition_id, evening.one.id)
    assert seen.spread is not None, "the control: a colleague reads them"
    with pytest.raises(Refused) as refused:
        evening.decides(evening.refs[0])
    assert refused.value.why is Why.OWN


def test_after_the_results_nobody_marks(troupe: Troupe, 小王: Person) -> None:
    evening = Evening(troupe, 小王)
    evening.marks(evening.one, evening.refs[0])
    evening.decides(evening.refs[0])
    evening.sends()

    deeds: tuple[Callable[[], object], ...] = (
        lambda: evening.marks(evening.one, evening.refs[0], 1),
        lambda: evening.finishes(evening.one),
        lambda: evening.decides(evening.refs[0], Outcome.NO),
        lambda: evening.seats(stage.somebody()),
    )
    for deed in deeds:
        with pytest.raises(Refused) as refused:
            deed()
        assert refused.value.why is Why.SENT


def test_a_sheet_is_whole_or_it_is_none(troupe: Troupe, client: Client, 小王: Person) -> None:
    evening = Evening(troupe, 小王)
    client.sign_in(evening.one)
    address = f"/troupe/auditions/{evening.audition_id}/jury"

    for typed in (
        {"points_c1": "9"},
        {"points_c1": "9", "points_c2": "11"},
        {"points_c1": "9", "points_c2": "x"},
    ):
        answer = client.press(client.get(address), f"{address}/{evening.refs[0]}", **typed)
        assert answer.status_code == 422
    assert evening.read_by(evening.one) == set()


def test_who_is_no_juror_finds_no_such_page(troupe: Troupe, client: Client, 小王: Person) -> None:
    evening = Evening(troupe, 小王)
    client.sign_in(小王)

    assert client.get(f"/troupe/auditions/{evening.audition_id}/jury").status_code == 404
    with pytest.raises(Refused) as refused:
        evening.marks(小王, evening.refs[0])
    assert refused.value.why is Why.NOT_THERE


def test_a_juror_who_has_marked_is_not_dismissed(troupe: Troupe, 小王: Person) -> None:
    evening = Evening(troupe, 小王)
    evening.marks(evening.one, evening.refs[0])

    def dismiss(juror: Person) -> None:
        auditions.dismiss_juror(
            audition_id=evening.audition_id, person_id=juror.id, by_id=troupe.organizer.id, at=troupe.now
        )

    dismiss(evening.other)
    with pytest.raises(Refused) as refused:
        dismiss(evening.one)
    assert refused.value.why is Why.IN_USE
    assert [one.person_id for one in candidates.jurors(evening.audition_id)] == [evening.one.id]
