"""Failures that are nobody's mistake and pass: the database is busy or gone, a disk has no room, or a crowd stands in line."""

from enum import StrEnum
from errno import EDQUOT, ENOSPC, EROFS

from sqlalchemy.exc import DBAPIError, OperationalError
from sqlalchemy.exc import TimeoutError as PoolTimeout
from werkzeug.exceptions import InternalServerError

_SQLITE = {8, 13}
"""SQLITE_READONLY and SQLITE_FULL, by their numbers: with PostgreSQL a process has no use for the library they stand in."""
_SQLITE_EXTENDED = {778, 1034, 4874}
"""SQLITE_IOERR_WRITE, SQLITE_IOERR_FSYNC and SQLITE_IOERR_SHMSIZE."""
_POSTGRESQL = {"53100", "58030", "25006"}
"""disk_full, io_error and read_only_sql_transaction (appendix A of PostgreSQL's manual)."""


class Outage(StrEnum):
    """What is the matter, for who has to be told."""

    BUSY = "busy"
    """The database does not answer, or not in time."""
    CROWDED = "crowded"
    """More people press than can be answered in time; this request was not begun."""
    FULL = "full"
    """Nothing can be written, for want of room on a disk; what is there can be read."""


def outage(error: BaseException | None) -> Outage | None:
    """What is the matter when a request failed with this error; None when it is a fault in the program."""
    if isinstance(error, InternalServerError):
        error = error.original_exception
    if isinstance(error, OSError):
        return Outage.FULL if error.errno in (ENOSPC, EDQUOT, EROFS) else None
    if isinstance(error, DBAPIError) and _finds_no_room(error.orig):
        return Outage.FULL
    return Outage.BUSY if isinstance(error, OperationalError | PoolTimeout) else None


def _finds_no_room(said: BaseException | None) -> bool:
    code = getattr(said, "sqlite_errorcode", 0)
    return (
        code & 0xFF in _SQLITE or code in _SQLITE_EXTENDED or getattr(said, "sqlstate", None) in _POSTGRESQL
    )
