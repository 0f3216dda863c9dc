"""Notices: the outbox, the channels, the inbox and what people choose."""
