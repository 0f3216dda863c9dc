"""Seats: what is free, and whether more than there are have been given."""


def free(capacity: int | None, held: int) -> int | None:
    """Seats that can be given, never below 0; None when there is no limit."""
    return None if capacity is None else max(0, capacity - held)


def over(capacity: int | None, held: int) -> int:
    """Seats given beyond the capacity, after it was lowered."""
    return 0 if capacity is None else max(0, held - capacity)
