"""Which time counts for nothing in a run: no process ran, nothing could be saved, or no seat of it
was connected.

The rules don't know: a seat that is away may be away alone, and a state says nothing of processes.
So the host says it, with `clock.stood`, when the run goes on: somebody comes back, or the desk does
something. Until then no deadline of the run is fired.

Whether anybody is connected stands in the log, which all workers read (`presence.py` writes it
there). Where one worker serves alone it knows besides who isn't there although the log says so:
after a start nobody is, until they come.
"""

from __future__ import annotations

from collections.abc import Callable

from engine.host.clock import Clock
from engine.host.pulse import Pulse
from engine.host.stretches import EVER_MS, Stretch, after
from engine.rules.state import State
from engine.values import RunId


class Standing:
    """What is known of time that stands, for all runs of this process."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self.pulse: Pulse | None = None
        """None: nobody looks whether processes run."""
        self.empty: Callable[[RunId], list[Stretch]] | None = None
        """When a run had no connection at all; None: nobody counts connections."""

    @property
    def unsure(self) -> bool:
        """It has to be asked first who ran."""
        return self.pulse is not None and self.pulse.unsure

    async def sure(self) -> None:
        """Ask. Raises StoreUnavailable."""
        if self.pulse is not None:
            await self.pulse.sure()

    def over_a_start(self, from_ms: int) -> bool:
        """What stands since then stood before this process was there, and will stand until somebody
        comes: no other process could know better."""
        return self.pulse is not None and self.pulse.alone and from_ms < self.pulse.began_ms

    def unsaved(self, from_ms: int) -> None:
        """What was begun then, on the process's clock, couldn't be saved."""
        if self.pulse is not None:
            self.pulse.unsaved(from_ms)

    def saved(self) -> None:
        """Something was saved."""
        if self.pulse is not None:
            self.pulse.saved()

    async def pass_by(self, ms: int) -> None:
        """Return when this process has run for so long: what phones had time for."""
        if self.pulse is not None:
            await self.pulse.run_for(ms)
        else:
            await self._clock.sleep_until(self._clock.now_ms() + ms)

    def stretches(self, run: RunId, state: State, at_ms: int) -> list[Stretch]:
        """When time stood in a run from an instant on, in order, on the process's clock; the last
        ends at EVER_MS while it still stands. `state`: the run as it has been since then."""
        found: list[Stretch] = []
        if not state.stands or state.phase != "playing" or state.stands_since_ms is not None:
            return found  # nothing of the run hangs on the time
        if self.pulse is not None:
            found += self.pulse.breaks(at_ms)
        if self.empty is not None:
            found += self.empty(run)
            if not any(seat.online and not seat.left for seat in state.seats.values()):
                found.append(Stretch(at_ms, EVER_MS))
        return after(found, at_ms)
