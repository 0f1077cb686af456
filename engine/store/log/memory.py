"""The logs of all runs, in memory: for tests, and for playing without a trace."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Sequence

from engine.errors import ConcurrentAppend, StoreUnavailable
from engine.rules.events import Recorded
from engine.store.log.batch import check_batch
from engine.values import RunId


class MemoryStore:
    """An EventStore that forgets everything when the process ends."""

    def __init__(self) -> None:
        self._logs: dict[RunId, list[Recorded]] = {}
        self._closed = False

    def append(self, run: RunId, expected_seq: int, batch: Sequence[Recorded]) -> Awaitable[None]:
        """See `EventStore.append`."""
        done: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        try:
            self._append(run, expected_seq, batch)
        except Exception as error:  # noqa: BLE001 - told to whoever awaits it
            done.set_exception(error)
        else:
            done.set_result(None)
        return done

    def _append(self, run: RunId, expected_seq: int, batch: Sequence[Recorded]) -> None:
        check_batch(expected_seq, batch)
        if self._closed:
            raise StoreUnavailable("the store is closed")
        log = self._logs.setdefault(run, [])
        if len(log) != expected_seq:
            raise ConcurrentAppend(run, expected_seq, len(log))
        log.extend(batch)

    async def read(self, run: RunId, after_seq: int = 0) -> list[Recorded]:
        """See `EventStore.read`."""
        return self._logs.get(run, [])[after_seq:]

    async def heads(self, runs: Sequence[RunId]) -> dict[RunId, int]:
        """See `EventStore.heads`."""
        return {run: len(self._logs[run]) for run in runs if self._logs.get(run)}

    async def close(self) -> None:
        """Take no more appends."""
        self._closed = True
