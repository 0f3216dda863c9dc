"""Calendars that phones subscribe to: of one's own bookings, of an activity, of a programme."""
