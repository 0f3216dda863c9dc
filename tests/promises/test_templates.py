"""What must be true of every template: short, without inline style or script, and fragments with one known way out."""

import re
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
FOLDER = ROOT / "templates"
MOST_LINES = 150
FORBIDDEN = {
    "an inline style": re.compile(r"\sstyle\s*=|<style", re.I),
    "an inline handler": re.compile(r"[\s\"']on[a-z]+\s*=\s*[\"']", re.I),
    "a script of its own": re.compile(r"<script(?![^>]*\ssrc=)", re.I),
    "unescaped text": re.compile(r"\|\s*safe\b|autoescape|Markup"),
    "hx-on": re.compile(r"\bhx-on\b", re.I),
    "a trigger filter": re.compile(r"hx-trigger\s*=\s*\"[^\"]*\["),
    "script in values": re.compile(r"(?:js|javascript):", re.I),
    "an address of another site": re.compile(r"(?:src|href|action)=\"(?:https?:)?//", re.I),
}
FRAGMENTS = {
    "booking/_places.html": "GET booking._places",
    "booking/_booking.html": "GET booking._booking",
    "booking/_ask.html": "the buttons of a form that asks for a place",
    "booking/_offers.html": "the seats held out to me, on pages about something else",
    "booking/_answer.html": "the answer to one's own post: a _booking with the rest out of band",
    "booking/_live.html": "the answer to an activity's poll: the poller with the rest out of band",
    "booking/_count.html": "a count on a list that changed, in the answer to a list's poll",
    "booking/_total.html": "the counts of an activity's slots together, in the answer to a list's poll",
    "booking/_clash.html": "in the place of the button, where a place elsewhere keeps somebody out",
    "booking/_nearby.html": "a quiet note on the page of an activity",
    "rota/_note.html": "a quiet note on the page of an activity",
    "booking/_mark.html": "one mark on the page of one's marks",
    "booking/_mark_answer.html": "the answer to one's own objection: the mark with the live region out of band",
    "booking/_marks.html": "a quiet note on 我的",
    "booking/_approval.html": "a quiet note where a sign-up would need approval",
    "booking/_watched.html": "the same note beside a slot",
    "booking/_missed.html": "what was noted, on the ticket of a missed evening",
    "booking/_attendance.html": "a line on a confirmed ticket",
    "booking/_chance.html": "a line for those who wait, and those who might",
    "booking/_poller.html": "the answer to the poll of one's own list: the poller alone",
    "draws/_link.html": "a quiet note on the page of an activity",
    "booking/_series.html": "GET booking._series",
    "booking/_series_answer.html": "the answer to a tap on all dates: the dates with the live region out of band",
    "booking/_moved.html": "a question on a confirmed ticket whose time was moved",
    "booking/_only_one.html": "why one cannot come to both, in the words of a clash before and after the press",
    "desk/_door_answer.html": "the answer to a code that was shown: what it did, with who has come out of band",
    "desk/_door_now.html": "GET desk._door_now",
    "desk/_door_result.html": "the answer to one's own scan, with who has come out of band",
    "desk/_venue_code.html": "GET desk._venue_code",
    "desk/_preview.html": "POST desk._preview",
    "desk/_activity_head.html": "the head of every page of an activity on the desk",
    "desk/_activity_tabs.html": "its tabs, on the record of an activity too",
    "desk/_counts.html": "GET desk._counts",
    "desk/_numbers.html": "the numbers on a roster: the root of _counts",
    "desk/_rows.html": "the rows of a roster, which a search changes",
    "desk/_toggle.html": "whether somebody is here, on a row",
    "desk/_tick_answer.html": "the answer to one's own tap on a row: its button with the numbers out of band",
    "desk/_verdict.html": "the word on a sign-up that is checked",
    "desk/_verdict_answer.html": "the answer to one's own word: what became of it with the numbers out of band",
    "desk/_deeds.html": "what may be done with a booking, on its page",
    "desk/_mark.html": "a mark on the page of its booking",
    "desk/_message_preview.html": "how a message looks and what it costs, beside its form and again as it is typed",
    "years/_told.html": "what somebody did in a year, on their own page and at the desk",
    "troupe/_leads.html": "the way from a season or an audition to the troupe's page of it",
    "troupe/_mine.html": "the troupe on 我的",
    "troupe/_programme.html": "the programme of a show, on its page and its production's",
    "training/_mine.html": "how far I am in a course, on 我的",
    "training/_asked.html": "where my requests for a subsidy stand, on 我的",
    "training/_course.html": "what a course teaches and takes, on its activity's page",
    "league/_score.html": "GET league._score",
    "league/_mine.html": "my team, on 我的",
    "league/_invited.html": "an invitation that waits for my word, on 我的 and on the league's page",
    "league/_beside.html": "the game that an activity's spectators come for, on its page",
    "league/desk/_panel.html": "the scorer's buttons: the answer to one's own tap",
    "volunteering/_mine.html": "a card on 我的",
    "volunteering/_event.html": "a card on the page of an activity",
    "volunteering/_parts.html": "the hours with the way to the next star, as macros of several pages",
    "volunteering/_service.html": "one service on the page of one's hours",
    "volunteering/_service_answer.html": "the answer to one's own dispute: the service with the live region out of band",
    "volunteering/_squad_counts.html": "how many of a squad are here, on its page and again after a tap",
    "volunteering/_member.html": "one person on the page of a squad",
    "volunteering/_member_answer.html": "the answer to a leader's tap: the person with the counts out of band",
    "volunteering/desk/_care.html": "what to mind of a list, beside the forms that take it",
    "reading/_book.html": "the book in my hand, on 我的 and on the programme's pages",
    "reading/_essays.html": "my essays and what I have to mark, on 我的",
    "reading/_group.html": "the reading group of an activity, on its page",
    "kiosk/_board.html": "GET kiosk._board",
    "kiosk/_venue_code.html": "GET kiosk._venue_code",
    "kiosk/_result.html": "the answer to a scan at a screen",
    "kiosk/desk/_calls.html": "GET kiosk_desk._calls",
    "errors/_problem.html": "what went wrong, for the #problem of a page",
    "errors/_bare.html": "our own fault, for the #problem of a page",
    "errors/_wait.html": "in how many seconds it is tried again, on both of ours",
}
"""Every template with an underscore, and where it comes out."""


SPEAKS_BOTH = {"errors/bare.html", "errors/_bare.html", "errors/_wait.html"}
"""Our own fault is said in both languages at once: nothing may be asked of the catalogue then."""
CALL = re.compile(r"(?:\b_|ngettext|pgettext)\((?:[^()']|'[^']*'|\([^()]*\))*\)", re.S)
SAME_IN_BOTH = re.compile(r"中文|'起'|'亦'|'[球艺书技志讲女法聘]'")


def untranslated(source: str) -> list[str]:
    """Han outside the catalogue's calls; seals, the brand and the switch to Chinese stay as they are."""
    code = re.sub(r"\{#.*?#\}", "", source, flags=re.S)
    return re.findall(r"[\u4e00-\u9fff]+", SAME_IN_BOTH.sub("", CALL.sub("", code)))


def templates() -> list[Path]:
    return sorted(path for path in FOLDER.rglob("*") if path.is_file())


def name_of(path: Path) -> str:
    return path.relative_to(FOLDER).as_posix()


def sources() -> list[tuple[str, str]]:
    """The name and the text of each."""
    return [(name_of(path), path.read_text(encoding="utf-8")) for path in templates()]


def breaches(source: str) -> set[str]:
    code = re.sub(r"\{#.*?#\}", "", source, flags=re.S)
    return {what for what, pattern in FORBIDDEN.items() if pattern.search(code)}


def test_a_template_is_short_and_holds_no_style_script_or_unescaped_text() -> None:
    assert {name: found for name, source in sources() if (found := breaches(source))} == {}
    assert {name for name, source in sources() if source.count("\n") > MOST_LINES} == set()


def test_a_template_says_first_what_it_needs() -> None:
    assert {name for name, source in sources() if not source.startswith("{#- needs: ")} == set()


def test_chinese_in_a_template_goes_through_the_catalogue() -> None:
    said = {name: found for name, source in sources() if (found := untranslated(source))}
    assert set(said) <= SPEAKS_BOTH, said


def test_every_fragment_has_an_endpoint_or_a_known_reason() -> None:
    found = {name_of(path) for path in templates() if path.name.startswith("_")}
    assert found == set(FRAGMENTS)


@pytest.mark.parametrize(
    "line",
    [
        '<p style="color:red">',
        '<a onclick="x()">',
        "<script>x()</script>",
        "{{ text|safe }}",
        '<div hx-on:click="x()">',
        '<div hx-trigger="every 2s [x]">',
        '<a href="javascript:x()">',
        '<img src="//other.example/x.png">',
    ],
)
def test_these_rules_notice_a_breach(line: str) -> None:
    assert breaches(line)


def test_chinese_outside_the_catalogue_is_noticed() -> None:
    assert untranslated("{{ _('报名') }}报名") == ["报名"]
