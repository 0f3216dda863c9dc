"""A file that was handed in, given out to keep: never shown inside the site."""

from flask import Response, make_response

from yiqi.papers.models import Paper
from yiqi.papers.rules.kinds import MEDIA
from yiqi.sheets import writing


def sent(paper: Paper, *, name: str = "") -> Response:
    """The answer that carries a file, under its own name or another one (a blind juror must not read a name)."""
    answer = make_response(paper.content)
    answer.headers["Content-Type"] = MEDIA[paper.kind]
    called = f"{name}.{paper.kind}" if name else paper.name
    answer.headers["Content-Disposition"] = writing.attachment(called, f"paper-{paper.id}.{paper.kind}")
    answer.headers["Cache-Control"] = "no-store"
    return answer
