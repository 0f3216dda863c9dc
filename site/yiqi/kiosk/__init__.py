"""Screens at the service centre: a device that is enrolled, the board, checking in, and signing up with a code."""
