"""Titles with quotation marks of their own, in sentences that quote them."""

import pytest
from flask import Flask, render_template_string

from tests.browsing import Client
from tests.builders import a_worker, an_activity
from yiqi import clock
from yiqi.booking import places
from yiqi.i18n import gettext as _
from yiqi.i18n import in_language
from yiqi.i18n.quotes import settled
from yiqi.notices.letter import gettext as in_letter


@pytest.mark.parametrize(
    ("sentence", "title", "told"),
    [
        ("征文“%(it)s”", "春天", "征文“春天”"),
        ("征文“%(it)s”", "“我在亦庄”职工征文", "征文“‘我在亦庄’职工征文”"),
        ("征文“%(it)s”", "“我在亦庄”", "征文“我在亦庄”"),
        ("征文“%(it)s”", "“我在”和“亦庄”", "征文“‘我在’和‘亦庄’”"),
        ("征文“%(it)s”", "话剧《夜班》", "征文“话剧《夜班》”"),
        ("《%(it)s》在你手里", "《夜班》", "《夜班》在你手里"),
        ("《%(it)s》在你手里", "读《夜班》", "《读〈夜班〉》在你手里"),
        ("%(it)s的报名", "“博大杯”联赛", "“博大杯”联赛的报名"),
        ("“%(it)s”", "”", "“’”"),
        ("“%(it)s”", "", "“”"),
        ("“%(it)s”", 7, "“7”"),
    ],
)
def test_what_has_quotation_marks_is_quoted_once(sentence: str, title: object, told: str) -> None:
    assert sentence % settled(sentence, {"it": title}) == told


def test_pages_and_letters_quote_a_title_once_in_both_languages(site: Flask) -> None:
    sentence, title = "和“%(other)s”时间重叠", "“我在亦庄”<b>征文"
    with site.test_request_context():
        page = render_template_string("{{ _(sentence, other=title) }}", sentence=sentence, title=title)
    letter = in_letter(sentence, other=title)
    with in_language("en"):
        english = _(sentence, other="“Yizhuang” essays")

    assert page == "和“‘我在亦庄’&lt;b&gt;征文”时间重叠"
    assert letter == "和“‘我在亦庄’<b>征文”时间重叠"
    assert letter.parameters == ["‘我在亦庄’<b>征文"]
    assert "‘Yizhuang’" in english


def test_who_holds_two_at_once_reads_the_others_title_quoted_once(client: Client) -> None:
    ming = a_worker("王小明")
    held, other = an_activity(places=5, title="“博大杯”全明星之夜"), an_activity(places=5, title="读书会")
    places.sign_up(slot_id=held.slot_id, person_id=ming.id, party=1, nonce="n", at=clock.now())
    client.sign_in(ming)

    page = client.get(f"/activities/{other.activity_id}").text

    assert "和“‘博大杯’全明星之夜”" in page
    assert "““" not in page
