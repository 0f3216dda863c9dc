"""What organizers remark of a booking, when several do."""

from tests.booking.steps import asks, row
from tests.browsing import Client, form_of
from tests.builders import a_union, a_worker, an_activity, an_organizer
from tests.web.asking import a_token
from yiqi import clock


def test_nobody_writes_over_what_another_remarked_meanwhile(client: Client) -> None:
    """The control: without having seen it nothing that is there is replaced, and what was seen is."""
    union = a_union()
    made = an_activity(places=1, owner=union)
    ticket = asks(a_worker(name="王芳"), made, at=clock.now())
    client.sign_in(an_organizer(union))
    page = f"/desk/activities/{made.activity_id}/bookings/{ticket.ref}"
    old = client.get(page)

    first = client.press(old, f"{page}/remark", remark="要发票")
    over = client.press(old, f"{page}/remark", remark="吃素")

    assert (first.status_code, over.status_code) == (303, 409)
    assert row(ticket).desk_note == "要发票"
    assert "刚刚有人写了“要发票”" in over.text
    assert form_of(over, f"{page}/remark")["remark"] == "吃素"
    assert client.press(over, f"{page}/remark", remark="要发票，吃素").status_code == 303
    assert row(ticket).desk_note == "要发票，吃素"
    again = client.post(f"{page}/remark", data={"remark": "", "csrf_token": a_token(client)})
    assert (again.status_code, row(ticket).desk_note) == (409, "要发票，吃素")
