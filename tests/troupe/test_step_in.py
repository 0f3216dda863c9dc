"""今晚谁能顶上: who is found with which reasons, who is asked, and that one person plays."""

import threading
from datetime import timedelta
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import select, update

from tests.browsing import Client, by_id, words
from tests.builders import an_activity
from tests.troupe import stage
from tests.troupe.conftest import Troupe
from tests.unions.at_once import at_once
from tests.web.asking import token_on
from yiqi import clock
from yiqi.activities.models import Activity, Occurrence, Slot
from yiqi.activities.planning import Meeting
from yiqi.booking import places
from yiqi.db import Facts, db, writing
from yiqi.notices.models import Notice
from yiqi.pages.composing import letter
from yiqi.people.models import Person
from yiqi.programmes.troupe import casting, own_word, productions, stand_ins, step_ins, things
from yiqi.programmes.troupe.models import Answer, Casting, Season
from yiqi.programmes.troupe.refusals import Refused, Why
from yiqi.programmes.troupe.rules.step_in import Reason
from yiqi.rota import rotas
from yiqi.rota.rules.patterns import Pattern
from yiqi.rota.rules.shifts import Cycle, Shift


class Evening:
    """A production with one part, its A and B casting, and a show in six days."""

    def __init__(self, troupe: Troupe) -> None:
        self.troupe, self.now = troupe, troupe.now
        self.lead, self.understudy = troupe.members(2)
        self.production_id = productions.begin(
            season_id=troupe.season.id, name="亦庄之声", by_id=troupe.organizer.id, nonce="p", at=self.now
        )
        self.part_id = stage.a_part(self.production_id, troupe.voice.id, troupe.organizer.id, now=self.now)
        productions.cast(
            part_id=self.part_id,
            first_id=self.lead.id,
            second_id=self.understudy.id,
            by_id=troupe.organizer.id,
            at=self.now,
        )
        stage.a_show(self.production_id, troupe.union.id, troupe.organizer.id, now=self.now)

    @property
    def date(self) -> Facts:
        """The show."""
        return next(
            one
            for one in stand_ins.dates(self.production_id, self.troupe.voice.slot_id, self.now)
            if one.is_show
        )

    def asks(self, person: Person) -> int:
        thing = things.production({"production_id": self.production_id})
        assert thing is not None
        return step_ins.ask(
            part_id=self.part_id,
            occurrence_id=self.date.id,
            person_id=person.id,
            thing=thing,
            by_id=self.troupe.organizer.id,
            at=self.now,
        )

    def answers(self, step_in_id: int, person: Person, *, accepts: bool = True) -> Answer:
        return step_ins.answer(step_in_id=step_in_id, person_id=person.id, accepts=accepts, at=self.now)

    def found(self) -> dict[int, tuple[Reason, ...]]:
        """Who is found, in their order, with what stands against them."""
        production = casting.one(self.production_id)
        assert production is not None
        mine = casting.parts(self.production_id)[0]
        ranked = stand_ins.find(production, mine, self.date, Casting.FIRST, self.now).ranked
        return {one.candidate.person_id: one.hindrances for one in ranked}


@pytest.fixture
def evening(troupe: Troupe) -> Evening:
    return Evening(troupe)


def notices(kind: str) -> list[Notice]:
    db.session.rollback()
    return list(db.session.scalars(select(Notice).where(Notice.kind == kind).order_by(Notice.id)))


def test_the_understudy_comes_first_then_the_section_and_whoever_cannot_last_with_the_reason(
    evening: Evening, troupe: Troupe
) -> None:
    date = evening.date
    free, booked, works = troupe.members(3)
    (dancer,) = troupe.members(1, troupe.dance)
    other = an_activity(meetings=[Meeting(date.starts_at, date.ends_at)], now=troupe.now)
    places.sign_up(slot_id=other.slot_id, person_id=booked.id, party=1, nonce="n", at=troupe.now)
    at_noon = Cycle(clock.beijing(date.starts_at).date(), (Shift(12 * 60, 8 * 60),))
    rotas.keep(person_id=works.id, pattern=Pattern.CUSTOM, cycle=at_noon)

    found = evening.found()

    assert next(iter(found)) == evening.understudy.id
    assert evening.lead.id not in found, "who was to play is not asked"
    assert found[free.id] == found[dancer.id] == ()
    assert list(found).index(free.id) < list(found).index(dancer.id)
    assert found[booked.id] == (Reason.CLASH,)
    assert found[works.id] == (Reason.SHIFT,)
    assert set(list(found)[-2:]) == {booked.id, works.id}


def test_a_place_in_the_audience_of_that_very_show_is_no_clash(evening: Evening, troupe: Troupe) -> None:
    (fan,) = troupe.members(1)
    (show,) = casting.shows(evening.production_id)
    slot_id = db.session.scalars(select(Slot.id).where(Slot.activity_id == show.activity_id)).one()
    places.sign_up(slot_id=slot_id, person_id=fan.id, party=1, nonce="n", at=troupe.now)

    assert evening.found()[fan.id] == ()


def test_an_understudy_who_announced_an_absence_goes_last(evening: Evening, troupe: Troupe) -> None:
    troupe.members(2)
    own_word.announce_absence(
        person_id=evening.understudy.id, occurrence_id=evening.date.id, reason="上中班", at=troupe.now
    )

    found = evening.found()

    assert list(found)[-1] == evening.understudy.id
    assert found[evening.understudy.id] == (Reason.ABSENT,)


def test_who_accepts_plays_and_the_others_who_were_asked_hear_that_it_is_settled(
    site: Flask, evening: Evening, troupe: Troupe
) -> None:
    (other,) = troupe.members(1)
    first, second = evening.asks(evening.understudy), evening.asks(other)
    assert evening.asks(other) == second, "asked twice is asked once"

    assert evening.answers(first, evening.understudy) is Answer.ACCEPTED
    assert evening.answers(first, evening.understudy) is Answer.ACCEPTED
    with pytest.raises(Refused) as refused:
        evening.answers(second, other)
    assert refused.value.why is Why.TAKEN

    with site.test_request_context():
        (said,) = notices("troupe_step_in_said")
        made = letter(said)
        assert made is not None
        assert evening.understudy.name in made.text
        assert [letter(one) for one in notices("troupe_step_in")] == [None, None], "nobody is asked any more"
        (over,) = notices("troupe_step_in_over")
        assert over.person_id == other.id
    with pytest.raises(Refused) as refused:
        evening.asks(troupe.members(1)[0])
    assert refused.value.why is Why.TAKEN


def test_who_steps_in_finds_it_and_whom_to_call_among_what_is_theirs_until_it_is_called_off(
    client: Client, evening: Evening
) -> None:
    with writing() as session:
        session.execute(
            update(Activity)
            .where(Activity.id == select(Season.activity_id).scalar_subquery())
            .values(contact="谭老师 010-6788 1370")
        )
    step_in = evening.asks(evening.understudy)
    evening.answers(step_in, evening.understudy)
    client.sign_in(evening.understudy)

    for url in ("/me", "/troupe/mine"):
        told = words(by_id(client.get(url), f"stepping-{step_in}"))
        assert "你来顶" in told, url
        assert "谭老师 010-6788 1370" in told, url

    with writing() as session:
        off = update(Occurrence).where(Occurrence.id == evening.date.id)
        session.execute(off.values(called_off_at=evening.now))
    assert "你来顶" not in client.get("/me").text


def test_who_declined_is_shown_so_and_the_next_one_may_accept(evening: Evening, troupe: Troupe) -> None:
    (other,) = troupe.members(1)
    evening.answers(evening.asks(evening.understudy), evening.understudy, accepts=False)

    assert evening.found()[evening.understudy.id] == (Reason.DECLINED,)
    assert evening.answers(evening.asks(other), other) is Answer.ACCEPTED
    (credit,) = casting.billed(evening.production_id, Casting.FIRST, evening.date.id)
    assert credit.steps_in


def test_nobody_answers_for_another_or_after_the_start(evening: Evening) -> None:
    asked = evening.asks(evening.understudy)
    with pytest.raises(Refused) as refused:
        evening.answers(asked, evening.lead)
    assert refused.value.why is Why.NOT_THERE

    with pytest.raises(Refused) as refused:
        step_ins.answer(
            step_in_id=asked,
            person_id=evening.understudy.id,
            accepts=True,
            at=evening.date.starts_at + timedelta(minutes=1),
        )
    assert refused.value.why is Why.STARTED


def test_who_is_in_no_section_is_not_asked(evening: Evening, 小王: Person) -> None:
    with pytest.raises(Refused) as refused:
        evening.asks(小王)
    assert refused.value.why is Why.NOT_MEMBER


def test_two_who_accept_at_once_are_one(site: Flask, evening: Evening, troupe: Troupe) -> None:
    outcomes = at_once(site, *_both(evening, troupe))

    assert sorted(outcomes) == ["Refused", "accepted"]
    assert len(_accepted(evening)) == 1


@pytest.mark.parametrize("site", ["postgresql"], indirect=True)
def test_without_the_lock_only_the_index_stops_the_second(
    site: Flask, evening: Evening, troupe: Troupe, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The negative control: both have looked and seen nobody before either writes. Nobody is told that it is
    settled, which would be a deadlock here, tried again."""
    looks, together = step_ins._is_taken, threading.Barrier(2)

    def slowly(*args: Any) -> bool:
        found = looks(*args)
        together.wait(timeout=30)
        return found

    part = productions.locked_part
    deeds = _both(evening, troupe)
    with db.engine.connect() as reader:
        row = part(reader, evening.part_id)
        reader.rollback()
    monkeypatch.setattr(productions, "locked_part", lambda *_args: row)
    monkeypatch.setattr(step_ins, "_is_taken", slowly)
    monkeypatch.setattr(step_ins, "_settle", lambda *_args: None)

    outcomes = at_once(site, *deeds)

    assert sorted(outcomes) == ["IntegrityError", "accepted"]


def test_the_one_who_is_asked_sees_it_on_their_own_page_and_answers_with_one_tap(
    evening: Evening, client: Client, troupe: Troupe
) -> None:
    client.sign_in(troupe.organizer)
    address = f"/desk/troupe/productions/{evening.production_id}/step-in"
    finder = client.get(f"{address}?part={evening.part_id}&date={evening.date.id}")
    assert "这个角色的替补" in finder.text
    asked = client.post(
        address,
        data={
            "part": evening.part_id,
            "date": evening.date.id,
            "person": evening.understudy.id,
            "csrf_token": token_on(finder),
        },
    )
    assert "等回话" in client.follow(asked).text

    client.sign_in(evening.understudy)
    page = client.get("/me")
    assert "能顶上吗" in page.text
    question = stand_ins.waiting_for(evening.understudy.id, troupe.now)[0]
    client.press(page, f"/troupe/step-ins/{question.id}", accepts="1")

    assert [one.person_id for one in _accepted(evening)] == [evening.understudy.id]
    assert "能顶上吗" not in client.get("/me").text


def _both(evening: Evening, troupe: Troupe) -> list[Any]:
    (other,) = troupe.members(1)
    asked = [(evening.asks(one), one.id) for one in (evening.understudy, other)]
    now = evening.now
    return [
        lambda step_in_id=step_in_id, person_id=person_id: step_ins.answer(
            step_in_id=step_in_id, person_id=person_id, accepts=True, at=now
        )
        for step_in_id, person_id in asked
    ]


def _accepted(evening: Evening) -> list[Facts]:
    db.session.rollback()
    said = stand_ins.asked(evening.part_id, evening.date.id)
    return [one for one in said.values() if one.answer is Answer.ACCEPTED]
