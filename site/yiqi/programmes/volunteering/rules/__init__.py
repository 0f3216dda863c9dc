"""The arithmetic of volunteering."""
