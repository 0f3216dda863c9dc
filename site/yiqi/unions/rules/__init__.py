"""The arithmetic of unions."""
