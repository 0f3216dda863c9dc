"""What stands in deploy/ names files, commands and numbers that are there."""

import configparser
import os
import re
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
import yaml  # type: ignore[import-untyped]
from click import Context
from flask import Flask

from tests.browsing import Client
from tests.notices.mailing import CERTIFICATE
from tests.plugins.no_skips import OPTIONAL
from tests.promises.routes import ROUTES
from tests.servers import SERVED
from yiqi import clock
from yiqi.notices.heartbeat import BACKGROUND, DOCTOR, beat

ROOT = Path(__file__).resolve().parents[1]
DEPLOY = ROOT / "deploy"
UNITS = sorted((DEPLOY / "systemd").iterdir())
PACKAGES = {"systemd-analyze": "systemd", "nginx": "nginx", "caddy": "caddy"}


def text(path: Path) -> str:
    return path.read_text(encoding="utf-8")


def unit(path: Path) -> configparser.ConfigParser:
    parser = configparser.ConfigParser(strict=False, interpolation=None)
    parser.optionxform = str  # type: ignore[assignment,method-assign]
    parser.read(path, encoding="utf-8")
    return parser


def commands(app: Flask) -> set[str]:
    return set(app.cli.list_commands(Context(app.cli)))


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
    assert set(flask_commands(service["ExecStart"])) <= commands(sqlite_site)
    if "gunicorn" in service["ExecStart"]:
        assert int(service["TimeoutStopSec"]) > int(
            re.findall(r"graceful_timeout = (\d+)", text(ROOT / "gunicorn.conf.py"))[0]
        )
        assert service["ExecStart"].endswith("gunicorn -c gunicorn.conf.py wsgi:app")


def test_what_serves_is_compiled_in_the_same_way_everywhere_and_read_from_where_it_was_written() -> None:
    """Else each start compiles for itself, and nobody notices but the memory."""
    said = {name: f"{name}={value}".replace(sys.prefix, "VENV") for name, value in SERVED.items()}
    here = re.findall(r"^SERVED := (.+)$", text(ROOT / "Makefile"), re.MULTILINE)
    there = [
        unit(path)["Service"].get("Environment", "")
        for path in UNITS
        if path.stem in ("yiqi-web", "yiqi-jobs")
    ]
    image = text(DEPLOY / "Dockerfile")

    assert [one.replace('"$(abspath $(VENV))/served"', "VENV/served").split() for one in here] == [
        list(said.values())
    ]
    assert len(there) == 2
    for one in (*there, image):
        assert " ".join(list(said.values())[1:]).replace("VENV", "/srv/yiqi/.venv") in one
    compiled = re.findall(
        r"-m compileall (-q .* \.?\S*venv\S*/lib|-q .* \$\(VENV\)/lib)", image + text(ROOT / "Makefile")
    )
    assert len(compiled) == 2
    assert compiled[0] == compiled[1].replace("$(VENV)", ".venv")
    assert image.index("ENV PATH") < image.index("compileall") < image.index("PYTHONDONTWRITEBYTECODE")


def test_the_first_command_of_the_readme_works_in_a_folder_whose_name_has_a_space(tmp_path: Path) -> None:
    """With programs that say how they were called, and what they were told about compiled files."""
    site = tmp_path / "my sites" / "yiqi"
    programs = site / ".venv" / "bin"
    programs.mkdir(parents=True)
    for name in ("python", "flask", "gunicorn"):
        (programs / name).write_text('#!/bin/sh\necho "${0##*/} $PYTHONOPTIMIZE $PYTHONPYCACHEPREFIX"\n')
        (programs / name).chmod(0o755)
    shutil.copy(ROOT / "Makefile", site)
    (site / "requirements.txt").touch()
    (site / "static").mkdir()
    (programs / ".installed").touch()
    (site / "instance" / "static").mkdir(parents=True)
    (site / "instance" / "static" / "staticfiles.json").touch()

    done = subprocess.run(["make", "run", "served"], cwd=site, capture_output=True, text=True, check=False)

    assert done.stderr == ""
    served = f"2 {site}/.venv/served"
    assert [line for line in done.stdout.splitlines() if "served" in line] == [
        f"flask {served}",
        f"gunicorn {served}",
        f"python {served}",
    ]


GUIDE = (ROOT / "docs" / "operations.md").read_text(encoding="utf-8")


def test_every_command_of_the_guide_is_there_and_none_forgets_the_settings(sqlite_site: Flask) -> None:
    """A bare flask as root looks at the demo's database: a backup of it is none, a migration of it helps nobody."""
    typed = [
        line for block in re.findall(r"```sh\n(.*?)```", GUIDE, re.DOTALL) for line in block.splitlines()
    ]
    parts = [part.strip() for line in typed for part in line.split("&&")]
    ours = [part.split()[1] for part in parts if part.startswith("yiqi ")]

    assert {"init", "backup", "restore", "doctor", "db"} <= set(ours) <= commands(sqlite_site)
    assert not [line for line in typed if "flask" in line]
    archives = re.findall(r"/var/backups/yiqi/(\S+)", "\n".join(typed))
    assert archives
    assert all(name.startswith("yiqi-") for name in archives), "others are never deleted by the timer"


def test_the_settings_in_the_guide_mean_the_same_to_systemd_and_to_a_command() -> None:
    (block,) = re.findall(r"```\n(YIQI_ENV=.*?)```", GUIDE, re.DOTALL)

    assert all(re.fullmatch(r"[A-Z_]+=\S+", line) for line in block.splitlines())
    services = {unit(path)["Service"]["EnvironmentFile"] for path in UNITS if path.suffix == ".service"}
    assert services == {"/etc/yiqi/env"}
    assert "ln -s /etc/yiqi/env /srv/yiqi/.env" in GUIDE


@pytest.mark.parametrize("who", ["root", "yiqi"])
def test_a_command_of_the_guide_runs_in_the_sites_folder_as_its_user(tmp_path: Path, who: str) -> None:
    """With programs in the places of the system's own, which say how they were called."""
    site, programs = tmp_path / "srv", tmp_path / "bin"
    for path, says in (
        (site / ".venv" / "bin" / "flask", 'echo "flask in $(pwd):" "$@"'),
        (programs / "id", f"echo {who}"),
        (programs / "runuser", 'echo "as $2"; shift 3; exec "$@"'),
    ):
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(f"#!/bin/sh\n{says}\n")
        path.chmod(0o755)
    script = tmp_path / "yiqi"
    script.write_text(text(DEPLOY / "yiqi").replace("/srv/yiqi", str(site)))

    done = subprocess.run(
        ["/bin/sh", str(script), "backup", "/a b.zip"],
        env={"PATH": f"{programs}:/usr/bin:/bin"},
        capture_output=True,
        text=True,
        check=True,
    )

    assert done.stdout.splitlines() == [
        *(["as yiqi"] if who == "root" else []),
        f"flask in {site}: backup /a b.zip",
    ]


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
        assert services[name]["command"][1] in commands(sqlite_site)
    assert services["web"]["environment"]["YIQI_BACKGROUND"] == "external"
    for name in ("web", "jobs"):
        assert services[name]["depends_on"] == {"migrate": {"condition": "service_completed_successfully"}}
    build = services["migrate"]["build"]
    assert (DEPLOY / build["context"] / build["dockerfile"]).resolve() == DEPLOY / "Dockerfile"


def test_a_proxy_passes_on_who_asked_keeps_the_numbers_in_and_lets_every_upload_through() -> None:
    nginx, caddy = text(DEPLOY / "nginx.conf"), text(DEPLOY / "Caddyfile")

    assert re.search(r"X-Forwarded-For \$remote_addr;", nginx)
    assert "$proxy_add_x_forwarded_for" not in nginx
    assert "trusted_proxies" not in caddy
    assert re.search(r"^    access_log off;", nginx, re.MULTILINE), "addresses hold what opens a calendar"
    assert re.search(r"location = /metrics \{ return 404; \}", nginx)
    assert "respond /metrics 404" in caddy
    most = max(route.most_bytes for route in ROUTES)
    assert int(re.findall(r"client_max_body_size (\d+)m", nginx)[0]) << 20 >= most
    assert int(re.findall(r"max_size (\d+)MB", caddy)[0]) * 10**6 >= most


def said_by(*command: str | Path) -> str:
    """What a program says, which has to be content. Skips where it is not installed."""
    if shutil.which(str(command[0])) is None:
        pytest.skip(f"{OPTIONAL}{command[0]} is not here (Debian: apt install {PACKAGES[str(command[0])]})")
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout + done.stderr


def test_systemd_reads_the_units_and_knows_when_the_timers_come(tmp_path: Path) -> None:
    """Their programs are where this checkout has them: systemd looks whether they are there."""
    for path in UNITS:
        here = text(path).replace("/srv/yiqi/.venv/bin", str(Path(sys.executable).parent))
        (tmp_path / path.name).write_text(here, encoding="utf-8")
    services = sorted(tmp_path.glob("*.service"))

    assert said_by("systemd-analyze", "verify", "--man=no", "--recursive-errors=no", *services) == ""
    for timer in tmp_path.glob("*.timer"):
        assert "Next elapse: " in said_by("systemd-analyze", "calendar", unit(timer)["Timer"]["OnCalendar"])


def test_nginx_takes_its_configuration(tmp_path: Path) -> None:
    site = text(DEPLOY / "nginx.conf").replace("/etc/ssl/yiqi/fullchain.pem", str(CERTIFICATE))
    (tmp_path / "site.conf").write_text(
        site.replace("/etc/ssl/yiqi/key.pem", str(CERTIFICATE)), encoding="utf-8"
    )
    (tmp_path / "nginx.conf").write_text(
        f"pid {tmp_path}/pid; error_log stderr; events {{}} http {{ include {tmp_path}/site.conf; }}",
        encoding="utf-8",
    )

    assert "test is successful" in said_by("nginx", "-t", "-p", tmp_path, "-c", tmp_path / "nginx.conf")


def test_caddy_takes_its_configuration_and_has_nothing_to_remark() -> None:
    said = said_by("caddy", "validate", "--adapter", "caddyfile", "--config", DEPLOY / "Caddyfile")

    assert "Valid configuration" in said
    assert '"level":"warn"' not in said


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


def test_new_files_leave_those_of_before_where_a_running_site_finds_them(tmp_path: Path) -> None:
    folder = tmp_path / "static"
    make = ["make", "-C", str(ROOT), f"STATIC={folder}", "assets"]
    subprocess.run(make, check=True, capture_output=True)
    manifest, before = folder / "staticfiles.json", folder / "css" / "yiqi.0123456789ab.css"
    made = {path.relative_to(folder): path.stat().st_mtime_ns for path in folder.rglob("*.css*")}
    before.write_text("/* of before */", encoding="utf-8")
    manifest.write_text("{}", encoding="utf-8")
    os.utime(manifest, (0, 0))

    subprocess.run(make, check=True, capture_output=True)

    assert before.exists()
    assert "css/yiqi.css" in manifest.read_text(encoding="utf-8")
    assert (
        made.items()
        <= {path.relative_to(folder): path.stat().st_mtime_ns for path in folder.rglob("*.css*")}.items()
    )
    assert sorted(path.name for path in tmp_path.iterdir()) == ["static"]
