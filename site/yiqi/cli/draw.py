"""`flask draw …`: the steps of a draw for whoever holds it, and checking one that was published."""

import json
import subprocess
import sys
from collections.abc import Callable
from functools import wraps
from pathlib import Path
from typing import ParamSpec

import click
from flask import current_app
from flask.cli import AppGroup

from yiqi import clock
from yiqi.draws import lottery, published
from yiqi.draws.rules.steps import Hindered, Hindrance
from yiqi.draws.verifier import NAME

P = ParamSpec("P")

WORDS = {
    Hindrance.NOT_BY_LOT: "This activity does not give its places by lot.",
    Hindrance.CALLED_OFF: "This activity was called off.",
    Hindrance.FROZEN: "The list is frozen, and the source of the number with it.",
    Hindrance.TOO_LATE: "The time of the draw has come: the number may be known. Put the draw off first.",
    Hindrance.STILL_OPEN: "Sign-up is still open.",
    Hindrance.NOT_ANNOUNCED: "Name the public number first: flask draw announce.",
    Hindrance.NOT_FROZEN: "The list is not frozen yet: flask draw freeze.",
    Hindrance.TOO_EARLY: "The time of the draw has not come.",
    Hindrance.DRAWN: "It was drawn already, with another number.",
}

commands = AppGroup("draw", help="Draws 摇号: announce, freeze, hold, publish, verify.")


def explained(command: Callable[P, None]) -> Callable[P, None]:
    """Say in a sentence why a step cannot be taken."""

    @wraps(command)
    def run(*args: P.args, **kwargs: P.kwargs) -> None:
        try:
            command(*args, **kwargs)
        except Hindered as hindered:
            raise click.ClickException(WORDS[hindered.why]) from None
        except LookupError:
            raise click.UsageError("There is no such activity.") from None
        except ValueError as error:
            raise click.UsageError(f"{error}.") from None

    return run


@commands.command("announce")
@click.argument("activity_id", metavar="ACTIVITY", type=click.IntRange(min=1))
@click.option("--source", required=True, help="The public number: what, of which day, how it is written.")
@click.option("--source-en", default="", help="The same in English.")
@explained
def announce(activity_id: int, source: str, source_en: str) -> None:
    """Name the public number of ACTIVITY beforehand, and promise a secret."""
    lottery.announce(activity_id=activity_id, source=source, source_en=source_en, at=clock.now())
    found = published.of_activity(activity_id, None, clock.now())
    click.echo(f"commitment {found.commitment if found else ''}")


@commands.command("freeze")
@click.argument("activity_id", metavar="ACTIVITY", type=click.IntRange(min=1))
@explained
def freeze(activity_id: int) -> None:
    """Freeze the list of ACTIVITY once sign-up has closed; background work does it by itself."""
    click.echo(f"digest {lottery.freeze(activity_id=activity_id, at=clock.now())}")


@commands.command("hold")
@click.argument("activity_id", metavar="ACTIVITY", type=click.IntRange(min=1))
@click.argument("number")
@click.option("--by", "by_id", type=click.IntRange(min=1), help="The person who holds it, by id.")
@explained
def hold(activity_id: int, number: str, by_id: int | None) -> None:
    """Hold the draw of ACTIVITY with the public NUMBER. Again with the same one: changes nothing."""
    lottery.draw(activity_id=activity_id, number=number, at=clock.now(), by_id=by_id)
    found = published.of_activity(activity_id, None, clock.now())
    click.echo(f"{found.drawn} of {found.entered} entries drawn" if found else "")


@commands.command("publish")
@click.argument("activity_id", metavar="ACTIVITY", type=click.IntRange(min=1))
@explained
def publish(activity_id: int) -> None:
    """Write out what is public of the draw of ACTIVITY, as the site gives it to everybody."""
    found = published.of_activity(activity_id, None, clock.now())
    if found is None:
        raise LookupError(activity_id)
    click.echo(json.dumps(found.document(), ensure_ascii=False, separators=(",", ":")))


@commands.command("verify")
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
def verify(file: Path) -> None:
    """Check a published FILE with the program that the site gives to everybody, run on its own."""
    program = Path(current_app.static_folder or "") / NAME
    checked = subprocess.run(  # noqa: S603
        [sys.executable, "-I", "-X", "utf8", str(program), str(file.resolve())],
        capture_output=True,
        text=True,
        encoding="utf-8",
        check=False,
    )
    if checked.returncode:
        last = (checked.stderr.strip().splitlines() or ["it ended without a word"])[-1]
        raise click.ClickException(f"This draw does not hold: {last}")
    click.echo(checked.stdout.strip())
