"""A file to keep, as an answer."""

from flask import Response, make_response

from yiqi.sheets import writing


def download(content: bytes, *, name: str, plain: str, kind: str) -> Response:
    """`name` in any script with its ending, `plain` for browsers that know ASCII only, `kind` the media type."""
    answer = make_response(content)
    answer.headers["Content-Type"] = kind
    answer.headers["Content-Disposition"] = writing.attachment(name, plain)
    answer.headers["Cache-Control"] = "no-store"
    return answer
