"""Statistics of what is within reach."""
