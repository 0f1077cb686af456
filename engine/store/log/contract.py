"""What the host asks of a store: an append-only log a run, and nothing else.

One suite (`tests/store/contract.py`) holds every store to this page.
"""

from __future__ import annotations

from collections.abc import Awaitable, Sequence
from typing import Protocol

from engine.rules.events import Recorded
from engine.values import RunId


class EventStore(Protocol):
    """The logs of all runs."""

    def append(self, run: RunId, expected_seq: int, batch: Sequence[Recorded]) -> Awaitable[None]:
        """Commit `batch` (seqs `expected_seq + 1 …`, of one or more whole commands) or nothing.

        Done only once the batch is durable. Appends that wait together are committed together. What
        is returned may be a future, to be listened to without a task; the append goes on though
        nobody awaits it.

        Raises, when awaited:
            ConcurrentAppend: the log's last seq isn't `expected_seq`; nothing was written. Whoever
                reads on sees whether a command of the same `(by, id)` is there by now: a store
                doesn't look.
            StoreUnavailable: disk full, database locked or gone; nothing was written.
        """

    async def read(self, run: RunId, after_seq: int = 0) -> list[Recorded]:
        """The run's events with seq > `after_seq`, in order; empty for an unknown run."""

    async def heads(self, runs: Sequence[RunId]) -> dict[RunId, int]:
        """The last seq of each run; runs without events are missing. Raises StoreUnavailable."""

    async def close(self) -> None:
        """Finish what waits, let go of everything."""
