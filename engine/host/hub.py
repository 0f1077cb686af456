"""Telling whoever watches a run that it has moved on. In one process: a call, or an event, a watch.

The hub carries no state, only "look again": a watcher reads the run itself, so a wake-up that is
lost or comes twice does no harm. Other workers are woken through `relay.py`.
"""

from __future__ import annotations

import asyncio
from collections import defaultdict
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from engine.values import RunId


class Watch:
    """One watcher's bell, for any number of runs."""

    __slots__ = ("_bell", "_runs", "_watches", "heard")

    def __init__(
        self,
        watches: defaultdict[RunId, dict[Watch, None]],
        heard: Callable[[], None] | None = None,
    ) -> None:
        """`heard`: called after it has rung; else there is `moved` to wait for."""
        self._watches = watches
        self._runs: dict[RunId, None] = {}
        self.heard = heard
        self._bell = asyncio.Event() if heard is None else None

    def cover(self, *runs: RunId) -> None:
        """Watch these too: a session may get another team."""
        for run in runs:
            if run not in self._runs:
                self._runs[run] = None
                self._watches[run][self] = None

    def end(self) -> None:
        """Watch none any more."""
        for run in self._runs:
            self._watches[run].pop(self, None)
            if not self._watches[run]:
                del self._watches[run]

    async def moved(self) -> None:
        """Return once a watched run has moved since the last call."""
        assert self._bell is not None, "whoever is called doesn't wait"
        await self._bell.wait()
        self._bell.clear()

    def ring(self) -> None:
        """Something has moved."""
        if self._bell is not None:
            self._bell.set()


class Hub:
    """Who watches which run."""

    def __init__(self) -> None:
        # Dicts, to be rung in the order in which they came: a set's is another in every process.
        self._watches: defaultdict[RunId, dict[Watch, None]] = defaultdict(dict)
        self._due: set[RunId] = set()
        """Those of whom somebody is called in the next turn of the loop."""

    @contextmanager
    def watch(self, *runs: RunId) -> Iterator[Watch]:
        """A Watch on `runs`, for as long as the context lasts."""
        watch = Watch(self._watches)
        watch.cover(*runs)
        try:
            yield watch
        finally:
            watch.end()

    def call(self, heard: Callable[[], None], *runs: RunId) -> Watch:
        """A Watch on `runs`, until it is ended, that calls `heard`, in the turn of the loop after a
        run has moved: once, however often it has. It raises nothing."""
        watch = Watch(self._watches, heard)
        watch.cover(*runs)
        return watch

    def watched(self) -> list[RunId]:
        """The runs that somebody watches."""
        return [*self._watches]

    def publish(self, run: RunId) -> None:
        """Ring everybody who watches `run`."""
        for watch in tuple(self._watches.get(run, ())):
            if watch.heard is None:
                watch.ring()
            elif run not in self._due:
                # One call of the loop for a team, not one for each of its phones.
                self._due.add(run)
                asyncio.get_running_loop().call_soon(self._call, run)

    def _call(self, run: RunId) -> None:
        self._due.discard(run)
        for watch in tuple(self._watches.get(run, ())):
            if watch.heard is not None:
                watch.heard()
