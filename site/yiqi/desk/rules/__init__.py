"""The arithmetic of the desk: what was typed becomes a plan, or the places where it cannot. Neither Flask nor SQLAlchemy."""
