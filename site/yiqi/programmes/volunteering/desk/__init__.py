"""Volunteering's part of the desk."""

from yiqi.programmes.volunteering.desk import events, exports, hours, posts, stars
from yiqi.programmes.volunteering.desk.blueprint import blueprint

__all__ = ["blueprint", "events", "exports", "hours", "posts", "stars"]
