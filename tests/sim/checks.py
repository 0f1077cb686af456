"""What must hold: the folded log is the truth, and everybody is held to it, at every step."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Sequence
from itertools import groupby

from engine.rules.codec import decode, encode, tag_of
from engine.rules.commands import CLOCK
from engine.rules.deadlines import next_deadline
from engine.rules.events import ClockStood, Recorded
from engine.rules.evolve import EMPTY
from engine.rules.replay import fingerprint, replay
from engine.rules.state import State
from engine.scenario.model import Scenario
from tests.sim.forms import check_forms


class Trace:
    """What happened, line by line; kept, or only hashed."""

    def __init__(self, now_s: Callable[[], float], keep: bool) -> None:
        self.lines: list[str] = []
        self._now_s = now_s
        self._keep = keep
        self._hash = hashlib.sha256()

    def note(self, what: str) -> None:
        """One thing that happened now."""
        line = f"{self._now_s():10.4f} {what}"
        self._hash.update(line.encode())
        if self._keep:
            self.lines.append(line)

    def digest(self) -> str:
        """Equal for equal traces."""
        return self._hash.hexdigest()


class Truth:
    """One run's log, folded from its JSON as it is committed."""

    def __init__(self, scenario: Scenario, trace: Trace) -> None:
        self.scenario = scenario
        self.state: State = EMPTY
        self.states: dict[int, tuple[State, str]] = {}
        """After each command: the state, and its fingerprint."""
        self.ends: dict[tuple[str, str], int] = {}
        """The last seq of each command in the log."""
        self.tags: list[str] = []
        self._trace = trace

    def committed(self, run: str, batch: Sequence[Recorded]) -> None:
        """A batch is in the log now: whole commands, one after the other."""
        for key, one in groupby(batch, key=lambda record: (record.by, record.command)):
            self._took_effect(run, key, [*one])

    def _took_effect(self, run: str, key: tuple[str, str], batch: Sequence[Recorded]) -> None:
        first = batch[0]
        self._trace.note(f"log {first.seq}-{batch[-1].seq} {key} {tag_of(first.event)}")
        assert key not in self.ends, f"{key} took effect twice"
        assert [one.seq for one in batch] == [
            *range(self.state.seq + 1, self.state.seq + 1 + len(batch))
        ], "a gap in the log"
        if self.state is not EMPTY:
            self._check_deadline(first)
            check_forms(self.scenario, self.state, [one.event for one in batch])
        self.state = replay(run, (decode(encode(one)) for one in batch), self.state)
        self.ends[key] = self.state.seq
        self.states[self.state.seq] = (self.state, fingerprint(self.state))
        self.tags += [tag_of(one.event) for one in batch]

    def _check_deadline(self, first: Recorded) -> None:
        """A deadline is decided at its own instant, in its turn, and before what came later."""
        due = next_deadline(self.scenario, self.state)
        at_ms = first.event.at_ms
        if isinstance(first.event, ClockStood):
            at_ms -= first.event.stood_ms
        if first.by != CLOCK:
            assert due is None or due.at_ms > at_ms, f"{due} was passed over by {first}"
            return
        assert due is not None, f"{first} wasn't due"
        assert first.command == f"{due.command.id}@{self.state.seq}", f"{first} for {due}"
        assert at_ms == max(due.at_ms, self.state.now_ms), f"{first} at another instant than {due}"

    def agrees(self, who: str, state: State) -> None:
        """A worker's state is the folded log's at that seq."""
        if state is EMPTY:
            return
        known = self.states.get(state.seq)
        assert known is not None, f"{who} is at {state.seq}, which isn't in the log"
        assert state == known[0], f"{who} differs from the log at {state.seq}"
        assert fingerprint(state) == known[1], f"{who}'s fingerprint differs at {state.seq}"
