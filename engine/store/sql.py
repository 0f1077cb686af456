"""The event log in a database, with grouped commits.

One task writes. Whatever appends wait when it is free go into one transaction: each is judged by
itself (expected seq, command key), the good ones are inserted, the transaction is committed once,
and only then is anybody told. Durability thus costs latency, not throughput. On PostgreSQL other
workers write too: there each append has a savepoint, so that losing a race spoils nobody else's.
"""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from typing import Any, Final

import msgspec
from sqlalchemy import func, insert, select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine

from engine.errors import (
    AppError,
    ConcurrentAppend,
    DuplicateCommand,
    ReplayError,
    StoreUnavailable,
)
from engine.rules.codec import decode_event, encode_event, tag_of, version_of
from engine.rules.events import Recorded
from engine.store.batch import check_batch
from engine.store.faults import unavailable
from engine.store.tables import EventTable
from engine.values import RunId

GROUP_MAX: Final = 256
"""Appends written in one transaction at the most."""

_EVENT: Final[Any] = EventTable.__table__  # type: ignore[attr-defined]


class _Append:
    """An append that waits to be written."""

    __slots__ = ("batch", "done", "expected_seq", "key", "outcome", "run")

    def __init__(self, run: RunId, expected_seq: int, batch: Sequence[Recorded]) -> None:
        self.key = check_batch(expected_seq, batch)
        self.run = run
        self.expected_seq = expected_seq
        self.batch = batch
        self.done: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self.outcome: AppError | None = None


class SqlStore:
    """An EventStore in a Database."""

    def __init__(self, engine: AsyncEngine) -> None:
        self._engine = engine
        self._writing = engine.execution_options(writing=True)
        self._alone = engine.dialect.name == "sqlite"
        self._waiting: list[_Append] = []
        self._wake = asyncio.Event()
        self._closing = False
        self._writer = asyncio.create_task(self._write(), name="event-writer")

    async def append(self, run: RunId, expected_seq: int, batch: Sequence[Recorded]) -> None:
        """See `EventStore.append`."""
        waiting = _Append(run, expected_seq, batch)
        if self._closing:
            raise StoreUnavailable("the store is closed")
        self._waiting.append(waiting)
        self._wake.set()
        await waiting.done

    async def read(self, run: RunId, after_seq: int = 0) -> list[Recorded]:
        """See `EventStore.read`. Raises ReplayError for a row that is no event."""
        columns = _EVENT.c
        wanted = (
            select(columns.seq, columns.by, columns.command, columns.version, columns.body)
            .where(columns.run == run, columns.seq > after_seq)
            .order_by(columns.seq)
        )
        with unavailable():
            async with self._engine.connect() as connection:
                rows = (await connection.execute(wanted)).all()
        return [_recorded(run, *row) for row in rows]

    async def close(self) -> None:
        """Write what waits, then stop; later appends are refused. The database stays open."""
        self._closing = True
        self._wake.set()
        await self._writer

    async def _write(self) -> None:
        while not (self._closing and not self._waiting):
            await self._wake.wait()
            self._wake.clear()
            while self._waiting:
                group, self._waiting = self._waiting[:GROUP_MAX], self._waiting[GROUP_MAX:]
                await self._write_group(group)

    async def _write_group(self, group: list[_Append]) -> None:
        try:
            with unavailable():
                await self._write_all(group)
        except AppError as error:
            for waiting in group:
                _settle(waiting, error)
            return
        for waiting in group:
            _settle(waiting, waiting.outcome)

    async def _write_all(self, group: list[_Append]) -> None:
        heads: dict[RunId, int] = {}
        async with self._writing.begin() as connection:
            for waiting in group:
                waiting.outcome = await self._write_one(connection, heads, waiting)

    async def _write_one(
        self, connection: AsyncConnection, heads: dict[RunId, int], waiting: _Append
    ) -> AppError | None:
        """Insert, or say why not. Only one writer is ever in a SQLite transaction of this kind."""
        refusal = await _judge(connection, heads, waiting)
        if refusal is not None:
            return refusal
        if self._alone:
            await _insert(connection, waiting)
        else:
            try:
                async with connection.begin_nested():
                    await _insert(connection, waiting)
            except IntegrityError:
                heads.pop(waiting.run, None)
                lost = await _judge(connection, heads, waiting)
                return lost or ConcurrentAppend(waiting.run, waiting.expected_seq, -1)
        heads[waiting.run] = waiting.batch[-1].seq
        return None


def _settle(waiting: _Append, outcome: AppError | None) -> None:
    if waiting.done.done():
        return
    if outcome is None:
        waiting.done.set_result(None)
    else:
        waiting.done.set_exception(outcome)


async def _judge(
    connection: AsyncConnection, heads: dict[RunId, int], waiting: _Append
) -> AppError | None:
    columns = _EVENT.c
    same = select(columns.seq).where(columns.run == waiting.run, columns.command_key == waiting.key)
    if (await connection.execute(same)).first() is not None:
        return DuplicateCommand(waiting.run, waiting.key)
    if waiting.run not in heads:
        newest = select(func.coalesce(func.max(columns.seq), 0)).where(columns.run == waiting.run)
        heads[waiting.run] = int((await connection.execute(newest)).scalar_one())
    head = heads[waiting.run]
    if head != waiting.expected_seq:
        return ConcurrentAppend(waiting.run, waiting.expected_seq, head)
    return None


async def _insert(connection: AsyncConnection, waiting: _Append) -> None:
    rows = []
    for number, recorded in enumerate(waiting.batch):
        tag = tag_of(recorded.event)
        rows.append(
            {
                "run": waiting.run,
                "seq": recorded.seq,
                "at_ms": recorded.event.at_ms,
                "by": recorded.by,
                "command": recorded.command,
                "command_key": waiting.key if number == 0 else None,
                "tag": tag,
                "version": version_of(tag),
                "body": encode_event(recorded.event),
            }
        )
    await connection.execute(insert(_EVENT), rows)


def _recorded(run: RunId, seq: int, by: str, command: str, version: int, body: bytes) -> Recorded:
    try:
        event = decode_event(body, version)
    except (msgspec.DecodeError, KeyError, TypeError) as error:
        raise ReplayError(run, seq, "?", str(error)) from error
    return Recorded(seq=seq, by=by, command=command, event=event)
