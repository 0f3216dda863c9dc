"""Keeping a rota, changing it, forgetting it: one for each worker."""

import threading
from datetime import date, datetime

import pytest
from flask import Flask
from sqlalchemy import func, select

from yiqi import clock
from yiqi.db import db
from yiqi.people.models import Person
from yiqi.rota import rotas
from yiqi.rota.models import Rota
from yiqi.rota.notes import note
from yiqi.rota.rotas import Kept
from yiqi.rota.rules.patterns import KNOWN, Pattern, cycle
from yiqi.rota.rules.shifts import Cycle, Shift

MONDAY = date(2026, 11, 16)
EIGHT_DAYS = cycle(Pattern.FOUR_CREWS_THREE, 3, MONDAY)
OWN = Cycle(date(2028, 2, 29), (Shift(1380, 480), None, Shift(0, 1440), None))


def clock_at(day: int, hour: int) -> datetime:
    """An hour of a November day in Beijing."""
    return clock.at(date(2026, 11, day), hour)


@pytest.mark.parametrize(
    ("pattern", "kept"), [(Pattern.FOUR_CREWS_THREE, EIGHT_DAYS), (Pattern.CUSTOM, OWN)], ids=str
)
def test_a_rota_is_read_as_it_was_kept(site: Flask, 小王: Person, pattern: Pattern, kept: Cycle) -> None:
    rotas.keep(person_id=小王.id, pattern=pattern, cycle=kept)
    db.session.expire_all()
    assert rotas.of_person(小王.id) == Kept(pattern, kept)


def test_everybody_has_their_own_and_who_saved_none_has_none(site: Flask, 小王: Person, 小赵: Person) -> None:
    rotas.keep(person_id=小王.id, pattern=Pattern.CUSTOM, cycle=OWN)
    assert rotas.of_person(小赵.id) is None


def test_a_new_rota_takes_the_place_of_the_old_one(site: Flask, 小王: Person) -> None:
    rotas.keep(person_id=小王.id, pattern=Pattern.CUSTOM, cycle=OWN)
    office = Cycle(MONDAY, KNOWN[Pattern.OFFICE_HOURS])

    rotas.keep(person_id=小王.id, pattern=Pattern.OFFICE_HOURS, cycle=office)

    assert rotas.of_person(小王.id) == Kept(Pattern.OFFICE_HOURS, office)
    assert db.session.scalar(select(func.count()).select_from(Rota)) == 1


def test_who_stops_using_it_has_none_and_may_stop_twice(site: Flask, 小王: Person, 小赵: Person) -> None:
    for person in (小王, 小赵):
        rotas.keep(person_id=person.id, pattern=Pattern.CUSTOM, cycle=OWN)

    rotas.stop(person_id=小王.id)
    rotas.stop(person_id=小王.id)

    assert rotas.of_person(小王.id) is None
    assert rotas.of_person(小赵.id) is not None


def test_two_forms_saved_at_one_moment_leave_one_rota_and_no_error(site: Flask, 小王: Person) -> None:
    person_id, errors = 小王.id, []
    together = threading.Barrier(4)

    def save(day: int) -> None:
        with site.app_context():
            together.wait()
            try:
                rotas.keep(
                    person_id=person_id, pattern=Pattern.CUSTOM, cycle=Cycle(date(2026, 7, day), OWN.days)
                )
            except Exception as error:
                errors.append(error)
            finally:
                db.session.remove()

    threads = [threading.Thread(target=save, args=(day,)) for day in (1, 2, 3, 4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert errors == []
    db.session.rollback()
    assert db.session.scalar(select(func.count()).select_from(Rota)) == 1


def test_a_note_counts_the_evenings_that_meet_a_shift_and_tells_the_first() -> None:
    nights = Cycle(MONDAY, (Shift(1380, 480), None, None, None, None, None, None))
    starts = [clock_at(16, 22), clock_at(17, 14), clock_at(17, 15), clock_at(23, 22)]
    spans = [(one, one.replace(minute=59)) for one in starts]

    assert note(nights, [spans[2]]) is None
    found = note(nights, [spans[3], spans[2], spans[1]])
    assert found is not None
    assert (found.hit, found.all, found.is_rest) == (1, 3, True)
    longer = (spans[0][0], clock_at(17, 1))
    found = note(nights, [spans[1], longer])
    assert found is not None
    assert (found.hit, found.all, found.is_rest, found.busy.starts_at) == (2, 2, False, clock_at(16, 23))
