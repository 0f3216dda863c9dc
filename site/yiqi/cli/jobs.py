"""`flask jobs`: the background work in a process of its own, where the web processes leave it alone."""

import signal
import threading
from typing import Any

import click
from flask import current_app


@click.command("jobs")
def command() -> None:
    """Settle what is due, deliver notices, tidy up, until SIGTERM. Any number may run; web: YIQI_BACKGROUND=external."""
    stop = threading.Event()
    for how in (signal.SIGTERM, signal.SIGINT):
        signal.signal(how, lambda _number, _frame: stop.set())
    worker: Any = current_app.extensions["yiqi.background"]
    click.echo("Background work has begun.")
    worker.run(stop)
    click.echo("Background work has ended.")
