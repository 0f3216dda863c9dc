"""The arithmetic of hours: what counts of a shift, what may follow what, how many stars it makes."""
