"""The arithmetic of certificates."""
