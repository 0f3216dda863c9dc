"""Small mistakes in the core, one text each: what the machine must be able to see."""

from typing import NamedTuple


class Mistake(NamedTuple):
    """`text`, which is once in a module of the core, becomes `instead`. `seen` is a walk, by its scene and seed, that saw
    it when this was written: it is tried first."""

    module: str
    text: str
    instead: str
    seen: tuple[str, int]


MISTAKES = {
    # Forms and replays
    "the nonce is not looked up": Mistake(
        "booking.looking", 'in_(LIVE) | (_booking.c.nonce == bindparam("nonce"))', "in_(LIVE)", ("queues", 3)
    ),
    "a live booking is not looked up": Mistake(
        "booking.looking",
        '_booking.c.state.in_(LIVE) | (_booking.c.nonce == bindparam("nonce"))',
        '_booking.c.nonce == bindparam("nonce")',
        ("queues", 0),
    ),
    "what they saw does not matter": Mistake(
        "booking.places", "if seen is not None and booking.state != seen:", "if False:", ("queues", 7)
    ),
    "nobody asks whether late is meant": Mistake(
        "booking.places",
        "if became is State.CANCELLED_LATE and not accepts_late:",
        "if False:",
        ("queues", 10),
    ),
    # Giving back
    "a cancel moves no queue": Mistake(
        "booking.places",
        "            marks.late(here, booking, slot, activity, at)\n        queue.settle_all(here, slots, at, activity)\n",
        "            marks.late(here, booking, slot, activity, at)\n",
        ("queues", 0),
    ),
    "a cancel moves its own queue only": Mistake(
        "booking.places",
        "locking.lock_with_queues(here, {mine.slot_id}, {person_id}, at)",
        "locking.lock_with_queues(here, {mine.slot_id}, (), at)",
        ("queues", 0),
    ),
    "a cancel counts even when it is over": Mistake(
        "booking.places",
        "if booking is None or booking.state not in LIVE:",
        "if booking is None:",
        ("queues", 1),
    ),
    "what begins this second can be cancelled": Mistake(
        "booking.looking",
        '_occurrence.c.starts_at > bindparam("at")',
        '_occurrence.c.starts_at >= bindparam("at")',
        ("queues", 13),
    ),
    "late is one second late": Mistake(
        "booking.places", "late = at >= starts_at - ", "late = at > starts_at - ", ("queues", 5)
    ),
    "a waiter cancels instead of leaving": Mistake(
        "booking.rules.endings",
        "case State.WAITING:\n            return State.LEFT",
        "case State.WAITING:\n            return State.CANCELLED",
        ("queues", 9),
    ),
    "who cancels gets a notice": Mistake(
        "booking.seats", "HEARD = frozenset({", "HEARD = frozenset({State.CANCELLED, ", ("queues", 0)
    ),
    # Capacity and calling off
    "more seats move no queue": Mistake(
        "booking.rearranging",
        "    queue.settle_all(here, seats.present(here, locked), at)\n",
        "",
        ("queues", 0),
    ),
    "after lowering, seats come from nowhere": Mistake(
        "booking.rules.capacity", "max(0, capacity - held)", "abs(capacity - held)", ("queues", 4)
    ),
    "seats beyond the capacity are never drained": Mistake(
        "booking.at_once",
        "(_beyond <= 0, 0), (_beyond < _slot.c.over, _beyond), else_",
        "(_beyond <= 0, 0), else_",
        ("offers", 4),
    ),
    "what is called off frees no time": Mistake(
        "booking.rearranging",
        "frees_time = not isinstance(change, ",
        "frees_time = False and isinstance(change, ",
        ("queues", 0),
    ),
    "what is called off leaves the queue as it was": Mistake(
        "booking.rearranging",
        "    for booking in mine:\n",
        "    for booking in (one for one in mine if one.state in HOLDING):\n",
        ("queues", 0),
    ),
    "nobody hears of a calling-off": Mistake("booking.seats", ", State.CALLED_OFF})", "})", ("queues", 0)),
    # The queue
    "a newcomer waits beside a free seat": Mistake(
        "booking.asking",
        "if booking_id in queue.move_up(here, slot, activity, at, present={booking_id}):",
        "if False:",
        ("queues", 1),
    ),
    "newcomers walk past the queue": Mistake(
        "booking.rules.asking",
        "if fits(asking) and (asking.waiting == 0 or not asking.moves):",
        "if fits(asking):",
        ("queues", 1),
    ),
    "newcomers that just fit wait": Mistake(
        "booking.rules.asking", "asking.party <= asking.free", "asking.party < asking.free", ("queues", 1)
    ),
    "the waitlist takes one too many": Mistake(
        "booking.asking",
        "dealing.waiting < slot.waitlist_limit",
        "dealing.waiting <= slot.waitlist_limit",
        ("quotas", 1),
    ),
    "who moves up counts as one seat": Mistake(
        "booking.seats", "held=booking.party, waiting=-freed", "held=1, waiting=-freed", ("queues", 0)
    ),
    "who moves up still counts as waiting": Mistake(
        "booking.seats", "held=booking.party, waiting=-freed", "held=booking.party", ("queues", 0)
    ),
    "overtaking is not remembered": Mistake(
        "booking.queue", "if times != found.seen[booking_id].passed_over:", "if False:", ("queues", 0)
    ),
    "a party too big for the slot holds the queue": Mistake(
        "booking.queue",
        "if self.slot.capacity is not None and booking.party > self.slot.capacity:",
        "if False:",
        ("queues", 9),
    ),
    "clashes are not seen when the queue moves": Mistake(
        "booking.queue",
        "return Refusal.CLASH if keeps.clash is not None else None",
        "return None",
        ("queues", 0),
    ),
    "the last in line goes first": Mistake(
        "booking.queue", ".order_by(_booking.c.seq)", ".order_by(_booking.c.seq.desc())", ("queues", 0)
    ),
    "everybody draws the same ticket": Mistake(
        "booking.seats", '"seq": slot.seq,', '"seq": 1,', ("queues", 0)
    ),
    "overtaking ends one too late": Mistake(
        "booking.rules.waitlist", "MAX_PASSED_OVER = 3", "MAX_PASSED_OVER = 4", ("offers", 12)
    ),
    "nobody overtakes": Mistake(
        "booking.rules.waitlist",
        "                before.append(waiter)\n            continue\n",
        "                before.append(waiter)\n            break\n",
        ("queues", 0),
    ),
    "parties that just fit do not": Mistake(
        "booking.rules.waitlist", "waiter.party > common:", "waiter.party >= common:", ("queues", 0)
    ),
    "parties are split": Mistake(
        "booking.rules.waitlist",
        "if common is not None and waiter.party > common:",
        "if False:",
        ("queues", 0),
    ),
    "only one moves up at a time": Mistake(
        "booking.rules.waitlist",
        "            decided.up.append(waiter)\n",
        "            decided.up.append(waiter)\n            break\n",
        ("queues", 0),
    ),
    # Times
    "sign-up opens one second late": Mistake(
        "booking.rules.asking", "if at < self.opens_at:", "if at <= self.opens_at:", ("queues", 0)
    ),
    "sign-up closes one second late": Mistake(
        "booking.rules.asking", "if at >= self.closes_at:", "if at > self.closes_at:", ("queues", 1)
    ),
    "the queue moves until the start": Mistake(
        "booking.queue", "self.at < self.times.promote_until", "self.at < self.times.starts_at", ("queues", 1)
    ),
    "the cut-off is one second late": Mistake(
        "booking.queue",
        "self.at < self.times.promote_until",
        "self.at <= self.times.promote_until",
        ("queues", 1),
    ),
    "a dead queue can be joined": Mistake(
        "booking.rules.asking",
        "if not asking.moves or not asking.room_to_wait:",
        "if not asking.room_to_wait:",
        ("queues", 2),
    ),
    "a dead queue keeps its seats from newcomers": Mistake(
        "booking.rules.asking",
        "(asking.waiting == 0 or not asking.moves)",
        "asking.waiting == 0",
        ("queues", 6),
    ),
    "who waits in a dead queue cannot take what is left": Mistake(
        "booking.asking",
        "asks_again = known.state is State.WAITING and known.nonce != wish.nonce",
        "asks_again = False",
        ("queues", 6),
    ),
    "a form sent again takes what is left": Mistake(
        "booking.asking", "known.state is State.WAITING and known.nonce != wish.nonce", "True", ("queues", 2)
    ),
    # Who may
    "a party may be bigger than the slot": Mistake(
        "booking.rules.asking", "asking.party > asking.capacity and", "False and", ("queues", 1)
    ),
    "clashes are not seen at sign-up": Mistake(
        "booking.rules.asking", "if asking.clash is not None:", "if False:", ("queues", 0)
    ),
    "waiting counts as a clash": Mistake(
        "booking.looking",
        "(_booking.c.state == State.CONFIRMED)\n",
        "_booking.c.state.in_((State.CONFIRMED, State.WAITING))\n",
        ("queues", 0),
    ),
    "the end is part of a meeting": Mistake(
        "booking.rules.clash",
        "a.starts_at < b.ends_at and b.starts_at < a.ends_at",
        "a.starts_at <= b.ends_at and b.starts_at <= a.ends_at",
        ("queues", 0),
    ),
    "one more open booking than there may be": Mistake(
        "booking.rules.asking",
        "asking.open_bookings >= asking.most_open",
        "asking.open_bookings > asking.most_open",
        ("series", 0),
    ),
    "who is barred may sign up": Mistake(
        "booking.rules.asking", "if asking.barred:", "if False:", ("queues", 0)
    ),
    "anybody may come": Mistake(
        "booking.rules.asking", "if not asking.eligible:", "if False:", ("series", 0)
    ),
    # Offers
    "exactly a day before is confirmed": Mistake(
        "booking.queue", "self.at >= self.times.auto_until", "self.at > self.times.auto_until", ("quotas", 0)
    ),
    "who is here is offered what is free": Mistake(
        "booking.queue", "at_once=waiter.id in present", "at_once=False", ("quotas", 5)
    ),
    "an offer ends in the evening": Mistake(
        "booking.rules.offers", "if wall.time() >= QUIET_FROM:", "if False:", ("offers", 15)
    ),
    "an offer ends in the night": Mistake(
        "booking.rules.offers", "elif wall.time() < QUIET_UNTIL:", "elif False:", ("quotas", 0)
    ),
    "an offer takes all the time that is left": Mistake(
        "booking.rules.offers", "(starts_at - at) / 2", "(starts_at - at)", ("offers", 0)
    ),
    "an offer may be shorter than the least": Mistake(
        "booking.rules.offers",
        "max(min(longest, (starts_at - at) / 2), shortest)",
        "min(longest, (starts_at - at) / 2)",
        ("series", 5),
    ),
    "an offer runs on after the start": Mistake(
        "booking.rules.offers", "return min(until, starts_at)", "return until", ("offers", 15)
    ),
    "what is due is not looked for": Mistake(
        "booking.locking", "    if due:\n", "    if False:\n", ("offers", 0)
    ),
    "an offer holds a second longer": Mistake(
        "booking.looking",
        '_booking.c.offer_until <= bindparam("at")',
        '_booking.c.offer_until < bindparam("at")',
        ("offers", 1),
    ),
    "who lets an offer go by keeps their place": Mistake(
        "booking.seats", '"ticket": ticket, "expired"', '"ticket": booking.seq, "expired"', ("offers", 4)
    ),
    "a second offer may go by too": Mistake(
        "booking.offers",
        "booking.offers_expired + 1 < MOST_EXPIRED",
        "booking.offers_expired < MOST_EXPIRED",
        ("offers", 0),
    ),
    "one offer that goes by is the end": Mistake(
        "booking.rules.offers", "MOST_EXPIRED = 2", "MOST_EXPIRED = 1", ("offers", 0)
    ),
    "offers end one slot at a time": Mistake(
        "booking.offers",
        "found = reached | looking.queues_of(here, people) | quotas.neighbours(here, reached)",
        "found = reached",
        ("series", 5),
    ),
    "a declined offer moves no queue": Mistake(
        "booking.offers",
        "State.DECLINED, at, person_id)\n        queue.settle_all(here, slots, at)\n",
        "State.DECLINED, at, person_id)\n",
        ("offers", 6),
    ),
    "an accepted offer still seems due": Mistake(
        "booking.offers", "        queue.settle_all(here, {slot.id: slot}, at)\n", "", ("offers", 4)
    ),
    "an offer that is over still takes time": Mistake(
        "booking.looking", ' & (_booking.c.offer_until > bindparam("at"))', "", ("queues", 0)
    ),
    # Quotas
    "a full quota of one's own does not matter": Mistake(
        "booking.rules.quotas",
        "for side in (self.common(matching), self.left(matching))",
        "for side in (self.common(matching),)",
        ("quotas", 2),
    ),
    "nor when the queue moves": Mistake(
        "booking.rules.waitlist", "waiter.party > left:", "False:", ("quotas", 1)
    ),
    "who has a full quota holds the queue": Mistake(
        "booking.rules.waitlist",
        "decided.own_quota_full[waiter.id] = binding.id\n            continue",
        "decided.own_quota_full[waiter.id] = binding.id\n            break",
        ("quotas", 1),
    ),
    "places are kept from those they are kept for": Mistake(
        "booking.rules.quotas", " and share.id not in matching", "", ("quotas", 0)
    ),
    "whoever takes kept places passes somebody": Mistake(
        "booking.rules.waitlist",
        "if after.common(one.matching) != pool.common(one.matching)",
        "if True",
        ("quotas", 12),
    ),
    "a booking counts in one quota only": Mistake(
        "booking.quotas",
        "for quota_id in sorted(quota_ids):",
        "for quota_id in sorted(quota_ids)[:1]:",
        ("quotas", 0),
    ),
    "a party counts as one in a quota": Mistake(
        "booking.quotas",
        '{"quota": quota_id, "more": units}',
        '{"quota": quota_id, "more": 1}',
        ("quotas", 0),
    ),
    "a quota is given back twice": Mistake(
        "booking.quotas", '"more": -row.units', '"more": -2 * row.units', ("quotas", 0)
    ),
    "an offer that ends keeps its quota": Mistake(
        "booking.seats",
        "if booking.state in HOLDING:\n        quotas.give_back",
        "if booking.state is State.CONFIRMED:\n        quotas.give_back",
        ("quotas", 0),
    ),
    "a quota freed in one slot moves no queue in another": Mistake(
        "booking.locking", ", *quotas.neighbours(here, slot_ids)}", "}", ("quotas", 3)
    ),
    "kept places are never released": Mistake(
        "booking.rules.quotas", "self.releases_at is None or at < self.releases_at", "True", ("quotas", 6)
    ),
    "released places move no queue": Mistake(
        "booking.queue",
        "None if off else quotas.next_release(dealing.shares, dealing.at)",
        "None",
        ("quotas", 1),
    ),
    # Approval
    "what is checked is given at once": Mistake(
        "booking.rules.asking", "if asking.checked:", "if False:", ("checked", 0)
    ),
    "who is looked at holds a seat": Mistake(
        "booking.seats",
        "    if state in HOLDING:\n        return",
        "    if state in HOLDING or state is State.PENDING:\n        return",
        ("checked", 0),
    ),
    "who is let in walks past the queue": Mistake(
        "booking.approval",
        "if fits and (dealing.waiting == 0 or not dealing.moves):",
        "if fits:",
        ("checked", 4),
    ),
    "who is let in need not be free": Mistake(
        "booking.approval", "if why not in (None, Refusal.PARTY_TOO_BIG):", "if False:", ("checked", 2)
    ),
    # Marks
    "a late cancel leaves no mark": Mistake(
        "booking.places", "marks.late(here, booking, slot, activity, at)", "pass", ("offers", 3)
    ),
    "a mark stays though a waiter has the seat": Mistake(
        "booking.offers", "        marks.seat_taken(here, slot.id, at)\n", "", ("offers", 5)
    ),
    # The draw
    "the draw does not see a clash": Mistake(
        "draws.dealing", "        if why is not None:\n", "        if False:\n", ("draw", 4)
    ),
    "who is not drawn queues the other way round": Mistake(
        "draws.dealing",
        "for outcome in outcomes:\n        if outcome.became in (",
        "for outcome in reversed(outcomes):\n        if outcome.became in (",
        ("draw", 0),
    ),
}
