"""The troupe's part of the organizers' desk."""

from yiqi.programmes.troupe.desk import auditions, productions, seasons, stepping
from yiqi.programmes.troupe.desk.blueprint import blueprint

__all__ = ["auditions", "blueprint", "productions", "seasons", "stepping"]
