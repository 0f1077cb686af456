"""Telling whoever watches a run that it has moved on. In one process: an event a watch.

The hub carries no state, only "look again": a watcher reads the run itself, so a wake-up that is
lost or comes twice does no harm. Other workers are woken through `relay.py`.
"""

from __future__ import annotations

import asyncio
from collections import defaultdict
from collections.abc import Iterator
from contextlib import contextmanager

from engine.values import RunId


class Watch:
    """One watcher's bell, for any number of runs."""

    def __init__(self) -> None:
        self._bell = asyncio.Event()

    async def moved(self) -> None:
        """Return once a watched run has moved since the last call."""
        await self._bell.wait()
        self._bell.clear()

    def ring(self) -> None:
        """Something has moved."""
        self._bell.set()


class Hub:
    """Who watches which run."""

    def __init__(self) -> None:
        # Dicts, to be rung in the order in which they came: a set's is another in every process.
        self._watches: defaultdict[RunId, dict[Watch, None]] = defaultdict(dict)

    @contextmanager
    def watch(self, *runs: RunId) -> Iterator[Watch]:
        """A Watch on `runs`, for as long as the context lasts."""
        watch = Watch()
        for run in runs:
            self._watches[run][watch] = None
        try:
            yield watch
        finally:
            for run in runs:
                self._watches[run].pop(watch, None)
                if not self._watches[run]:
                    del self._watches[run]

    def watched(self) -> list[RunId]:
        """The runs that somebody watches."""
        return [*self._watches]

    def publish(self, run: RunId) -> None:
        """Ring everybody who watches `run`."""
        for watch in tuple(self._watches.get(run, ())):
            watch.ring()
