"""The invariants of places, recomputed from the rows. A check reads, with one statement where it can, and changes nothing."""
