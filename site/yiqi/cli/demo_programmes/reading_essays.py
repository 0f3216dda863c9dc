"""The demo's two calls for essays: one that is open, one whose awards are published."""

from collections.abc import Callable
from datetime import datetime

from sqlalchemy import select

from yiqi import clock
from yiqi.cli.demo_content import drifting_books as content
from yiqi.cli.demo_content.unions import FEDERATION
from yiqi.cli.demo_programmes.reading_scene import DAY, Play
from yiqi.db import db
from yiqi.papers.rules.kinds import Kind
from yiqi.programmes.reading import calls, essays, marking
from yiqi.programmes.reading.essay_models import Award, EssayEntry
from yiqi.programmes.reading.wording import KINDS


def call_for_essays(play: Play) -> None:
    union_id, kinds = play.cast.unions[FEDERATION[0]], [str(kind) for kind in KINDS]

    def call(key: str, opens: datetime, closes: datetime) -> int:
        title, theme = content.CALLS[key]
        fields = {
            "title": title[0],
            "title_en": title[1],
            "theme": theme[0],
            "theme_en": theme[1],
            "opens_at": opens,
            "closes_at": closes,
            "kinds": kinds,
            "most_kb": 5 * 1024,
        }
        return calls.add(
            union_id=union_id, fields=fields, at=opens - DAY, by_id=play.admin, nonce=f"demo-{key}"
        )

    def hands_in(call_id: int, number: int, title: str, text: str, when: datetime, *, whole: bool) -> None:
        essays.hand_in(
            call_id=call_id,
            person_id=play.cast.accounts[number],
            title=title,
            filename=f"{title}.txt",
            kind=Kind.TXT,
            content=text.encode(),
            shows_name=whole,
            at=when,
        )

    today = clock.beijing(play.at).date()
    open_id = call("open", clock.at(today - 9 * DAY, 9), clock.at(today + 19 * DAY, 18))
    for n, (number, title, text) in enumerate(content.HANDED_IN):
        hands_in(open_id, number, title, text, play.evening(3 + n), whole=False)
    _award(play, call("awarded", clock.at(today - 70 * DAY, 9), clock.at(today - 40 * DAY, 18)), hands_in)


def _award(play: Play, call_id: int, hands_in: Callable[..., None]) -> None:
    for number in content.JURORS:
        calls.choose(
            call_id=call_id, person_id=play.cast.accounts[number], at=play.evening(60), by_id=play.admin
        )
    for n, (number, title, text, _won, _marks) in enumerate(content.ESSAYS):
        hands_in(call_id, number, title, text, play.evening(50 - n), whole=n % 2 == 0)
    entries = _entries(call_id)
    for number, _title, _text, award, given in content.ESSAYS:
        entry_id = entries[play.cast.accounts[number]]
        for juror, value in zip(content.JURORS, given, strict=True):
            marking.mark(
                call_id=call_id,
                entry_id=entry_id,
                juror_id=play.cast.accounts[juror],
                mark=value,
                word=play.rng.choice(content.REMARKS),
                at=play.evening(30),
            )
        marking.give(
            call_id=call_id,
            entry_id=entry_id,
            award=Award(award) if award else None,
            at=play.evening(22),
            by_id=play.admin,
        )
    marking.publish(call_id=call_id, at=play.evening(21), by_id=play.admin)


def _entries(call_id: int) -> dict[int, int]:
    """The essays of a call by whose they are."""
    rows = db.session.execute(
        select(EssayEntry.person_id, EssayEntry.id).where(EssayEntry.call_id == call_id)
    )
    return {row.person_id: row.id for row in rows}
