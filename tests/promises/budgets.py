"""The budgets: what each page of HTML may cost whom it is there for, and what each verb may. They are what was measured, rounded
up a little. Who makes something dearer on purpose writes the new number here, where it is seen; who makes it cheaper
writes that, so that it stays so.
"""

from typing import NamedTuple


class Budget(NamedTuple):
    """Statements of one request, and kilobytes of its body on the wire (brotli)."""

    statements: int
    kilobytes: float


GROWS: dict[str, str] = {
    "/me/notices": "the facts of each notice, as its letter is written; a page of them at the most",
}
"""Pages that ask more often where there is more, and for what. The aim is that there is none."""

WRITES: dict[str, str] = {
    "/desk/second-factor": "the secret that is being set up",
    "/kiosk/": "that the screen is alive",
    "/me/notices/<id:notice_id>": "that it was read",
    "/sign-in": "the visit that holds the form's secret",
}
"""Pages that change something when they are only read, and what."""

VERBS: dict[str, tuple[int, int]] = {
    "signing_up": (8, 3),
    "joining_a_queue": (8, 4),
    "pressing_again": (3, 3),
    "cancelling": (17, 17),
    "cancelling_before_others": (26, 26),
    "accepting": (14, 14),
    "declining": (16, 16),
    "approving": (16, 16),
    "checking_in": (4, 2),
    "checking_out": (3, 3),
    "handing_on": (36, 33),
}
"""The most statements of each deed, on SQLite and on PostgreSQL."""

PAGES = """
/ owner=14 kb=4.5
/account-deleted owner=3 kb=2.25
/activities/<id:activity_id> owner=6 kb=3
/activities/<id:activity_id>/calendar owner=4 kb=2
/activities/<id:activity_id>/draw owner=8 kb=2.75
/bookings/<ref:ref>/answers owner=8 kb=2.5
/bookings/<ref:ref>/hand-on owner=6 kb=2.5
/calendars owner=3 kb=2.5
/demo/messages owner=5 kb=2.25
/desk/ organizer=29 kb=3.75
/desk/activities/<id:activity_id> organizer=17 kb=3.75
/desk/activities/<id:activity_id>/add organizer=8 kb=3.5
/desk/activities/<id:activity_id>/audit organizer=6 kb=3.25
/desk/activities/<id:activity_id>/bookings/<ref:ref> organizer=16 kb=3.75
/desk/activities/<id:activity_id>/check-in organizer=5 kb=3.25
/desk/activities/<id:activity_id>/draw organizer=11 kb=3
/desk/activities/<id:activity_id>/edit organizer=11 kb=11
/desk/activities/<id:activity_id>/export organizer=7 kb=3.25
/desk/activities/<id:activity_id>/import organizer=7 kb=3
/desk/activities/<id:activity_id>/import/<id:list_id> organizer=9 kb=3
/desk/activities/<id:activity_id>/messages organizer=11 kb=3.25
/desk/activities/<id:activity_id>/quotas organizer=10 kb=2.25
/desk/activities/<id:activity_id>/sign-in-sheet organizer=9 kb=2.5
/desk/activities/<id:activity_id>/venue-code organizer=5 kb=2.75
/desk/audit organizer=4 kb=4.5
/desk/drafts/<id:draft_id> organizer=5 kb=6.5
/desk/drafts/new organizer=9 kb=5
/desk/kiosks/matters organizer=6 kb=3
/desk/league/ organizer=7 kb=2.25
/desk/league/games/<id:game_id> organizer=7 kb=3.25
/desk/league/games/<id:game_id>/live organizer=7 kb=2.5
/desk/league/games/<id:game_id>/sheet organizer=8 kb=3.25
/desk/league/seasons/<id:season_id> organizer=14 kb=3.25
/desk/league/seasons/<id:season_id>/bracket organizer=14 kb=2.25
/desk/league/seasons/<id:season_id>/fixtures organizer=13 kb=3.5
/desk/league/seasons/<id:season_id>/settings organizer=7 kb=3.25
/desk/league/seasons/<id:season_id>/transfers organizer=7 kb=2.25
/desk/league/seasons/new organizer=4 kb=3
/desk/league/teams/<id:team_id> organizer=9 kb=3.25
/desk/marks organizer=4 kb=2.25
/desk/reading/ organizer=13 kb=2.5
/desk/reading/awards organizer=8 kb=2.25
/desk/reading/calls organizer=5 kb=3.25
/desk/reading/calls/<id:call_id> organizer=10 kb=3.5
/desk/reading/calls/<id:call_id>/edit organizer=8 kb=3
/desk/reading/copies/<id:copy_id> organizer=9 kb=3
/desk/reading/groups organizer=6 kb=3
/desk/reading/groups/<id:group_id> organizer=14 kb=3.5
/desk/reading/labels organizer=4 kb=3
/desk/reading/notes organizer=5 kb=2.25
/desk/reading/rooms organizer=5 kb=3.25
/desk/reading/rooms/<id:room_id> organizer=6 kb=3.75
/desk/reading/rooms/list organizer=4 kb=2.75
/desk/reading/titles organizer=5 kb=3
/desk/reading/titles/<id:title_id> organizer=7 kb=3.25
/desk/requests organizer=5 kb=2.5
/desk/roles organizer=6 kb=3.75
/desk/second-factor organizer=7 kb=3.25
/desk/statistics organizer=14 kb=4
/desk/step-up organizer=5 kb=2.25
/desk/training/ organizer=9 kb=2.5
/desk/training/courses/<id:activity_id> organizer=17 kb=3
/desk/training/courses/<id:activity_id>/certificates organizer=24 kb=3
/desk/training/courses/<id:activity_id>/results organizer=17 kb=3.25
/desk/training/courses/<id:activity_id>/results/<id:list_id> organizer=13 kb=3
/desk/training/courses/<id:activity_id>/syllabus organizer=15 kb=3.75
/desk/training/lectures organizer=7 kb=3
/desk/training/lectures/requests/<id:request_id> organizer=5 kb=2.5
/desk/training/subsidies organizer=5 kb=2.5
/desk/training/subsidies/<id:subsidy_id> organizer=7 kb=3.25
/desk/troupe/ organizer=11 kb=2.25
/desk/troupe/auditions/<id:audition_id> organizer=17 kb=3.5
/desk/troupe/productions/<id:production_id> organizer=19 kb=4
/desk/troupe/productions/<id:production_id>/costumes organizer=7 kb=2.5
/desk/troupe/productions/<id:production_id>/step-in organizer=29 kb=3
/desk/troupe/seasons/<id:season_id> organizer=20 kb=3
/desk/troupe/seasons/<id:season_id>/attendance organizer=18 kb=2.5
/desk/troupe/seasons/<id:season_id>/auditions/new organizer=6 kb=3
/desk/troupe/seasons/<id:season_id>/productions/new organizer=5 kb=2.5
/desk/troupe/seasons/new organizer=4 kb=3.5
/desk/unions organizer=8 kb=2.5
/desk/unions/<id:union_id> organizer=16 kb=3.25
/desk/unions/<id:union_id>/edit organizer=8 kb=2.5
/desk/unions/<id:union_id>/members/<id:membership_id> organizer=9 kb=3.5
/desk/unions/<id:union_id>/roll organizer=5 kb=3.25
/desk/unions/<id:union_id>/roll/<id:list_id> organizer=8 kb=2.75
/desk/volunteering/ organizer=5 kb=2.5
/desk/volunteering/events/<id:event_id>/export organizer=8 kb=2.75
/desk/volunteering/events/<id:event_id>/hours organizer=11 kb=2.75
/desk/volunteering/events/<id:event_id>/hours/<id:service_id> organizer=11 kb=3.5
/desk/volunteering/events/<id:event_id>/posts organizer=15 kb=4.25
/desk/volunteering/export organizer=4 kb=3
/desk/volunteering/stars organizer=10 kb=2.25
/desk/years/ organizer=9 kb=3.75
/desk/years/unions/<id:union_id> organizer=16 kb=4.25
/desk/years/unions/<id:union_id>/people/<id:person_id> organizer=8 kb=2.25
/desk/years/unions/<id:union_id>/rows/<id:row_id> organizer=7 kb=2.5
/here owner=2 kb=2
/honours owner=5 kb=2
/honours/<id:list_id> owner=8 kb=2.25
/kiosk/ kiosk=17 kb=3.75
/kiosk/activities/<id:activity_id> kiosk=4 kb=2.5
/kiosk/check-in kiosk=3 kb=3.75
/kiosk/enrol owner=2 kb=2.25
/kiosk/help kiosk=3 kb=2
/kiosk/venue kiosk=3 kb=2.5
/kiosk/venue/<id:occurrence_id> kiosk=3 kb=2.5
/kiosk/walk-in kiosk=2 kb=2.75
/kiosk/wall kiosk=3 kb=3
/league/ owner=18 kb=3.75
/league/games/<id:game_id> owner=9 kb=2.25
/league/groups/<id:group_id> owner=13 kb=2.25
/league/join owner=3 kb=2.25
/league/players/<id:player_id> owner=5 kb=2
/league/seasons/<id:season_id> owner=18 kb=3.75
/league/seasons/<id:season_id>/games owner=6 kb=2
/league/seasons/<id:season_id>/rules owner=4 kb=2.5
/league/teams/<id:team_id> owner=15 kb=4.5
/me owner=42 kb=5
/me/birthday owner=2 kb=2.25
/me/calendar owner=4 kb=3
/me/certificates owner=4 kb=2
/me/certificates/<number> owner=4 kb=3
/me/codes owner=6 kb=3
/me/guardian owner=4 kb=2.5
/me/marks owner=5 kb=2.5
/me/name owner=2 kb=2.25
/me/notices owner=30 kb=2.75
/me/notices/<id:notice_id> owner=8 kb=2
/me/privacy owner=4 kb=2.75
/me/privacy/delete owner=5 kb=2.5
/me/privacy/notice owner=2 kb=2.25
/me/reach owner=5 kb=2.5
/me/rota owner=4 kb=2.25
/me/rota/own owner=4 kb=2.75
/me/sessions owner=4 kb=2.5
/me/union owner=5 kb=3.25
/me/year owner=7 kb=3
/months/<month> owner=7 kb=2.5
/notice owner=3 kb=3.25
/privacy owner=3 kb=3.5
/reading/ owner=15 kb=3
/reading/awards owner=8 kb=2.25
/reading/copies/<token:token> owner=10 kb=3
/reading/drift owner=12 kb=3
/reading/drift/<id:copy_id> owner=12 kb=3
/reading/drift/<id:copy_id>/hand-on owner=6 kb=2.75
/reading/essays/<id:call_id> owner=8 kb=3.5
/reading/groups/<id:group_id> owner=9 kb=3
/reading/jury/<id:call_id> owner=7 kb=2
/reading/jury/<id:call_id>/entries/<id:entry_id> owner=7 kb=2.5
/reading/notes/<id:note_id>/report owner=4 kb=2.25
/reading/rooms owner=5 kb=2.5
/reading/rooms/<id:room_id> owner=6 kb=2.25
/sign-in visitor=4 kb=2.25
/slots/<id:slot_id>/sign-up owner=6 kb=2.25
/t/<ref:ref> owner=9 kb=2.5
/training/ owner=23 kb=2.75
/training/lectures owner=6 kb=2.5
/training/path/<trade> owner=10 kb=2.25
/training/subsidies owner=4 kb=2.75
/training/subsidies/<id:subsidy_id> owner=6 kb=3.25
/training/subsidies/new owner=3 kb=2.5
/troupe/ owner=10 kb=3.25
/troupe/auditions/<id:audition_id> owner=7 kb=2.5
/troupe/auditions/<id:audition_id>/jury owner=8 kb=2.5
/troupe/mine owner=18 kb=4
/troupe/productions/<id:production_id> owner=9 kb=2.25
/troupe/sections/<id:section_id> owner=9 kb=2.5
/troupe/sections/<id:section_id>/members owner=9 kb=2.5
/troupe/sizes owner=4 kb=2.5
/verify owner=3 kb=2.25
/verify/<number> owner=4 kb=2.5
/volunteering/ owner=6 kb=2.5
/volunteering/consents owner=5 kb=3
/volunteering/honour owner=10 kb=2.25
/volunteering/hours owner=6 kb=3
/volunteering/hours/certificate owner=4 kb=2.5
/volunteering/squads/<id:squad_id> owner=5 kb=2.75
"""
"""A rule, the statements of each who reads it, and the kilobytes."""


def budgets() -> dict[tuple[str, str], Budget]:
    """The budget of each page by its rule and reader."""
    found = {}
    for line in PAGES.strip().splitlines():
        rule, *counts, kilobytes = line.split()
        for one in counts:
            who, _equals, statements = one.partition("=")
            found[rule, who] = Budget(int(statements), float(kilobytes.removeprefix("kb=")))
    return found
