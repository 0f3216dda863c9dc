"""Telling people: one outbox written with the fact, sent afterwards by background work."""
