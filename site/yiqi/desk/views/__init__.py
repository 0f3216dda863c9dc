"""The addresses of the desk."""

from yiqi.desk.views import activities, beginning, door, drafts
from yiqi.desk.views.blueprint import blueprint

__all__ = ["activities", "beginning", "blueprint", "door", "drafts"]
