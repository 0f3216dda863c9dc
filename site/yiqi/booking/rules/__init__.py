"""The arithmetic of places: frozen facts in, an answer out. Neither Flask nor SQLAlchemy is known here."""
