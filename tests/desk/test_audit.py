"""The audit trail: who reads how much of it, that every deed has words, and that nothing in it is ever changed."""

from typing import Any

import pytest
from flask import Flask
from sqlalchemy import func, select, text
from sqlalchemy.exc import IntegrityError

from tests.booking.steps import asks
from tests.browsing import Client, by_id, words
from tests.builders import a_union, a_worker, an_activity, an_organizer
from tests.databases import ROOT
from tests.desk.append_only import changing
from yiqi import clock
from yiqi.activities.models import Programme
from yiqi.booking import by_hand, remarks
from yiqi.booking.models import Booking, BookingChange
from yiqi.booking.rules.states import State
from yiqi.db import db, writing
from yiqi.desk.trust.deed_words import DEEDS, STATES, known
from yiqi.people.models import Person
from yiqi.roles import granting, trail
from yiqi.roles.models import Deed
from yiqi.roles.rules.deeds import What
from yiqi.roles.rules.permissions import Role, Thing
from yiqi.unions.models import Union

SOURCE = ROOT / "site" / "yiqi"
OF_A_YEAR_AGO = "here.execute(delete(_change).where(_change.c.booking_id == booking_id))"


def does(what: What, by: Person, thing: Thing, person: Person | None = None, **facts: Any) -> None:
    with writing() as session:
        trail.note(
            session.connection(),
            what,
            at=clock.now(),
            by_id=by.id,
            thing=thing,
            person_id=person.id if person else None,
            **facts,
        )


def shown(client: Client, path: str = "/desk/audit") -> str:
    return words(by_id(client.get(path), "rows"))


def test_each_reads_what_is_within_reach_and_no_more(site: Flask, client: Client) -> None:
    top = a_union("开发区总工会")
    ours, theirs = a_union("京东方工会", parent=top), a_union("中芯国际工会", parent=top)
    reading = an_activity(owner=ours, title="读书会", programme=Programme.READING)
    league = an_activity(owner=ours, title="联赛", programme=Programme.LEAGUE)
    foreign = an_activity(owner=theirs, title="别家的课")
    actor = a_worker(name="做事的人")
    for union, made, programme in (
        (ours, reading, Programme.READING),
        (ours, league, Programme.LEAGUE),
        (theirs, foreign, Programme.READING),
    ):
        does(What.PUBLISHED, actor, Thing(union.id, made.activity_id, programme))
    does(What.UNION_KEPT, actor, Thing(ours.id))

    def reads(role: Role, union: Union | None = None, **on: object) -> set[str]:
        person = a_worker(name=f"看的人{role}")
        granting.grant(
            person_id=person.id,
            role=role,
            union_id=union.id if union else None,
            at=clock.now(),
            by_id=None,
            **on,  # type: ignore[arg-type]
        )
        client.sign_in(person)
        page = shown(client)
        return {word for word in ("读书会", "联赛", "别家的课", "改了工会") if word in page}

    assert reads(Role.FEDERATION_ADMIN) == reads(Role.AUDITOR) == {"读书会", "联赛", "别家的课", "改了工会"}
    assert reads(Role.UNION_ORGANIZER, top) == {"读书会", "联赛", "别家的课", "改了工会"}
    assert reads(Role.UNION_ORGANIZER, ours) == {"读书会", "联赛", "改了工会"}
    assert reads(Role.UNION_ORGANIZER, ours, programme=Programme.READING) == {"读书会"}
    assert reads(Role.ACTIVITY_ORGANIZER, activity_id=league.activity_id) == {"联赛"}


def test_a_role_given_on_an_activity_is_read_of_by_the_organizers_of_its_union(client: Client) -> None:
    union, other = a_union("京东方工会"), a_union("中芯国际工会")
    made, helper = an_activity(owner=union, title="读书会"), a_worker(name="帮手")
    given = granting.grant(
        person_id=helper.id,
        role=Role.CHECK_IN_STAFF,
        activity_id=made.activity_id,
        at=clock.now(),
        by_id=an_organizer(union, name="李姐").id,
    )
    granting.revoke(grant_id=given, at=clock.now(), by_id=None)

    def reads(of: Union, page: str) -> list[bool]:
        client.sign_in(an_organizer(of, name="周主任"))
        told = shown(client, page)
        return ["给了权限 · 帮手" in told, "撤销了权限 · 帮手" in told]

    assert reads(union, "/desk/audit") == [True, True]
    assert reads(union, f"/desk/activities/{made.activity_id}/audit") == [True, True]
    assert reads(other, "/desk/audit") == [False, False]


def test_it_is_filtered_by_person_and_deed_and_goes_on_page_by_page(client: Client) -> None:
    union = a_union()
    organizer, wang = an_organizer(union), a_worker(name="王芳")
    client.sign_in(organizer)
    for n in range(120):
        does(
            What.NOTED if n % 2 else What.ADDED,
            organizer,
            Thing(union.id),
            wang if n < 3 else None,
            count=n + 1,
        )

    seen: list[str] = []
    path = "/desk/audit?what=added"
    while path:
        page = client.get(path)
        seen += [words(row) for row in by_id(page, "rows")]
        path = next((a.get("href", "") for a in by_id(page, "main").iter("a") if a.get("rel") == "next"), "")

    assert len(seen) == len(set(seen)) == 60
    assert [row.rpartition(" ")[2] for row in seen] == [str(n) for n in range(119, 0, -2)]
    assert len(by_id(client.get("/desk/audit?who=王芳"), "rows")) == 3
    assert len(by_id(client.get(f"/desk/audit?who={wang.phone[-4:]}&what=noted"), "rows")) == 1
    assert client.get("/desk/audit?what=nonsense&before=x").status_code == 200


def test_what_became_of_the_bookings_stands_beside_what_was_done(client: Client) -> None:
    organizer = an_organizer(a_union())
    made, other = an_activity(places=1), an_activity(places=1)
    wang, liu = a_worker(name="王芳"), a_worker(name="刘师傅")
    asks(wang, made, at=clock.now())
    asks(liu, made, at=clock.now())
    asks(liu, other, at=clock.now())
    client.sign_in(organizer)

    page = shown(client, f"/desk/activities/{made.activity_id}/audit?of=bookings")

    assert "王芳" in page
    assert "已确认 本人" in page
    assert "候补 本人" in page
    assert len(by_id(client.get(f"/desk/activities/{made.activity_id}/audit?of=bookings"), "rows")) == 2
    found = client.get(f"/desk/activities/{made.activity_id}/audit?of=bookings&who=刘")
    assert len(by_id(found, "rows")) == 1


def test_an_auditor_reads_names_of_workers_with_stars(client: Client) -> None:
    auditor = an_organizer(a_union(), role=Role.AUDITOR, name="审计")
    made = an_activity(places=1)
    wang = a_worker(name="王芳")
    asks(wang, made, at=clock.now())
    does(What.ADDED, a_worker(name="李姐"), Thing(a_union().id, made.activity_id, "reading"), wang)
    client.sign_in(auditor)

    for path in ("", "?of=bookings"):
        page = shown(client, f"/desk/activities/{made.activity_id}/audit{path}")
        assert "王**" in page
        assert "王芳" not in page
    assert "王芳" not in client.get("/desk/audit").text
    assert "李姐" in client.get("/desk/audit").text


@pytest.mark.parametrize("role", [Role.AUDITOR, Role.UNION_ORGANIZER])
def test_an_auditor_cannot_ask_for_a_name_bit_by_bit_nor_for_hidden_digits(
    client: Client, role: Role
) -> None:
    """Whole names, and the four digits that everybody sees. The control: an organizer finds parts of names."""
    union = a_union()
    made, wang = an_activity(places=1, owner=union), a_worker(name="王小芳", phone="+8613712349876")
    asks(wang, made, at=clock.now())
    does(What.ADDED, a_worker(name="李姐"), Thing(union.id, made.activity_id, "reading"), wang)
    client.sign_in(an_organizer(union, role=role))

    def finds(who: str) -> list[bool]:
        here = f"/desk/activities/{made.activity_id}/audit?who={who}"
        pages = (f"/desk/audit?who={who}", here, f"{here}&of=bookings")
        return ["没有记录" not in shown(client, page) for page in pages]

    assert finds("王小芳") == finds("9876") == finds("59876") == [True] * 3
    assert finds("王小") == finds("芳") == [role is Role.UNION_ORGANIZER] * 3
    assert finds("李")[:2] == [True] * 2


@pytest.mark.parametrize("role", [Role.AUDITOR, Role.UNION_ORGANIZER])
def test_what_organizers_remark_of_somebody_is_not_told_to_who_sees_the_roster_in_part(
    client: Client, role: Role
) -> None:
    union = a_union()
    made = an_activity(places=1, owner=union)
    ticket = asks(a_worker(name="王芳"), made, at=clock.now())
    remarks.remark(ref=ticket.ref, text="膝盖有伤", by_id=a_worker(name="李姐").id, at=clock.now())
    client.sign_in(an_organizer(union, role=role))

    for page in ("/desk/audit", f"/desk/activities/{made.activity_id}/audit"):
        told = shown(client, page)
        assert "写了备注" in told
        assert ("膝盖有伤" in told) is (role is Role.UNION_ORGANIZER)


@pytest.mark.parametrize("what", What)
def test_every_deed_has_words(what: What) -> None:
    assert str(DEEDS[what])


def test_every_state_has_words_and_facts_are_told() -> None:
    assert set(STATES) == set(State)
    assert known({"was": "waiting", "became": "confirmed", "beyond": True, "because": ""}) == (
        "原来 候补，现在 已确认，超出名额"
    )
    assert known({"role": "auditor", "count": 3, "left": None}) == "审计员，人数 3"


def test_no_line_changes_or_deletes_what_stands_in_a_trail() -> None:
    """But for one: a year after the event the changes of a booking go with its person."""
    found = {
        path.relative_to(SOURCE).as_posix(): [source.splitlines()[number - 1].strip() for number in numbers]
        for path in sorted(SOURCE.rglob("*.py"))
        if (numbers := changing(source := path.read_text(encoding="utf-8")))
    }

    assert found == {"privacy/retention.py": [OF_A_YEAR_AGO]}


@pytest.mark.parametrize(
    "line",
    [
        "session.execute(update(Deed).values(because=''))",
        "here.execute(delete(BookingChange))",
        "here.execute(table(Deed).delete())",
        "_booking, _change = table(Booking), table(BookingChange)\nhere.execute(_change.update())",
        "_deed = table(Deed)\nhere.execute(delete(_deed))",
        "here.execute(text('DELETE FROM deed WHERE id = 1'))",
    ],
)
def test_a_line_that_does_is_noticed(line: str) -> None:
    assert changing(line)


@pytest.mark.parametrize(
    "line", ["UPDATE deed SET because = ''", "DELETE FROM deed", "UPDATE booking_change SET why = ''"]
)
def test_the_database_itself_lets_nobody_change_the_trail(site: Flask, line: str) -> None:
    made = an_activity(places=1)
    asks(a_worker(name="王芳"), made, at=clock.now())
    does(What.ADDED, a_worker(name="李姐"), Thing(a_union().id, made.activity_id, "reading"))

    with pytest.raises(IntegrityError, match="append-only"), writing() as session:
        session.execute(text(line))

    assert db.session.scalars(select(Deed.what)).all() == [What.ADDED]
    assert db.session.scalar(select(func.count()).select_from(BookingChange)) == 1


@pytest.mark.parametrize("site", ["sqlite"], indirect=True)
def test_without_its_triggers_the_database_lets_anybody(site: Flask) -> None:
    """The control."""
    does(What.ADDED, a_worker(name="李姐"), Thing(a_union().id))
    kept = "SELECT sql FROM sqlite_master WHERE name = 'deed_no_delete'"
    with writing() as session:
        trigger = session.scalar(text(kept))
        session.execute(text("DROP TRIGGER deed_no_delete"))
    with writing() as session:
        session.execute(text("DELETE FROM deed"))
        session.execute(text(str(trigger)))

    assert db.session.scalars(select(Deed.what)).all() == []


def test_a_number_that_somebody_types_into_a_reason_is_hidden(client: Client) -> None:
    organizer = an_organizer(a_union())
    thing = Thing(a_union().id, an_activity().activity_id, "reading")
    said = "王芳 138 0013 8000 打来，回+8613900139000，订单 202611211234567 不是电话"
    note = {"to": "１３６００１３６０００"}
    does(What.TAKEN_OUT, organizer, thing, because=said, answers=["13700137000"], note=note, rows=3)

    (kept,) = db.session.scalars(select(Deed).where(Deed.what == What.TAKEN_OUT))

    assert kept.because == "王芳 138****8000 打来，回139****9000，订单 202611211234567 不是电话"
    assert kept.facts == {"answers": ["137****7000"], "note": {"to": "136****6000"}, "rows": 3}
    client.sign_in(organizer)
    assert "138****8000" in client.get("/desk/audit").text


def test_a_number_in_the_reason_of_a_booking_is_hidden_too(site: Flask) -> None:
    made = an_activity(places=1)
    wang = a_worker(name="王芳")
    asks(wang, made, at=clock.now())
    ref = db.session.scalars(select(Booking.ref)).one()
    by_hand.take_out(
        ref=ref, because="电话 13800138000 说不来", by_id=a_worker(name="李姐").id, at=clock.now()
    )

    kept = db.session.scalars(select(BookingChange.why).order_by(BookingChange.id)).all()

    assert kept[-1] == "电话 138****8000 说不来"


def test_the_record_of_an_activity_keeps_its_tabs_and_offers_only_deeds_that_there_are(
    client: Client,
) -> None:
    union = a_union()
    made, organizer = an_activity(owner=union), an_organizer(union)
    client.sign_in(organizer)
    does(What.NOTED, organizer, Thing(union.id, made.activity_id, "reading"))
    does(What.ADDED, organizer, Thing(union.id))

    page = client.get(f"/desk/activities/{made.activity_id}/audit")

    offered = [one.get("value") for one in by_id(page, "what").iter("option")]
    assert offered == ["", "noted"]
    assert f'href="/desk/activities/{made.activity_id}"' in page.text, "the way back to the roster"
    assert 'aria-current="page"' in page.text
