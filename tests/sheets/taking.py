"""The site in a process of its own that may take so much more memory than it has once it is up. It is sent forms, and says
how each was answered: `python -m tests.sheets.taking MIB TIMES COOKIE TOKEN FORM …`, a form as an address with its fields.

With TIMES over 1 all lists are so many times as long as they are: the control.
"""

import resource
import sys
from collections.abc import Iterable, Sequence
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

from wsgi import app
from yiqi.sheets import writing
from yiqi.sheets.writing import Sheet

MIB = 2**20
_separated, _workbook = writing.separated, writing.workbook


def confine(more: int) -> None:
    """From now on there are so many bytes more than the process has at this moment."""
    pages = int(Path("/proc/self/statm").read_text().split()[0])
    most = pages * resource.getpagesize() + more
    resource.setrlimit(resource.RLIMIT_AS, (most, most))


def lengthen(times: int) -> None:
    """Every list that is written is so many times as long."""

    def separated(header: Sequence[str], rows: Iterable[Sequence[str]]) -> bytes:
        return _separated(header, [*rows] * times)

    def workbook(sheets: Sequence[Sheet]) -> bytes:
        return _workbook([Sheet(one.title, one.header, [*one.rows] * times) for one in sheets])

    writing.separated, writing.workbook = separated, workbook


def main(mib: int, times: int, cookie: str, token: str, forms: Sequence[str]) -> None:
    client = app.test_client()
    client.set_cookie(*cookie.split("=", 1))
    assert client.get("/desk/").status_code == 200
    if times > 1:
        lengthen(times)
    confine(mib * MIB)
    for form in forms:
        parts = urlsplit(form)
        answer = client.post(parts.path, data={**parse_qs(parts.query), "csrf_token": token})
        sys.stdout.write(f"{answer.status_code} {len(answer.data)}\n")
        sys.stdout.flush()


if __name__ == "__main__":
    main(int(sys.argv[1]), int(sys.argv[2]), sys.argv[3], sys.argv[4], sys.argv[5:])
