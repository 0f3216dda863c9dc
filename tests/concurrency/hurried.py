"""The site with slow hands and little patience, so that a small crowd is a large one to it. Never served but in tests."""

import time

from flask import request

from tests.concurrency.desk import app
from yiqi.web import crowds, line

HANDS_SECONDS = 0.3

crowds.PATIENCE, crowds.PATIENCE_AGAIN, crowds.PATIENCE_BY_ITSELF = 0.4, 1.0, 0.8
line.SOONEST, line.SLOWEST = 1.0, 20.0


@app.before_request
def slowly() -> None:
    """After the look at the line, which whoever is told to wait gets no further than."""
    if request.method == "POST":
        time.sleep(HANDS_SECONDS)


__all__ = ["app"]
