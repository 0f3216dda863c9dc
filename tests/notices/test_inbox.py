"""我的通知: what each notice is about, where it leads, and in which order they stand."""

from datetime import timedelta

from flask import Flask

from tests.booking.marking import noted
from tests.booking.steps import HOUR, asks, gives_back
from tests.booking.test_changes import does, later
from tests.browsing import Client, by_id, parsed, words
from tests.builders import an_activity
from tests.builders.noted import a_mark
from tests.desk.test_messages import sends
from yiqi import clock
from yiqi.db import db, writing
from yiqi.notices import inbox, outbox
from yiqi.notices.channels.mail import Mail
from yiqi.notices.models import Notice
from yiqi.pages import composing
from yiqi.people.models import Person


def told(person: Person) -> list[Notice]:
    db.session.rollback()
    return inbox.of_person(person.id)[0]


def links(page: object, notice: Notice) -> list[str | None]:
    return [one.get("href") for one in by_id(page, f"notice-{notice.id}").iter("a")]  # type: ignore[arg-type]


def test_an_organizers_message_says_how_to_leave_only_by_short_message(
    site: Flask, client: Client, 小王: Person, 李姐: Person
) -> None:
    made = an_activity(places=3, title="八段锦")
    asks(小王, made, at=clock.now())
    sends(李姐, made, "{活动}，带水", at=clock.now())
    client.sign_in(小王)
    (notice,) = (one for one in told(小王) if one.kind == "message")
    letter = composing.letter(notice)
    assert letter is not None
    mail = Mail("", 0, "", "", "tls", "亦起 <yiqi@example.com>", "https://yiqi.example")

    page = client.get("/me/notices")
    alone = client.get(f"/me/notices/{notice.id}")
    written = mail.written(letter).get_content()

    assert letter.text.endswith("退订回 T")
    for read in (words(by_id(page, f"notice-{notice.id}")), alone.text, written):
        assert "八段锦，带水" in read
        assert "退订" not in read
        assert "【亦庄工会】" not in read


def test_a_notice_leads_to_the_activity_it_is_about(site: Flask, client: Client, 小王: Person) -> None:
    made = an_activity(places=3)
    asks(小王, made, at=clock.now())
    does(later(made, 2), clock.now())
    client.sign_in(小王)
    booked, changed = sorted(told(小王), key=lambda one: one.id)

    page = client.get("/me/notices")

    address = f"/activities/{made.activity_id}"
    assert links(page, booked) == [f"{address}#booking-{made.slot_id}"]
    assert links(page, changed) == [address]
    for notice, leads_to in ((booked, f"{address}#booking-{made.slot_id}"), (changed, address)):
        assert f'href="{leads_to}"' in client.get(f"/me/notices/{notice.id}").text


def test_a_notice_of_a_mark_still_leads_to_the_record(site: Flask, client: Client, 小王: Person) -> None:
    made = an_activity(places=3)
    ticket = asks(小王, made, at=clock.now())
    a_mark(ticket.ref)
    (mark,) = noted(小王)
    with writing() as session:
        outbox.put(
            session.connection(),
            "mark",
            key="mark-1",
            person_id=小王.id,
            at=clock.now(),
            mark=mark.id,
            news="shown",
        )
    client.sign_in(小王)
    (notice,) = (one for one in told(小王) if one.kind == "mark")

    page = client.get("/me/notices")

    assert links(page, notice) == ["/me/marks"]


def test_what_is_no_longer_so_names_what_it_was_about(site: Flask, client: Client, 小王: Person) -> None:
    made = an_activity(places=3, title="八段锦", title_en="Baduanjin")
    gives_back(小王, asks(小王, made, at=clock.now()), clock.now())
    client.sign_in(小王)
    booked = min(told(小王), key=lambda one: one.id)

    page, alone = client.get("/me/notices"), client.get(f"/me/notices/{booked.id}")
    english = client.get("/me/notices", headers={"Accept-Language": "en"})

    assert "“八段锦”：这条通知说的情况后来又变了" in words(by_id(page, f"notice-{booked.id}"))
    assert "“八段锦”：这条通知说的情况后来又变了" in alone.text
    assert links(page, booked) == [f"/activities/{made.activity_id}#booking-{made.slot_id}"]
    assert english.status_code == 200


def test_notices_stand_in_the_order_in_which_they_were_told_page_by_page(
    site: Flask, client: Client, 小王: Person
) -> None:
    now = clock.now()
    at = [now - timedelta(days=day) for day in (3, 1, 2, 1, *range(4, 24))]
    with writing() as session:
        for number, instant in enumerate(at):
            outbox.put(session.connection(), "unknown", key=f"k{number}", person_id=小王.id, at=instant)
    client.sign_in(小王)

    def shown(address: str) -> tuple[list[int], str]:
        page = client.get(address)
        items = by_id(page, "notices").iter("li")
        further = [one.get("href", "") for one in parsed(page).iter("a") if one.get("id") == "further"]
        return [int(one.get("id", "").removeprefix("notice-")) for one in items], further[
            0
        ] if further else ""

    first, further = shown("/me/notices")
    second, end = shown(further)

    by_id_of = {one.id: one.created_at for one in _all(小王)}
    order = [by_id_of[one] for one in first + second]
    assert len(order) == len(set(first + second)) == len(at)
    assert order == sorted(order, reverse=True)
    assert end == ""


def test_nobody_pages_from_a_notice_of_somebody_else(site: Flask, 小王: Person, 小赵: Person) -> None:
    with writing() as session:
        here = session.connection()
        outbox.put(here, "unknown", key="a", person_id=小王.id, at=clock.now() - HOUR)
        outbox.put(here, "unknown", key="b", person_id=小赵.id, at=clock.now())
    (theirs,) = told(小赵)

    assert inbox.of_person(小王.id, theirs.id) == ([], False)


def _all(person: Person) -> list[Notice]:
    first, more = inbox.of_person(person.id)
    return [*first, *(inbox.of_person(person.id, first[-1].id)[0] if more else [])]
