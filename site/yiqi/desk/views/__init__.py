"""The addresses of the desk."""

from yiqi.desk.views import (
    activities,
    adding,
    audit,
    beginning,
    bookings,
    deciding,
    door,
    drafts,
    exports,
    lists,
    messages,
    roles,
    roster,
    second_factor,
    statistics,
    step_up,
)
from yiqi.desk.views.blueprint import blueprint

__all__ = [
    "activities",
    "adding",
    "audit",
    "beginning",
    "blueprint",
    "bookings",
    "deciding",
    "door",
    "drafts",
    "exports",
    "lists",
    "messages",
    "roles",
    "roster",
    "second_factor",
    "statistics",
    "step_up",
]
