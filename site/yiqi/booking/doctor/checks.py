"""The list of what is checked in bookings, by the names that `flask doctor` says."""

from yiqi.booking.doctor import clashes, counts, trail, turns
from yiqi.booking.doctor.findings import Check

CHECKS: dict[str, Check] = {
    "seats": counts.seats,
    "counters": counts.counters,
    "quotas": counts.quotas,
    "doors": counts.doors,
    "consumed": counts.consumed,
    "live-once": turns.live_once,
    "two-places": clashes.two_places,
    "tickets": turns.tickets,
    "trail": trail.trail,
    "notices": trail.notices,
    "offers": turns.offers,
    "due": turns.due,
    "kept-waiting": turns.kept_waiting,
}
