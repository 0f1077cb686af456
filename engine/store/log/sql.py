"""The event log in SQL, with grouped commits: one row and one link of the chain an append.

Whatever appends wait when the writer comes free go into one transaction, so a commit's cost is
shared by all runs of the process: durability costs latency, not throughput. Each append is still
judged alone, against the log as the appends before it leave it, and hears only of itself. Another
process that writes meanwhile shows as a violated key; the group is then judged again.

That a command is written once needs no key of its own: whoever appends at the log's end has read
all of it, and looked whether the command is there; whoever hasn't is told to read on.
"""

from __future__ import annotations

import asyncio
import json
from collections import deque
from collections.abc import Callable, Mapping, Sequence
from typing import Any, Final

from sqlalchemy import ARRAY, ColumnElement, String, Table, func, insert, literal, select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine

from engine.errors import ConcurrentAppend, ReplayError, StoreError, StoreUnavailable
from engine.rules.chain import Append, Key, key_of, link
from engine.rules.codec import decode, encode, tag_of
from engine.rules.events import Recorded
from engine.rules.replay import gap
from engine.store.faults import unavailable
from engine.store.log.batch import check_batch
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
_APPEND: Final = (_LOG.run, _LOG.seq, _LOG.body, _LOG.link)
_BESIDE: Final = _EVENTS.alias("beside").c
"""The same table in a sub-select: under its own name it would be taken for the outer one."""


class _Waiting:
    """An append that waits for the writer."""

    __slots__ = ("body", "done", "expected_seq", "last_seq", "run", "verdict")

    def __init__(self, run: RunId, expected_seq: int, batch: Sequence[Recorded]) -> None:
        check_batch(expected_seq, batch)
        self.run = run
        self.expected_seq = expected_seq
        self.last_seq = expected_seq + len(batch)
        self.body = body_of(batch)
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

    def __init__(self, engine: AsyncEngine, secret: str = "") -> None:
        """`secret`: the installation's, which the chain is keyed with."""
        self._engine = engine
        self._key = key_of(secret)
        self.keys = (self._key,) if secret else ()
        """What its links can be judged by; empty: no secret was given, so nothing can be said."""
        self._writing = engine.execution_options(writing=True)
        self._waiting: deque[_Waiting] = deque()
        self._writer: asyncio.Task[None] | None = None
        self._closed = False
        self.on_durable: Callable[[float], None] = lambda wait_s: None
        """Told of each append how long it took to be durable."""
        self.on_group: Callable[[int, int], None] = lambda appends, waiting: None
        """Told of each transaction how many appends are in it, and how many still wait."""

    async def append(self, run: RunId, expected_seq: int, batch: Sequence[Recorded]) -> None:
        """See `EventStore.append`."""
        append = _Waiting(run, expected_seq, batch)
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
        wanted = _LOG.run == run
        if after_seq:
            # The append that holds what is asked for first may begin before it.
            begun = select(func.max(_BESIDE.seq)).where(
                _BESIDE.run == run, _BESIDE.seq <= after_seq
            )
            wanted = wanted & (_LOG.seq >= func.coalesce(begun.scalar_subquery(), 0))
        records = [each for append in await self._appends(wanted) for each in records_of(append)]
        return [each for each in records if each.seq > after_seq]

    async def appends(self, run: RunId) -> list[Append]:
        """The run's log as it stands there, with its links; empty for an unknown run. Raises
        StoreUnavailable."""
        return await self._appends(_LOG.run == run)

    async def _appends(self, wanted: ColumnElement[bool]) -> list[Append]:
        query = select(*_APPEND).where(wanted).order_by(_LOG.run, _LOG.seq)
        with unavailable():
            async with self._engine.connect() as connection:
                return [Append(*row) for row in (await connection.execute(query)).all()]

    async def heads(self, runs: Sequence[RunId]) -> dict[RunId, int]:
        """See `EventStore.heads`."""
        with unavailable():
            async with self._engine.connect() as connection:
                return {run: seq for run, (seq, _) in (await _heads(connection, runs)).items()}

    async def appends_of(self, runs: Sequence[RunId]) -> dict[RunId, list[Append]]:
        """The logs of many runs as they stand there; runs without events are missing. Raises
        StoreUnavailable."""
        found: dict[RunId, list[Append]] = {}
        for first in range(0, len(runs), RUNS_AT_ONCE):
            asked = _LOG.run.in_(runs[first : first + RUNS_AT_ONCE])
            for append in await self._appends(asked):
                found.setdefault(append.run, []).append(append)
        return found

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

    async def _write_group(self, group: list[_Waiting]) -> None:
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

    async def _commit(self, group: list[_Waiting]) -> None:
        for _ in range(TRIES_MAX):
            try:
                with unavailable():
                    async with self._writing.begin() as connection:
                        await _write(connection, group, self._key)
            except IntegrityError:
                continue
            return
        raise StoreUnavailable(f"others wrote first, {TRIES_MAX} times")


async def _write(connection: AsyncConnection, group: list[_Waiting], key: Key) -> None:
    """Judge each append in order, and insert the rows of those that hold."""
    heads = await _heads(connection, [*{append.run for append in group}])
    rows: list[dict[str, Any]] = []
    for append in group:
        seq, previous = heads.get(append.run, (0, ""))
        append.verdict = None
        if append.expected_seq != seq:
            append.verdict = ConcurrentAppend(append.run, append.expected_seq, seq)
            continue
        row = append_row(key, previous, append.run, append.expected_seq + 1, append.body)
        rows.append(row)
        heads[append.run] = (append.last_seq, row["link"])
    # In the order of the key, whichever process writes: two that wait for each other would jam.
    rows.sort(key=lambda row: (row["run"], row["seq"]))
    if rows:
        await connection.execute(insert(_EVENTS), rows)


async def _heads(
    connection: AsyncConnection, runs: Sequence[RunId]
) -> dict[RunId, tuple[int, str]]:
    """The last seq and the last link of each run that has one: one step into the index for each
    run, however long its log."""
    found: dict[RunId, tuple[int, str]] = {}
    for first in range(0, len(runs), HEADS_AT_ONCE):
        asked = runs[first : first + HEADS_AT_ONCE]
        run: ColumnElement[str]
        if connection.dialect.name == "sqlite":
            run = func.json_each(json.dumps(asked)).table_valued("value").c.value
        else:
            run = func.unnest(literal([*asked], ARRAY(String))).column_valued("asked")
        newest = select(func.max(_BESIDE.seq)).where(_BESIDE.run == run).scalar_subquery()
        query = select(_LOG.run, _LOG.last_seq, _LOG.link).where(
            _LOG.run == run, _LOG.seq == newest
        )
        found |= {name: (seq, head) for name, seq, head in await connection.execute(query)}
    return found


def body_of(batch: Sequence[Recorded]) -> bytes:
    """What an append keeps of its records: the lines of a log."""
    return b"\n".join(map(encode, batch))


def append_row(key: Key, previous: str, run: RunId, seq: int, body: bytes) -> dict[str, Any]:
    """An append as the table keeps it: its first record is `seq`, and `previous` is the link of the
    one before."""
    last_seq = seq + body.count(b"\n")
    chained = link(key, previous, run, seq, body)
    return {"run": run, "seq": seq, "last_seq": last_seq, "body": body, "link": chained}


def records_of(append: Append) -> list[Recorded]:
    """The append's records. Raises ReplayError where a line is none, or another one's."""
    found: list[Recorded] = []
    seq = append.seq
    try:
        for line in append.lines:
            found.append(decode(line))
            seq += 1
    except Exception as error:  # a damaged row may raise anything
        raise ReplayError(append.run, seq, "", error) from error
    return found


def logs_of(
    written: Mapping[RunId, Sequence[Append]], broken: dict[RunId, Exception]
) -> dict[RunId, list[Recorded]]:
    """The records of many runs. One with a row that is no event, or is missing, is left out: what
    is wrong with it is put into `broken`."""
    found: dict[RunId, list[Recorded]] = {}
    for run, log in written.items():
        try:
            found[run] = _in_order(run, [one for append in log for one in records_of(append)])
        except ReplayError as error:
            broken[run] = error
    return found


def _in_order(run: RunId, log: list[Recorded]) -> list[Recorded]:
    """The log, if it counts from 1 without a gap. Raises ReplayError."""
    for seq, record in enumerate(log, start=1):
        if record.seq != seq:
            raise ReplayError(run, record.seq, tag_of(record.event), gap(seq))
    return log
