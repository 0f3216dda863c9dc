"""Signing in with WeChat, against a platform that answers as the real one does."""

from collections.abc import Iterator
from urllib.parse import parse_qs, urlsplit

import pytest
from flask import Flask

from tests.browsing import Client
from tests.builders import a_union, a_worker, an_organizer
from tests.notices.stubs import OfficialAccount, running
from yiqi.db import writing
from yiqi.notices import reach
from yiqi.notices.channels.wechat import WeChat
from yiqi.people.models import Person

pytestmark = pytest.mark.parametrize("site", ["sqlite"], indirect=True)


@pytest.fixture
def platform(site: Flask, monkeypatch: pytest.MonkeyPatch) -> Iterator[OfficialAccount]:
    account = OfficialAccount(codes={"c1": "o-wang", "c2": "o-wang"})
    with running(account) as stub:
        fields = ("thing1", "thing2", "time3")
        ours = WeChat(
            "wx", account.secret, "T", fields, stub.url, "https://open.example", "https://y.example"
        )
        monkeypatch.setitem(site.extensions, "yiqi.wechat", ours)
        yield account


def goes_and_returns(client: Client, start: str, code: str, **other: str) -> str:
    """The address that the browser comes back to with a code, and the state it was given."""
    sent = client.get(start)
    assert sent.status_code == 303
    asked = parse_qs(urlsplit(sent.location).query)
    assert asked["scope"] == ["snsapi_base"]
    state = other.get("state", asked["state"][0])
    return f"/wechat/back?code={code}&state={state}"


def test_who_linked_their_wechat_signs_in_without_a_code(
    client: Client, platform: OfficialAccount, 小王: Person
) -> None:
    client.sign_in(小王)
    linked = client.get(goes_and_returns(client, "/me/reach/wechat", "c1"))
    assert linked.location == "/me/reach"

    other = Client(client.application)
    entered = other.get(goes_and_returns(other, "/sign-in/wechat", "c2"))
    assert entered.status_code == 303
    assert "小王" in other.get("/me").text


def test_a_wechat_nobody_linked_and_a_code_used_twice_sign_nobody_in(
    client: Client, platform: OfficialAccount
) -> None:
    back = goes_and_returns(client, "/sign-in/wechat", "c1")

    assert client.get(back).status_code == 409
    assert client.get(back).status_code == 409
    assert client.get("/me").status_code == 401


def test_another_browsers_state_is_turned_away_before_wechat_is_asked(
    client: Client, platform: OfficialAccount, 小王: Person
) -> None:
    reach.link_wechat(person_id=小王.id, openid="o-wang")
    theirs = goes_and_returns(Client(client.application), "/sign-in/wechat", "c1")
    client.get("/sign-in")

    assert client.get(theirs).status_code == 409
    assert client.get("/wechat/back?code=c1").status_code == 409
    assert platform.used == set()


def test_organizers_show_their_phone_each_time(client: Client, platform: OfficialAccount) -> None:
    a_worker()
    reach.link_wechat(person_id=an_organizer(a_union()).id, openid="o-wang")

    assert client.get(goes_and_returns(client, "/sign-in/wechat", "c1")).status_code == 409
    assert client.get("/me").status_code == 401


def test_whose_record_is_nobodys_any_more_signs_in_with_a_number_first(
    client: Client, platform: OfficialAccount, 小王: Person
) -> None:
    """Their number has a new owner, who said that the record is not theirs; the WeChat stayed with it."""
    reach.link_wechat(person_id=小王.id, openid="o-wang")
    with writing() as session:
        session.add(小王)
        小王.phone, 小王.merged_into_id = f"gone-{小王.id}", 小王.id

    answer = client.get(goes_and_returns(client, "/sign-in/wechat", "c1"))

    assert answer.status_code == 409
    assert "还没有连上手机号" in answer.text
    assert client.get("/me").status_code == 401
