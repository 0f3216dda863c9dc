"""What stands in the audit trail: the closed list of deeds."""

from enum import StrEnum


class What(StrEnum):
    """A deed of somebody with a role, named by what was done."""

    GRANTED = "granted"
    REVOKED = "revoked"
    FACTOR_SET = "factor_set"
    FACTOR_TAKEN_AWAY = "factor_taken_away"
    RECOVERY_CODE_USED = "recovery_code_used"
    PUBLISHED = "published"
    CHANGED = "changed"
    CALLED_OFF = "called_off"
    SAW_PHONE = "saw_phone"
    EXPORTED = "exported"
    TRIED_OUT = "tried_out"
    IMPORTED = "imported"
    ADDED = "added"
    TAKEN_OUT = "taken_out"
    MOVED = "moved"
    PROMOTED = "promoted"
    APPROVED = "approved"
    REJECTED = "rejected"
    CHECK_IN_UNDONE = "check_in_undone"
    NOTED = "noted"
    MESSAGED = "messaged"
    MARK_SETTLED = "mark_settled"
    UNION_KEPT = "union_kept"
    MEMBERSHIP_KEPT = "membership_kept"
    REQUEST_ANSWERED = "request_answered"
    MERGED = "merged"
