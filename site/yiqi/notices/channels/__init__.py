"""The ways a letter leaves the house, one module each."""
