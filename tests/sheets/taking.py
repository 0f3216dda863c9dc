"""The site in a process of its own that may take so much more memory than it has once it is up. It is sent forms, and says
how each was answered: `python -m tests.sheets.taking MIB COOKIE TOKEN FORM …`, a form as an address with its fields.

Then it is sent the first one again, when every workbook is twenty times as long: the control.
"""

import resource
import sys
from collections.abc import Sequence
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

from wsgi import app
from yiqi.sheets import writing
from yiqi.sheets.writing import Sheet

MIB = 2**20
TIMES = 20


def confine(more: int) -> None:
    """From now on there are so many bytes more than the process has at this moment."""
    pages = int(Path("/proc/self/statm").read_text().split()[0])
    most = pages * resource.getpagesize() + more
    resource.setrlimit(resource.RLIMIT_AS, (most, most))


def lengthen(times: int) -> None:
    """Every workbook that is written is so many times as long."""
    write = writing.workbook

    def workbook(sheets: Sequence[Sheet]) -> bytes:
        return write([Sheet(one.title, one.header, [*one.rows] * times) for one in sheets])

    writing.workbook = workbook


def main(mib: int, cookie: str, token: str, forms: Sequence[str]) -> None:
    client = app.test_client()
    client.set_cookie(*cookie.split("=", 1))
    assert client.get("/desk/").status_code == 200

    def send(form: str) -> None:
        parts = urlsplit(form)
        answer = client.post(parts.path, data={**parse_qs(parts.query), "csrf_token": token})
        sys.stdout.write(f"{answer.status_code} {len(answer.data)}\n")
        sys.stdout.flush()

    confine(mib * MIB)
    for form in forms:
        send(form)
    lengthen(TIMES)
    send(forms[0])


if __name__ == "__main__":
    main(int(sys.argv[1]), sys.argv[2], sys.argv[3], sys.argv[4:])
