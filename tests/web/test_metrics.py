"""`/metrics`: what was counted and what waits, for this machine or for whoever holds the token."""

from collections.abc import Iterator
from dataclasses import replace

import pytest
from flask import Flask

from tests.browsing import Client
from tests.builders import a_worker, an_activity
from yiqi import clock
from yiqi.booking import places
from yiqi.booking.rules.asking import Refused
from yiqi.notices.heartbeat import BACKGROUND, DOCTOR, beat

TOKEN = "what-only-prometheus-knows"


def shown(client: Client, **headers: str) -> dict[str, float]:
    """The samples of `/metrics` by their name with labels."""
    answer = client.get("/metrics", headers=headers)
    assert answer.status_code == 200
    lines = [line for line in answer.text.splitlines() if line and not line.startswith("#")]
    return {name: float(value) for name, value in (line.rsplit(" ", 1) for line in lines)}


@pytest.fixture
def token(site: Flask) -> Iterator[str]:
    plain = site.config["YIQI"]
    site.config["YIQI"] = replace(plain, metrics_token=TOKEN)
    yield TOKEN
    site.config["YIQI"] = plain


def test_sign_ups_and_refusals_are_counted_by_what_came_of_them(site: Flask, client: Client) -> None:
    activity = an_activity(places=1, waitlist=1)
    before = shown(client)

    def asks(nonce: str) -> None:
        places.sign_up(
            slot_id=activity.slot_id, person_id=a_worker().id, party=1, nonce=nonce, at=clock.now()
        )

    asks("gets it")
    asks("waits")
    with pytest.raises(Refused) as refused:
        asks("too many")

    after = shown(client)

    def grew(name: str) -> float:
        return after[name] - before.get(name, 0)

    assert grew('yiqi_sign_ups_total{state="confirmed"}') == 1
    assert grew('yiqi_sign_ups_total{state="waiting"}') == 1
    assert grew(f'yiqi_refusals_total{{reason="{refused.value.why}"}}') == 1
    assert grew('yiqi_requests_total{endpoint="health.metrics",status="200"}') == 1
    assert (after["yiqi_waiting"], after["yiqi_longest_queue"]) == (1, 1)
    assert after["yiqi_outbox_due"] == 1


def test_the_same_press_again_is_not_counted_again(site: Flask, client: Client) -> None:
    activity, person = an_activity(places=5), a_worker()
    for _n in range(3):
        places.sign_up(slot_id=activity.slot_id, person_id=person.id, party=1, nonce="once", at=clock.now())
    first = shown(client)['yiqi_sign_ups_total{state="confirmed"}']
    places.sign_up(slot_id=activity.slot_id, person_id=person.id, party=1, nonce="once", at=clock.now())

    assert shown(client)['yiqi_sign_ups_total{state="confirmed"}'] == first


def test_signs_of_life_are_there_once_there_was_one(site: Flask, client: Client) -> None:
    assert "yiqi_background_age_seconds" not in shown(client)

    beat(BACKGROUND, clock.now())
    assert site.test_cli_runner().invoke(args=["doctor"]).exit_code == 0

    told = shown(client)
    assert told["yiqi_background_age_seconds"] <= 60
    assert told["yiqi_broken_invariants"] == 0
    beat(DOCTOR, clock.now(), 3)
    assert shown(client)["yiqi_broken_invariants"] == 3


def test_it_is_not_there_for_others(site: Flask, client: Client) -> None:
    client.checks = False
    assert client.get("/metrics", environ_base={"REMOTE_ADDR": "203.0.113.9"}).status_code == 404
    assert client.get("/metrics", headers={"X-Forwarded-For": "127.0.0.1"}).status_code == 404
    assert client.get("/metrics").status_code == 200


def test_with_a_token_the_token_decides(site: Flask, client: Client, token: str) -> None:
    client.checks = False
    from_afar = {"REMOTE_ADDR": "203.0.113.9"}
    for wrong in ("", "Bearer", f"Bearer {token}x", token, "Bearer é"):
        answer = client.get("/metrics", headers={"Authorization": wrong}, environ_base=from_afar)
        assert answer.status_code == 404
    assert client.get("/metrics").status_code == 404

    right = client.get("/metrics", headers={"Authorization": f"Bearer {token}"}, environ_base=from_afar)

    assert right.status_code == 200
