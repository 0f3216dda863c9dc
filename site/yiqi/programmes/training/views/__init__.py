"""The addresses of training for everybody."""

from yiqi.programmes.training.views import front, subsidies
from yiqi.programmes.training.views.blueprint import blueprint

__all__ = ["blueprint", "front", "subsidies"]
