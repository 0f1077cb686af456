"""The event log in SQL, with grouped commits: one row and one link of the chain an append.

Whatever appends wait when the writer comes free go into one transaction, so a commit's cost is
shared by all runs of the process: durability costs latency, not throughput. Each append is still
judged alone, against the log as the appends before it leave it, and hears only of itself. How a
group is written is the writer's: `file.py` for a SQLite file, `pooled.py` for PostgreSQL.

That a command is written once needs no key of its own: whoever appends at the log's end has read
all of it, and looked whether the command is there; whoever hasn't is told to read on.
"""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import Callable, Mapping, Sequence
from typing import Final

from sqlalchemy import ColumnElement, func, select
from sqlalchemy.ext.asyncio import AsyncEngine

from engine.errors import ReplayError, StoreUnavailable
from engine.rules.chain import Append, key_of
from engine.rules.codec import decode, tag_of
from engine.rules.events import Recorded
from engine.rules.replay import gap
from engine.store.faults import unavailable
from engine.store.log.file import FileWriter, Place
from engine.store.log.pooled import BESIDE, EVENTS, PooledWriter, heads_of
from engine.store.log.waiting import Waiting, Writer
from engine.store.precedence import ROW
from engine.values import RunId

GROUP_MAX: Final = 256
"""Appends in one transaction."""

RUNS_AT_ONCE: Final = 100
"""Logs read by one query."""

_LOG: Final = EVENTS.c
_APPEND: Final = (_LOG.run, _LOG.seq, _LOG.body, _LOG.link)


class SqlStore:
    """An EventStore over SQLite or PostgreSQL."""

    def __init__(self, engine: AsyncEngine, secret: str = "", place: Place | None = None) -> None:
        """`secret`: the installation's, which the chain is keyed with. `place`: the file that a
        thread of its own writes to; None: what is written goes through the engine, too."""
        self._engine = engine
        key = key_of(secret)
        self.keys = (key,) if secret else ()
        """What its links can be judged by; empty: no secret was given, so nothing can be said."""
        self._writer: Writer = PooledWriter(engine, key)
        if place is not None:
            self._writer = FileWriter(place, key, engine.get_execution_options()[ROW])
        self._waiting: deque[Waiting] = deque()
        self._alone: deque[Waiting] = deque()
        """Each of these in a transaction of its own, before the others."""
        self._writing = False
        self._drained: asyncio.Future[None] | None = None
        self._closed = False
        self.on_durable: Callable[[float], None] = lambda wait_s: None
        """Told of each append how long it took to be durable."""
        self.on_group: Callable[[int, int], None] = lambda appends, waiting: None
        """Told of each transaction how many appends are in it, and how many still wait."""

    def append(
        self, run: RunId, expected_seq: int, batch: Sequence[Recorded]
    ) -> asyncio.Future[None]:
        """See `EventStore.append`."""
        try:
            append = Waiting(run, expected_seq, batch)
            if self._closed:
                raise StoreUnavailable("the store is closed")
        except Exception as error:  # noqa: BLE001 - told to whoever awaits it
            refused: asyncio.Future[None] = asyncio.get_running_loop().create_future()
            refused.set_exception(error)
            return refused
        self._waiting.append(append)
        if not self._writing:
            # Not at once: what else comes in this turn of the loop shares the commit.
            self._writing = True
            append.done.get_loop().call_soon(self._begin)
        return append.done

    async def read(self, run: RunId, after_seq: int = 0) -> list[Recorded]:
        """See `EventStore.read`.

        Raises:
            StoreUnavailable: the database is gone.
            ReplayError: a row that is no event.
        """
        wanted = _LOG.run == run
        if after_seq:
            # The append that holds what is asked for first may begin before it.
            begun = select(func.max(BESIDE.seq)).where(BESIDE.run == run, BESIDE.seq <= after_seq)
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
                found = await heads_of(connection, runs)
        return {run: seq for run, (seq, _) in found.items()}

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
        if self._writing:
            self._drained = asyncio.get_running_loop().create_future()
            await self._drained
        await self._writer.close()

    # ── groups ──────────────────────────────────────────────────────────────────────────────────

    def _begin(self) -> None:
        if self._alone:
            group = [self._alone.popleft()]
        else:
            count = min(GROUP_MAX, len(self._waiting))
            group = [self._waiting.popleft() for _ in range(count)]
        self._writer.begin(group, self._written)
        self.on_group(len(group), len(self._waiting))

    def _written(self, group: list[Waiting], error: BaseException | None) -> None:
        """Tell everybody what became of a group, and go on."""
        self._settle(group, error)
        if self._alone or self._waiting:
            self._begin()
        else:
            self._writing = False
            if self._drained is not None:
                self._drained.set_result(None)
        now_s = asyncio.get_running_loop().time()
        for append in group:
            if error is None and append.verdict is None:
                self.on_durable(now_s - append.begun_s)

    def _settle(self, group: list[Waiting], error: BaseException | None) -> None:
        if error is None:
            for append in group:
                append.settle(append.verdict)
        elif isinstance(error, StoreUnavailable):
            for append in group:
                append.settle(StoreUnavailable(error.why))
        elif len(group) == 1:
            group[0].settle(error)
        else:
            # One of them can't be written at all: alone, it spoils nobody else's.
            self._alone.extend(group)


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
