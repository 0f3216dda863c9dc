"""The inventory of data as a page of the documentation."""

from yiqi.privacy.inventory import EVERYTHING
from yiqi.privacy.kept import Kept, Then

_HEAD = """# Data inventory

Written by `flask privacy inventory`; a test compares it with the inventory, and the inventory with the database.

*personal*: says something of a person. *pseudonymous*: leads to a person by a number, or is a secret of theirs. All other columns say nothing of
anybody. What deleting an account does: *delete* the rows of its person; *clear* their personal columns; *keep* them, leading to a
record without a name and a number.

| table | why | how long | personal | pseudonymous | when its person leaves |
|---|---|---|---|---|---|
"""


def text() -> str:
    """The page, in Markdown."""
    return _HEAD + "".join(_line(one) for one in sorted(EVERYTHING, key=lambda one: one.table))


def _line(kept: Kept) -> str:
    then = kept.then.value if kept.whose or kept.then is Then.DELETE else "–"
    columns = (", ".join(names.split()) or "–" for names in (kept.personal, kept.pseudonymous))
    return f"| `{kept.table}` | {kept.why} | {kept.long} | {' | '.join(columns)} | {then} |\n"
