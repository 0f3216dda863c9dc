"""The league's pages as people meet them: what a visitor reads, what a captain finds, what a scorer taps."""

import re
from datetime import timedelta

import pytest
from flask import Flask
from sqlalchemy import delete, select, update

from tests.browsing import Client, by_id, form_of, parsed, words
from tests.builders import a_union, an_activity, an_organizer
from tests.league.season import (
    Begun,
    Entered,
    a_player,
    a_season,
    a_team,
    an_invitation,
    game,
    in_team,
    locks_now,
    planned,
)
from tests.web.asking import HTMX, a_token, press_by_htmx
from yiqi import clock
from yiqi.booking import places, programme
from yiqi.db import db, writing
from yiqi.notices.models import Notice
from yiqi.people import merging
from yiqi.people.merging import Keeps
from yiqi.programmes.league import checks, games, invitations, letters, plug, rosters, scoring, squads
from yiqi.programmes.league.models import Game, Player
from yiqi.programmes.league.rules.words import Part, State
from yiqi.roles.rules.permissions import Held, Role

HOUR, DAY = timedelta(hours=1), timedelta(days=1)


def two_teams(players: int = 2) -> tuple[Begun, Entered, Entered]:
    season = a_season(a_union().id)
    group = season.group_ids[0]
    return (
        season,
        a_team(season.id, name="泰德制药", group_id=group, players=players),
        a_team(season.id, name="京仪装备", group_id=group, players=players),
    )


def test_before_the_first_season_the_page_says_so(client: Client) -> None:
    page = client.get("/league/")

    assert page.status_code == 200
    assert "新赛季还没开始" in page.text


def test_a_visitor_reads_numbers_and_no_names_that_nobody_agreed_to(client: Client) -> None:
    _season, team, _other = two_teams(players=2)
    shy, open_one = team.people
    rosters.change_own(
        team_id=team.id, person_id=open_one.id, shirt=11, plays=None, name_shown=True, at=clock.now()
    )

    page = client.get(f"/league/teams/{team.id}")

    assert shy.name not in page.text
    assert team.captain.name not in page.text
    assert open_one.name in page.text
    assert "10" in words(by_id(page, f"player-{team.player_ids[0]}"))
    own = client.get(f"/league/players/{team.player_ids[0]}")
    assert shy.name not in own.text
    assert "本人没有公开姓名和得分" in own.text


def test_who_is_in_the_team_reads_names_and_a_player_of_the_other_team_does_not(client: Client) -> None:
    _season, team, other = two_teams()

    client.sign_in(team.people[0])
    assert team.people[1].name in client.get(f"/league/teams/{team.id}").text
    assert other.people[0].name not in client.get(f"/league/teams/{other.id}").text


def test_the_table_marks_my_team_and_the_line(client: Client) -> None:
    _season, team, _other = two_teams()
    client.sign_in(team.captain)

    page = client.get("/league/")

    rows = [row for row in parsed(page).iter("tr") if "me" in row.get("class", "").split()]
    assert len(rows) == 1
    assert "我的队" in words(rows[0])


def test_an_invitation_is_made_opened_by_its_code_and_accepted(client: Client) -> None:
    _season, team, _other = two_teams(players=0)
    mate = a_player(team.union_id, "冯雪")
    client.sign_in(team.captain)
    page = client.follow(
        client.press(client.get(f"/league/teams/{team.id}"), f"/league/teams/{team.id}/invitations")
    )
    code = words(by_id(page, "code"))
    assert re.fullmatch(r"BDB-[2-9A-HJKMNP-Z]{4}", code)

    client.sign_in(mate)
    page = client.follow(client.press(client.get("/league/join"), "/league/join", typed=code.lower()))
    assert "泰德制药" in page.text
    link = page.request.path
    wrong = client.press(page, link, shirt="100")
    assert wrong.status_code == 422
    assert form_of(wrong, link)["shirt"] == "100"
    taken = client.press(page, link, shirt="1")
    assert taken.status_code == 409
    joined = client.follow(client.press(page, link, shirt="30", plays="guard"))

    assert joined.request.path == f"/league/teams/{team.id}"
    assert [(one.person_id, one.shirt) for one in in_team(team.id)][1] == (mate.id, 30)
    told = db.session.scalars(select(Notice).where(Notice.kind == "league_accepted")).one()
    with client.application.test_request_context():
        letter = letters.accepted(told)
    assert letter is not None
    assert letter.phone == team.captain.phone
    assert "冯雪" in letter.text


def test_who_is_not_of_the_union_is_told_before_filling_anything_in(client: Client) -> None:
    _season, team, _other = two_teams(players=0)
    stranger = a_player(a_union("别家").id, "钱多")
    link = f"/league/join/{an_invitation(team).token}"
    client.sign_in(stranger)

    page = client.get(link)
    sent = client.post(link, data={"shirt": "30", "csrf_token": a_token(client)})

    assert "不在这支队的工会名册上" in page.text
    assert by_id(page, "to-union").get("href") == "/me/union"
    assert "确认加入" not in page.text
    assert sent.status_code == 409
    assert len(in_team(team.id)) == 1


def test_the_page_of_a_team_knows_the_places_i_have(client: Client) -> None:
    season, team, other = two_teams()
    watched = an_activity(places=9)
    game_id = planned(season, (team.id, other.id), clock.now() + 2 * HOUR)
    with writing() as session:
        session.execute(update(Game).where(Game.id == game_id).values(activity_id=watched.activity_id))
    client.sign_in(team.captain)
    assert "订观赛票" in client.get(f"/league/teams/{team.id}").text
    assert "已订观赛票" not in client.get(f"/league/teams/{team.id}").text

    places.sign_up(slot_id=watched.slot_id, person_id=team.captain.id, party=1, nonce="n", at=clock.now())

    assert "已订观赛票" in client.get(f"/league/teams/{team.id}").text


def test_a_season_that_is_being_set_up_waits_until_the_one_that_plays_is_over(client: Client) -> None:
    season, team, other = two_teams()
    game_id = planned(season, (team.id, other.id), clock.now() + HOUR)
    coming = a_season(a_union().id)
    new = a_team(coming.id, name="泰德二队", group_id=coming.group_ids[0], players=0)
    against = a_team(coming.id, name="京仪二队", group_id=coming.group_ids[0], players=0)
    later = planned(coming, (new.id, against.id), clock.now() + 60 * DAY)
    client.sign_in(new.captain)

    def on() -> int:
        found = squads.current(clock.now())
        assert found is not None
        return int(found.id)

    assert on() == season.id
    assert "其他赛季" in client.get("/league/").text
    assert "我的球队：泰德二队" in client.get("/me").text, "its captain finds it from the first day"
    with writing() as session:
        session.execute(update(Game).where(Game.id == game_id).values(state=State.PLAYED))
    assert on() == coming.id
    with writing() as session:
        session.execute(delete(Game).where(Game.id == later))
    assert on() == season.id, "without games of its own the new one does not hide the last results"


def test_an_unknown_code_keeps_what_was_typed(client: Client) -> None:
    client.sign_in(a_player(a_union().id))
    page = client.press(client.get("/league/join"), "/league/join", typed="BDB-2222")

    assert page.status_code == 409
    assert form_of(page, "/league/join")["typed"] == "BDB-2222"
    assert client.press(page, "/league/join", typed="你好").status_code == 422


def test_after_the_lock_the_same_link_asks_for_a_transfer(client: Client) -> None:
    season, team, _other = two_teams(players=0)
    link, mate = an_invitation(team), a_player(team.union_id)
    locks_now(season.id)
    client.sign_in(mate)
    page = client.get(f"/league/join/{link.token}")
    assert "申请转队" in page.text

    assert client.press(page, f"/league/join/{link.token}", shirt="8").status_code == 422
    page = client.follow(client.press(page, f"/league/join/{link.token}", shirt="8", said="刚调来"))

    assert "在等组织者审核" in page.text
    assert len(in_team(team.id)) == 1


def test_an_invitation_for_somebody_else_is_like_one_that_is_not_there(client: Client) -> None:
    _season, team, _other = two_teams(players=0)
    asked = a_player(team.union_id, "冯雪")
    client.sign_in(team.captain)
    page = client.get(f"/league/teams/{team.id}")
    action = f"/league/teams/{team.id}/invite"
    assert client.press(page, action, phone="1", name="").status_code == 422
    client.press(page, action, phone=asked.phone[3:], name="小冯", part="player")
    told = db.session.scalars(select(Notice).where(Notice.kind == "league_invited")).one()
    with client.application.test_request_context():
        letter = letters.invited(told)
    assert letter is not None
    link = re.search(r"/league/join/[\w-]{22}", letter.text)
    assert link is not None

    client.sign_in(a_player(team.union_id))
    assert client.get(link[0]).status_code == 404
    client.sign_in(asked)
    assert "泰德制药" in client.get("/me").text
    assert client.get(link[0]).status_code == 200
    client.press(client.get(link[0]), f"{link[0]}/decline")
    assert "队长请你入队" not in client.get("/me").text


def test_a_page_follows_the_score_and_asks_no_more_when_it_is_over(client: Client) -> None:
    season, team, other = two_teams()
    game_id = planned(season, (team.id, other.id), clock.now() - HOUR)
    scorer = an_organizer(a_union()).id
    scoring.start(game_id=game_id, by_id=scorer, at=clock.now())
    page = client.get(f"/league/games/{game_id}")
    address = by_id(page, "poller").get("hx-get", "")
    assert client.get(address, headers=HTMX).status_code == 204

    scoring.basket(
        game_id=game_id,
        team_id=team.id,
        points=3,
        player_id=None,
        nonce="a",
        by_id=scorer,
        at=clock.now(),
    )
    fresh = client.get(address, headers=HTMX)
    assert fresh.status_code == 200
    assert "3 : 0" in words(by_id(fresh, "score"))
    scoring.finish(game_id=game_id, by_id=scorer, at=clock.now())
    over = client.get(by_id(fresh, "poller").get("hx-get", ""), headers=HTMX)
    assert by_id(over, "poller").get("hx-get") is None


def test_the_scorer_taps_with_and_without_javascript(client: Client) -> None:
    season, team, other = two_teams()
    game_id = planned(season, (team.id, other.id), clock.now() - HOUR)
    client.sign_in(an_organizer(a_union()))
    address = f"/desk/league/games/{game_id}/live"

    page = client.follow(client.press(client.get(address), address))
    assert game(game_id).state is State.LIVE
    first = client.press(page, address, points="2")
    again = client.press(page, address, points="2")
    assert first.status_code == again.status_code == 303
    assert game(game_id).home_score == 2
    panel = press_by_htmx(client, client.get(address), address, points="3")
    assert words(by_id(panel, "live-score")).endswith("5 : 0")
    assert client.press(page, address, do="nonsense").status_code == 422


def test_a_result_without_a_reason_is_not_corrected(client: Client) -> None:
    season, team, other = two_teams()
    game_id = planned(season, (team.id, other.id), clock.now() - HOUR)
    client.sign_in(an_organizer(a_union()))
    sheet, action = f"/desk/league/games/{game_id}/sheet", f"/desk/league/games/{game_id}/result"

    draw = client.press(client.get(sheet), action, became="played", home="60", away="60")
    assert draw.status_code == 409
    assert form_of(draw, action)["home"] == "60"
    client.press(client.get(sheet), action, became="played", home="60", away="50")
    page = client.press(client.get(sheet), action, became="played", home="61", away="50")

    assert page.status_code == 422
    assert game(game_id).home_score == 60


def test_a_season_is_made_at_the_desk_and_typing_badly_loses_nothing(client: Client) -> None:
    client.sign_in(an_organizer(a_union()))
    page = client.get("/desk/league/seasons/new")
    typed = {
        "owner": "亦庄工会",
        "name": "2026 赛季",
        "lock_day": "2026-12-01",
        "lock_hour": "18:00",
        "courts": "一号场 | Court 1\n二号场",
        "groups": "A，B",
    }

    bad = client.press(page, "/desk/league/seasons", **typed | {"most_players": "3"})
    assert bad.status_code == 422
    assert form_of(bad, "/desk/league/seasons")["courts"].splitlines() == ["一号场 | Court 1", "二号场"]
    foreign = client.press(page, "/desk/league/seasons", **typed | {"owner": "别家工会"})
    assert foreign.status_code == 422
    made = client.follow(client.press(page, "/desk/league/seasons", **typed))

    assert "2026 赛季" in made.text
    assert client.press(page, "/desk/league/seasons", **typed).location == made.request.path


def test_what_the_league_adds_to_other_pages(client: Client, site: Flask) -> None:
    season, team, other = two_teams()
    game_id = planned(season, (team.id, other.id), clock.now() + 2 * HOUR)
    with site.test_request_context():
        now = clock.now()
        assert "泰德制药" in plug.front(team.captain.id, now)[0].text
        assert [one.url for one in plug.search("泰德", None, now)] == [f"/league/teams/{team.id}"]
        held = [Held(Role.UNION_ORGANIZER, frozenset({a_union().id}))]
        assert plug.doors(held, now)[0].waiting == 0
        assert plug.doors([Held(Role.UNION_ORGANIZER, frozenset({team.union_id}))], now) == []
        told = "".join(one.text for one in plug.board(now))
    if clock.beijing(game(game_id).starts_at).date() == clock.today():  # type: ignore[arg-type]
        assert "泰德制药 对 京仪装备" in told
    client.sign_in(team.captain)
    assert "我的球队：泰德制药" in client.get("/me").text
    assert "泰德制药" in client.get("/").text


def test_on_my_page_what_waits_for_an_answer_stands_before_the_bookings_and_the_rest_behind(
    client: Client,
) -> None:
    _season, team, _other = two_teams(players=0)
    mate = a_player(team.union_id, "冯雪")
    invitations.to_one(
        team_id=team.id,
        person_id=team.captain.id,
        phone=mate.phone,
        name="冯雪",
        part=Part.PLAYER,
        nonce="n",
        at=clock.now(),
    )

    client.sign_in(mate)
    invited = client.get("/me").text
    client.sign_in(team.captain)
    own = client.get("/me").text

    assert invited.index("队长请你入队") < invited.index('id="bookings"')
    assert own.index('id="bookings"') < own.index("我的球队：泰德制药")


@pytest.mark.parametrize("in_both", [True, False])
def test_two_records_of_one_person_become_one_player(site: Flask, in_both: bool) -> None:
    _season, team, other = two_teams(players=1)
    gone = other.people[0]
    kept = team.people[0] if in_both else a_player(other.union_id)
    with writing() as session:
        here = session.connection()
        first, second = merging.hold(here, kept.id, gone.id)
        for one in programme.plugs():
            one.carry(here, kept.id, gone.id, clock.now())
        merging.carry(here, first, second, Keeps.KEPT, clock.now())

    theirs = db.session.scalars(select(Player).where(Player.person_id == kept.id, Player.left_at.is_(None)))
    assert [one.team_id for one in theirs] == [team.id if in_both else other.id]
    assert db.session.scalar(select(Player.id).where(Player.person_id == gone.id)) is None
    assert not [one for check in checks.CHECKS.values() for one in check(clock.now())]


def test_the_doctor_notices_a_score_that_is_not_the_sum_of_its_baskets(site: Flask) -> None:
    season, team, other = two_teams()
    game_id = planned(season, (team.id, other.id), clock.now() - HOUR)
    scoring.start(game_id=game_id, by_id=an_organizer(a_union()).id, at=clock.now())
    assert not list(checks.live_scores(clock.now()))

    with writing():
        game(game_id).home_score = 7

    assert [one.row for one in checks.live_scores(clock.now())] == [game_id]
    assert games.version(game_id) is not None
