"""There is a place left, and two people ask: it is not called full, and what there is is said."""

import pytest
from flask import Flask

from tests.booking.steps import asks
from tests.browsing import Client, by_id, words
from tests.builders import Made, a_worker, an_activity
from tests.web.asking import a_token
from tests.web.questioned import LARGE, SHIRT, field, signed_up
from yiqi import clock
from yiqi.activities.planning import Share
from yiqi.booking import by_hand
from yiqi.booking.rules.asking import Refusal, Refused
from yiqi.booking.rules.listing import Listed
from yiqi.desk.attending import roster_words
from yiqi.desk.files import list_words
from yiqi.people.models import Person


def refused(client: Client, made: Made, party: int) -> str:
    sent = {"csrf_token": a_token(client), "nonce": "n", "party": str(party)}
    answer = client.post(f"/slots/{made.slot_id}/bookings", data=sent)
    assert answer.status_code == 409
    return answer.text.replace("\u00a0", " ")


@pytest.mark.parametrize(
    ("taken", "said"),
    [
        (2, "“选素餐的”的名额只剩 1 个，你们是 2 个人"),
        (3, "“选素餐的”的名额已满 3/3"),
    ],
)
def test_of_a_quota_with_one_left_two_people_read_that(
    client: Client, 小王: Person, taken: int, said: str
) -> None:
    made = an_activity(places=9, waitlist=0, max_party=2, quotas=[Share("选素餐的", most=3)])
    for _ in range(taken):
        asks(a_worker(), made, at=clock.now())
    client.sign_in(小王)

    told = refused(client, made, 2)

    assert said in told
    assert ("已满 " in told) is (taken == 3)


@pytest.mark.parametrize(("taken", "said"), [(2, "只剩 1 个，你们是 2 个人"), (3, "已经报满")])
def test_of_an_activity_with_one_place_left_two_people_read_that(
    client: Client, 小王: Person, taken: int, said: str
) -> None:
    made = an_activity(places=3, waitlist=0, max_party=2)
    for _ in range(taken):
        asks(a_worker(), made, at=clock.now())
    client.sign_in(小王)

    assert said in refused(client, made, 2)


def test_a_choice_with_one_left_is_not_called_full_to_two_who_change_to_it(
    client: Client, 小王: Person
) -> None:
    made = an_activity(places=9, max_party=2, questions=[SHIRT], quotas=[LARGE])
    ref = signed_up(小王, made, party=2, shirt="m")
    client.sign_in(小王)

    page = client.get(f"/bookings/{ref}/answers")
    answer = client.press(page, f"/bookings/{ref}/answers", **{field(made, "shirt"): "l"})

    assert answer.status_code == 409
    told = words(by_id(answer, f"{field(made, 'shirt')}-err")).replace("\u00a0", " ")
    assert "想换的只剩 1 个，你们是 2 个人" in told
    assert "满了" not in told


def test_the_desk_reads_it_too(site: Flask, 小王: Person, 李姐: Person) -> None:
    quota = Share("选素餐的", most=1)
    made = an_activity(places=9, max_party=2, quotas=[quota])
    ticket = asks(小王, made, party=2, at=clock.now())
    assert ticket.state == "waiting"

    with pytest.raises(Refused) as refusal:
        by_hand.promote(ref=ticket.ref, by_id=李姐.id, because="说好的", at=clock.now())
    with site.test_request_context("/"):
        told = roster_words.not_done(refusal.value)
        listed = list_words.verdict(
            Listed(
                1,
                "王小明",
                "+8613700000001",
                verdict="quota_full",
                facts={"name": quota.name, "used": 0, "most": 1, "party": 2},
            )
        )

    assert refusal.value.why is Refusal.QUOTA_FULL
    assert told == "“选素餐的”的名额只剩 1 个，一行 2 人坐不下。"
    assert listed == "“选素餐的”的名额只剩 1 个，一行 2 人不够"
