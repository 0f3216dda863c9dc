"""What stands in deploy/ names files, commands and numbers that are there."""

import configparser
import re
from pathlib import Path
from typing import Any

import pytest
import yaml  # type: ignore[import-untyped]
from flask import Flask

from tests.browsing import Client
from tests.promises.routes import ROUTES
from yiqi import clock
from yiqi.notices.heartbeat import BACKGROUND, DOCTOR, beat

ROOT = Path(__file__).resolve().parents[1]
DEPLOY = ROOT / "deploy"
UNITS = sorted((DEPLOY / "systemd").iterdir())
FROM_PROMETHEUS = {"up"}


def text(path: Path) -> str:
    return path.read_text(encoding="utf-8")


def unit(path: Path) -> configparser.ConfigParser:
    parser = configparser.ConfigParser(strict=False, interpolation=None)
    parser.optionxform = str  # type: ignore[assignment,method-assign]
    parser.read(path, encoding="utf-8")
    return parser


def flask_commands(words: str) -> list[str]:
    return re.findall(r"\bflask ([a-z]+)", words)


@pytest.mark.parametrize("path", UNITS, ids=lambda path: path.name)
def test_a_unit_runs_what_there_is_where_the_guide_puts_it(sqlite_site: Flask, path: Path) -> None:
    said = unit(path)
    if path.suffix == ".timer":
        assert path.with_suffix(".service") in UNITS
        assert said["Timer"]["OnCalendar"].endswith("Asia/Shanghai")
        return
    service = said["Service"]
    assert (service["User"], service["WorkingDirectory"]) == ("yiqi", "/srv/yiqi")
    assert service["ProtectSystem"] == "strict"
    assert set(flask_commands(service["ExecStart"])) <= set(sqlite_site.cli.commands)
    if "gunicorn" in service["ExecStart"]:
        assert int(service["TimeoutStopSec"]) > int(
            re.findall(r"graceful_timeout = (\d+)", text(ROOT / "gunicorn.conf.py"))[0]
        )
        assert service["ExecStart"].endswith("gunicorn -c gunicorn.conf.py wsgi:app")


def test_the_image_holds_what_the_site_needs_and_nothing_that_is_not_there() -> None:
    said = text(DEPLOY / "Dockerfile")
    copied = [
        word
        for line in re.findall(r"^COPY (?!--from)(.+)$", said, re.MULTILINE)
        for word in line.split()[:-1]
    ]

    assert all((ROOT / name).exists() for name in copied)
    assert {"site", "templates", "static", "migrations", "wsgi.py", "gunicorn.conf.py"} <= set(copied)
    assert "--require-hashes" in said
    assert re.search(r"^USER yiqi$", said, re.MULTILINE)


def test_compose_has_a_process_for_each_work_and_waits_for_the_schema(sqlite_site: Flask) -> None:
    services: dict[str, Any] = yaml.safe_load(text(DEPLOY / "compose.yaml"))["services"]

    assert set(services) == {"postgres", "migrate", "web", "jobs"}
    for name in ("migrate", "jobs"):
        assert services[name]["command"][:2] in (["flask", "db"], ["flask", "jobs"])
        assert services[name]["command"][1] in sqlite_site.cli.commands
    assert services["web"]["environment"]["YIQI_BACKGROUND"] == "external"
    for name in ("web", "jobs"):
        assert services[name]["depends_on"] == {"migrate": {"condition": "service_completed_successfully"}}
    build = services["migrate"]["build"]
    assert (DEPLOY / build["context"] / build["dockerfile"]).resolve() == DEPLOY / "Dockerfile"


def test_a_proxy_passes_on_who_asked_keeps_the_numbers_in_and_lets_every_upload_through() -> None:
    nginx, caddy = text(DEPLOY / "nginx.conf"), text(DEPLOY / "Caddyfile")

    assert re.search(r"X-Forwarded-For \$remote_addr;", nginx)
    assert "$proxy_add_x_forwarded_for" not in nginx
    assert "header_up X-Forwarded-For {remote_host}" in caddy
    assert re.search(r"location = /metrics \{ return 404; \}", nginx)
    assert "respond /metrics 404" in caddy
    most = max(route.most_bytes for route in ROUTES)
    assert int(re.findall(r"client_max_body_size (\d+)m", nginx)[0]) << 20 >= most
    assert int(re.findall(r"max_size (\d+)MB", caddy)[0]) * 10**6 >= most


def test_alerts_ask_for_numbers_that_metrics_tells(site: Flask, client: Client) -> None:
    beat(BACKGROUND, clock.now())
    beat(DOCTOR, clock.now(), 0)
    client.get("/livez")
    told = set(re.findall(r"^# TYPE (\w+)", client.get("/metrics").text, re.MULTILINE))
    told |= {f"{name}_bucket" for name in told}
    rules = yaml.safe_load(text(DEPLOY / "prometheus" / "alerts.yml"))["groups"][0]["rules"]

    for rule in rules:
        asked = set(re.findall(r"\byiqi_\w+", rule["expr"]))
        assert asked <= told, rule["alert"]
        assert asked or rule["expr"].startswith("up{")
        assert rule["annotations"]["summary"]
