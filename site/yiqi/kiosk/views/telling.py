"""What became of a scan, as a screen says it: names with stars, of a number no more than its end."""

from datetime import datetime
from typing import Any

from msgspec import Struct

from yiqi.booking.door_words import not_let_in
from yiqi.i18n import gettext as _
from yiqi.kiosk import arrivals, scans
from yiqi.kiosk.models import Outcome, Scan
from yiqi.kiosk.rules.times import Doubt
from yiqi.people.rules import starred


class Result(Struct, frozen=True):
    """`kind` is in, again or refused: `line` says why, `advice` what to do about it. `ticket` has the activity's words and place; `name` has its stars. Of who came again:
    `left_at` where they have left, else `may_leave` from the start on, when they may mean to: no screen checks out."""

    kind: str
    line: str = ""
    advice: str = ""
    name: str = ""
    tail: str = ""
    party: int = 1
    at: datetime | None = None
    ticket: Any = None
    left_at: datetime | None = None
    may_leave: bool = False

    @property
    def status(self) -> int:
        return 409 if self.kind == Outcome.REFUSED else 200


def told(scan: Scan) -> Result:
    """A scan in words."""
    entered = scan.outcome in (Outcome.IN, Outcome.AGAIN)
    ticket = arrivals.shown(scan.ref, scan.occurrence_id) if entered else None
    if ticket is None:
        advice = _("对一对 8 位字母和数字，还不行就找工作人员。") if is_nobodys(scan) else ""
        return Result(Outcome.REFUSED, why(scan), advice)
    is_again = scan.outcome is Outcome.AGAIN
    return Result(
        str(scan.outcome),
        name=starred(ticket.name),
        tail=ticket.phone[-4:],
        party=ticket.party,
        at=scan.in_at,
        ticket=ticket,
        left_at=ticket.out_at if is_again else None,
        may_leave=is_again and ticket.out_at is None and scan.delivered_at >= ticket.starts_at,
    )


def is_nobodys(scan: Scan) -> bool:
    """Whether a code was shown that is on no ticket."""
    return bool(scan.ref) and scan.activity_id is None


def why(scan: Scan) -> str:
    """Why a scan was not entered."""
    refused = scans.refusal(scan)
    if refused is not None and not is_nobodys(scan):
        return not_let_in(refused)
    return {
        scans.NO_CODE: _("这不是签到码。签到码是 8 位字母和数字。"),
        Doubt.FROM_THE_FUTURE: _("大屏的时钟快了，这个时间还没到。"),
        Doubt.OTHER_TIME: _("扫码的时候，这一场不在签到时间里。"),
        Doubt.TOO_OLD: _("送到的时候，已经过了可以补签的时间。"),
    }.get(scan.why, _("没有这个签到码。"))
