"""Who comes: the roster of an activity and what may be done with one booking."""
