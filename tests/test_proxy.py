"""What nginx does with deploy/nginx.conf when a host behind it goes away in the middle of something. The hosts here only
count who asks and hang up: what is looked at is the proxy. `make hosts` tries the same with the whole site."""

import socket
import threading
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack, contextmanager
from http.client import HTTPResponse, HTTPSConnection

import pytest

from tests.plugins.no_skips import OPTIONAL
from tests.proxies import NO_NGINX, nginx, trusting
from tests.servers import Unavailable, free_port

HANGS_UP = b""
MISSING = b"HTTP/1.1 404 Not Found\r\nContent-Length: 2\r\nConnection: close\r\n\r\nno"
THERE = b"HTTP/1.1 200 OK\r\nContent-Length: 3\r\nConnection: close\r\n\r\nyes"


class Host:
    """Takes a connection, reads what is asked and answers the same to everybody, or hangs up without a word."""

    def __init__(self, answer: bytes) -> None:
        self.asked: list[str] = []
        self._answer = answer
        self._listener = socket.create_server(("127.0.0.1", 0))
        self.name = f"127.0.0.1:{self._listener.getsockname()[1]}"
        threading.Thread(target=self._serve, daemon=True).start()

    def _serve(self) -> None:
        while True:
            try:
                line, _who = self._listener.accept()
            except OSError:
                return
            with line:
                line.settimeout(5)
                said = line.recv(65536)
                self.asked.append(said.partition(b"\r\n")[0].decode())
                line.sendall(self._answer)

    def close(self) -> None:
        self._listener.close()


@contextmanager
def proxied(
    answers: Sequence[bytes], otherwise: Callable[[str], str] = str
) -> Iterator[tuple[int, list[Host]]]:
    """nginx before some hosts; its port and them. Skips where there is no nginx."""
    with ExitStack() as stack:
        hosts = [Host(answer) for answer in answers]
        for one in hosts:
            stack.callback(one.close)
        names = [one.name for one in hosts] or [f"127.0.0.1:{free_port()}"]
        port = free_port()
        here = {"name": "localhost", "http": f"127.0.0.1:{free_port()}", "https": f"127.0.0.1:{port}"}
        try:
            stack.enter_context(nginx(names, **here, otherwise=otherwise))
        except Unavailable as reason:
            if NO_NGINX not in str(reason):
                raise
            pytest.skip(f"{OPTIONAL}{reason}")
        yield port, hosts


def ask(port: int, method: str, path: str, body: str | None = None) -> tuple[HTTPResponse, str]:
    connection = HTTPSConnection("127.0.0.1", port, timeout=20, context=trusting())
    try:
        connection.request(method, path, body, {"Host": "localhost"})
        answer = connection.getresponse()
        return answer, answer.read().decode()
    finally:
        connection.close()


def test_a_form_whose_host_dies_is_sent_to_nobody_else_and_a_page_is_asked_for_again() -> None:
    with proxied([HANGS_UP, HANGS_UP]) as (port, hosts):
        ask(port, "POST", "/slots/1/bookings", "party=1")
        assert sum(len(one.asked) for one in hosts) == 1

        ask(port, "GET", "/")
        assert sum(len(one.asked) for one in hosts) == 3


def test_a_proxy_that_may_repeat_forms_sends_one_to_both_hosts() -> None:
    def repeats(text: str) -> str:
        return text.replace("error timeout http_502;", "error timeout http_502 non_idempotent;")

    with proxied([HANGS_UP, HANGS_UP], repeats) as (port, hosts):
        ask(port, "POST", "/slots/1/bookings", "party=1")

        assert [one.asked for one in hosts] == [["POST /slots/1/bookings HTTP/1.1"]] * 2


@pytest.mark.parametrize("method", ["GET", "POST"])
def test_when_nobody_answers_it_is_said_in_chinese_and_what_to_do(method: str) -> None:
    with proxied([]) as (port, _hosts):
        answer, said = ask(port, method, "/slots/1/bookings", "party=1" if method == "POST" else None)

        assert answer.status == 503
        assert answer.headers["Retry-After"] == "8"
        assert answer.headers["Content-Type"] == "text/html; charset=utf-8"
        assert answer.headers["Refresh"] == ("8" if method == "GET" else None)
        assert 'class="problem"' in said
        assert "等几秒再按一次，不会重复" in said
        assert "nginx" not in said


def test_what_a_host_itself_says_goes_through_as_it_is() -> None:
    wait = b"HTTP/1.1 503 Wait\r\nRetry-After: 5\r\nContent-Length: 4\r\nConnection: close\r\n\r\nfull"
    with proxied([wait, wait]) as (port, hosts):
        answer, said = ask(port, "GET", "/")

        assert (answer.status, answer.headers["Retry-After"], said) == (503, "5", "full")
        assert sum(len(one.asked) for one in hosts) == 1, "a crowd that is told to wait is not sent on"


def test_a_file_that_one_host_does_not_have_yet_comes_from_the_other_and_a_page_does_not() -> None:
    with proxied([MISSING, THERE]) as (port, hosts):
        assert [ask(port, "GET", "/static/css/yiqi.1234.css")[0].status for _time in range(6)] == [200] * 6
        assert {ask(port, "GET", "/activities/9")[0].status for _time in range(4)} == {200, 404}
        assert all(one.asked for one in hosts)
