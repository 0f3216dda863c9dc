"""What runs on the machines: PostgreSQL with passwords, app hosts that share nothing but it, and nginx as in
deploy/."""

import os
import secrets
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Mapping
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from functools import partial
from http.client import HTTPConnection, HTTPSConnection
from pathlib import Path
from urllib.parse import urlsplit

import psycopg
from flask import Flask

from tests.concurrency.crowd import Door
from tests.databases import SECRET, built
from tests.hosts.network import Network, laid
from tests.notices.stubs import Stub, takes_everything
from tests.proxies import nginx, trusting
from tests.servers import (
    NO_POSTGRESQL,
    ROOT,
    SERVED,
    Unavailable,
    environment,
    postgresql_programs,
    stops_with_us,
)

CODE = ("site", "templates", "static", "migrations", "wsgi.py", "gunicorn.conf.py")
METRICS_TOKEN = "whoever-looks-at-the-hosts-of-the-tests"


class Front(Door):
    """The site as everybody meets it: over the proxy. Its certificate names another host."""

    def connection(self) -> HTTPConnection:
        return HTTPSConnection(urlsplit(self.base).netloc, timeout=60, context=trusting())


@dataclass
class Host:
    """One app host: a checkout and an instance folder of its own, and gunicorn on its own machine."""

    name: str
    address: str
    network: Network
    folder: Path
    env: Mapping[str, str]
    door: Door
    app: str = "wsgi:app"
    server: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        """Start, and wait until it answers. Raises `Unavailable`."""
        self.begin()
        self.answers()

    def begin(self) -> None:
        with (self.folder / "log").open("ab") as log:
            self.server = subprocess.Popen(
                [
                    *self.network.inside(self.name),
                    sys.executable,
                    "-m",
                    "gunicorn",
                    "-c",
                    "gunicorn.conf.py",
                    self.app,
                ],
                cwd=self.folder,
                env={**self.env, "PROMETHEUS_MULTIPROC_DIR": str(self.folder / "counted")},
                stdout=log,
                stderr=log,
                start_new_session=True,
                preexec_fn=partial(stops_with_us, signal.SIGTERM),
            )

    def answers(self) -> None:
        until = time.monotonic() + 90
        while time.monotonic() < until and self.server is not None and self.server.poll() is None:
            try:
                if self.door.ask("GET", "/livez").status == 200:
                    return
            except OSError:
                time.sleep(0.05)
        raise Unavailable(f"{self.name} does not start:\n{(self.folder / 'log').read_text()[-4000:]}")

    def kill(self) -> None:
        """All of its processes at the same moment, as a machine that loses its power."""
        if self.server is not None:
            os.killpg(self.server.pid, signal.SIGKILL)
            self.server.wait()
            self.server = None

    def stop(self) -> None:
        if self.server is not None:
            self.server.terminate()
            try:
                self.server.wait(timeout=30)
                self.server = None
            except subprocess.TimeoutExpired:
                self.kill()

    def served(self) -> int:
        """How many requests it has answered, by its own count."""
        with_token = {"Authorization": f"Bearer {METRICS_TOKEN}"}
        connection = HTTPConnection(urlsplit(self.door.base).netloc, timeout=30)
        connection.request("GET", "/metrics", headers=with_token)
        lines = connection.getresponse().read().decode().splitlines()
        connection.close()
        found = [float(line.split()[-1]) for line in lines if line.startswith("yiqi_requests_total{")]
        return int(sum(found))


@dataclass
class City:
    """Two app hosts behind a proxy on one database, and an application of our own beside them that sets
    scenes."""

    network: Network
    url: str
    app: Flask
    hosts: tuple[Host, Host]
    front: Front
    gateway: Stub
    superuser_url: str
    taken: dict[str, str] = field(default_factory=dict)

    @property
    def doors(self) -> tuple[Door, Door]:
        return self.hosts[0].door, self.hosts[1].door

    def letters(self, phone: str = "") -> list[dict[str, str]]:
        """What reached the gateway, in its order."""
        said = [one.said for one in list(self.gateway.asked)]
        return [one for one in said if phone in ("", one["phone"])]


@contextmanager
def city(**more: str) -> Iterator[City]:
    """All of it, gone afterwards. `more`: settings of the app hosts. Raises `Unavailable`."""
    with ExitStack() as stack:
        network = stack.enter_context(laid())
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="yiqi-hosts-")))
        folder.chmod(0o755)
        url, superuser_url = stack.enter_context(_database(network, folder))
        here = folder / "ours"
        here.mkdir()
        app = stack.enter_context(built(url, here, secure_cookies=True))
        gateway = Stub(takes_everything, address=network.address("ourselves", "inner"))
        gateway.start()
        stack.callback(gateway.stop)
        front = Front(app, f"https://{network.address('front', 'outer')}")
        hosts = tuple(
            _host(network, folder, name, _settings(network, url, name, gateway, **more), app)
            for name in ("app1", "app2")
        )
        for one in hosts:
            stack.callback(one.kill)
            one.begin()
        for one in hosts:
            one.answers()
        address = network.address("front", "outer")
        stack.enter_context(
            nginx(
                [f"{one.address}:8000" for one in hosts],
                name=address,
                http=f"{address}:80",
                https=f"{address}:443",
                inside=network.inside("front"),
            )
        )
        yield City(network, url, app, (hosts[0], hosts[1]), front, gateway, superuser_url)


def _settings(network: Network, url: str, name: str, gateway: Stub, **more: str) -> dict[str, str]:
    address = network.address(name, "outer")
    front = network.address("front", "outer")
    return environment(
        url,
        HOST=address,
        PORT="8000",
        WEB_CONCURRENCY="2",
        SECRET_KEY=SECRET,
        YIQI_HOSTS=f"{front},{address}",
        YIQI_PROXIES="1",
        YIQI_BASE_URL=f"https://{front}",
        YIQI_SECURE_COOKIES="true",
        YIQI_SECOND_FACTOR="true",
        YIQI_MESSAGES="webhook",
        YIQI_SMS_URL=gateway.url,
        YIQI_SMS_SECRET="the-gateway-of-the-tests",
        YIQI_SMS_DAILY="0",
        YIQI_METRICS_TOKEN=METRICS_TOKEN,
        YIQI_LOG="json",
        **SERVED
        | {"PYTHONPYCACHEPREFIX": ""},  # beside the sources: a folder of this run's, and the libraries'
        **more,
    )


def _host(network: Network, folder: Path, name: str, env: Mapping[str, str], app: Flask) -> Host:
    """A checkout of its own: nothing that one host writes is seen by the other."""
    own = folder / name
    own.mkdir()
    for part in CODE:
        if (ROOT / part).is_dir():
            shutil.copytree(ROOT / part, own / part)
        else:
            shutil.copy(ROOT / part, own / part)
    shutil.copytree(ROOT / "instance" / "static", own / "instance" / "static")
    address = network.address(name, "outer")
    return Host(name, address, network, own, env, Door(app, f"http://{address}:8000"))


@contextmanager
def _database(network: Network, folder: Path) -> Iterator[tuple[str, str]]:
    """PostgreSQL on its own machine, which asks for a password and waits for the disk; the addresses of the
    site's database as its owner and as the superuser."""
    programs = postgresql_programs()
    if programs is None:
        raise Unavailable(NO_POSTGRESQL)
    data, log = folder / "database", folder / "postgresql.log"
    data.mkdir()
    shutil.chown(data, "postgres", "postgres")
    password, address = secrets.token_hex(12), network.address("database", "inner")
    kept = folder / "password"
    kept.write_text(password)
    shutil.chown(kept, "postgres", "postgres")
    kept.chmod(0o600)
    drop = ["setpriv", "--reuid=postgres", "--regid=postgres", "--clear-groups", "--pdeathsig=INT"]
    initdb = [str(programs / "initdb"), "-D", str(data), "-U", "chief", f"--pwfile={kept}"]
    how = ["--auth=scram-sha-256", "-E", "UTF8", "--locale=C.UTF-8", "--no-sync"]
    subprocess.run([*drop, *initdb, *how], cwd=folder, check=True, capture_output=True)
    with (data / "pg_hba.conf").open("a") as hba:
        hba.write(f"host all all {network.subnet('inner')} scram-sha-256\n")
    options = {
        "listen_addresses": address,
        "max_connections": 200,
        "unix_socket_directories": "",
        "timezone": "UTC",
    }
    words = [word for name, value in options.items() for word in ("-c", f"{name}={value}")]
    with log.open("wb") as said:
        server = subprocess.Popen(
            [*network.inside("database"), *drop, str(programs / "postgres"), "-D", str(data), *words],
            cwd=data,
            stdout=said,
            stderr=said,
            start_new_session=True,
        )
    chief = f"postgresql://chief:{password}@{address}/postgres"
    try:
        _until_it_answers(chief, server, log)
        with psycopg.connect(chief, autocommit=True) as connection:
            connection.execute(
                psycopg.sql.SQL("CREATE ROLE yiqi LOGIN PASSWORD {}").format(psycopg.sql.Literal(password))
            )
            connection.execute("CREATE DATABASE yiqi OWNER yiqi")
        yield f"postgresql://yiqi:{password}@{address}/yiqi", chief
    finally:
        server.send_signal(signal.SIGINT)
        server.wait(timeout=30)


def _until_it_answers(url: str, server: subprocess.Popen[bytes], log: Path) -> None:
    until = time.monotonic() + 30
    while time.monotonic() < until and server.poll() is None:
        try:
            psycopg.connect(url, connect_timeout=2).close()
        except psycopg.OperationalError:
            time.sleep(0.05)
        else:
            return
    raise Unavailable(f"PostgreSQL does not start: {log.read_text()[-2000:]}")
