"""The logs of all runs, in memory: for tests, and for playing without a trace."""

from __future__ import annotations

from collections.abc import Sequence

from engine.errors import ConcurrentAppend, StoreUnavailable
from engine.rules.events import Recorded
from engine.store.log.batch import check_batch
from engine.values import RunId


class MemoryStore:
    """An EventStore that forgets everything when the process ends."""

    def __init__(self) -> None:
        self._logs: dict[RunId, list[Recorded]] = {}
        self._closed = False

    async def append(self, run: RunId, expected_seq: int, batch: Sequence[Recorded]) -> None:
        """See `EventStore.append`."""
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
