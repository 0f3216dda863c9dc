"""Arithmetic of the reading programme: opening hours, drifting, awards, marks."""
