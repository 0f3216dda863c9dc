"""The addresses of the desk."""

from yiqi.desk.views import activities, door
from yiqi.desk.views.blueprint import blueprint

__all__ = ["activities", "blueprint", "door"]
