"""What the promises ask of this programme: its addresses, the rows behind them, and what its part of the desk needs."""

from collections.abc import Mapping
from datetime import timedelta

from tests.league.season import a_player, a_season, a_team, an_invitation, planned
from tests.promises.route import (
    ALWAYS_ON,
    CONFLICT,
    GO,
    MISSING,
    OK,
    OWNER_POST,
    SIGN_IN,
    SIGNED_IN,
    SIGNED_IN_POST,
    Kind,
    Planted,
    Route,
    Samples,
    addresses,
    desk,
    page,
    post,
)
from yiqi import clock
from yiqi.programmes.league import transfers

at = addresses("league")
_season = at("/league/seasons/{season}")
_team = at("/league/teams/{team}")
_game = at("/league/games/{game}")
_join = at("/league/join/{token}")
_desk_season = at("/desk/league/seasons/{season}")
_desk_team = at("/desk/league/teams/{team}")
_desk_game = at("/desk/league/games/{game}")
_desk_next = at("/desk/league/games/{next}")

A_SHIRT = {"shirt": "7", "plays": "guard"}
A_SEASON = {
    "name": "2027 赛季",
    "lock_day": str(clock.today() + timedelta(days=90)),
    "lock_hour": "18:00",
    "least_players": "5",
    "most_players": "12",
    "qualify": "4",
    "minutes": "90",
    "rest_days": "1",
    "forfeit_points": "20",
    "most_forfeits": "2",
    "most_fouls": "5",
    "courts": "一号场\n二号场",
    "groups": "A B",
}


def _wish(one: Samples) -> dict[str, str]:
    return {
        "first": str(one.more["league_first"]),
        "weekday": "5",
        "times": "09:00",
        "court": str(one.more["league_court"]),
        "days_a_round": "7",
    }


ROUTES: tuple[Route, ...] = (
    page("/league/", "league.home"),
    page("/league/seasons/<id:season_id>", "league.season", _season),
    page("/league/seasons/<id:season_id>/games", "league.fixtures", lambda one: f"{_season(one)}/games"),
    page("/league/seasons/<id:season_id>/rules", "league.rules", lambda one: f"{_season(one)}/rules"),
    page(
        "/league/groups/<id:group_id>",
        "league.group",
        at("/league/groups/{group}"),
    ),
    page("/league/teams/<id:team_id>", "league.team", _team),
    page(
        "/league/players/<id:player_id>",
        "league.player",
        at("/league/players/{player}"),
    ),
    page("/league/games/<id:game_id>", "league.game", _game),
    Route(
        "GET",
        "/league/games/<id:game_id>/_score",
        "league._score",
        Kind.FRAGMENT,
        lambda one: f"{_game(one)}/_score",
        *ALWAYS_ON,
        leads=_game,
    ),
    post(
        "/league/teams/<id:team_id>/me",
        "league.change_own",
        lambda one: f"{_team(one)}/me",
        OWNER_POST,
        lambda _one: A_SHIRT,
    ),
    post(
        "/league/teams/<id:team_id>/leave",
        "league.leave",
        lambda one: f"{_team(one)}/leave",
        (SIGN_IN, CONFLICT, MISSING),
    ),
    post(
        "/league/teams/<id:team_id>/invitations",
        "league.invite_all",
        lambda one: f"{_team(one)}/invitations",
        OWNER_POST,
        books=True,
    ),
    post(
        "/league/teams/<id:team_id>/invite",
        "league.invite_one",
        lambda one: f"{_team(one)}/invite",
        OWNER_POST,
        lambda _one: {"phone": "13511112222", "name": "冯雪", "part": "player"},
        books=True,
    ),
    post(
        "/league/teams/<id:team_id>/invitations/<id:invitation_id>/end",
        "league.take_back",
        lambda one: f"{_team(one)}/invitations/{one.more['league_invitation']}/end",
        OWNER_POST,
    ),
    post(
        "/league/teams/<id:team_id>/players/<id:player_id>/out",
        "league.take_out",
        lambda one: f"{_team(one)}/players/{one.more['league_player']}/out",
        OWNER_POST,
    ),
    post(
        "/league/teams/<id:team_id>/captain",
        "league.hand_over",
        lambda one: f"{_team(one)}/captain",
        OWNER_POST,
        lambda one: {"player": str(one.more["league_player"])},
    ),
    page("/league/join", "league.code", who=SIGNED_IN),
    post(
        "/league/join",
        "league.use_code",
        who=SIGNED_IN_POST,
        fields=lambda one: {"typed": f"bdb {one.more['league_code']}"},
    ),
    page("/league/join/<token:token>", "league.invitation", _join, (SIGN_IN, GO, OK)),
    post("/league/join/<token:token>", "league.accept", _join, (SIGN_IN, GO, CONFLICT), lambda _one: A_SHIRT),
    post(
        "/league/join/<token:token>/decline",
        "league.decline",
        lambda one: f"{_join(one)}/decline",
        (SIGN_IN, MISSING, MISSING),
    ),
    desk("GET", "/desk/league/", "league_desk.home"),
    desk("GET", "/desk/league/seasons/new", "league_desk.new_season"),
    desk(
        "POST",
        "/desk/league/seasons",
        "league_desk.begin_season",
        fields=lambda _one: {**A_SEASON, "owner": "亦庄工会"},
        books=True,
    ),
    desk("GET", "/desk/league/seasons/<id:season_id>", "league_desk.season", _desk_season),
    desk(
        "GET",
        "/desk/league/seasons/<id:season_id>/settings",
        "league_desk.settings",
        lambda one: f"{_desk_season(one)}/settings",
    ),
    desk(
        "POST",
        "/desk/league/seasons/<id:season_id>/settings",
        "league_desk.keep_settings",
        lambda one: f"{_desk_season(one)}/settings",
        lambda _one: {**A_SEASON, "groups": "A B C"},
    ),
    desk(
        "POST",
        "/desk/league/seasons/<id:season_id>/teams",
        "league_desk.enter_team",
        lambda one: f"{_desk_season(one)}/teams",
        lambda one: {
            "name": "小微企业",
            "union": str(one.more["league_union"]),
            "phone": str(one.more["league_phone"]),
            "captain": "冯雪",
        },
    ),
    desk("GET", "/desk/league/teams/<id:team_id>", "league_desk.team", _desk_team),
    desk(
        "POST",
        "/desk/league/teams/<id:team_id>",
        "league_desk.keep_team",
        _desk_team,
        lambda one: {"group": str(one.more["league_group"]), "lot": "2"},
    ),
    desk(
        "POST",
        "/desk/league/teams/<id:team_id>/people",
        "league_desk.appoint",
        lambda one: f"{_desk_team(one)}/people",
        lambda one: {"name": "冯雪", "phone": str(one.more["league_mate"]), "part": "coach"},
    ),
    desk(
        "GET",
        "/desk/league/seasons/<id:season_id>/transfers",
        "league_desk.transfers",
        lambda one: f"{_desk_season(one)}/transfers",
    ),
    desk(
        "POST",
        "/desk/league/transfers/<id:transfer_id>",
        "league_desk.decide",
        at("/desk/league/transfers/{transfer}"),
        lambda _one: {"granted": "1", "because": "两队都同意"},
    ),
    desk(
        "GET",
        "/desk/league/seasons/<id:season_id>/fixtures",
        "league_desk.fixtures",
        lambda one: (
            f"{_desk_season(one)}/fixtures?" + "&".join(f"{key}={value}" for key, value in _wish(one).items())
        ),
    ),
    desk(
        "POST",
        "/desk/league/seasons/<id:season_id>/fixtures",
        "league_desk.publish_fixtures",
        lambda one: f"{_desk_season(one)}/fixtures",
        lambda one: {**_wish(one), "digest": str(one.more["league_digest"])},
    ),
    desk(
        "GET",
        "/desk/league/seasons/<id:season_id>/bracket",
        "league_desk.bracket",
        lambda one: f"{_desk_season(one)}/bracket",
    ),
    desk(
        "POST",
        "/desk/league/seasons/<id:season_id>/bracket",
        "league_desk.publish_bracket",
        lambda one: f"{_desk_season(one)}/bracket",
        lambda _one: {"digest": "0" * 16},
        status=CONFLICT,
    ),
    desk("GET", "/desk/league/games/<id:game_id>", "league_desk.game", _desk_next),
    desk(
        "POST",
        "/desk/league/games/<id:game_id>/when",
        "league_desk.move",
        lambda one: f"{_desk_next(one)}/when",
        lambda one: {
            "day": str(one.more["league_first"]),
            "starts": "18:30",
            "court": str(one.more["league_court"]),
        },
    ),
    desk(
        "POST",
        "/desk/league/games/<id:game_id>/off",
        "league_desk.call_off",
        lambda one: f"{_desk_next(one)}/off",
        lambda _one: {"because": "场馆停电"},
    ),
    desk(
        "POST",
        "/desk/league/games/<id:game_id>/places",
        "league_desk.open_places",
        lambda one: f"{_desk_next(one)}/places",
        lambda _one: {"stands": "A 看台 150\nB 看台 80"},
    ),
    desk(
        "POST",
        "/desk/league/games/<id:game_id>/link",
        "league_desk.link",
        lambda one: f"{_desk_next(one)}/link",
    ),
    desk(
        "GET",
        "/desk/league/games/<id:game_id>/sheet",
        "league_desk.sheet",
        lambda one: f"{_desk_game(one)}/sheet",
    ),
    desk(
        "POST",
        "/desk/league/games/<id:game_id>/sheet",
        "league_desk.keep_sheet",
        lambda one: f"{_desk_game(one)}/sheet",
        lambda one: {"player": str(one.more["league_player"])},
    ),
    desk(
        "POST",
        "/desk/league/games/<id:game_id>/result",
        "league_desk.settle",
        lambda one: f"{_desk_game(one)}/result",
        lambda _one: {"became": "played", "home": "68", "away": "61"},
    ),
    desk(
        "GET",
        "/desk/league/games/<id:game_id>/live",
        "league_desk.live",
        lambda one: f"{_desk_game(one)}/live",
    ),
    desk(
        "POST",
        "/desk/league/games/<id:game_id>/live",
        "league_desk.tap",
        lambda one: f"{_desk_game(one)}/live",
        lambda _one: {"do": "start", "nonce": "a-tap"},
        books=True,
    ),
)
DESK: Mapping[str, str] = {
    "enter": "league_desk.home",
    "edit": "league_desk.new_season league_desk.begin_season league_desk.season league_desk.settings"
    " league_desk.keep_settings league_desk.enter_team league_desk.team league_desk.keep_team league_desk.appoint"
    " league_desk.transfers league_desk.decide league_desk.fixtures league_desk.publish_fixtures league_desk.bracket"
    " league_desk.publish_bracket league_desk.game league_desk.move league_desk.call_off league_desk.open_places"
    " league_desk.link",
    "check_in": "league_desk.sheet league_desk.keep_sheet league_desk.settle league_desk.live league_desk.tap",
}
"""By action of the rule book: the endpoints of its part of the desk."""
WRITTEN = r"第 \d+ (?:队|工会)|\d+ 赛季|[球队]员\d+-\d+|队长\d*|队\*\*|[一二三]号场"
"""What people wrote in the rows that are planted, as a pattern: it stays Chinese on an English page."""
PHONE = "13800000010"
"""Of the demo's account whose pages the browser looks at; `AS`: of the others, for some addresses."""
AS: Mapping[str, str] = {}
DEMO: Mapping[str, str] = {
    "league_season": "SELECT max(id) FROM league_season",
    "league_group": "SELECT min(id) FROM league_group",
    "league_team": "SELECT min(id) FROM league_team",
    "league_player": "SELECT min(id) FROM league_player WHERE shirt IS NOT NULL",
    "league_game": "SELECT min(id) FROM league_game WHERE state = 'live'",
    "league_next": "SELECT max(id) FROM league_game WHERE state = 'planned'",
    "league_court": "SELECT min(id) FROM league_court",
    "league_token": "SELECT token FROM league_invitation WHERE person_id IS NULL ORDER BY id LIMIT 1",
    "league_first": f"SELECT '{clock.today() + timedelta(days=20)}'",
}
"""How the browser finds in the demo what stands in the addresses: a query of one value for each name."""


def plant(by: Planted) -> Mapping[str, int | str]:
    """Make what stands in the addresses; answers it by name, each beginning with the programme's."""
    locked = a_season(by.union_id, locks_in=timedelta(days=2), at=by.at - timedelta(days=9))
    late = a_team(locked.id, at=by.at - timedelta(days=8))
    link = an_invitation(late, at=by.at - timedelta(days=7))
    newcomer = a_player(late.union_id)
    asked = transfers.ask(
        token=link.token,
        person_id=newcomer.id,
        shirt=9,
        plays=None,
        name_shown=False,
        said="刚调到这家单位",
        at=by.at,
    )
    season = a_season(by.union_id, at=by.at)
    group_id = season.group_ids[0]
    ours = a_team(season.id, captain=by.owner, group_id=group_id, players=1, at=by.at)
    theirs = a_team(season.id, group_id=group_id, players=1, at=by.at)
    third = a_team(season.id, group_id=group_id, at=by.at)
    open_one = an_invitation(ours, at=by.at)
    first = clock.today() + timedelta(days=20)
    planned(season, (ours.id, theirs.id), by.at - timedelta(hours=1))
    return {
        "league_season": season.id,
        "league_group": group_id,
        "league_team": ours.id,
        "league_player": ours.player_ids[0],
        "league_game": planned(season, (ours.id, theirs.id), by.at - timedelta(hours=1)),
        "league_next": planned(season, (theirs.id, third.id), by.at + timedelta(days=5)),
        "league_court": season.court_ids[0],
        "league_first": str(first),
        "league_digest": season.digest(first),
        "league_token": open_one.token,
        "league_code": open_one.code,
        "league_invitation": open_one.id,
        "league_transfer": asked,
        "league_union": ours.union_name,
        "league_phone": a_player(ours.union_id).phone,
        "league_mate": a_player(ours.union_id).phone,
    }
