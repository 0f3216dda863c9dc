"""The desk's addresses and what each needs: the one table that every page, fragment, form and export goes through.

An endpoint that is not here is denied to everybody.
"""

from dataclasses import dataclass
from enum import StrEnum

from yiqi.roles.rules.permissions import Action


class On(StrEnum):
    """What an address is about, and so which part of it names the thing."""

    ANYWHERE = "anywhere"
    """Nothing in particular: the page shows only what is within reach."""
    ACTIVITY = "activity_id"
    UNION = "union_id"
    DRAFT = "draft_id"


@dataclass(frozen=True)
class Needs:
    """The action an address stands for, and on what."""

    action: Action
    on: On = On.ANYWHERE


NEEDS: dict[str, Needs] = {
    "desk.home": Needs(Action.ENTER),
    "desk.new_draft": Needs(Action.EDIT),
    "desk.begin": Needs(Action.EDIT),
    "desk.draft": Needs(Action.EDIT, On.DRAFT),
    "desk.save": Needs(Action.EDIT, On.DRAFT),
    "desk._preview": Needs(Action.EDIT, On.DRAFT),
    "desk.publish": Needs(Action.EDIT, On.DRAFT),
    "desk.keep_template": Needs(Action.EDIT, On.DRAFT),
    "desk.delete_draft": Needs(Action.EDIT, On.DRAFT),
}
