"""The arts troupe of the demo: a season in its sixth week, an audition that jurors are marking, one whose results are
out, one that can be booked, and a production with two casts that is shown next week. All of it through the troupe's verbs."""

from datetime import datetime, timedelta
from random import Random

from yiqi import clock
from yiqi.booking import approval, attendance
from yiqi.cli.demo_content.troupe_season import ENSEMBLES, SEASON
from yiqi.cli.demo_content.unions import FEDERATION
from yiqi.cli.demo_people import Cast
from yiqi.cli.demo_programmes import troupe_auditions, troupe_shows
from yiqi.cli.demo_programmes.troupe_stage import Stage
from yiqi.programmes.troupe import seasons, sections
from yiqi.programmes.troupe.seasons import Outline

ADMIN, DOORS = 1, 4
WEEKS_AGO, WEEKS_ON = 6, 8


def furnish(cast: Cast, at: datetime) -> None:
    """Play the troupe's season up to now."""
    today = clock.beijing(at).date()
    rng = Random(today.toordinal() + 9)  # noqa: S311
    stage = Stage(cast, at, rng, cast.accounts[ADMIN], today - timedelta(days=today.weekday()))
    _begin(stage)
    _join(stage)
    troupe_auditions.past(stage)
    _rehearse(stage)
    troupe_auditions.marked(stage)
    troupe_auditions.open_now(stage)
    troupe_shows.produce(stage)


def _begin(stage: Stage) -> None:
    outline = Outline(
        stage.cast.unions[FEDERATION[0]],
        f"职工艺术团 {stage.monday.year} 秋冬季",
        stage.monday - timedelta(weeks=WEEKS_AGO),
        stage.monday + timedelta(weeks=WEEKS_ON),
        [one.group for one in ENSEMBLES],
        SEASON,
    )
    began = clock.at(outline.first_on) - timedelta(days=10)
    stage.season_id = seasons.begin(outline=outline, by_id=stage.admin, nonce="demo", at=began)
    stage.groups = sections.of_season(stage.season_id)


def _join(stage: Stage) -> None:
    """Who is in each section: they asked and were let in before it began. Each is in one section."""
    taken: set[int] = set()
    asked_at = clock.at(stage.monday - timedelta(weeks=WEEKS_AGO, days=6), 12)
    for ensemble, group in zip(ENSEMBLES, stage.groups, strict=True):
        joined: list[int] = []
        known = [stage.cast.accounts[number] for number in ensemble.accounts]
        for person_id in (*known, *stage.shuffled(ensemble.women)):
            if person_id in taken or len(joined) == ensemble.people:
                continue
            ref = stage.asks(group.slot_id, person_id, asked_at)
            if ref:
                approval.approve(ref=ref, by_id=stage.admin, at=asked_at + timedelta(hours=20))
                joined.append(person_id)
                taken.add(person_id)
        for n, person_id in enumerate(joined):
            plays = ensemble.plays[n % len(ensemble.plays)]
            seasons.note_voice(section_id=group.id, person_id=person_id, plays=plays)
        seasons.name_leader(
            section_id=group.id, person_id=joined[0], by_id=stage.admin, at=asked_at + timedelta(days=2)
        )
    late = next(one for one in stage.shuffled(women=False) if one not in taken)
    stage.asks(stage.groups[3].slot_id, late, stage.at - timedelta(hours=5))


def _rehearse(stage: Stage) -> None:
    """The rehearsals so far: most come, some say beforehand that they cannot, one of each section has stopped coming."""
    for group in stage.groups:
        dates = [one for one in sections.rehearsals([group.slot_id]) if one.ends_at <= stage.at]
        members = sections.members([group.id])
        gone = members[-1].person_id
        for n, one in enumerate(dates):
            for member in (member for member in members if member.since < one.starts_at):
                late = n >= len(dates) - 3 and member.person_id == gone
                chance = stage.rng.random()
                if chance > 0.92 and not late:
                    stage.excuses(member.person_id, one.id, one.starts_at - timedelta(hours=9))
                elif chance < 0.86 and not late:
                    came_at = one.starts_at - timedelta(minutes=stage.rng.randint(1, 20))
                    attendance.check_in(
                        ref=member.ref, occurrence_id=one.id, at=came_at, by_id=stage.cast.accounts[DOORS]
                    )
        coming = next(one for one in sections.rehearsals([group.slot_id]) if one.starts_at > stage.at)
        stage.excuses(members[1].person_id, coming.id, stage.at - timedelta(hours=3))
