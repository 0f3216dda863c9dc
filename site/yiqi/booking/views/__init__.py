"""The addresses of booking: an activity's page, signing up, cancelling, tickets, and what changed."""

from yiqi.booking.views import activity, live, own, signing_up
from yiqi.booking.views.blueprint import blueprint

__all__ = ["activity", "blueprint", "live", "own", "signing_up"]
