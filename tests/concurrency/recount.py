"""Everything recounted by SQL, without a line of the site's own code: what must be true of the tables at any moment.

The statements run on both databases; each finds the rows that are wrong. Whoever waits in a queue past its cut-off is left out of
those who should have moved.
"""

from datetime import UTC, datetime, timedelta

from sqlalchemy import Connection, text

SEEN_AS = """
WITH holding AS (SELECT * FROM booking WHERE state IN ('confirmed', 'offered')),
live AS (SELECT * FROM booking WHERE state IN ('pending', 'entered', 'waiting', 'offered', 'confirmed')),
busy AS (
    SELECT b.id, b.person_id, b.slot_id, b.state, o.starts_at, o.ends_at FROM live b
    JOIN slot_occurrence so ON so.slot_id = b.slot_id JOIN occurrence o ON o.id = so.occurrence_id),
clash AS (
    SELECT b.id FROM busy b JOIN busy o ON o.person_id = b.person_id AND o.slot_id <> b.slot_id
    WHERE o.state IN ('confirmed', 'offered') AND b.starts_at < o.ends_at AND o.starts_at < b.ends_at),
step AS (
    SELECT c.*, lag(c.became) OVER (PARTITION BY c.booking_id ORDER BY c.id) AS before FROM booking_change c),
told AS (
    SELECT c.id, 'booking-' || c.booking_id || '-' || c.id AS letter FROM booking_change c
    WHERE c.why <> 'merged' AND (c.became IN ('confirmed', 'offered', 'expired', 'rejected', 'called_off')
    OR (c.became = 'waiting' AND c.was IS NOT NULL)))
"""

BESIDE = "waits beside seats that are free to it"

WRONG = {
    "counts seats that its bookings do not hold": """
        SELECT s.id FROM slot s
        WHERE s.held <> (SELECT coalesce(sum(b.party), 0) FROM holding b WHERE b.slot_id = s.id)""",
    "counts a queue that is not there": """
        SELECT s.id FROM slot s
        WHERE s.waiting <> (SELECT count(*) FROM live b WHERE b.slot_id = s.id AND b.state = 'waiting')""",
    "gave more seats than it has, and nobody lowered it": """
        SELECT s.id FROM slot s WHERE s.held > s.capacity + s.over""",
    "handed out a ticket twice": """
        SELECT s.id FROM slot s JOIN booking b ON b.slot_id = s.id
        GROUP BY s.id, s.seq HAVING count(DISTINCT b.seq) <> count(*) OR max(b.seq) > s.seq""",
    "does not know when its next offer ends": """
        SELECT s.id FROM slot s JOIN booking b ON b.slot_id = s.id AND b.state = 'offered'
        GROUP BY s.id, s.due_at HAVING s.due_at IS NULL OR s.due_at > min(b.offer_until)""",
    "is an offer without end": """
        SELECT b.id FROM booking b WHERE b.state = 'offered' AND b.offer_until IS NULL""",
    "is the second one of somebody in a slot": """
        SELECT max(b.id) FROM live b GROUP BY b.slot_id, b.person_id HAVING count(*) > 1""",
    "holds a seat while its person holds one elsewhere": """
        SELECT b.id FROM holding b WHERE b.id IN (SELECT id FROM clash)""",
    BESIDE: """
        SELECT b.id FROM live b JOIN slot s ON s.id = b.slot_id
        WHERE b.state = 'waiting' AND b.party <= s.capacity - s.held AND b.id NOT IN (SELECT id FROM clash)
        AND NOT EXISTS (SELECT 1 FROM quota_slot q WHERE q.slot_id = s.id)
        AND NOT EXISTS (SELECT 1 FROM live e WHERE e.slot_id = s.id AND e.state = 'waiting'
                        AND e.seq < b.seq AND e.passed_over >= 3)""",
    "counts units that nobody took of it": """
        SELECT q.id FROM quota q
        WHERE q.used <> (SELECT coalesce(sum(c.units), 0) FROM consumed c WHERE c.quota_id = q.id)""",
    "gave more than its most": """
        SELECT q.id FROM quota q WHERE q.used > q.most""",
    "took units of a quota without holding seats, or other ones than its party": """
        SELECT c.booking_id FROM consumed c LEFT JOIN holding b ON b.id = c.booking_id
        WHERE c.units <> coalesce(b.party, 0)""",
    "says otherwise than its bookings who is expected, came and left": """
        SELECT so.slot_id FROM slot_occurrence so JOIN slot s ON s.id = so.slot_id
        LEFT JOIN booking b ON b.slot_id = s.id AND b.state = 'confirmed'
        LEFT JOIN attendance a ON a.booking_id = b.id AND a.occurrence_id = so.occurrence_id
        WHERE so.counted_version = s.version
        GROUP BY so.slot_id, so.occurrence_id, so.expected, so.came, so.gone
        HAVING so.expected <> coalesce(sum(b.party), 0)
        OR so.came <> sum(CASE WHEN a.in_at IS NULL THEN 0 ELSE b.party END)
        OR so.gone <> sum(CASE WHEN a.out_at IS NULL THEN 0 ELSE b.party END)""",
    "has a trail that does not lead to its state": """
        SELECT b.id FROM booking b WHERE b.state <> coalesce(
            (SELECT c.became FROM booking_change c WHERE c.booking_id = b.id ORDER BY c.id DESC LIMIT 1), '')""",
    "has a trail with a gap": """
        SELECT t.booking_id FROM step t WHERE coalesce(t.was, '') <> coalesce(t.before, '')""",
    "came back to life": """
        SELECT t.booking_id FROM step t
        WHERE t.was NOT IN ('pending', 'entered', 'waiting', 'offered', 'confirmed')""",
    "is a change of which nobody was told": """
        SELECT t.id FROM told t WHERE t.letter NOT IN (SELECT n.key FROM notice n)""",
    "is a letter about nothing that happened": """
        SELECT n.id FROM notice n WHERE n.kind = 'booking' AND n.key NOT IN (SELECT t.letter FROM told t)""",
}


WAITING = """
SELECT b.id, s.starts_at, a.promotion_minutes FROM booking b
JOIN slot s ON s.id = b.slot_id JOIN activity a ON a.id = s.activity_id WHERE b.state = 'waiting'"""


def recount(connection: Connection) -> list[str]:
    """What is wrong, in words; empty when all is well."""
    wrong = {
        what: [row[0] for row in connection.execute(text(SEEN_AS + statement))]
        for what, statement in WRONG.items()
    }
    if wrong[BESIDE]:
        stays = _stays(connection, datetime.now(UTC))
        wrong[BESIDE] = [one for one in wrong[BESIDE] if one not in stays]
    return [f"{one} {what}" for what, found in wrong.items() for one in found]


def _stays(connection: Connection, at: datetime) -> set[int]:
    """The bookings whose queue moves no more at an instant."""
    return {
        row.id
        for row in connection.execute(text(WAITING))
        if _instant(row.starts_at) - timedelta(minutes=row.promotion_minutes) <= at
    }


def _instant(told: datetime | str) -> datetime:
    """As PostgreSQL answers, or SQLite, which has the text of an instant in UTC."""
    return told if isinstance(told, datetime) else datetime.fromisoformat(told).replace(tzinfo=UTC)
