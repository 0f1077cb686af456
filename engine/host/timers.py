"""When each run is to be looked at next: one task that sleeps until the earliest.

Arming a run costs nothing to the others: the heap keeps what was armed before, and what has been
overtaken meanwhile is passed over when its turn comes.
"""

from __future__ import annotations

import asyncio
import heapq
from collections.abc import Awaitable, Callable
from typing import Any, Final

import structlog

from engine.host.clock import Clock
from engine.values import RunId

HEAP_FACTOR: Final = 8
"""Entries for each armed run, before those that were overtaken are swept out."""

log = structlog.get_logger()


class Timers:
    """One instant a run."""

    def __init__(self, clock: Clock, fire: Callable[[RunId], Awaitable[None]]) -> None:
        self._clock = clock
        self._fire = fire
        self._due_ms: dict[RunId, int] = {}
        self._heap: list[tuple[int, RunId]] = []
        self._sooner = asyncio.Event()
        self._task: asyncio.Task[None] | None = None

    def arm(self, run: RunId, at_ms: int | None) -> None:
        """Fire `run` at `at_ms`, rather than when it was armed for before; None: not at all."""
        if at_ms is None:
            self._due_ms.pop(run, None)
        elif self._due_ms.get(run) != at_ms:
            self._due_ms[run] = at_ms
            if len(self._heap) > HEAP_FACTOR * len(self._due_ms):
                self._heap = [(due_ms, name) for name, due_ms in self._due_ms.items()]
                heapq.heapify(self._heap)
            else:
                heapq.heappush(self._heap, (at_ms, run))
            if self._heap[0] == (at_ms, run):
                self._sooner.set()

    def start(self) -> None:
        """Begin to fire, in the running event loop."""
        self._task = asyncio.create_task(self._run(), name="timers")

    async def close(self) -> None:
        """Fire no more."""
        if self._task is not None:
            self._task.cancel()
            await asyncio.gather(self._task, return_exceptions=True)
            self._task = None

    async def _run(self) -> None:
        while True:
            self._sooner.clear()
            await asyncio.gather(*(self._fire_one(run) for run in self._take_due()))
            await self._sleep()

    async def _fire_one(self, run: RunId) -> None:
        """Fire it. Never raises: the others' deadlines must go on."""
        try:
            await self._fire(run)
        except Exception:
            log.exception("timer.failed", run=run)

    def _take_due(self) -> list[RunId]:
        """Disarm those whose time has come, in its order."""
        now_ms, due = self._clock.now_ms(), []
        while (first := self._first()) is not None and first[0] <= now_ms:
            heapq.heappop(self._heap)
            del self._due_ms[first[1]]
            due.append(first[1])
        return due

    def _first(self) -> tuple[int, RunId] | None:
        while self._heap and self._due_ms.get(self._heap[0][1]) != self._heap[0][0]:
            heapq.heappop(self._heap)
        return self._heap[0] if self._heap else None

    async def _sleep(self) -> None:
        """Until the first is due, or something sooner is armed."""
        first = self._first()
        waits: list[asyncio.Task[Any]] = [asyncio.create_task(self._sooner.wait())]
        if first is not None:
            waits.append(asyncio.create_task(self._clock.sleep_until(first[0])))
        try:
            await asyncio.wait(waits, return_when=asyncio.FIRST_COMPLETED)
        finally:
            for wait in waits:
                wait.cancel()
            await asyncio.gather(*waits, return_exceptions=True)
