"""People with phones: each has a session cookie and the token of their forms, and presses what a browser would send."""

import asyncio
import gzip
import re
import time
from collections.abc import AsyncIterator, Awaitable, Callable, Iterable, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass
from html import unescape
from typing import Any, TypeVar

import aiohttp
import brotli  # type: ignore[import-untyped]

from tests.bench import STATEMENTS
from tests.bench.measuring import Answer, must
from tests.concurrency.crowd import Browser
from yiqi.web.crowds import COOKIE

GIVES_UP = 60.0
IDLE = 3.0
"""Seconds a connection is kept for its next request: shorter than the server keeps it, so that none is used as it closes."""
GOODBYE = 0.25
T = TypeVar("T")
_APPOINTMENT = re.compile(rf"(__Host-)?{COOKIE}=[^;]+")
_HIDDEN = re.compile(r'<input type="hidden" name="([^"]+)" value="([^"]*)"')


class Street:
    """The network between the phones and the site."""

    def __init__(self, base: str, http: aiohttp.ClientSession) -> None:
        self._base, self._http = base, http

    async def ask(
        self,
        method: str,
        path: str,
        cookie: str = "",
        *,
        fields: Any = None,
        headers: dict[str, str] | None = None,
        patience: float = GIVES_UP,
    ) -> Answer:
        """One request, over a connection that is there or a new one. Never raises for what the network does."""
        sent = {"Accept-Encoding": "gzip, br", **({"Cookie": cookie} if cookie else {}), **(headers or {})}
        began = time.perf_counter()
        try:
            async with self._http.request(
                method,
                self._base + path,
                data=fields,
                headers=sent,
                allow_redirects=False,
                timeout=aiohttp.ClientTimeout(total=patience),
            ) as response:
                body = await response.read()
                told = dict(response.headers)
                status = response.status
        except TimeoutError:
            return Answer(-1, "", {}, time.perf_counter() - began)
        except (aiohttp.ClientError, OSError) as error:
            return Answer(0, repr(error), {}, time.perf_counter() - began)
        seconds = time.perf_counter() - began
        counted = told.get(STATEMENTS)
        text = _read(body, told.get("Content-Encoding", ""))
        return Answer(status, text, told, seconds, len(body), int(counted) if counted else None)


def _read(body: bytes, how: str) -> str:
    if how == "br":
        body = brotli.decompress(body)
    elif how == "gzip":
        body = gzip.decompress(body)
    return body.decode("utf-8", "replace")


@asynccontextmanager
async def street(base: str, *, own: bool = False, checked: bool = True) -> AsyncIterator[Street]:
    """Connections to a site; `own`: none is used for two requests, as when every phone has its own. `checked`: its
    certificate is looked at."""
    connector = aiohttp.TCPConnector(
        limit=0, keepalive_timeout=None if own else IDLE, force_close=own, ssl=checked
    )
    async with aiohttp.ClientSession(
        connector=connector, cookie_jar=aiohttp.DummyCookieJar(), auto_decompress=False
    ) as http:
        yield Street(base, http)
    if base.startswith("https:"):
        await asyncio.sleep(
            GOODBYE
        )  # aiohttp says TLS's goodbye after that: a loop that ends before leaves sockets open


@dataclass
class Phone:
    """Somebody signed in, on the street. `appointment`: the cookie by which they are known who were told to come again."""

    who: Browser
    street: Street
    appointment: str = ""

    async def get(self, path: str, *, htmx: bool = False) -> Answer:
        return await self._ask("GET", path, headers={"HX-Request": "true"} if htmx else None)

    async def _ask(self, method: str, path: str, **sent: Any) -> Answer:
        answer = await self.street.ask(method, path, self.who.cookie + self.appointment, **sent)
        told = _APPOINTMENT.search(answer.headers.get("Set-Cookie", ""))
        self.appointment = f"; {told[0]}" if told else self.appointment
        return answer

    async def press(
        self, path: str, fields: Mapping[str, object] | None = None, *, htmx: bool = True
    ) -> Answer:
        """Send a form with a token of one's own, as htmx does (with the answer as fragments) or a plain browser."""
        typed = {name: str(value) for name, value in (fields or {}).items()}
        if htmx:
            headers = {"HX-Request": "true", "X-CSRF-Token": self.who.csrf}
            return await self._ask("POST", path, fields=typed, headers=headers)
        typed["csrf_token"] = self.who.csrf
        return await self._ask("POST", path, fields=typed)

    async def sign_up(self, activity_id: int, slot_id: int) -> tuple[Answer, Answer]:
        """Open the activity's page and press 我要报名 on it; answers both answers."""
        page = await self.get(f"/activities/{activity_id}")
        action = f"/slots/{slot_id}/bookings"
        must(page.status == 200, f"the activity's page answers {page.status} {page.text[:200]}")
        return page, await self.press(action, form_fields(page.text, action))


def form_fields(page: str, action: str) -> dict[str, str]:
    """The hidden fields of the form that goes to `action`. Raises `Wrong` when the page has none."""
    _before, found, after = page.partition(f'action="{action}"')
    must(bool(found), f"no form goes to {action}")
    inside = after.partition("</form>")[0]
    return {name: unescape(value) for name, value in _HIDDEN.findall(inside)}


async def by_clients(clients: int, deeds: Iterable[Callable[[], Awaitable[T]]]) -> list[T]:
    """Do all of them, `clients` at a time, each client one after the other; answers what they answered."""
    left, done = iter(list(deeds)), []

    async def client() -> None:
        for deed in left:
            done.append(await deed())

    async with asyncio.TaskGroup() as group:
        for _client in range(clients):
            group.create_task(client())
    return done
