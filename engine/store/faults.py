"""Which errors of a database mean "not saved, try again", as against a bug of ours."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

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

from engine.errors import StoreUnavailable

_OURS = (IntegrityError, DataError, ProgrammingError)
_GONE = (DBAPIError, PoolTimeout, ResourceClosedError, PendingRollbackError, OSError)


@contextmanager
def unavailable() -> Iterator[None]:
    """Turns trouble of the database (disk full, locked, gone, too slow) into StoreUnavailable.

    What a wrong statement of ours would bring about passes as it is.
    """
    try:
        yield
    except _OURS:
        raise
    except _GONE as error:
        if _unkeepable(error):
            raise
        raise StoreUnavailable(_why(error)) from error


def _unkeepable(error: BaseException) -> bool:
    """A value that PostgreSQL can't keep: the driver's own check tells that as a ValueError, the
    server as an error of class 22. It won't be better another time."""
    cause = error.orig if isinstance(error, DBAPIError) else None
    state = str(getattr(cause, "sqlstate", None) or "")
    return state.startswith("22") or isinstance(getattr(cause, "__cause__", None), ValueError)


def _why(error: BaseException) -> str:
    """The driver's own words, without the statement and its values."""
    cause = error.orig if isinstance(error, StatementError) and error.orig else error
    return f"{type(cause).__name__}: {cause}"
