"""A run's time, of the process's clock: ahead of it, where the log is; faster, in a rehearsal.

It never goes back. Whoever rehearses an evening lets its clocks and its stand-ins go twice, four,
eight times as fast; the rules see only instants that follow one another sooner. The pace isn't in
the log, for it is no part of what happened: a run that is loaded anew goes at the clock's own.
"""

from __future__ import annotations

from typing import Final, NamedTuple

PACES: Final = (1, 2, 4, 8)
"""How many milliseconds of a run may pass in one of the clock's."""


class _Turn(NamedTuple):
    """Where the pace changed, on the clock and on a clock that goes at the paces so far."""

    clock_ms: int
    paced_ms: int
    pace: int


class RunTime:
    """The line from the clock's instants to the run's, and back. It goes at the clock's own pace
    until it is told another."""

    def __init__(self) -> None:
        self._ahead_ms = 0
        self._turns: list[_Turn] = []

    @property
    def pace(self) -> int:
        """How many milliseconds of the run's pass in one of the clock's."""
        return self._turns[-1].pace if self._turns else 1

    @property
    def is_clock(self) -> bool:
        """It is the clock's own."""
        return not self._turns and not self._ahead_ms

    def at(self, clock_ms: int) -> int:
        """The run's time when the clock shows this."""
        for turn in reversed(self._turns):
            if turn.clock_ms <= clock_ms:
                paced_ms = turn.paced_ms + (clock_ms - turn.clock_ms) * turn.pace
                return paced_ms + self._ahead_ms
        return clock_ms + self._ahead_ms

    def clock(self, run_ms: int) -> int:
        """What the clock shows as soon as the run's time has come so far."""
        paced_ms = run_ms - self._ahead_ms
        for turn in reversed(self._turns):
            if turn.paced_ms <= paced_ms:
                return turn.clock_ms - (turn.paced_ms - paced_ms) // turn.pace
        return paced_ms

    def come(self, run_ms: int, clock_ms: int) -> None:
        """The log is at `run_ms` when the clock shows `clock_ms`: so is the run, if not beyond."""
        self._ahead_ms += max(0, run_ms - self.at(clock_ms))

    def go(self, pace: int, clock_ms: int) -> None:
        """From now on it goes at this pace."""
        self._turns.append(_Turn(clock_ms, self.at(clock_ms) - self._ahead_ms, pace))
