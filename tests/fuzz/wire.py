"""What only a socket can say: broken lines, lengths that lie, half a request, two at once. The server outlives them."""

import socket
from contextlib import suppress
from urllib.parse import urlsplit
from urllib.request import urlopen

RAW: dict[str, bytes] = {
    "nothing": b"",
    "no HTTP": b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03" + bytes(range(256)),
    "a bare line": b"GET /\r\n\r\n",
    "HTTP of tomorrow": b"GET / HTTP/9.9\r\nHost: localhost\r\n\r\n",
    "no host": b"GET / HTTP/1.1\r\n\r\n",
    "two hosts": b"GET / HTTP/1.1\r\nHost: localhost\r\nHost: evil.example\r\n\r\n",
    "a NUL in the path": b"GET /\x00 HTTP/1.1\r\nHost: localhost\r\n\r\n",
    "a path of 100 KB": b"GET /" + b"a" * 100_000 + b" HTTP/1.1\r\nHost: localhost\r\n\r\n",
    "a header of 64 KB": b"GET / HTTP/1.1\r\nHost: localhost\r\nX: " + b"a" * 65_536 + b"\r\n\r\n",
    "a thousand headers": b"GET / HTTP/1.1\r\nHost: localhost\r\n" + b"X: y\r\n" * 1_000 + b"\r\n",
    "200 cookies": b"GET / HTTP/1.1\r\nHost: localhost\r\nCookie: "
    + b"; ".join([b"a=b"] * 200)
    + b"\r\n\r\n",
    "a folded header": b"GET / HTTP/1.1\r\nHost: localhost\r\nX: a\r\n b\r\n\r\n",
    "a header without a name": b"GET / HTTP/1.1\r\nHost: localhost\r\n: a\r\n\r\n",
    "a blank before the colon": b"GET / HTTP/1.1\r\nHost : localhost\r\n\r\n",
    "a negative length": b"POST /sign-in HTTP/1.1\r\nHost: localhost\r\nContent-Length: -1\r\n\r\nabc",
    "a length in words": b"POST /sign-in HTTP/1.1\r\nHost: localhost\r\nContent-Length: ten\r\n\r\nabc",
    "two lengths": b"POST /sign-in HTTP/1.1\r\nHost: localhost\r\nContent-Length: 3\r\nContent-Length: 9\r\n\r\nabc",
    "more than its length": b"POST /sign-in HTTP/1.1\r\nHost: localhost\r\nContent-Length: 1\r\n\r\nabcdef",
    "less than its length": b"POST /sign-in HTTP/1.1\r\nHost: localhost\r\nContent-Length: 999\r\n\r\nabc",
    "in pieces, and with a length": b"POST /sign-in HTTP/1.1\r\nHost: localhost\r\nContent-Length: 3\r\n"
    b"Transfer-Encoding: chunked\r\n\r\n0\r\n\r\nGET /me HTTP/1.1\r\nHost: localhost\r\n\r\n",
    "pieces that are none": b"POST /sign-in HTTP/1.1\r\nHost: localhost\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\nabc",
    "a piece without end": b"POST /sign-in HTTP/1.1\r\nHost: localhost\r\nTransfer-Encoding: chunked\r\n\r\nFFFFFFFF\r\nabc",
    "an odd coding": b"POST /sign-in HTTP/1.1\r\nHost: localhost\r\nTransfer-Encoding: xchunked\r\n\r\n0\r\n\r\n",
    "half a request": b"POST /sign-in HTT",
    "ten at once": b"GET /livez HTTP/1.1\r\nHost: localhost\r\n\r\n" * 10,
    "an upgrade": b"GET / HTTP/1.1\r\nHost: localhost\r\nConnection: Upgrade\r\nUpgrade: h2c\r\n\r\n",
    "expecting": b"POST /sign-in HTTP/1.1\r\nHost: localhost\r\nExpect: 100-continue\r\nContent-Length: 3\r\n\r\nabc",
    "a whole address": b"GET http://evil.example/ HTTP/1.1\r\nHost: localhost\r\n\r\n",
    "a star": b"OPTIONS * HTTP/1.1\r\nHost: localhost\r\n\r\n",
    "a tunnel": b"CONNECT evil.example:443 HTTP/1.1\r\nHost: localhost\r\n\r\n",
    "a line of its own in the path": b"GET /%0d%0aSet-Cookie:x=1 HTTP/1.1\r\nHost: localhost\r\n\r\n",
}


def said_to(base: str, raw: bytes) -> bytes:
    """What a server answers to these bytes from somebody who then says no more."""
    where = urlsplit(base)
    heard = b""
    with (
        socket.create_connection((where.hostname or "", where.port or 80), timeout=10) as line,
        suppress(OSError),
    ):
        line.sendall(raw)
        line.shutdown(socket.SHUT_WR)
        while piece := line.recv(65_536):
            heard += piece
    return heard


def hangs_up_politely(base: str) -> None:
    """Say all of it. Raises `AssertionError` for an error of the server's own, or when it does not serve any more."""
    for name, raw in RAW.items():
        heard = said_to(base, raw)
        assert b"Traceback" not in heard, name
        assert b"HTTP/1.1 500" not in heard, (name, heard[:200])
        assert b"\r\nSet-Cookie:x=1" not in heard, name
        with urlopen(f"{base}/livez", timeout=10) as answer:
            assert answer.status == 200, name
