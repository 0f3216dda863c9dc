"""The arithmetic of roles."""
