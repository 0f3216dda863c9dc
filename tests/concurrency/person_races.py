"""Races over one person: two captains who want them in their teams, and two records of them that become one."""

from collections import Counter

from sqlalchemy import text

from tests.builders import a_union
from tests.concurrency.crowd import Door, at_once
from tests.league.season import a_season, a_team, an_invitation, joins
from yiqi import clock
from yiqi.db import db, writing
from yiqi.people.models import Person

PRESSES = 4
TEAMS = 2
TABS = 24


def without_its_index(door: Door) -> None:
    """Let somebody play in several teams of a season: what the database itself forbids."""
    with door.app.app_context(), writing() as session:
        session.execute(text("DROP INDEX IF EXISTS uq_league_player_one_team"))


def two_captains_and_one_player(door: Door) -> tuple[Counter[int], int, int]:
    """Two captains sent their links to the same player, who says yes to both, in several tabs at once. Answers the statuses,
    in how many teams they are, and how many captains were told that they are."""
    (player,) = door.people(1)
    with door.app.app_context():
        season, union = a_season(a_union().id), a_union("两队工会")
        joins(db.session.get_one(Person, player.person_id), union.id)
        tokens = [an_invitation(a_team(season.id, union=union)).token for _n in range(TEAMS)]
        db.session.remove()
    shirts = enumerate(tokens, start=7)
    yes = [door.pressing(player, f"/league/join/{token}", shirt=shirt) for shirt, token in shirts]
    statuses = at_once(yes * PRESSES)
    mine = "FROM league_player WHERE person_id = :person AND left_at IS NULL"
    (teams,) = door.found(f"SELECT count(DISTINCT team_id) {mine}", person=player.person_id)
    (told,) = door.found(
        f"""SELECT count(*) FROM notice WHERE kind = 'league_accepted' AND key IN
            (SELECT 'league-accepted-' || id {mine})""",  # noqa: S608
        person=player.person_id,
    )
    return statuses, int(teams), int(told)


def one_record_goes_while_it_signs_up(door: Door, places: int = 3) -> tuple[Counter[int], int, list[int]]:
    """Two records of one person sign up for the same thing while an admin makes one of them. Answers the statuses of those who
    sign up, how often the admin was refused, and whose the live bookings are: 0 the record's that stays, 1 the one's that
    goes."""
    made = door.activity(places=places)
    kept, gone = both = door.people(2)
    admin = door.organizer()
    merge = door.pressing(admin, f"/verbs/people/{kept.person_id}/merge/{gone.person_id}")
    path = f"/slots/{made.slot_id}/bookings"
    signing = [door.pressing(who, path, party=1, nonce=f"tab-{tab}") for tab in range(2) for who in both]
    statuses = at_once([merge, *signing])
    (gone_into,) = door.found("SELECT merged_into_id FROM person WHERE id = :id", id=gone.person_id)
    whose = [kept.person_id, gone.person_id]
    live = [one for one in door.bookings(made.slot_id) if one.state in ("confirmed", "waiting")]
    return statuses, int(gone_into != kept.person_id), [whose.index(one.person_id) for one in live]


def one_record_goes_while_it_writes(door: Door) -> tuple[Counter[int], int, int]:
    """Somebody saves their shifts in many tabs while an admin makes two records of them one. Answers the statuses of all,
    how often the admin was refused, and how many rotas the record that is no more has afterwards."""
    kept, gone = door.people(2)
    merge = door.pressing(door.organizer(), f"/verbs/people/{kept.person_id}/merge/{gone.person_id}")
    shifts = {"pattern": "four_crews_two", "number": "1", "day": str(clock.today())}
    statuses = at_once([merge, *[door.pressing(gone, "/me/rota", **shifts)] * TABS])
    (gone_into,) = door.found("SELECT merged_into_id FROM person WHERE id = :id", id=gone.person_id)
    (left,) = door.found("SELECT count(*) FROM rota WHERE person_id = :id", id=gone.person_id)
    return statuses, int(gone_into != kept.person_id), int(left)
