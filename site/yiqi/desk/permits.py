"""The desk's addresses and what each needs: the one table that every page, fragment, form and export goes through.

An endpoint that is not here is denied to everybody.
"""

from collections.abc import Callable, Mapping
from enum import StrEnum
from typing import Any

from msgspec import Struct

from yiqi.roles.rules.permissions import Action, Thing


class On(StrEnum):
    """What an address is about, and so which part of it names the thing."""

    ANYWHERE = "anywhere"
    """Nothing in particular: the page shows only what is within reach."""
    ACTIVITY = "activity_id"
    UNION = "union_id"
    DRAFT = "draft_id"
    GRANT = "grant_id"


class Needs(Struct, frozen=True):
    """The action an address stands for, and on what."""

    action: Action
    on: On = On.ANYWHERE
    while_locked: bool = False
    """Open before the second factor was shown: the pages that ask for it."""
    is_poll: bool = False
    """Asked by the page itself, not by a person: it does not keep the desk from locking, and speaks the page's `lang=`."""
    thing: Callable[[Mapping[str, Any]], Thing | None] | None = None
    """Of an address of a programme: what its parts name, all of them together; None when there is no such thing."""


NEEDS: dict[str, Needs] = {
    "desk.home": Needs(Action.ENTER),
    "desk.new_draft": Needs(Action.EDIT),
    "desk.begin": Needs(Action.EDIT),
    "desk.draft": Needs(Action.EDIT, On.DRAFT),
    "desk.save": Needs(Action.EDIT, On.DRAFT),
    "desk._preview": Needs(Action.EDIT, On.DRAFT),
    "desk._kept_preview": Needs(Action.EDIT, On.DRAFT),
    "desk.publish": Needs(Action.EDIT, On.DRAFT),
    "desk.keep_template": Needs(Action.EDIT, On.DRAFT),
    "desk.delete_draft": Needs(Action.EDIT, On.DRAFT),
    "desk.second_factor": Needs(Action.ENTER, while_locked=True),
    "desk.show_factor": Needs(Action.ENTER, while_locked=True),
    "desk.renew_codes": Needs(Action.ENTER),
    "desk.replace_factor": Needs(Action.ENTER),
    "desk.step_up": Needs(Action.ENTER),
    "desk.prove": Needs(Action.ENTER),
    "desk.send_proof": Needs(Action.ENTER),
    "desk.roles": Needs(Action.GRANT_ROLES),
    "desk.grant": Needs(Action.GRANT_ROLES),
    "desk.revoke": Needs(Action.GRANT_ROLES, On.GRANT),
    "desk.take_factor": Needs(Action.TAKE_FACTOR),
    "desk.audit": Needs(Action.READ_AUDIT),
    "desk.activity_audit": Needs(Action.READ_AUDIT, On.ACTIVITY),
    "desk.check_in": Needs(Action.CHECK_IN, On.ACTIVITY),
    "desk.scan": Needs(Action.CHECK_IN, On.ACTIVITY),
    "desk.undo_check_in": Needs(Action.CHECK_IN, On.ACTIVITY),
    "desk._door_now": Needs(Action.CHECK_IN, On.ACTIVITY, is_poll=True),
    "desk.door_stream": Needs(Action.CHECK_IN, On.ACTIVITY, is_poll=True),
    "desk.venue_code": Needs(Action.CHECK_IN, On.ACTIVITY),
    "desk.roll": Needs(Action.KEEP_MEMBERS, On.UNION),
    "desk.upload_roll": Needs(Action.KEEP_MEMBERS, On.UNION),
    "desk.roll_list": Needs(Action.KEEP_MEMBERS, On.UNION),
    "desk.take_roll": Needs(Action.KEEP_MEMBERS, On.UNION),
    "desk.roll_list_file": Needs(Action.KEEP_MEMBERS, On.UNION),
    "desk.export_members": Needs(Action.KEEP_MEMBERS, On.UNION),
    "desk.import_bookings": Needs(Action.IMPORT, On.ACTIVITY),
    "desk.upload_bookings": Needs(Action.IMPORT, On.ACTIVITY),
    "desk.import_list": Needs(Action.IMPORT, On.ACTIVITY),
    "desk.take_bookings": Needs(Action.IMPORT, On.ACTIVITY),
    "desk.import_list_file": Needs(Action.IMPORT, On.ACTIVITY),
    "desk.export": Needs(Action.EXPORT, On.ACTIVITY),
    "desk.take_export": Needs(Action.EXPORT, On.ACTIVITY),
    "desk.export_phones": Needs(Action.EXPORT_PHONES, On.ACTIVITY),
    "desk.take_phones": Needs(Action.EXPORT_PHONES, On.ACTIVITY),
    "desk.sign_in_sheet": Needs(Action.EXPORT, On.ACTIVITY),
    "desk.sign_in_pdf": Needs(Action.EXPORT, On.ACTIVITY),
    "desk._venue_code": Needs(Action.CHECK_IN, On.ACTIVITY, is_poll=True),
    "desk.roster": Needs(Action.SEE_ROSTER, On.ACTIVITY),
    "desk._counts": Needs(Action.SEE_ROSTER, On.ACTIVITY, is_poll=True),
    "desk.counts_stream": Needs(Action.SEE_ROSTER, On.ACTIVITY, is_poll=True),
    "desk.booking": Needs(Action.SEE_ROSTER, On.ACTIVITY),
    "desk.tick": Needs(Action.CHECK_IN, On.ACTIVITY),
    "desk.tick_selected": Needs(Action.CHECK_IN, On.ACTIVITY),
    "desk.phone": Needs(Action.SEE_PHONE, On.ACTIVITY),
    "desk.take_out": Needs(Action.BOOK_FOR_OTHERS, On.ACTIVITY),
    "desk.promote": Needs(Action.BOOK_FOR_OTHERS, On.ACTIVITY),
    "desk.move": Needs(Action.BOOK_FOR_OTHERS, On.ACTIVITY),
    "desk.remark": Needs(Action.BOOK_FOR_OTHERS, On.ACTIVITY),
    "desk.marks": Needs(Action.BOOK_FOR_OTHERS),
    "desk.settle": Needs(Action.BOOK_FOR_OTHERS, On.ACTIVITY),
    "desk.approve": Needs(Action.BOOK_FOR_OTHERS, On.ACTIVITY),
    "desk.reject": Needs(Action.BOOK_FOR_OTHERS, On.ACTIVITY),
    "desk.approve_selected": Needs(Action.BOOK_FOR_OTHERS, On.ACTIVITY),
    "desk.add_form": Needs(Action.BOOK_FOR_OTHERS, On.ACTIVITY),
    "desk.add": Needs(Action.BOOK_FOR_OTHERS, On.ACTIVITY),
    "desk.messages": Needs(Action.MESSAGE, On.ACTIVITY),
    "desk.send": Needs(Action.MESSAGE, On.ACTIVITY),
    "desk.preview_message": Needs(Action.MESSAGE, On.ACTIVITY),
    "desk.edit": Needs(Action.EDIT, On.ACTIVITY),
    "desk.change": Needs(Action.EDIT, On.ACTIVITY),
    "desk.draw": Needs(Action.EDIT, On.ACTIVITY),
    "desk.announce_draw": Needs(Action.EDIT, On.ACTIVITY),
    "desk.hold_draw": Needs(Action.EDIT, On.ACTIVITY),
    "desk.quotas": Needs(Action.SEE_ROSTER, On.ACTIVITY),
    "desk.statistics": Needs(Action.SEE_STATISTICS),
    "desk.statistics_file": Needs(Action.SEE_STATISTICS),
    "desk.unions": Needs(Action.KEEP_MEMBERS),
    "desk.add_union": Needs(Action.KEEP_UNIONS),
    "desk.union": Needs(Action.KEEP_MEMBERS, On.UNION),
    "desk.edit_union": Needs(Action.KEEP_GROUPS, On.UNION),
    "desk.add_group": Needs(Action.KEEP_GROUPS, On.UNION),
    "desk.rename_union": Needs(Action.KEEP_GROUPS, On.UNION),
    "desk.move_union": Needs(Action.KEEP_GROUPS, On.UNION),
    "desk.end_union": Needs(Action.KEEP_GROUPS, On.UNION),
    "desk.add_member": Needs(Action.KEEP_MEMBERS, On.UNION),
    "desk.member": Needs(Action.KEEP_MEMBERS, On.UNION),
    "desk.keep_member": Needs(Action.KEEP_MEMBERS, On.UNION),
    "desk.end_membership": Needs(Action.KEEP_MEMBERS, On.UNION),
    "desk.tag_member": Needs(Action.KEEP_MEMBERS, On.UNION),
    "desk.certify_member": Needs(Action.KEEP_MEMBERS, On.UNION),
    "desk.requests": Needs(Action.KEEP_MEMBERS),
    "desk.answer_request": Needs(Action.KEEP_MEMBERS, On.UNION),
    "desk.people_to_merge": Needs(Action.MERGE_PEOPLE),
    "desk.find_two": Needs(Action.MERGE_PEOPLE),
    "desk.merge_preview": Needs(Action.MERGE_PEOPLE),
    "desk.merge": Needs(Action.MERGE_PEOPLE),
    "desk.letters": Needs(Action.KEEP_NOTICES),
    "desk.send_again": Needs(Action.KEEP_NOTICES),
    "desk.give_up": Needs(Action.KEEP_NOTICES),
}
