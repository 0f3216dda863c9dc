"""The addresses of booking: an activity's page, signing up, cancelling, answers, tickets, and what changed."""

from yiqi.booking.views import activity, answers, enrolling, handing, live, marks, own, signing_up, venue
from yiqi.booking.views.blueprint import blueprint

__all__ = [
    "activity",
    "answers",
    "blueprint",
    "enrolling",
    "handing",
    "live",
    "marks",
    "own",
    "signing_up",
    "venue",
]
