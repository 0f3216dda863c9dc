"""Shifts: when a worker is at work or sleeps after the night, and what fits between."""
