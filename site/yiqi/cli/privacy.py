"""`flask privacy inventory` writes the page of the data inventory; `flask anonymise` makes a copy safe for developers."""

import click
from flask import current_app

from yiqi.privacy import anonymising, inventory_page


@click.group("privacy", help="What is kept of people.")
def commands() -> None:
    """Commands about data."""


@commands.command("inventory", help="Print the data inventory (docs/data-inventory.md).")
def inventory() -> None:
    """The page, as the inventory says."""
    click.echo(inventory_page.text(), nl=False)


@click.command(
    "anonymise", help="Take everything personal out of this database. For a copy, never the site's own."
)
@click.option("--this-is-a-copy", is_flag=True, help="Say that the database is a copy: it cannot be undone.")
def anonymise(this_is_a_copy: bool) -> None:
    """Refused without the word, and in production altogether."""
    if current_app.config["YIQI"].env == "production":
        raise click.ClickException("This is production. Restore a backup elsewhere and anonymise it there.")
    if not this_is_a_copy:
        raise click.ClickException("It cannot be undone. Say --this-is-a-copy when it is one.")
    people = anonymising.anonymise()
    click.echo(f"Done: {people} people are 工友 with a number, and sign in as 199 and eight digits.")
