"""The event log in SQL, with grouped commits.

Whatever appends wait when the writer comes free go into one transaction, so a commit's cost is
shared by all runs of the process: durability costs latency, not throughput. Each append is still
judged alone, against the log as the appends before it leave it, and hears only of itself. Another
process that writes meanwhile shows as a violated key; the group is then judged again.
"""

from __future__ import annotations

import asyncio
import json
from collections import deque
from collections.abc import Callable, Sequence
from typing import Any, Final

from sqlalchemy import ARRAY, ColumnElement, String, Table, func, insert, literal, select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine

from engine.errors import (
    ConcurrentAppend,
    DuplicateCommand,
    ReplayError,
    StoreError,
    StoreUnavailable,
)
from engine.rules.codec import decode_event, encode_event, tag_of, version_of
from engine.rules.events import Recorded
from engine.rules.replay import gap
from engine.store.batch import check_batch
from engine.store.faults import unavailable
from engine.store.tables import EventTable
from engine.values import RunId

GROUP_MAX: Final = 256
"""Appends in one transaction."""

RUNS_AT_ONCE: Final = 100
"""Logs read by one query."""

HEADS_AT_ONCE: Final = 1_000
"""Runs whose last seq is asked by one query."""

TRIES_MAX: Final = 8
"""How often a group is judged again after another process wrote first."""

_EVENTS: Final[Table] = EventTable.__table__  # type: ignore[attr-defined]
_LOG: Final = _EVENTS.c


class _Append:
    """An append that waits for the writer."""

    __slots__ = ("done", "expected_seq", "keys", "rows", "run", "verdict")

    def __init__(self, run: RunId, expected_seq: int, batch: Sequence[Recorded]) -> None:
        self.run = run
        self.expected_seq = expected_seq
        self.keys = check_batch(expected_seq, batch)
        self.rows = [event_row(run, recorded) for recorded in batch]
        for key, place in self.keys.items():
            self.rows[place]["command_key"] = key
        self.done: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self.verdict: StoreError | None = None

    def settle(self, error: BaseException | None) -> None:
        if self.done.done():
            return
        if error is None:
            self.done.set_result(None)
        else:
            self.done.set_exception(error)


class SqlStore:
    """An EventStore over SQLite or PostgreSQL."""

    def __init__(self, engine: AsyncEngine) -> None:
        self._engine = engine
        self._writing = engine.execution_options(writing=True)
        self._waiting: deque[_Append] = deque()
        self._writer: asyncio.Task[None] | None = None
        self._closed = False
        self.on_durable: Callable[[float], None] = lambda wait_s: None
        """Told of each append how long it took to be durable."""
        self.on_group: Callable[[int, int], None] = lambda appends, waiting: None
        """Told of each transaction how many appends are in it, and how many still wait."""

    async def append(self, run: RunId, expected_seq: int, batch: Sequence[Recorded]) -> None:
        """See `EventStore.append`."""
        append = _Append(run, expected_seq, batch)
        if self._closed:
            raise StoreUnavailable("the store is closed")
        self._waiting.append(append)
        if self._writer is None:
            self._writer = asyncio.create_task(self._write_all(), name="event-writer")
        began_s = append.done.get_loop().time()
        await append.done
        self.on_durable(append.done.get_loop().time() - began_s)

    async def read(self, run: RunId, after_seq: int = 0) -> list[Recorded]:
        """See `EventStore.read`.

        Raises:
            StoreUnavailable: the database is gone.
            ReplayError: a row that is no event.
        """
        query = (
            select(_LOG.seq, _LOG.by, _LOG.command, _LOG.tag, _LOG.version, _LOG.body)
            .where(_LOG.run == run, _LOG.seq > after_seq)
            .order_by(_LOG.seq)
        )
        with unavailable():
            async with self._engine.connect() as connection:
                rows = (await connection.execute(query)).all()
        return [_recorded(run, *row) for row in rows]

    async def heads(self, runs: Sequence[RunId]) -> dict[RunId, int]:
        """See `EventStore.heads`."""
        with unavailable():
            async with self._engine.connect() as connection:
                return await _heads(connection, runs)

    async def read_many(
        self, runs: Sequence[RunId], broken: dict[RunId, Exception]
    ) -> dict[RunId, list[Recorded]]:
        """The logs of many runs at once, for reviews; runs without events are missing. So is one
        with a row that is no event, or is missing: what is wrong with it is put into `broken`.
        Raises StoreUnavailable."""
        found: dict[RunId, list[Recorded]] = {}
        columns = (_LOG.run, _LOG.seq, _LOG.by, _LOG.command, _LOG.tag, _LOG.version, _LOG.body)
        with unavailable():
            async with self._engine.connect() as connection:
                for first in range(0, len(runs), RUNS_AT_ONCE):
                    wanted = _LOG.run.in_(runs[first : first + RUNS_AT_ONCE])
                    query = select(*columns).where(wanted).order_by(_LOG.run, _LOG.seq)
                    for run, *row in (await connection.execute(query)).all():
                        if run in broken:
                            continue
                        log = found.setdefault(run, [])
                        try:
                            log.append(_following(log, _recorded(run, *row), run))
                        except ReplayError as error:
                            broken[run] = error
        return {run: log for run, log in found.items() if run not in broken}

    async def close(self) -> None:
        """Write what waits; take no more appends. The engine is its owner's to dispose of."""
        self._closed = True
        if self._writer is not None:
            await self._writer

    async def _write_all(self) -> None:
        while self._waiting:
            count = min(GROUP_MAX, len(self._waiting))
            group = [self._waiting.popleft() for _ in range(count)]
            self.on_group(count, len(self._waiting))
            await self._write_group(group)
        self._writer = None

    async def _write_group(self, group: list[_Append]) -> None:
        """Write what can be written, and tell everybody. Never raises: the writer must go on."""
        try:
            await self._commit(group)
        except StoreUnavailable as error:
            for append in group:
                append.settle(StoreUnavailable(error.why))
        except Exception as error:  # noqa: BLE001 - told to the one who sent it
            if len(group) == 1:
                group[0].settle(error)
                return
            # One of them can't be written at all: alone, it spoils nobody else's.
            for append in group:
                await self._write_group([append])
        else:
            for append in group:
                append.settle(append.verdict)

    async def _commit(self, group: list[_Append]) -> None:
        for _ in range(TRIES_MAX):
            try:
                with unavailable():
                    async with self._writing.begin() as connection:
                        await _write(connection, group)
            except IntegrityError:
                continue
            return
        raise StoreUnavailable(f"others wrote first, {TRIES_MAX} times")


async def _write(connection: AsyncConnection, group: list[_Append]) -> None:
    """Judge each append in order, and insert the rows of those that hold."""
    runs = {append.run for append in group}
    asked = {key for append in group for key in append.keys}
    # Heads first: whose command another worker writes between the two is told that it is a copy.
    heads = await _heads(connection, [*runs])
    known = await connection.execute(
        select(_LOG.run, _LOG.command_key).where(_LOG.run.in_(runs), _LOG.command_key.in_(asked))
    )
    keys = {(run, key) for run, key in known}
    rows: list[dict[str, Any]] = []
    for append in group:
        append.verdict = _judge(append, keys, heads.get(append.run, 0))
        if append.verdict is None:
            rows += append.rows
            keys.update((append.run, key) for key in append.keys)
            heads[append.run] = append.expected_seq + len(append.rows)
    # In the order of the key, whichever process writes: two that wait for each other would jam.
    rows.sort(key=lambda row: (row["run"], row["seq"]))
    if rows:
        await connection.execute(insert(_EVENTS), rows)


async def _heads(connection: AsyncConnection, runs: Sequence[RunId]) -> dict[RunId, int]:
    """The last seq of each run that has one: one step into the index for each run, however long its
    log."""
    found: dict[RunId, int] = {}
    for first in range(0, len(runs), HEADS_AT_ONCE):
        asked = runs[first : first + HEADS_AT_ONCE]
        run: ColumnElement[str]
        if connection.dialect.name == "sqlite":
            run = func.json_each(json.dumps(asked)).table_valued("value").c.value
        else:
            run = func.unnest(literal([*asked], ARRAY(String))).column_valued("asked")
        last = select(func.max(_LOG.seq)).where(_LOG.run == run).scalar_subquery()
        rows = await connection.execute(select(run, last))
        found |= {name: seq for name, seq in rows if seq is not None}
    return found


def _judge(append: _Append, keys: set[tuple[str, str]], head: int) -> StoreError | None:
    for key in append.keys:
        if (append.run, key) in keys:
            return DuplicateCommand(append.run, key)
    if append.expected_seq != head:
        return ConcurrentAppend(append.run, append.expected_seq, head)
    return None


def event_row(run: RunId, recorded: Recorded) -> dict[str, Any]:
    """A record as the table keeps it."""
    tag = tag_of(recorded.event)
    return {
        "run": run,
        "seq": recorded.seq,
        "at_ms": recorded.event.at_ms,
        "by": recorded.by,
        "command": recorded.command,
        "command_key": None,
        "tag": tag,
        "version": version_of(tag),
        "body": encode_event(recorded.event),
    }


def _following(log: Sequence[Recorded], record: Recorded, run: RunId) -> Recorded:
    """The record, if it is the log's next. Raises ReplayError."""
    if record.seq != len(log) + 1:
        raise ReplayError(run, record.seq, tag_of(record.event), gap(len(log) + 1))
    return record


def _recorded(
    run: RunId, seq: int, by: str, command: str, tag: str, version: int, body: bytes
) -> Recorded:
    try:
        event = decode_event(body, version)
    except Exception as error:  # a damaged row may raise anything
        raise ReplayError(run, seq, tag, error) from error
    return Recorded(seq=seq, by=by, command=command, event=event)
