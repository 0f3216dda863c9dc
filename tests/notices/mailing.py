"""A real SMTP server on this machine, with or without encryption."""

import ssl
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from aiosmtpd.controller import Controller

from tests.servers import free_port

CERTIFICATE = Path(__file__).parent / "localhost.pem"
"""Of nobody but these tests: it names localhost, and its key is known to all."""


class Keeps:
    """Takes letters, and answers as it is told for some addresses."""

    def __init__(self, **answers: str) -> None:
        self.letters: list[Any] = []
        self.tls: list[bool] = []
        self._answers = answers

    async def handle_RCPT(
        self, server: Any, session: Any, envelope: Any, address: str, options: list[str]
    ) -> str:
        name = address.partition("@")[0]
        if name in self._answers:
            return self._answers[name]
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, server: Any, session: Any, envelope: Any) -> str:
        self.letters.append(envelope)
        self.tls.append(session.ssl is not None)
        return "250 taken"


@contextmanager
def mail_server(keeps: Keeps, *, encrypts: bool = True, port: int = 0) -> Iterator[int]:
    """A server that keeps what it is handed; yields its port."""
    context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    context.load_cert_chain(CERTIFICATE)
    options: dict[str, Any] = {"tls_context": context, "require_starttls": True} if encrypts else {}
    server = Controller(keeps, hostname="127.0.0.1", port=port or free_port(), **options)
    server.start()
    try:
        yield server.port
    finally:
        server.stop()
