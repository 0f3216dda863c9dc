"""What organizers find at the desk of the demo: activities being written, a template, and what workers ask of unions."""

from datetime import datetime, timedelta

from sqlalchemy import select

from yiqi import clock
from yiqi.activities.models import Activity
from yiqi.cli.demo_content.names import ACCOUNTS
from yiqi.cli.demo_people import Cast
from yiqi.db import db
from yiqi.desk.planning import copying, drafting
from yiqi.desk.rules.shifting import onward
from yiqi.unions import requests
from yiqi.unions.models import RequestKind

ADMIN, UNION_ORGANIZER = 1, 2
TEMPLATE = "图书漂流整理"
DRAFTS = (("女职工流动课堂", UNION_ORGANIZER), ("电工中级技能培训", ADMIN))
"""The next ones after these are being written, by whom."""
ASKED = (
    (11, RequestKind.CORRECT, "我的工号写错了，应该是 T20417。"),
    (13, RequestKind.LEAVE, "上个月换了单位。"),
)
"""Which accounts ask what of their own unions."""


def furnish(cast: Cast, at: datetime) -> None:
    """Begin the drafts, keep the template, ask the unions: what somebody did at the desk during the last hours."""
    for n, (title, number) in enumerate(DRAFTS):
        _write(cast, title, number, at - timedelta(hours=3 * n + 1), as_template=False)
    _write(cast, TEMPLATE, ADMIN, at - timedelta(days=6), as_template=True)
    unions = {account.number: account.union for account in ACCOUNTS}
    for n, (number, kind, said) in enumerate(ASKED):
        requests.ask(
            person_id=cast.accounts[number],
            union_id=cast.unions[unions[number]],
            kind=kind,
            said=said,
            at=at - timedelta(hours=7 * n + 2),
        )


def _write(cast: Cast, title: str, number: int, at: datetime, *, as_template: bool) -> None:
    found = db.session.execute(
        select(Activity.id, Activity.owner_id, Activity.programme)
        .where(Activity.title == title)
        .order_by(Activity.id.desc())
        .limit(1)
    ).one()
    fields = copying.fields_of(found.id)
    drafting.begin(
        owner_id=found.owner_id,
        programme=found.programme,
        fields=fields if as_template else onward(fields, clock.beijing(at).date()),
        by_id=cast.accounts[number],
        nonce=f"demo-{title}",
        at=at,
        is_template=as_template,
    )
