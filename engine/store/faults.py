"""Which errors of a database mean "not saved, try again", as against a bug of ours; what no
database is asked to keep, and how what it can't have kept is read."""

from __future__ import annotations

import re
import sqlite3
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import Any, Final

from sqlalchemy.exc import (
    DataError,
    DBAPIError,
    IntegrityError,
    PendingRollbackError,
    ProgrammingError,
    ResourceClosedError,
    StatementError,
)
from sqlalchemy.exc import (
    TimeoutError as PoolTimeout,
)

from engine.errors import StoreUnavailable, Unkeepable

_OURS = (
    IntegrityError,
    DataError,
    ProgrammingError,
    sqlite3.IntegrityError,
    sqlite3.DataError,
    sqlite3.ProgrammingError,
)
_GONE = (
    DBAPIError,
    PoolTimeout,
    ResourceClosedError,
    PendingRollbackError,
    OSError,
    sqlite3.Error,
)

INTEGER_END: Final = 2**63
_HALF: Final = re.compile("[\ud800-\udfff]")


@contextmanager
def unavailable() -> Iterator[None]:
    """Turns trouble of the database (disk full, locked, gone, too slow) into StoreUnavailable.

    What a wrong statement of ours would bring about passes as it is. Raises Unkeepable where a
    value is larger than its column.
    """
    try:
        yield
    except _GONE as error:
        if _too_large(error):
            raise Unkeepable from error
        if isinstance(error, _OURS):
            raise
        raise StoreUnavailable(_why(error)) from error


def _too_large(error: BaseException) -> bool:
    """A value that PostgreSQL can't keep: the driver's own check tells that as a ValueError, the
    server as an error of class 22. It won't be better another time."""
    cause = error.orig if isinstance(error, DBAPIError) else None
    state = str(getattr(cause, "sqlstate", None) or "")
    return state.startswith("22") or isinstance(getattr(cause, "__cause__", None), ValueError)


def check_keepable(values: Any) -> None:
    """What a statement carries: one value, or any nesting of them. PostgreSQL has no way to write
    U+0000, UTF-8 none to write half of a surrogate pair, and a number has 64 bits; SQLite would
    keep some of it, and the backup couldn't be restored elsewhere. Raises Unkeepable."""
    if isinstance(values, str):
        if "\x00" in values or not values.isascii() and _HALF.search(values):
            raise Unkeepable
    elif isinstance(values, int):
        if not -INTEGER_END <= values < INTEGER_END:
            raise Unkeepable
    elif isinstance(values, list | tuple):
        for value in values:
            check_keepable(value)
    elif isinstance(values, Mapping):
        check_keepable(list(values.values()))


def as_well_as_can_be(body: bytes) -> str:
    """A text of SQLite's. What isn't UTF-8 in it is replaced by �."""
    return body.decode("utf-8", "replace")


def _why(error: BaseException) -> str:
    """The driver's own words, without the statement and its values."""
    cause = error.orig if isinstance(error, StatementError) and error.orig else error
    return f"{type(cause).__name__}: {cause}"
