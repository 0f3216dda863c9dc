"""Seasons, groups, teams, players, invitations, transfers and games of the league, as facts."""

from datetime import datetime

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from yiqi.db import Base, words
from yiqi.programmes.league.rules.words import Part, Plays, Stage, State

_here = text("left_at IS NULL")
_numbered = text("left_at IS NULL AND shirt IS NOT NULL")
_captain = text("left_at IS NULL AND is_captain")
_staff = text("left_at IS NULL AND part <> 'player'")
_asked = text("decided_at IS NULL")


class Season(Base):
    """One year of the league. Its row is the mutex of its teams' rosters and of its fixtures."""

    __tablename__ = "league_season"
    __table_args__ = (
        CheckConstraint("least_players >= 1 AND least_players <= most_players", "players"),
        CheckConstraint("qualify >= 0 AND rest_days >= 0 AND minutes > 0", "numbers"),
        UniqueConstraint("made_by_id", "nonce"),
        Index(None, "owner_id"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    owner_id: Mapped[int] = mapped_column(ForeignKey("union.id"))
    name: Mapped[str] = mapped_column(String(40))
    name_en: Mapped[str] = mapped_column(String(80), default="")
    least_players: Mapped[int] = mapped_column(default=5)
    most_players: Mapped[int] = mapped_column(default=12)
    locks_at: Mapped[datetime]
    """From this instant a roster changes only by transfers that an organizer approves."""
    qualify: Mapped[int] = mapped_column(default=4)
    """Teams of each group that go on to the knock-out."""
    minutes: Mapped[int] = mapped_column(default=90)
    """How long a game holds its court."""
    rest_days: Mapped[int] = mapped_column(default=1)
    """Whole days between two games of a team, at the least."""
    forfeit_points: Mapped[int] = mapped_column(default=20)
    """What the other team scores in a game that one forfeits."""
    most_forfeits: Mapped[int] = mapped_column(default=2)
    """From this many games forfeited on none of a team's games count (FIBA D.3); 0 is never."""
    most_fouls: Mapped[int] = mapped_column(default=5)
    """With this many fouls a player leaves the game."""
    made_by_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    nonce: Mapped[str] = mapped_column(String(64))
    made_at: Mapped[datetime]


class Court(Base):
    """A court that a season plays on."""

    __tablename__ = "league_court"
    __table_args__ = (UniqueConstraint("season_id", "name"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    season_id: Mapped[int] = mapped_column(ForeignKey("league_season.id"))
    name: Mapped[str] = mapped_column(String(60))
    name_en: Mapped[str] = mapped_column(String(120), default="")


class Group(Base):
    """Teams of a season that all play one another."""

    __tablename__ = "league_group"
    __table_args__ = (UniqueConstraint("season_id", "name"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    season_id: Mapped[int] = mapped_column(ForeignKey("league_season.id"))
    name: Mapped[str] = mapped_column(String(8))


class Team(Base):
    """A team of a season. Its row is the mutex of its roster and its invitations."""

    __tablename__ = "league_team"
    __table_args__ = (UniqueConstraint("season_id", "name"), Index(None, "group_id"))

    id: Mapped[int] = mapped_column(primary_key=True)
    season_id: Mapped[int] = mapped_column(ForeignKey("league_season.id"))
    group_id: Mapped[int | None] = mapped_column(ForeignKey("league_group.id"))
    name: Mapped[str] = mapped_column(String(30))
    name_en: Mapped[str] = mapped_column(String(60), default="")
    lot: Mapped[int | None]
    """What an organizer drew for it where nothing else separates it from others; the lowest comes first."""
    entered_at: Mapped[datetime]
    turn: Mapped[int] = mapped_column(default=0)
    """Rises when its roster changes: updating it is how a verb locks the team."""


class TeamUnion(Base):
    """A union whose members play in a team; two of them stand behind a joint team."""

    __tablename__ = "league_team_union"

    team_id: Mapped[int] = mapped_column(ForeignKey("league_team.id"), primary_key=True)
    union_id: Mapped[int] = mapped_column(ForeignKey("union.id"), primary_key=True, index=True)


class Player(Base):
    """Somebody in a team, until they left it. In one season a person is in one team at most."""

    __tablename__ = "league_player"
    __table_args__ = (
        CheckConstraint("shirt IS NULL OR (shirt >= 0 AND shirt <= 99)", "shirt"),
        Index(
            "uq_league_player_one_team",
            "season_id",
            "person_id",
            unique=True,
            sqlite_where=_here,
            postgresql_where=_here,
        ),
        Index(
            "uq_league_player_shirt",
            "team_id",
            "shirt",
            unique=True,
            sqlite_where=_numbered,
            postgresql_where=_numbered,
        ),
        Index(
            "uq_league_player_captain",
            "team_id",
            unique=True,
            sqlite_where=_captain,
            postgresql_where=_captain,
        ),
        Index(
            "uq_league_player_staff",
            "team_id",
            "part",
            unique=True,
            sqlite_where=_staff,
            postgresql_where=_staff,
        ),
        Index(None, "person_id"),
        Index(None, "team_id"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    season_id: Mapped[int] = mapped_column(ForeignKey("league_season.id"))
    team_id: Mapped[int] = mapped_column(ForeignKey("league_team.id"))
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    part: Mapped[Part] = mapped_column(words(Part))
    is_captain: Mapped[bool] = mapped_column(default=False)
    shirt: Mapped[int | None]
    plays: Mapped[Plays | None] = mapped_column(words(Plays))
    name_shown: Mapped[bool] = mapped_column(default=False)
    """Whether they agreed that everybody reads their whole name."""
    joined_at: Mapped[datetime]
    left_at: Mapped[datetime | None]


class Invitation(Base):
    """A captain's invitation, by link and spoken code: open to who has it, or to one person."""

    __tablename__ = "league_invitation"
    __table_args__ = (UniqueConstraint("team_id", "nonce"), Index(None, "person_id"))

    id: Mapped[int] = mapped_column(primary_key=True)
    team_id: Mapped[int] = mapped_column(ForeignKey("league_team.id"))
    part: Mapped[Part] = mapped_column(words(Part))
    token: Mapped[str] = mapped_column(String(22), unique=True)
    code: Mapped[str] = mapped_column(String(4), unique=True)
    """What is said aloud after BDB-."""
    person_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    """Whom it is for; None is for a group chat."""
    name: Mapped[str] = mapped_column(String(50), default="")
    """What the captain calls that person."""
    made_by_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    nonce: Mapped[str] = mapped_column(String(64))
    made_at: Mapped[datetime]
    ends_at: Mapped[datetime]
    """When it runs out, or was taken back, accepted by the one it was for, or declined."""


class Transfer(Base):
    """A wish to come into a team after the rosters were locked, until an organizer has decided it."""

    __tablename__ = "league_transfer"
    __table_args__ = (
        Index(
            "uq_league_transfer_open",
            "season_id",
            "person_id",
            unique=True,
            sqlite_where=_asked,
            postgresql_where=_asked,
        ),
        Index(None, "team_id"),
        Index(None, "person_id"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    season_id: Mapped[int] = mapped_column(ForeignKey("league_season.id"))
    team_id: Mapped[int] = mapped_column(ForeignKey("league_team.id"))
    """The team they want to come into."""
    from_team_id: Mapped[int | None] = mapped_column(ForeignKey("league_team.id"))
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    shirt: Mapped[int]
    plays: Mapped[Plays | None] = mapped_column(words(Plays))
    name_shown: Mapped[bool] = mapped_column(default=False)
    said: Mapped[str] = mapped_column(String(200), default="")
    asked_at: Mapped[datetime]
    decided_at: Mapped[datetime | None]
    decided_by_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    granted: Mapped[bool | None]
    because: Mapped[str] = mapped_column(String(120), default="")


class Game(Base):
    """A game of a season. Its row is the mutex of its score; `version` rises with every visible change."""

    __tablename__ = "league_game"
    __table_args__ = (
        CheckConstraint("home_score >= 0 AND away_score >= 0", "scores"),
        CheckConstraint("home_id IS NULL OR away_id IS NULL OR home_id <> away_id", "two_teams"),
        Index(None, "season_id", "starts_at"),
        Index(None, "group_id"),
        Index(None, "home_id"),
        Index(None, "away_id"),
        Index(None, "court_id", "starts_at"),
        Index(None, "starts_at"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    season_id: Mapped[int] = mapped_column(ForeignKey("league_season.id"))
    stage: Mapped[Stage] = mapped_column(words(Stage))
    group_id: Mapped[int | None] = mapped_column(ForeignKey("league_group.id"))
    round: Mapped[int]
    position: Mapped[int] = mapped_column(default=0)
    """Its place in the round of a bracket, from the top."""
    home_id: Mapped[int | None] = mapped_column(ForeignKey("league_team.id"))
    away_id: Mapped[int | None] = mapped_column(ForeignKey("league_team.id"))
    home_from_id: Mapped[int | None] = mapped_column(ForeignKey("league_game.id"))
    """The game whose winner comes here; None where the team is known from the start."""
    away_from_id: Mapped[int | None] = mapped_column(ForeignKey("league_game.id"))
    court_id: Mapped[int | None] = mapped_column(ForeignKey("league_court.id"))
    starts_at: Mapped[datetime | None]
    state: Mapped[State] = mapped_column(words(State), default=State.PLANNED)
    home_score: Mapped[int] = mapped_column(default=0)
    away_score: Mapped[int] = mapped_column(default=0)
    period: Mapped[int] = mapped_column(default=0)
    """The quarter that is played; 5 and on are overtimes; 0 is before the start."""
    forfeited_by_id: Mapped[int | None] = mapped_column(ForeignKey("league_team.id"))
    activity_id: Mapped[int | None] = mapped_column(ForeignKey("activity.id"), unique=True)
    """Where spectators sign up for their places."""
    version: Mapped[int] = mapped_column(default=1)
    settled_at: Mapped[datetime | None]
    """When its result was last written down."""


class Line(Base):
    """A player of a team on the sheet of a game: the roster of the day, with the check of photo and name."""

    __tablename__ = "league_line"

    game_id: Mapped[int] = mapped_column(ForeignKey("league_game.id"), primary_key=True)
    player_id: Mapped[int] = mapped_column(ForeignKey("league_player.id"), primary_key=True, index=True)
    team_id: Mapped[int] = mapped_column(ForeignKey("league_team.id"))
    shirt: Mapped[int]
    """The number worn that day."""
    checked_by_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    """Who held the person against photo and name."""
    points: Mapped[int | None]
    fouls: Mapped[int | None]


class Score(Base):
    """A basket that the scorer tapped, or took back."""

    __tablename__ = "league_score"
    __table_args__ = (
        CheckConstraint("points >= 1 AND points <= 3", "points"),
        UniqueConstraint("game_id", "nonce"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    game_id: Mapped[int] = mapped_column(ForeignKey("league_game.id"))
    team_id: Mapped[int] = mapped_column(ForeignKey("league_team.id"))
    player_id: Mapped[int | None] = mapped_column(ForeignKey("league_player.id"))
    points: Mapped[int]
    period: Mapped[int]
    nonce: Mapped[str] = mapped_column(String(64))
    at: Mapped[datetime]
    by_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    undone_at: Mapped[datetime | None]
