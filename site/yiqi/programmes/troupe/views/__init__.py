"""The troupe's pages for workers and jurors."""

from yiqi.programmes.troupe.views import jury, own, public
from yiqi.programmes.troupe.views.blueprint import blueprint

__all__ = ["blueprint", "jury", "own", "public"]
