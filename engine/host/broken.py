"""Runs that can't be taken up: one of them hurts nobody else, and the log names it.

A row that is missing, a byte that changed, a script that is gone: the run's own people are told,
every list and every other team goes on without it. What is wrong is logged once, and the run is
looked at again after a while: somebody may have mended it.
"""

from __future__ import annotations

from typing import Final

import structlog

from engine.errors import LostScript, ReplayError, RunBroken
from engine.host.clock import Clock
from engine.values import RunId

AGAIN_MS: Final = 10_000
"""A broken run's log is read again after so long, not at every look."""

log = structlog.get_logger()


class BrokenRuns:
    """Those that this process knows of."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._found: dict[RunId, tuple[int, RunBroken]] = {}

    def known(self, run: RunId) -> RunBroken | None:
        """What is wrong with a run; None: nothing that is known, or it is time to look again."""
        found = self._found.get(run)
        if found is None or self._clock.now_ms() >= found[0] + AGAIN_MS:
            return None
        return found[1]

    def noted(self, run: RunId) -> RunBroken | None:
        """What was wrong with a run when it was last looked at."""
        found = self._found.get(run)
        return None if found is None else found[1]

    def note(self, run: RunId, error: Exception) -> RunBroken:
        """The run can't be taken up or shown: logged, unless it was for the same reason."""
        why = _why(error)
        before = self._found.get(run)
        seq = error.seq if isinstance(error, ReplayError | RunBroken) else None
        broken = RunBroken(run, why, seq)
        self._found[run] = (self._clock.now_ms(), broken)
        if before is None or before[1].why != why:
            expected = isinstance(error, ReplayError | LostScript | RunBroken)
            log.error("run.broken", run=run, seq=seq, why=why, exc_info=None if expected else error)
        return broken

    def mended(self, run: RunId) -> None:
        """It was taken up."""
        if self._found.pop(run, None) is not None:
            log.warning("run.mended", run=run)


def _why(error: Exception) -> str:
    if isinstance(error, RunBroken | LostScript):
        return error.why
    return error.message.en if isinstance(error, ReplayError) else repr(error)
