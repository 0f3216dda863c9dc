"""The league's closed lists."""

from enum import StrEnum


class Part(StrEnum):
    """What somebody is in a team. The captain is a player."""

    LEADER = "leader"
    COACH = "coach"
    PLAYER = "player"


class Plays(StrEnum):
    """Where somebody plays."""

    GUARD = "guard"
    FORWARD = "forward"
    CENTRE = "centre"


class Stage(StrEnum):
    """Which part of a season a game belongs to."""

    GROUP = "group"
    KNOCKOUT = "knockout"


class State(StrEnum):
    """Where a game stands. One that was abandoned counts for nobody until its result is written down."""

    PLANNED = "planned"
    LIVE = "live"
    PLAYED = "played"
    FORFEITED = "forfeited"
    ABANDONED = "abandoned"
    CALLED_OFF = "called_off"


COUNTS = (State.PLAYED, State.FORFEITED)
"""The games that a table counts."""
ENDED = (*COUNTS, State.ABANDONED, State.CALLED_OFF)


class Trouble(StrEnum):
    """Why the league says no: the one closed list of its verbs."""

    NOT_YOURS = "not_yours"
    """There is no such thing, or it is not theirs to touch."""
    LOCKED = "locked"
    NOT_LOCKED = "not_locked"
    FULL = "full"
    SHIRT_TAKEN = "shirt_taken"
    PART_TAKEN = "part_taken"
    IN_A_TEAM = "in_a_team"
    NOT_A_MEMBER = "not_a_member"
    OVER = "over"
    """An invitation that ran out or was taken back; a request that was decided."""
    CAPTAIN_STAYS = "captain_stays"
    """A captain hands the captaincy over before leaving."""
    ASKED_ALREADY = "asked_already"
    NAME_TAKEN = "name_taken"
    TOO_LARGE = "too_large"
    """A union of twenty or more members fields a team of its own."""
    HAS_GAMES = "has_games"
    COURT_BUSY = "court_busy"
    NO_REST = "no_rest"
    BEGUN = "begun"
    NOT_BEGUN = "not_begun"
    NOT_LIVE = "not_live"
    NO_TEAMS = "no_teams"
    NOT_ON_ROSTER = "not_on_roster"
    A_DRAW = "a_draw"
    """A game of basketball has a winner."""
    STALE = "stale"
    """It is not what was shown any more."""
    UNFINISHED = "unfinished"
    OWN_GAME = "own_game"


class Refused(Exception):
    """A verb says no. `who`: the id of what stands in the way, where something does."""

    def __init__(self, why: Trouble, who: int | None = None) -> None:
        super().__init__(why)
        self.why = why
        self.who = who
