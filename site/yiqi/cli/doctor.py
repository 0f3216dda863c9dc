"""`flask doctor`: recompute every invariant of places from the rows, and say which row breaks one."""

import json
from dataclasses import asdict

import click
from sqlalchemy import func, select

from yiqi import clock
from yiqi.activities.models import Quota, Slot
from yiqi.booking.doctor import checks
from yiqi.booking.models import Booking, BookingChange
from yiqi.db import db
from yiqi.draws import doctor as draws
from yiqi.programmes.every import EVERY

CHECKS = checks.CHECKS | draws.CHECKS | {name: check for plug in EVERY for name, check in plug.checks.items()}
COUNTED = {"bookings": Booking, "changes": BookingChange, "slots": Slot, "quotas": Quota}


@click.command("doctor", help="Recompute every invariant of places; exit code 1 when a row breaks one.")
@click.option("--json", "as_json", is_flag=True, help="One JSON object instead of lines.")
@click.option("--skip", multiple=True, type=click.Choice(list(CHECKS)), help="Leave a check out.")
def command(as_json: bool, skip: tuple[str, ...]) -> None:
    """Every check in turn: a line for each row that is wrong, or one line of counts."""
    at = clock.now()
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
    if as_json:
        report = {"at": at.isoformat(), "well": not found, "checks": made, **counted, "findings": found}
        click.echo(json.dumps(report, ensure_ascii=False))
    elif found:
        for one in found:
            click.echo(f"{one['table']} {one['row']}: {one['check']}: {one['says']}")
    else:
        held = ", ".join(f"{many} {name}" for name, many in counted.items())
        click.echo(f"All is well: {held}; {made} checks.")
    if found:
        raise click.exceptions.Exit(1)
