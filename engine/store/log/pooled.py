"""Writes the event log through a pool of connections, as everything else is written: to PostgreSQL.

Other processes write there at the same time: what two take for the log's end shows as a violated
key, and the group is judged again.
"""

from __future__ import annotations

import asyncio
import json
from collections.abc import Sequence
from typing import Final

from sqlalchemy import ARRAY, ColumnElement, String, Table, func, insert, literal, select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine

from engine.errors import StoreUnavailable
from engine.rules.chain import Key
from engine.store.faults import unavailable
from engine.store.log.waiting import Head, Tell, Waiting, judge
from engine.store.tables import EventTable
from engine.values import RunId

TRIES_MAX: Final = 8
"""How often a group is judged again after another process wrote first."""

HEADS_AT_ONCE: Final = 1_000
"""Runs whose last seq is asked by one query."""

EVENTS: Final[Table] = EventTable.__table__  # type: ignore[attr-defined]
BESIDE: Final = EVENTS.alias("beside").c
"""The same table in a sub-select: under its own name it would be taken for the outer one."""
_LOG: Final = EVENTS.c


class PooledWriter:
    """A Writer over an engine of SQLAlchemy."""

    def __init__(self, engine: AsyncEngine, key: Key) -> None:
        self._to_write = engine.execution_options(writing=True)
        self._key = key
        self._task: asyncio.Task[None] | None = None

    def begin(self, group: list[Waiting], tell: Tell) -> None:
        """See `Writer.begin`."""
        self._task = asyncio.create_task(self._write(group, tell), name="event-writer")

    async def close(self) -> None:
        """See `Writer.close`. The engine is its owner's to dispose of."""

    async def _write(self, group: list[Waiting], tell: Tell) -> None:
        try:
            await self._commit(group)
        except Exception as error:  # noqa: BLE001 - told to whoever sent them
            tell(group, error)
        else:
            tell(group, None)

    async def _commit(self, group: list[Waiting]) -> None:
        for _ in range(TRIES_MAX):
            try:
                with unavailable():
                    async with self._to_write.begin() as connection:
                        await self._insert(connection, group)
            except IntegrityError:
                continue
            return
        raise StoreUnavailable(f"others wrote first, {TRIES_MAX} times")

    async def _insert(self, connection: AsyncConnection, group: list[Waiting]) -> None:
        heads = await heads_of(connection, [*{append.run for append in group}])
        # In the order of the key, whichever process writes: two that wait for each other would jam.
        rows = sorted(judge(group, heads, self._key), key=lambda row: (row.run, row.seq))
        if rows:
            await connection.execute(insert(EVENTS), [row._asdict() for row in rows])


async def heads_of(connection: AsyncConnection, runs: Sequence[RunId]) -> dict[RunId, Head]:
    """How the log of each run ends that has one: one step into the index for each run, however long
    its log."""
    found: dict[RunId, Head] = {}
    for first in range(0, len(runs), HEADS_AT_ONCE):
        asked = runs[first : first + HEADS_AT_ONCE]
        run: ColumnElement[str]
        if connection.dialect.name == "sqlite":
            run = func.json_each(json.dumps(asked)).table_valued("value").c.value
        else:
            run = func.unnest(literal([*asked], ARRAY(String))).column_valued("asked")
        newest = select(func.max(BESIDE.seq)).where(BESIDE.run == run).scalar_subquery()
        query = select(_LOG.run, _LOG.last_seq, _LOG.link).where(
            _LOG.run == run, _LOG.seq == newest
        )
        found |= {name: (seq, head) for name, seq, head in await connection.execute(query)}
    return found
