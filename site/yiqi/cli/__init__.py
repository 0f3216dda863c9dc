"""Commands for the terminal: `flask demo …`. Each is brought in when it is called: a process that serves has no use for
them, and together they take 40 MB."""

from importlib import import_module

from click import Command, Context
from flask.cli import AppGroup

COMMANDS = {
    "anonymise": "privacy:anonymise",
    "backup": "backup:backup",
    "db": "upgrades:commands",
    "demo": "demo:commands",
    "doctor": "doctor:command",
    "draw": "draw:commands",
    "init": "init:command",
    "jobs": "jobs:jobs",
    "notices": "jobs:notices",
    "privacy": "privacy:commands",
    "restore": "backup:restore",
}
"""Where each is: its module here, and what it is called there."""


class Commands(AppGroup):
    """The site's commands by their names."""

    def list_commands(self, ctx: Context) -> list[str]:
        return sorted({*super().list_commands(ctx), *COMMANDS})

    def get_command(self, ctx: Context, cmd_name: str) -> Command | None:
        if cmd_name not in COMMANDS:
            return super().get_command(ctx, cmd_name)
        module, _colon, name = COMMANDS[cmd_name].partition(":")
        found: Command = getattr(import_module(f"yiqi.cli.{module}"), name)
        return found
