"""The troupe's arithmetic: facts in, an answer out."""
