"""The clocks of a log while it is read: the wall's, the run's own, and the axis it is drawn on."""

from __future__ import annotations

from engine.review.course import IDLE_MS
from engine.rules import events as ev


class RunClock:
    """Where the three stand. The run's own agrees with the states the rules fold (`run_clock`)."""

    def __init__(self) -> None:
        self.now_ms = 0
        self.started_ms = 0
        """Wall instant less what stood before; 0: not yet."""
        self.playing = False
        self.axis_ms = 0
        self.paused_ms = 0
        self._paused_at_ms: int | None = None
        self._waits_since_ms: int | None = None

    @property
    def paused(self) -> bool:
        """Nobody can act."""
        return self._stands_since_ms is not None

    @property
    def _stands_since_ms(self) -> int | None:
        return self._paused_at_ms if self._waits_since_ms is None else self._waits_since_ms

    @property
    def clock_ms(self) -> int:
        """The run's own time since the start of play."""
        if not self.started_ms:
            return 0
        since_ms = self._stands_since_ms
        wall = self.now_ms if since_ms is None else since_ms
        return wall - self.paused_ms - self.started_ms

    def tick(self, event: ev.AnyEvent) -> None:
        """The wall has come to the event."""
        now_ms = max(event.at_ms, self.now_ms)
        gap_ms = now_ms - self.now_ms if self.now_ms else 0
        idle = self.paused or not self.playing or isinstance(event, ev.RunClosed)
        idle_ms = gap_ms if idle else 0
        if isinstance(event, ev.ClockStood) and not self.paused:
            idle_ms = event.stood_ms
            self.paused_ms += event.stood_ms
        self.axis_ms += gap_ms - idle_ms + min(idle_ms, IDLE_MS)
        self.now_ms = now_ms

    def start(self) -> None:
        """The play begins."""
        self.started_ms, self.playing = self.now_ms, True

    def pause(self, *, waits: bool = False) -> None:
        """The run's clock stands from here on. `waits`: for other teams; it may be paused too."""
        still_ms = self._stands_since_ms
        if waits:
            self._waits_since_ms = self.now_ms if still_ms is None else still_ms
        else:
            self._paused_at_ms = self.now_ms

    def resume(self, *, waits: bool = False) -> None:
        """That is over. The clock goes on where nothing else keeps it: `_stands_since_ms` is when
        the first of both began."""
        began_ms = self._stands_since_ms
        if waits:
            self._waits_since_ms = None
        else:
            self._paused_at_ms = None
        still_ms = self._stands_since_ms
        if began_ms is not None:
            self.paused_ms += (self.now_ms if still_ms is None else still_ms) - began_ms
