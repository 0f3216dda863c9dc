"""The permission table, by action and role. What is not in it is denied.

The cells for workers are not here: a worker's own bookings are theirs by person, wherever they stand.
"""

from collections.abc import Sequence
from enum import StrEnum

from msgspec import Struct


class Role(StrEnum):
    """What may be granted. Captains and kiosks are not: a team has its captain, a kiosk is a device."""

    CHECK_IN_STAFF = "check_in_staff"
    ACTIVITY_ORGANIZER = "activity_organizer"
    UNION_ORGANIZER = "union_organizer"
    FEDERATION_ADMIN = "federation_admin"
    AUDITOR = "auditor"


EVERYWHERE = frozenset({Role.FEDERATION_ADMIN, Role.AUDITOR})
"""Roles of the federation: they are granted on nothing and reach everything."""


class Action(StrEnum):
    """What somebody may want to do at the desk."""

    ENTER = "enter"
    SEE_ROSTER = "see_roster"
    SEE_PHONE = "see_phone"
    EXPORT = "export"
    EXPORT_PHONES = "export_phones"
    IMPORT = "import"
    CHECK_IN = "check_in"
    EDIT = "edit"
    BOOK_FOR_OTHERS = "book_for_others"
    MESSAGE = "message"
    CONFIRM_HOURS = "confirm_hours"
    SEE_STATISTICS = "see_statistics"
    KEEP_MEMBERS = "keep_members"
    KEEP_UNIONS = "keep_unions"
    KEEP_GROUPS = "keep_groups"
    MERGE_PEOPLE = "merge_people"
    GRANT_ROLES = "grant_roles"
    TAKE_FACTOR = "take_factor"
    KEEP_NOTICES = "keep_notices"
    READ_AUDIT = "read_audit"
    ENROL_KIOSK = "enrol_kiosk"
    KEEP_THEMES = "keep_themes"
    SEE_YEARS = "see_years"
    COMMEND = "commend"


class Allowed(Struct, frozen=True):
    """A cell of the table. `masked`: names and numbers are hidden; `step_up`: only after proving anew who one is."""

    masked: bool = False
    step_up: bool = False


class Thing(Struct, frozen=True):
    """What an action is about: something of a union, perhaps an activity, perhaps in a programme."""

    union_id: int | None = None
    activity_id: int | None = None
    programme: str | None = None


class Held(Struct, frozen=True):
    """A role somebody holds. `unions` are the union it was granted on and all below it."""

    role: Role
    unions: frozenset[int] = frozenset()
    programme: str | None = None
    activity_id: int | None = None

    def reaches(self, thing: Thing) -> bool:
        """Whether a thing is within what the role was granted on."""
        if self.role in EVERYWHERE:
            return True
        if self.activity_id is not None:
            return thing.activity_id == self.activity_id
        return thing.union_id in self.unions and self.programme in (None, thing.programme)


_YES, _MASKED, _ANEW = Allowed(), Allowed(masked=True), Allowed(step_up=True)
_STAFF, _ACTIVITY, _UNION, _FEDERATION, _AUDITOR = (
    Role.CHECK_IN_STAFF,
    Role.ACTIVITY_ORGANIZER,
    Role.UNION_ORGANIZER,
    Role.FEDERATION_ADMIN,
    Role.AUDITOR,
)
_ORGANIZERS = {_ACTIVITY: _YES, _UNION: _YES, _FEDERATION: _YES}

TABLE: dict[Action, dict[Role, Allowed]] = {
    Action.ENTER: dict.fromkeys(Role, _YES),
    Action.SEE_ROSTER: {_STAFF: _MASKED, **_ORGANIZERS, _AUDITOR: _MASKED},
    Action.SEE_PHONE: {_ACTIVITY: _YES, _UNION: _YES, _FEDERATION: _ANEW},
    Action.EXPORT: {
        _ACTIVITY: _MASKED,
        _UNION: _MASKED,
        _FEDERATION: Allowed(masked=True, step_up=True),
        _AUDITOR: _MASKED,
    },
    Action.EXPORT_PHONES: {_UNION: _ANEW, _FEDERATION: _ANEW},
    Action.IMPORT: _ORGANIZERS,
    Action.CHECK_IN: {_STAFF: _YES, **_ORGANIZERS},
    Action.EDIT: _ORGANIZERS,
    Action.BOOK_FOR_OTHERS: _ORGANIZERS,
    Action.MESSAGE: _ORGANIZERS,
    Action.CONFIRM_HOURS: _ORGANIZERS,
    Action.SEE_STATISTICS: {**_ORGANIZERS, _AUDITOR: _YES},
    Action.KEEP_MEMBERS: {_UNION: _YES, _FEDERATION: _YES},
    Action.KEEP_UNIONS: {_FEDERATION: _YES},
    Action.KEEP_GROUPS: {_UNION: _YES, _FEDERATION: _YES},
    Action.MERGE_PEOPLE: {_FEDERATION: _ANEW},
    Action.GRANT_ROLES: {_UNION: _YES, _FEDERATION: _YES},
    Action.TAKE_FACTOR: {_FEDERATION: _ANEW},
    Action.KEEP_NOTICES: {_FEDERATION: _YES},
    Action.READ_AUDIT: {**_ORGANIZERS, _AUDITOR: _YES},
    Action.ENROL_KIOSK: {_FEDERATION: _ANEW},
    Action.KEEP_THEMES: {_FEDERATION: _YES},
    Action.SEE_YEARS: {_UNION: _YES, _FEDERATION: _YES, _AUDITOR: _MASKED},
    Action.COMMEND: {_UNION: _YES, _FEDERATION: _YES},
}
"""The rule book's table of who may do what, the desk's part."""

_GRANTS: dict[Role, frozenset[Role]] = {
    _UNION: frozenset({_STAFF, _ACTIVITY, _UNION}),
    _FEDERATION: frozenset(Role),
}
"""Which roles the holders of a role may give and take: never one above their own."""


def may(held: Sequence[Held], action: Action, thing: Thing | None = None) -> Allowed | None:
    """What somebody who holds these roles may do with a thing, the freest cell of theirs; None is no.

    Without a thing: whether they may do it anywhere at all.
    """
    cells = [
        TABLE[action][one.role]
        for one in held
        if one.role in TABLE[action] and (thing is None or one.reaches(thing))
    ]
    return min(cells, key=lambda cell: (cell.masked, cell.step_up)) if cells else None


def may_give(held: Sequence[Held], role: Role) -> bool:
    """Whether somebody who holds these may give or take a role at all, on something."""
    return any(role in _GRANTS.get(one.role, frozenset()) for one in held)


def may_grant(held: Sequence[Held], role: Role, thing: Thing) -> bool:
    """Whether a role may be given, or taken, on a thing by somebody who holds these. Roles of the federation are on
    no thing; only the federation gives them."""
    return any(
        role in _GRANTS.get(one.role, frozenset())
        and one.reaches(thing)
        and (role not in EVERYWHERE or one.role is _FEDERATION)
        for one in held
    )
