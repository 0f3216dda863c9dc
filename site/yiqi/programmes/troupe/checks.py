"""The troupe's invariants, for `flask doctor`."""

from collections.abc import Iterator, Mapping
from datetime import datetime, timedelta

from sqlalchemy import func, select

from yiqi.activities.models import Slot
from yiqi.booking.doctor.findings import Check, Finding
from yiqi.booking.models import Booking
from yiqi.booking.rules.states import State
from yiqi.db import db
from yiqi.programmes.troupe.models import (
    Answer,
    Audition,
    AuditionTime,
    Outcome,
    Season,
    Section,
    Sheet,
    StepIn,
    Verdict,
)

SOON = timedelta(hours=1)
"""Within which background work has given every accepted one a place."""


def sections_are_slots_of_their_season(_at: datetime) -> Iterator[Finding]:
    """A section's slot belongs to the activity of its season."""
    rows = db.session.execute(
        select(Section.id)
        .join(Slot, Slot.id == Section.slot_id)
        .join(Season, Season.id == Section.season_id)
        .where(Slot.activity_id != Season.activity_id)
    )
    for row in rows:
        yield Finding("troupe_section", row.id, "its slot is another activity's")


def nobody_marks_themself(_at: datetime) -> Iterator[Finding]:
    """No sheet is by the one it is about."""
    rows = db.session.execute(
        select(Booking.id)
        .join(Sheet, Sheet.booking_id == Booking.id)
        .where(Sheet.juror_id == Booking.person_id)
    )
    for row in rows:
        yield Finding("troupe_sheet", row.id, "its juror is whom it is about")


def marks_stop_with_the_results(_at: datetime) -> Iterator[Finding]:
    """No sheet is younger than the results."""
    rows = db.session.execute(
        select(Sheet.booking_id)
        .join(Booking, Booking.id == Sheet.booking_id)
        .join(AuditionTime, AuditionTime.slot_id == Booking.slot_id)
        .join(Audition, Audition.id == AuditionTime.audition_id)
        .where(Sheet.given_at > Audition.sent_at)
    )
    for row in rows:
        yield Finding("troupe_sheet", row.booking_id, "it was given after the results went out")


def one_steps_in(_at: datetime) -> Iterator[Finding]:
    """One person at the most has accepted a part at a date."""
    rows = db.session.execute(
        select(StepIn.part_id, func.count().label("many"))
        .where(StepIn.answer == Answer.ACCEPTED)
        .group_by(StepIn.part_id, StepIn.occurrence_id)
        .having(func.count() > 1)
    )
    for row in rows:
        yield Finding("troupe_part", row.part_id, f"{row.many} step in at one date")


def the_accepted_have_places(at: datetime) -> Iterator[Finding]:
    """Who was told that they are in has a place in the section, an hour later at the latest."""
    rows = db.session.execute(
        select(Verdict.booking_id)
        .join(Booking, Booking.id == Verdict.booking_id)
        .join(AuditionTime, AuditionTime.slot_id == Booking.slot_id)
        .join(Audition, Audition.id == AuditionTime.audition_id)
        .where(
            Verdict.outcome == Outcome.IN,
            Verdict.seated_ref == "",
            Booking.state == State.CONFIRMED,
            Audition.sent_at < at - SOON,
        )
    )
    for row in rows:
        yield Finding("troupe_verdict", row.booking_id, "it was told and gave no place")


CHECKS: Mapping[str, Check] = {
    "troupe-sections": sections_are_slots_of_their_season,
    "troupe-own-marks": nobody_marks_themself,
    "troupe-marks-stop": marks_stop_with_the_results,
    "troupe-step-in": one_steps_in,
    "troupe-accepted": the_accepted_have_places,
}
