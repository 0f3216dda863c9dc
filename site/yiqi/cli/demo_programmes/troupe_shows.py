"""The demo's productions: the gala of next week with a question that waits, and the play that is on anyway."""

from datetime import datetime, timedelta
from random import Random

from sqlalchemy import select

from yiqi.activities import planning
from yiqi.activities.models import Activity, Allocation, Programme
from yiqi.activities.planning import Meeting, Plan, Pool
from yiqi.cli.demo_content.troupe_season import ASKED, GALA, NIGHT_SHIFT, THEATRE, VOICE_OF_ETOWN
from yiqi.cli.demo_content.unions import FEDERATION
from yiqi.cli.demo_programmes.troupe_stage import Stage
from yiqi.db import db
from yiqi.programmes.troupe import casting, own_word, productions, sections, step_ins, things
from yiqi.programmes.troupe.models import Casting
from yiqi.programmes.troupe.productions import Role


def produce(stage: Stage) -> None:
    """“亦庄之声” next Sunday, with a question that waits; and the play that is on next week anyway."""
    at = stage.at - timedelta(days=18)
    big = productions.begin(
        season_id=stage.season_id,
        name="亦庄之声",
        name_en="The Voice of E-Town",
        about="一年一场的职工文艺汇演：合唱、舞蹈、民乐和小品，演员都是各企业的职工。",
        about_en="The yearly gala of the workers: choir, dance, folk music and a sketch, all by people from the plants.",
        by_id=stage.admin,
        nonce="demo-gala",
        at=at,
    )
    play = productions.begin(
        season_id=stage.season_id,
        name="话剧《夜班》",
        name_en="Night Shift",
        about="一条产线停电的七个小时。",
        about_en="Seven hours on a line without power.",
        by_id=stage.admin,
        nonce="demo-play",
        at=at,
    )
    for production_id, roles in ((big, VOICE_OF_ETOWN), (play, NIGHT_SHIFT)):
        _cast(stage, production_id, roles, at)
    productions.link_show(
        production_id=big, activity_id=_gala(stage), casting=Casting.FIRST, by_id=stage.admin, at=at
    )
    on_anyway = db.session.scalar(
        select(Activity.id)
        .where(Activity.title == "话剧《夜班》惠民场")
        .order_by(Activity.id.desc())
        .limit(1)
    )
    if on_anyway is not None:
        productions.link_show(
            production_id=play, activity_id=on_anyway, casting=Casting.FIRST, by_id=stage.admin, at=at
        )
    _ask(stage, big)


def _cast(
    stage: Stage, production_id: int, roles: tuple[tuple[int, str, str, str, str], ...], at: datetime
) -> None:
    taken: dict[int, int] = {}
    for n, (group, piece, piece_en, name, name_en) in enumerate(roles):
        section = stage.groups[group]
        part_id = productions.add_part(
            production_id=production_id,
            role=Role(piece, name, section.id, piece_en, name_en),
            by_id=stage.admin,
            nonce=f"demo-{production_id}-{n}",
            at=at,
        )
        people = [one.person_id for one in sections.members([section.id])]
        start = taken.get(group, 0)
        taken[group] = start + 2
        first, second = people[start % len(people)], people[(start + 1) % len(people)]
        productions.cast(
            part_id=part_id,
            first_id=first,
            second_id=second if n != 4 else None,
            by_id=stage.admin,
            at=at + timedelta(days=1),
        )
        for person_id in (first, second):
            if stage.rng.random() < 0.75:
                own_word.consent(person_id=person_id, agrees=True, at=at + timedelta(days=2))
            if stage.rng.random() < 0.65:
                own_word.tell_measures(
                    person_id=person_id, measures=_measures(stage.rng), at=at + timedelta(days=3)
                )


def _measures(rng: Random) -> dict[str, int | str | None]:
    height = rng.randint(156, 184)
    return {
        "height": height,
        "chest": rng.randint(80, 104),
        "waist": rng.randint(64, 92),
        "head": rng.randint(54, 60),
        "shirt": "M" if height < 168 else "L" if height < 178 else "XL",
        "shoe": 35 + (height - 150) // 4,
    }


def _gala(stage: Stage) -> int:
    """The activity with places for the audience."""
    start = stage.day(13, 14, 30)
    plan = Plan(
        programme=Programme.TROUPE,
        title="亦庄之声 · 职工文艺汇演",
        owner_id=stage.cast.unions[FEDERATION[0]],
        meetings=[Meeting(start, start + timedelta(hours=2), *THEATRE)],
        pools=[Pool(180)],
        opens_at=stage.at - timedelta(days=6),
        closes_at=start,
        allocation=Allocation.FIRST_COME,
        max_party=3,
        made_by_id=stage.admin,
        words=GALA,
    )
    made = planning.publish(plan)
    crowd = stage.shuffled()
    for person_id in crowd[:36]:
        stage.asks(made.slot_ids[0], person_id, stage.at - timedelta(days=stage.rng.randint(1, 5)))
    return made.activity_id


def _ask(stage: Stage, production_id: int) -> None:
    """The lead dancer cannot come to the show; 马晓雨 is asked."""
    lead, show = casting.parts(production_id)[0], casting.shows(production_id, stage.at)[0]
    player, thing = lead.player(Casting.FIRST), things.production({"production_id": production_id})
    if player is None or thing is None:
        raise LookupError(production_id)
    asked = stage.cast.accounts[ASKED]
    if player.person_id == asked:
        return
    stage.excuses(player.person_id, show.occurrence_id, stage.at - timedelta(hours=6))
    step_ins.ask(
        part_id=lead.part.id,
        occurrence_id=show.occurrence_id,
        person_id=asked,
        thing=thing,
        by_id=stage.admin,
        at=stage.at - timedelta(minutes=50),
    )
