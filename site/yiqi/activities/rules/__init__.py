"""What an organizer may ask of those who sign up: frozen facts, and what is wrong with them. Neither Flask nor
SQLAlchemy is known here."""
