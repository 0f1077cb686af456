"""What the repositories of rows have in common: reading, writing, and changes made again."""

from __future__ import annotations

import hashlib
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from typing import Any, Final, TypeVar

from sqlalchemy import func, select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine

from engine.store.precedence import reads, writes

TRIES_MAX: Final = 20
"""How often a change is made again when others took its code, seat or name meanwhile."""

T = TypeVar("T")


def table_of(row: type[Any]) -> Any:
    """The table of a row class."""
    return row.__table__


async def alone(db: AsyncConnection, what: str) -> None:
    """From now to the end of the transaction nobody else is where `what` is: what is looked at
    stays so until it is acted upon. SQLite has one writer at a time anyway."""
    if db.dialect.name == "postgresql":
        number = int.from_bytes(hashlib.sha256(what.encode()).digest()[:8], "big", signed=True)
        await db.execute(select(func.pg_advisory_xact_lock(number)))


class Repository:
    """Rows of one database. Raises StoreUnavailable throughout."""

    def __init__(self, engine: AsyncEngine, clock: Callable[[], int]) -> None:
        self._engine = engine
        self._clock = clock

    @asynccontextmanager
    async def _reading(self) -> AsyncIterator[AsyncConnection]:
        async with reads(self._engine) as db:
            yield db

    @asynccontextmanager
    async def _writing(self) -> AsyncIterator[AsyncConnection]:
        async with writes(self._engine) as db:
            yield db

    async def _changing(self, change: Callable[[AsyncConnection], Awaitable[T]]) -> T:
        """Make a change that looks for something free and takes it. On PostgreSQL others may take
        it between the look and the commit; the change is then made again."""
        for left in reversed(range(TRIES_MAX)):
            try:
                async with self._writing() as db:
                    return await change(db)
            except IntegrityError:
                if not left:
                    raise
        raise AssertionError("the last try returns or raises")
