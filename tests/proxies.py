"""nginx with the configuration of deploy/, changed only in its addresses. For tests and scripts."""

import re
import shutil
import socket
import ssl
import subprocess
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from functools import partial
from pathlib import Path
from signal import SIGTERM

from tests.notices.mailing import CERTIFICATE
from tests.servers import ROOT, Unavailable, stops_with_us

CONFIGURATION = ROOT / "deploy" / "nginx.conf"
NO_NGINX = "no nginx here (Debian: apt install nginx)"
AROUND = """
pid {folder}/pid;
error_log {folder}/errors;
daemon off;
worker_processes 2;
{user}
events {{ worker_connections 4096; }}
http {{
    client_body_temp_path {folder}/body;
    proxy_temp_path {folder}/proxy;
    fastcgi_temp_path {folder}/fastcgi;
    uwsgi_temp_path {folder}/uwsgi;
    scgi_temp_path {folder}/scgi;
    include {folder}/site.conf;
}}
"""


def configured(text: str, hosts: Sequence[str], name: str, http: str, https: str) -> str:
    """The configuration for these app hosts (`address:port`), a name and two addresses to listen on. Every other word is as
    it stands in deploy/."""
    listed = re.search(r"^ +server 127\.0\.0\.1:8000(.*)\n", text, re.MULTILINE)
    assert listed is not None
    text = text.replace(listed[0], "".join(f"    server {one}{listed[1]}\n" for one in hosts))
    text = re.sub(r"^ +listen \[::\].*\n", "", text, flags=re.MULTILINE)
    text = text.replace("listen 80;", f"listen {http};").replace("listen 443 ", f"listen {https} ")
    text = re.sub(r"/etc/ssl/yiqi/\w+\.pem", str(CERTIFICATE), text)
    return text.replace("yiqi.example", name)


@contextmanager
def nginx(
    hosts: Sequence[str],
    *,
    name: str,
    http: str,
    https: str,
    inside: Sequence[str] = (),
    otherwise: Callable[[str], str] = lambda text: text,
) -> Iterator[None]:
    """nginx before some app hosts, gone afterwards. `inside`: what its command begins with, as `ip netns exec …`;
    `otherwise`: for negative controls. Raises `Unavailable`."""
    program = shutil.which("nginx")
    if program is None:
        raise Unavailable(NO_NGINX)
    with tempfile.TemporaryDirectory(prefix="yiqi-nginx-", ignore_cleanup_errors=True) as named:
        folder = Path(named)
        text = otherwise(CONFIGURATION.read_text(encoding="utf-8"))
        site = configured(text, hosts, name, http, https)
        (folder / "site.conf").write_text(site, encoding="utf-8")
        around = AROUND.format(folder=folder, user="user root;" if _is_root() else "")
        (folder / "nginx.conf").write_text(around, encoding="utf-8")
        command = [*inside, program, "-e", f"{folder}/errors", "-p", named, "-c", f"{folder}/nginx.conf"]
        server = subprocess.Popen(
            command,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            start_new_session=True,
            preexec_fn=partial(stops_with_us, SIGTERM),
        )
        try:
            if not _listens(https, server):
                raise Unavailable(f"nginx does not start: {(folder / 'errors').read_text()[-2000:]}")
            yield
        finally:
            server.terminate()
            server.wait(timeout=20)


def trusting() -> ssl.SSLContext:
    """For a visitor of ours: the certificate is the one of the tests, whatever the host is called."""
    context = ssl.create_default_context(cafile=CERTIFICATE)
    context.check_hostname = False
    return context


def _is_root() -> bool:
    return Path("/proc/self").stat().st_uid == 0


def _listens(where: str, server: subprocess.Popen[bytes]) -> bool:
    address, _colon, port = where.rpartition(":")
    until = time.monotonic() + 20
    while time.monotonic() < until and server.poll() is None:
        try:
            socket.create_connection((address, int(port)), timeout=1).close()
        except OSError:
            time.sleep(0.05)
        else:
            return True
    return False
