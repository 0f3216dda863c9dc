"""What calendars show counts its own changes. Nothing else of activities lives here."""

from sqlalchemy import text
from sqlalchemy.orm import Mapped, mapped_column


class Revised:
    """`revision` rises with every change of the row: whoever was told the old one knows by it which is newer
    (RFC 5545, 3.8.7.4)."""

    revision: Mapped[int] = mapped_column(default=0, server_default="0", onupdate=text("revision + 1"))
