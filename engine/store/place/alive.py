"""That processes of this installation run: one small row for each time that one did.

A process that is killed can't say when it ended. So each says every few seconds that it still runs,
and whoever comes after it knows, to that many seconds, for how long nobody did.
"""

from __future__ import annotations

from typing import Any, Final

import msgspec
from sqlalchemy import delete, func, select, update
from sqlalchemy.dialects import postgresql, sqlite

from engine.store.repository import Repository, table_of
from engine.store.tables import AliveTable

KEPT_MS: Final = 30 * 86_400_000
"""Rows that ended longer ago are dropped: an evening that old has stood long enough."""

_alive = table_of(AliveTable)


class Life(msgspec.Struct, frozen=True):
    """A time in which a process ran without a break; wall milliseconds."""

    process: str
    from_ms: int
    until_ms: int
    """When it last said so."""


class Alive(Repository):
    """The lives of one database's processes. Raises StoreUnavailable throughout."""

    async def mark(self, life: Life) -> None:
        """This one runs until now. The first time, what is long over is dropped."""
        known = (_alive.c.process == life.process) & (_alive.c.from_ms == life.from_ms)
        async with self._writing() as db:
            done = await db.execute(update(_alive).where(known).values(until_ms=life.until_ms))
            if not done.rowcount:
                dialect: Any = sqlite if db.dialect.name == "sqlite" else postgresql
                added = dialect.insert(_alive).values(**msgspec.structs.asdict(life))
                await db.execute(added.on_conflict_do_nothing())
                old = _alive.c.until_ms < life.until_ms - KEPT_MS
                await db.execute(delete(_alive).where(old))

    async def lives(self) -> list[Life]:
        """All that are known, of whichever process."""
        columns = (_alive.c.process, _alive.c.from_ms, _alive.c.until_ms)
        async with self._reading() as db:
            return [Life(*row) for row in await db.execute(select(*columns))]

    async def newest_ms(self) -> int:
        """When any process last said so; 0: none ever did."""
        async with self._reading() as db:
            return int(await db.scalar(select(func.max(_alive.c.until_ms))) or 0)

    async def try_write(self) -> None:
        """Write what stands there already: whatever keeps a command from being saved keeps this
        from it too."""
        async with self._writing() as db:
            await db.execute(update(_alive).values(until_ms=_alive.c.until_ms))
