"""The controls of the matrix: with the gate off, or one permit too wide, it fails."""

from collections.abc import Mapping
from typing import Any

import pytest
from flask import Flask
from msgspec.structs import replace

from tests.browsing import Client
from tests.desk.rounds import Stage, denies_what_is_foreign, denies_what_is_not_allowed
from yiqi.desk import gate
from yiqi.desk.permits import NEEDS, On
from yiqi.roles import holding
from yiqi.roles.rules.permissions import TABLE, Action, Allowed, Held, Role, Thing

SQLITE = pytest.mark.parametrize("site", ["sqlite"], indirect=True)


@SQLITE
@pytest.mark.parametrize("off", ["the table", "the reach"])
def test_without_the_gate_foreign_things_are_found(
    site: Flask, client: Client, stage: Stage, monkeypatch: pytest.MonkeyPatch, off: str
) -> None:
    """The control: a gate that lets everything through, and one that forgets how far a role reaches."""
    if off == "the table":
        monkeypatch.setattr(gate, "may", lambda _held, _action, _thing=None: Allowed())
    else:
        monkeypatch.setattr(Held, "reaches", lambda _self, _thing: True)

    with pytest.raises(AssertionError, match=r"for a foreign one|tells a foreign one"):
        denies_what_is_foreign(client, site, stage, "union organizer")


@SQLITE
@pytest.mark.parametrize("widened", ["an address", "a cell", "a thing"])
def test_one_permit_that_is_too_wide_is_noticed(
    site: Flask, client: Client, stage: Stage, monkeypatch: pytest.MonkeyPatch, widened: str
) -> None:
    """The control of one line: an address that needs less, a cell that says yes, an address that forgets its thing."""
    roster, audit = NEEDS["desk.roster"], NEEDS["desk.activity_audit"]
    if widened == "an address":
        monkeypatch.setitem(NEEDS, "desk.activity_audit", replace(audit, action=Action.ENTER))
    elif widened == "a cell":
        monkeypatch.setitem(TABLE[Action.READ_AUDIT], Role.CHECK_IN_STAFF, Allowed())
    else:
        monkeypatch.setitem(NEEDS, "desk.roster", replace(roster, on=On.ANYWHERE))

    denies = denies_what_is_foreign if widened == "a thing" else denies_what_is_not_allowed
    with pytest.raises(AssertionError, match=r"check-in staff: GET /desk/.* is 200"):
        denies(client, site, stage, "check-in staff")


@SQLITE
def test_a_gate_that_asks_more_for_a_foreign_thing_is_noticed(
    site: Flask, client: Client, stage: Stage, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The control of what takes time: whose the activity is asked once more, where there is one."""

    def careless(parts: Mapping[str, Any]) -> Thing | None:
        found = holding.activity(parts["activity_id"])
        return holding.activity(parts["activity_id"]) if found else None

    roster = NEEDS["desk.roster"]
    monkeypatch.setitem(NEEDS, "desk.roster", replace(roster, on=On.ANYWHERE, thing=careless))

    with pytest.raises(AssertionError, match=r"tells a foreign one from a missing one by its questions$"):
        denies_what_is_foreign(client, site, stage, "union organizer")
