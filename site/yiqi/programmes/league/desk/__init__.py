"""The league's part of the organizers' desk."""

from yiqi.programmes.league.desk import fixtures, game, scoring, seasons, teams
from yiqi.programmes.league.desk.blueprint import blueprint

__all__ = ["blueprint", "fixtures", "game", "scoring", "seasons", "teams"]
