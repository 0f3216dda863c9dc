"""The addresses of the screens."""

from yiqi.kiosk.views import arriving, boards, small, standing_there, walking_in
from yiqi.kiosk.views.blueprint import blueprint

__all__ = ["arriving", "blueprint", "boards", "small", "standing_there", "walking_in"]
