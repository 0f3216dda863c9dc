"""Messages of organizers to an activity's people."""
