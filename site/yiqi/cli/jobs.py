"""`flask jobs`: the background work in a process of its own; `flask notices`: what operators ask of the outbox."""

import json
import signal
import threading
from typing import Any

import click
from flask import current_app

from yiqi import clock
from yiqi.notices import dead, outbox, spending, templates
from yiqi.notices.post import budget_of


@click.command(
    "jobs", help="Do the background work in this process until SIGTERM. Several may run, anywhere."
)
@click.option("--once", is_flag=True, help="One round, for a look or a cron.")
def jobs(once: bool) -> None:
    """Deliver, remind and settle; the round under way is finished before it ends."""
    worker = current_app.extensions["yiqi.background"]
    if once:
        click.echo(f"{worker.once(clock.now())} sent")
        return
    stop = threading.Event()
    for one in (signal.SIGTERM, signal.SIGINT):
        signal.signal(one, lambda *_said: stop.set())
    click.echo("Background work runs.")
    worker.run(stop)
    click.echo("Background work has ended.")


@click.group("notices", help="The outbox, for operators.")
def notices() -> None:
    """Its commands."""


@notices.command(
    "state", help="How much waits, since when, how many reached nobody, what today cost, as JSON."
)
def state() -> None:
    """One JSON object."""
    now = clock.now()
    found = outbox.waiting(now)
    late = int((now - found.written_since).total_seconds()) if found.written_since else 0
    day = spending.of_day(budget_of(current_app.config["YIQI"]), now)
    said = {
        "waiting": found.many,
        "oldest_seconds": late,
        "dead": dead.count(),
        "sms_parts_today": day.parts,
        "sms_budget": day.budget.day or None,
        "sms_held_back_today": day.held_back,
        "sms_held_for_tomorrow": day.waiting,
    }
    click.echo(json.dumps(said))


@notices.command(
    "templates", help="The texts that a gateway has to approve, as JSON, with the ids known so far."
)
def listed() -> None:
    """Put the ids in and keep it as the file of YIQI_SMS_TEMPLATES."""
    kept = current_app.config["YIQI"].sms.templates
    known = templates.ids(kept) if kept is not None and kept.is_file() else {}
    with current_app.test_request_context():
        every = templates.every()
    said: dict[str, Any] = {
        one.key: {"id": known.get(one.key, ""), "lang": one.lang, "text": one.text} for one in every
    }
    click.echo(json.dumps(said, ensure_ascii=False, indent=1))
