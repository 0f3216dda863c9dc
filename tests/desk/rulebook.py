"""Who may do what at the desk, written down a second time: from the rule book, and not from the code's own table.

A cell says `yes`, `masked` (names with stars, numbers hidden), `anew` (after a proof of who it is) or `–`.
"""

from tests.promises.programmes import PROMISED
from yiqi.roles.rules.permissions import Role

VISITORS, WORKERS = ("anyone", "kiosk"), ("worker", "captain")
ROLES = {
    "check-in staff": Role.CHECK_IN_STAFF,
    "activity organizer": Role.ACTIVITY_ORGANIZER,
    "union organizer": Role.UNION_ORGANIZER,
    "federation admin": Role.FEDERATION_ADMIN,
    "auditor": Role.AUDITOR,
}
"""The nine of the rule book are these and `VISITORS` and `WORKERS`. At the desk a captain is a worker, a kiosk has no
session."""

_SECTION_7 = """
                  | anyone | worker | captain | check-in staff | activity organizer | union organizer | federation admin | auditor | kiosk
see_roster        | –      | –      | –       | masked         | yes                | yes             | yes              | masked  | –
see_phone         | –      | –      | –       | –              | yes                | yes             | anew             | –       | –
export            | –      | –      | –       | –              | masked             | masked          | masked anew      | masked  | –
export_phones     | –      | –      | –       | –              | –                  | anew            | anew             | –       | –
import            | –      | –      | –       | –              | yes                | yes             | yes              | –       | –
check_in          | –      | –      | –       | yes            | yes                | yes             | yes              | –       | –
edit              | –      | –      | –       | –              | yes                | yes             | yes              | –       | –
book_for_others   | –      | –      | –       | –              | yes                | yes             | yes              | –       | –
confirm_hours     | –      | –      | –       | –              | yes                | yes             | yes              | –       | –
grant_roles       | –      | –      | –       | –              | –                  | yes             | yes              | –       | –
read_audit        | –      | –      | –       | –              | yes                | yes             | yes              | yes     | –
enrol_kiosk       | –      | –      | –       | –              | –                  | –               | anew             | –       | –
"""
_BESIDE_IT = """
                  | anyone | worker | captain | check-in staff | activity organizer | union organizer | federation admin | auditor | kiosk
enter             | –      | –      | –       | yes            | yes                | yes             | yes              | yes     | –
message           | –      | –      | –       | –              | yes                | yes             | yes              | –       | –
see_statistics    | –      | –      | –       | –              | yes                | yes             | yes              | yes     | –
keep_members      | –      | –      | –       | –              | –                  | yes             | yes              | –       | –
keep_groups       | –      | –      | –       | –              | –                  | yes             | yes              | –       | –
keep_unions       | –      | –      | –       | –              | –                  | –               | yes              | –       | –
merge_people      | –      | –      | –       | –              | –                  | –               | anew             | –       | –
take_factor       | –      | –      | –       | –              | –                  | –               | anew             | –       | –
keep_notices      | –      | –      | –       | –              | –                  | –               | yes              | –       | –
keep_themes       | –      | –      | –       | –              | –                  | –               | yes              | –       | –
see_years         | –      | –      | –       | –              | –                  | yes             | yes              | masked  | –
commend           | –      | –      | –       | –              | –                  | yes             | yes              | –       | –
"""
"""What the desk does that the rule book's table has no row for."""


def _read(table: str) -> dict[str, dict[str, frozenset[str]]]:
    head, *rows = [[cell.strip() for cell in line.split("|")] for line in table.strip("\n").splitlines()]
    return {
        row[0]: {
            who: frozenset() if cell == "–" else frozenset(cell.split())
            for who, cell in zip(head[1:], row[1:], strict=True)
        }
        for row in rows
    }


CELLS = _read(_SECTION_7) | _read(_BESIDE_IT)
"""By action and by who: the words of the cell, none for no."""

_ENDPOINTS = {
    "enter": "home second_factor show_factor renew_codes replace_factor step_up prove send_proof",
    "see_roster": "roster _counts counts_stream booking quotas",
    "see_phone": "phone",
    "export": "export take_export sign_in_sheet sign_in_pdf",
    "export_phones": "export_phones take_phones",
    "import": "import_bookings upload_bookings import_list take_bookings import_list_file",
    "check_in": "check_in scan undo_check_in _door_now door_stream venue_code _venue_code tick tick_selected",
    "edit": "new_draft begin draft save _preview _kept_preview publish keep_template delete_draft edit change draw announce_draw hold_draw",
    "book_for_others": "take_out promote move remark settle approve reject approve_selected add_form add marks",
    "message": "messages send preview_message",
    "see_statistics": "statistics statistics_file",
    "keep_members": "roll upload_roll roll_list take_roll roll_list_file export_members unions union add_member member"
    " keep_member end_membership tag_member certify_member requests answer_request",
    "keep_groups": "edit_union add_group rename_union move_union end_union",
    "keep_unions": "add_union",
    "merge_people": "people_to_merge find_two merge_preview merge",
    "grant_roles": "roles grant revoke",
    "take_factor": "take_factor",
    "keep_notices": "letters send_again give_up",
    "read_audit": "audit activity_audit",
}
ACTION_OF = {f"desk.{name}": action for action, names in _ENDPOINTS.items() for name in names.split()} | {
    name: action for one in PROMISED for action, names in one.DESK.items() for name in names.split()
}
"""What each address of the desk stands for. A new one is written down here, too, by whoever reads the rule book."""
