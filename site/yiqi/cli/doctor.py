"""`flask doctor`: look at the surroundings, recompute every invariant from the rows, say which row breaks one."""

import json

import click
from msgspec.structs import asdict
from sqlalchemy import func, select

from yiqi import clock
from yiqi.activities.models import Quota, Slot
from yiqi.booking.doctor import checks
from yiqi.booking.models import Booking, BookingChange
from yiqi.cli import surroundings
from yiqi.db import db
from yiqi.draws import doctor as draws
from yiqi.notices.heartbeat import DOCTOR, beat
from yiqi.programmes.every import EVERY
from yiqi.years import doctor as years

CHECKS = (
    checks.CHECKS
    | draws.CHECKS
    | years.CHECKS
    | {name: check for plug in EVERY for name, check in plug.checks.items()}
)
COUNTED = {"bookings": Booking, "changes": BookingChange, "slots": Slot, "quotas": Quota}


@click.command(
    "doctor",
    help="Look at schema, clock and folders and recompute every invariant; exit code 1 when something is wrong.",
)
@click.option("--json", "as_json", is_flag=True, help="One JSON object instead of lines.")
@click.option("--skip", multiple=True, type=click.Choice(list(CHECKS)), help="Leave a check out.")
@click.option(
    "--stopped", "is_stopped", is_flag=True, help="The services are stopped: miss no background work."
)
def command(as_json: bool, skip: tuple[str, ...], is_stopped: bool) -> None:
    """Every check in turn: a line for each row that is wrong, or one line of counts. `/metrics` tells the number."""
    at = clock.now()
    around = [{"check": what, "says": says} for what, says in surroundings.faults(at, is_stopped=is_stopped)]
    hints = [{"check": what, "says": says} for what, says in surroundings.hints(at)]
    found = [
        {"check": name, **asdict(finding)}
        for name, check in CHECKS.items()
        if name not in skip
        for finding in check(at)
    ]
    counted = {
        name: db.session.scalar(select(func.count()).select_from(kind)) or 0 for name, kind in COUNTED.items()
    }
    db.session.rollback()
    made = len(CHECKS) - len(set(skip))
    if not skip:
        beat(DOCTOR, at, len(found))
    if as_json:
        report = {
            "at": at.isoformat(),
            "well": not found and not around,
            "checks": made,
            **counted,
            "surroundings": around,
            "hints": hints,
            "findings": found,
        }
        click.echo(json.dumps(report, ensure_ascii=False))
    elif found or around:
        for fault in around:
            click.echo(f"{fault['check']}: {fault['says']}")
        for one in found:
            click.echo(f"{one['table']} {one['row']}: {one['check']}: {one['says']}")
    else:
        held = ", ".join(f"{many} {name}" for name, many in counted.items())
        click.echo(f"All is well: {held}; {made} checks.")
    if not as_json:
        for hint in hints:
            click.echo(f"{hint['check']}: {hint['says']}", err=True)
    if found or around:
        raise click.exceptions.Exit(1)
