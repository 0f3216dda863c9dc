"""Arithmetic of the screens: neither Flask nor the database."""
