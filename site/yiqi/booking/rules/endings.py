"""What a booking becomes when its worker gives it up."""

from yiqi.booking.rules.states import State


def given_up(state: State, *, late: bool = False) -> State:
    """The state after a live one. `late` says whether the deadline has passed; it counts against a place alone."""
    match state:
        case State.WAITING:
            return State.LEFT
        case State.OFFERED:
            return State.DECLINED
        case State.CONFIRMED if late:
            return State.CANCELLED_LATE
        case _:
            return State.CANCELLED
