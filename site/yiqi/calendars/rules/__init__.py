"""Arithmetic of calendars: facts in, an answer out."""
