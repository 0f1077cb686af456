"""Any moment of a run: every state it went through, folded once."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Sequence

from engine.rules.events import Recorded
from engine.rules.evolve import EMPTY
from engine.rules.replay import replay
from engine.rules.state import State
from engine.values import RunId


class History:
    """A log with all its states. States share what didn't change, so ten thousand of them are
    little more than one."""

    def __init__(self, run: RunId, records: Sequence[Recorded]) -> None:
        """Raises ReplayError: the log can't be folded."""
        self.run = run
        self.records = tuple(records)
        self.states: list[State] = [EMPTY]
        self._walls_ms: list[int] = []
        for recorded in self.records:
            state = replay(run, (recorded,), self.states[-1])
            self.states.append(state)
            self._walls_ms.append(state.now_ms)

    @property
    def last_seq(self) -> int:
        """Seq of the last record."""
        return len(self.records)

    def state_at(self, seq: int) -> State:
        """The state after the record `seq`; the nearest there is for one beyond the ends."""
        return self.states[min(max(1, seq), self.last_seq)]

    def state_at_ms(self, at_ms: int) -> State:
        """The state at a wall instant."""
        return self.state_at(bisect_right(self._walls_ms, at_ms))
