"""Who is in a section, how they come, and what they tell of themselves. Membership is a confirmed booking, and nothing else."""

from collections.abc import Callable
from datetime import timedelta

import pytest
from sqlalchemy import select

from tests.browsing import Client
from tests.troupe import stage
from tests.troupe.conftest import Troupe
from yiqi.booking import attendance, by_hand, places
from yiqi.db import db
from yiqi.people.models import Person
from yiqi.programmes.troupe import casting, own_word, productions, rehearsals, seasons, sections
from yiqi.programmes.troupe.models import Absence, Measures
from yiqi.programmes.troupe.refusals import Refused, Why
from yiqi.roles.models import Deed
from yiqi.roles.rules.deeds import What
from yiqi.sheets.reading import read


def in_voice(troupe: Troupe) -> set[int]:
    db.session.rollback()
    return {one.person_id for one in sections.members([troupe.voice.id])}


def test_who_asks_is_a_member_only_when_the_organizer_says_yes_and_no_longer_once_they_leave(
    troupe: Troupe, 小王: Person, 小赵: Person
) -> None:
    places.sign_up(slot_id=troupe.voice.slot_id, person_id=小赵.id, party=1, nonce="n", at=troupe.now)
    ref = troupe.joins(小王)
    assert in_voice(troupe) == {小王.id}

    by_hand.take_out(ref=ref, by_id=troupe.organizer.id, because="搬家了", at=troupe.now)
    assert in_voice(troupe) == set()


def test_only_a_member_leads_and_has_a_voice(troupe: Troupe, 小王: Person, 小赵: Person) -> None:
    troupe.joins(小王)
    seasons.name_leader(
        section_id=troupe.voice.id, person_id=小王.id, by_id=troupe.organizer.id, at=troupe.now
    )
    seasons.note_voice(section_id=troupe.voice.id, person_id=小王.id, plays="女高一")
    assert [(one.name, one.plays) for one in sections.members([troupe.voice.id])] == [("小王", "女高一")]

    deeds: tuple[Callable[[], None], ...] = (
        lambda: seasons.name_leader(
            section_id=troupe.voice.id, person_id=小赵.id, by_id=troupe.organizer.id, at=troupe.now
        ),
        lambda: seasons.note_voice(section_id=troupe.voice.id, person_id=小赵.id, plays="x"),
    )
    for deed in deeds:
        with pytest.raises(Refused) as refused:
            deed()
        assert refused.value.why is Why.NOT_MEMBER


def test_the_roll_counts_who_came_who_was_excused_and_who_stayed_away_three_times(
    old_troupe: Troupe, 小王: Person, 小赵: Person, 老陈: Person
) -> None:
    long_ago = old_troupe.now - timedelta(weeks=5, hours=3)
    refs = {one.id: old_troupe.joins(one, at=long_ago) for one in (小王, 小赵, 老陈)}
    dates = [one for one in sections.rehearsals([old_troupe.voice.slot_id]) if one.ends_at <= old_troupe.now]
    for n, date in enumerate(dates):
        attendance.check_in(ref=refs[小王.id], occurrence_id=date.id, at=date.starts_at, by_id=None)
        if n == 0:
            attendance.check_in(ref=refs[小赵.id], occurrence_id=date.id, at=date.starts_at, by_id=None)
        else:
            own_word.announce_absence(
                person_id=小赵.id,
                occurrence_id=date.id,
                reason="夜班",
                at=date.starts_at - timedelta(hours=1),
            )

    (roll,) = rehearsals.rolls([old_troupe.voice], old_troupe.now)

    by_person = {one.facts.person_id: one.tally for one in roll.members}
    assert by_person[小王.id].rate == 100
    assert (by_person[小赵.id].rate, by_person[小赵.id].excused) == (100, len(dates) - 1)
    assert by_person[老陈.id].rate == 0
    assert [one.facts.person_id for one in roll.missed] == [老陈.id]
    assert roll.rate == (200 * (len(dates) + 1) + 2 * len(dates) + 1) // (2 * (2 * len(dates) + 1))


def test_what_was_rehearsed_before_somebody_joined_is_not_held_against_them(
    old_troupe: Troupe, 小王: Person
) -> None:
    old_troupe.joins(小王)
    (roll,) = rehearsals.rolls([old_troupe.voice], old_troupe.now)

    assert roll.members[0].tally.held == 0
    assert roll.past


def test_an_absence_is_told_before_the_start_and_can_be_taken_back(
    troupe: Troupe, client: Client, 小王: Person
) -> None:
    troupe.joins(小王)
    date = next(one for one in sections.rehearsals([troupe.voice.slot_id]) if one.starts_at > troupe.now)
    address = f"/troupe/dates/{date.id}/absence"
    client.sign_in(小王)

    page = client.get("/troupe/mine")
    assert client.press(page, address, reason="").status_code == 422
    told = client.follow(client.press(page, address, reason="上中班"))
    assert "已请假" in told.text
    assert "上中班" in told.text
    back = client.follow(client.press(told, address, back="1"))
    assert "已请假" not in back.text

    with pytest.raises(Refused) as refused:
        own_word.announce_absence(person_id=小王.id, occurrence_id=date.id, reason="晚了", at=date.starts_at)
    assert refused.value.why is Why.STARTED


def test_nobody_excuses_themself_from_what_they_are_not_part_of(
    troupe: Troupe, client: Client, 小王: Person
) -> None:
    troupe.joins(小王)
    other = sections.rehearsals([troupe.dance.slot_id])[-1]
    client.sign_in(小王)
    page = client.get("/troupe/mine")
    mine = next(one for one in sections.rehearsals([troupe.voice.slot_id]) if one.starts_at > troupe.now)
    token = {"csrf_token": _token(page.text), "reason": "没空"}

    assert client.post(f"/troupe/dates/{other.id}/absence", data=token).status_code == 404
    assert client.post(f"/troupe/dates/{mine.id}/absence", data=token).status_code == 303
    assert [one.occurrence_id for one in db.session.scalars(select(Absence))] == [mine.id]


def test_a_leader_reads_the_names_of_their_own_section_and_of_no_other(
    troupe: Troupe, client: Client, 小王: Person, 小赵: Person
) -> None:
    troupe.joins(小王)
    troupe.joins(小赵)
    (dancer,) = troupe.members(1, troupe.dance)
    seasons.name_leader(
        section_id=troupe.voice.id, person_id=小王.id, by_id=troupe.organizer.id, at=troupe.now
    )
    client.sign_in(小王)

    page = client.get(f"/troupe/sections/{troupe.voice.id}/members")
    assert "小赵" in page.text
    assert dancer.name not in page.text
    assert client.get(f"/troupe/sections/{troupe.dance.id}/members").status_code == 404
    noted = client.press(page, f"/troupe/sections/{troupe.voice.id}/members/{小赵.id}", plays="女高二")
    assert noted.status_code == 303
    assert "女高二" in client.get(f"/troupe/sections/{troupe.voice.id}/members").text

    client.sign_in(小赵)
    assert client.get(f"/troupe/sections/{troupe.voice.id}/members").status_code == 404


def test_measures_are_seen_by_the_leader_and_by_the_organizer_of_the_production_and_can_be_deleted(
    troupe: Troupe, client: Client, 小王: Person, 小赵: Person
) -> None:
    for one in (小王, 小赵):
        troupe.joins(one)
    seasons.name_leader(
        section_id=troupe.voice.id, person_id=小赵.id, by_id=troupe.organizer.id, at=troupe.now
    )
    production_id = _production(troupe, 小王)
    client.sign_in(小王)
    page = client.get("/troupe/sizes")
    assert client.press(page, "/troupe/sizes", height="17").status_code == 422
    assert client.press(page, "/troupe/sizes").status_code == 422, "nothing told"
    kept = client.follow(client.press(page, "/troupe/sizes", height="171", shoe="42", shirt="L"))

    client.sign_in(小赵)
    assert "171" in client.get(f"/troupe/sections/{troupe.voice.id}/members").text
    client.sign_in(troupe.organizer)
    address = f"/desk/troupe/productions/{production_id}/costumes"
    listed = client.get(address)
    assert "171" in listed.text
    file = client.press(listed, address)
    (sheet,) = read(file.data)
    assert sheet[1].cells == ("小王", "171", "", "", "", "L", "42")
    assert db.session.scalars(select(Deed.by_id).where(Deed.what == What.EXPORTED)).all() == [
        troupe.organizer.id
    ]

    client.sign_in(小王)
    client.press(client.get("/troupe/sizes"), "/troupe/sizes/delete")
    assert db.session.scalars(select(Measures)).all() == []
    assert kept.status_code == 200


def test_a_programme_names_only_those_who_agreed(troupe: Troupe, client: Client, 小王: Person) -> None:
    troupe.joins(小王)
    production_id = _production(troupe, 小王)
    show_id = stage.a_show(production_id, troupe.union.id, troupe.organizer.id, now=troupe.now)

    assert "小王" not in client.get(f"/activities/{show_id}").text
    assert "本团演员" in client.get(f"/troupe/productions/{production_id}").text
    client.sign_in(小王)
    client.press(client.get("/troupe/mine"), "/troupe/name", agrees="1")
    client.delete_cookie("yiqi")
    assert "小王" in client.get(f"/activities/{show_id}").text

    own_word.consent(person_id=小王.id, agrees=False, at=troupe.now)
    assert "小王" not in client.get(f"/activities/{show_id}").text


def _production(troupe: Troupe, player: Person) -> int:
    production_id = productions.begin(
        season_id=troupe.season.id, name="亦庄之声", by_id=troupe.organizer.id, nonce="p", at=troupe.now
    )
    part_id = stage.a_part(production_id, troupe.voice.id, troupe.organizer.id, now=troupe.now)
    productions.cast(
        part_id=part_id, first_id=player.id, second_id=None, by_id=troupe.organizer.id, at=troupe.now
    )
    assert casting.parts_of(player.id, troupe.now)
    return production_id


def _token(html: str) -> str:
    return html.split('name="csrf_token" value="')[1].split('"')[0]
