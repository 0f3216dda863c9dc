"""The league's public and workers' pages."""

from yiqi.programmes.league.views import game, joining, season, team
from yiqi.programmes.league.views.blueprint import blueprint

__all__ = ["blueprint", "game", "joining", "season", "team"]
