"""An organizer begins a season, an audition and a production at the desk, and casts without dragging anything."""

from datetime import timedelta

import pytest
from flask import Flask
from sqlalchemy import func, select

from tests.browsing import Client, form_of
from tests.builders import a_union, an_activity, an_organizer
from tests.troupe import stage
from tests.troupe.conftest import Troupe
from tests.troupe.promised import SEASON
from yiqi import clock
from yiqi.activities.models import Allocation, Occurrence, Programme
from yiqi.booking import merging
from yiqi.db import db, writing
from yiqi.people.merging import Keeps
from yiqi.people.models import Person
from yiqi.programmes.troupe import candidates, casting, checks, own_word, productions, sections
from yiqi.programmes.troupe.models import Audition, Cast, Casting, Measures, Production, Season, Section
from yiqi.programmes.troupe.plug import PLUG
from yiqi.programmes.troupe.refusals import Refused, Why
from yiqi.roles import holding


def test_a_season_is_an_activity_whose_slots_are_sections_and_whose_dates_are_rehearsals(
    client: Client,
) -> None:
    union = a_union()
    client.sign_in(an_organizer(union))
    form = form_of(client.get("/desk/troupe/seasons/new"), "/desk/troupe/seasons")
    typed = form | SEASON | {"owner": str(union.id), "nonce": form["nonce"]}
    typed |= {
        "kind_2": "voice",
        "label_2": "女低音",
        "weekday_2": "1",
        "starts_2": "19:00",
        "ends_2": "21:00",
    }
    typed |= {"kind_3": "dance", "label_3": "舞队", "weekday_3": "3", "starts_3": "19:00", "ends_3": "20:30"}

    first, again = (client.post("/desk/troupe/seasons", data=typed) for _n in range(2))

    assert first.location == again.location, "sent twice is begun once"
    (season,) = db.session.scalars(select(Season)).all()
    found = sections.of_season(season.id)
    assert [one.label for one in found] == ["女高音", "女低音", "舞队"]
    dates = {one.id: {it.id for it in sections.rehearsals([one.slot_id])} for one in found}
    assert dates[found[0].id] == dates[found[1].id], "who rehearses together shares the dates"
    assert not dates[found[0].id] & dates[found[2].id]
    assert client.follow(first).status_code == 200


@pytest.mark.parametrize(
    "wrong",
    [
        {"title": ""},
        {"owner": "999999"},
        {"first_on": "soon"},
        {"last_on": str(clock.today() - timedelta(days=400))},
        {"label_1": ""},
        {"starts_1": "25:00"},
        {"ends_1": "18:00"},
        {"weekday_1": "9"},
        {"kind_1": "opera"},
        {"places_1": "many"},
        {"nonce": ""},
    ],
    ids=str,
)
@pytest.mark.parametrize("site", ["sqlite"], indirect=True)
def test_a_wrong_season_comes_back_as_it_was_typed(client: Client, wrong: dict[str, str]) -> None:
    union = a_union()
    client.sign_in(an_organizer(union))
    form = form_of(client.get("/desk/troupe/seasons/new"), "/desk/troupe/seasons")

    answer = client.post("/desk/troupe/seasons", data=form | SEASON | {"owner": str(union.id)} | wrong)

    assert answer.status_code == 422
    assert "errsum" in answer.text
    assert db.session.scalar(select(func.count()).select_from(Season)) == 0


def test_an_evening_is_cut_into_times_that_each_take_one(troupe: Troupe) -> None:
    audition_id = stage.an_audition(
        troupe.season.id, [troupe.voice.id, troupe.dance.id], troupe.organizer.id, now=troupe.now, hours=2
    )

    times = candidates.times(audition_id)
    assert len(times) == 12
    assert [one.label for one in times] == ["女高音"] * 6 + ["舞队"] * 6
    assert {(one.ends_at - one.starts_at, one.capacity) for one in times} == {(timedelta(minutes=10), 1)}
    activity_id = db.session.scalars(select(Audition.activity_id)).one()
    assert (
        db.session.scalar(
            select(func.count()).select_from(Occurrence).where(Occurrence.activity_id == activity_id)
        )
        == 12
    )


@pytest.mark.parametrize(
    "wrong",
    [
        {"minutes": "2"},
        {"ends": "18:05"},
        {"sections": "999"},
        {"criteria": ""},
        {"most": "7"},
        {"on": str(clock.today())},
    ],
    ids=str,
)
@pytest.mark.parametrize("site", ["sqlite"], indirect=True)
def test_a_wrong_audition_comes_back(client: Client, troupe: Troupe, wrong: dict[str, str]) -> None:
    client.sign_in(troupe.organizer)
    address = f"/desk/troupe/seasons/{troupe.season.id}/auditions"
    typed = {"title": "招新", "on": str(clock.today() + timedelta(days=4)), "sections": str(troupe.voice.id)}

    answer = client.press(client.get(f"{address}/new"), address, **(typed | wrong))

    assert answer.status_code == 422
    assert db.session.scalar(select(func.count()).select_from(Audition)) == 0


def test_a_part_is_cast_by_choosing_from_two_lists(client: Client, troupe: Troupe) -> None:
    first, second = troupe.members(2)
    client.sign_in(troupe.organizer)
    seasons_page = f"/desk/troupe/seasons/{troupe.season.id}"
    begun = client.press(
        client.get(f"{seasons_page}/productions/new"), f"{seasons_page}/productions", name="亦庄之声"
    )
    board = client.follow(begun)
    address = begun.location.partition("#")[0]
    typed = {"piece": "合唱", "name": "领唱", "section": str(troupe.voice.id)}
    client.press(board, f"{address}/parts", **typed)
    client.press(board, f"{address}/parts", **typed)
    production = db.session.scalars(select(Production)).one()
    (part,) = casting.parts(production.id)

    board = client.get(address)
    client.press(board, f"{address}/parts/{part.part.id}", first=str(first.id), second=str(second.id))

    (part,) = casting.parts(production.id)
    assert {casting_: one.person_id for casting_, one in part.cast.items()} == {
        Casting.FIRST: first.id,
        Casting.SECOND: second.id,
    }
    both = client.press(board, f"{address}/parts/{part.part.id}", first=str(first.id), second=str(first.id))
    assert both.status_code == 409


def test_a_part_of_another_production_is_not_here(client: Client, troupe: Troupe) -> None:
    one, other = (
        productions.begin(
            season_id=troupe.season.id, name=name, by_id=troupe.organizer.id, nonce=name, at=troupe.now
        )
        for name in ("甲", "乙")
    )
    part_id = stage.a_part(other, troupe.voice.id, troupe.organizer.id, now=troupe.now)
    stage.a_part(one, troupe.voice.id, troupe.organizer.id, now=troupe.now)
    client.sign_in(troupe.organizer)
    board = client.get(f"/desk/troupe/productions/{one}")
    token = {"csrf_token": board.text.split('name="csrf_token" value="')[1].split('"')[0]}

    assert client.post(f"/desk/troupe/productions/{one}/parts/{part_id}", data=token).status_code == 404
    assert client.post(f"/desk/troupe/productions/{other}/parts/{part_id}", data=token).status_code == 303


def test_only_members_of_the_season_are_cast_and_a_show_is_nothing_else(troupe: Troupe, 小王: Person) -> None:
    production_id = productions.begin(
        season_id=troupe.season.id, name="甲", by_id=troupe.organizer.id, nonce="n", at=troupe.now
    )
    part_id = stage.a_part(production_id, troupe.voice.id, troupe.organizer.id, now=troupe.now)
    with pytest.raises(Refused) as refused:
        productions.cast(
            part_id=part_id, first_id=小王.id, second_id=None, by_id=troupe.organizer.id, at=troupe.now
        )
    assert refused.value.why is Why.NOT_MEMBER

    reading = an_activity(owner=troupe.union)
    audition_id = stage.an_audition(troupe.season.id, [troupe.voice.id], troupe.organizer.id, now=troupe.now)
    found = candidates.one(audition_id)
    assert found is not None
    for activity_id, why in (
        (reading.activity_id, Why.NOT_THERE),
        (troupe.voice.activity_id, Why.LINKED),
        (found.activity_id, Why.LINKED),
    ):
        with pytest.raises(Refused) as refused:
            productions.link_show(
                production_id=production_id,
                activity_id=activity_id,
                casting=Casting.FIRST,
                by_id=troupe.organizer.id,
                at=troupe.now,
            )
        assert refused.value.why is why


def test_the_first_page_of_the_desk_counts_what_waits_and_activities_have_the_troupes_tab(
    site: Flask, troupe: Troupe, client: Client, 小王: Person
) -> None:
    audition_id = stage.an_audition(troupe.season.id, [troupe.voice.id], troupe.organizer.id, now=troupe.now)
    stage.auditions_at(audition_id, [小王.id], troupe.now)
    held = holding.of(troupe.organizer.id, troupe.now)

    with site.test_request_context():
        (door,) = PLUG.desk(held, troupe.now)
    assert door.waiting == 1
    client.sign_in(troupe.organizer)
    assert (
        f"/desk/troupe/seasons/{troupe.season.id}"
        in client.get(f"/desk/activities/{troupe.voice.activity_id}").text
    )
    stranger = an_organizer(a_union("另一个工会"))
    activity_id, theirs = troupe.voice.activity_id, holding.of(stranger.id, troupe.now)
    season = holding.activity(activity_id)
    assert season is not None
    assert PLUG.tabs(activity_id, season, theirs) == []


def test_one_record_of_two_keeps_what_the_troupe_knows(troupe: Troupe, 小王: Person, 小赵: Person) -> None:
    troupe.joins(小赵)
    production_id = productions.begin(
        season_id=troupe.season.id, name="甲", by_id=troupe.organizer.id, nonce="n", at=troupe.now
    )
    part_id = stage.a_part(production_id, troupe.voice.id, troupe.organizer.id, now=troupe.now)
    productions.cast(
        part_id=part_id, first_id=小赵.id, second_id=None, by_id=troupe.organizer.id, at=troupe.now
    )
    for one, height in ((小王, 170), (小赵, 180)):
        own_word.tell_measures(person_id=one.id, measures={"height": height}, at=troupe.now)

    merging.merge(
        kept_id=小王.id,
        gone_id=小赵.id,
        keeps=next(iter(Keeps)),
        because="同一个人",
        at=troupe.now,
        by_id=troupe.organizer.id,
    )

    assert db.session.scalars(select(Cast.person_id)).all() == [小王.id]
    assert [(one.person_id, one.height) for one in db.session.scalars(select(Measures))] == [(小王.id, 170)]
    assert [one.person_id for one in sections.members([troupe.voice.id])] == [小王.id]


def test_all_is_well_with_a_troupe_made_by_the_verbs_and_not_with_a_section_on_a_foreign_slot(
    troupe: Troupe,
) -> None:
    def said() -> list[str]:
        db.session.rollback()
        return [finding.table for check in checks.CHECKS.values() for finding in check(troupe.now)]

    troupe.members(2)
    assert said() == []
    foreign = an_activity(programme=Programme.TROUPE, allocation=Allocation.APPROVAL)
    with writing() as session:
        session.get_one(Section, troupe.voice.id).slot_id = foreign.slot_id
    assert said() == ["troupe_section"]
