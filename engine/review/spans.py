"""The stretches in which seats were held or not there, while a log is read."""

from __future__ import annotations

from engine.review.course import Course, Freed, Span
from engine.values import SeatId, TrapId


class Spans:
    """The holds and absences of a course. Instants are the run clock's."""

    def __init__(self, course: Course) -> None:
        self._course = course
        self._held: dict[SeatId, Span] = {}
        self._away: dict[SeatId, Span] = {}
        self._gone: dict[SeatId, str] = {}
        """Seats that aren't there, whether the play is on or not, and how they went."""
        self._playing = False

    def begin(self, seq: int, clock_ms: int) -> None:
        """The play begins, and whoever went while the lobby stood open is missed from now on."""
        self._playing = True
        for seat, what in self._gone.items():
            self._miss(seat, what, seq, clock_ms)

    def hold(self, seat: SeatId, trap: TrapId, seq: int, clock_ms: int) -> None:
        """The seat is held from now on."""
        self.free(seat, "", seq, clock_ms)
        self._held[seat] = span = _begun(seat, trap, seq, clock_ms)
        self._course.holds.append(span)

    def free(self, seat: SeatId, how: Freed, seq: int, clock_ms: int) -> None:
        """The seat's hold, if it has one, is over."""
        span = _over(self._held, seat, seq, clock_ms)
        if span is None:
            return
        span.freed = how
        for spring in reversed(self._course.springs):
            if spring.trap == span.what and spring.seat == span.seat:
                spring.held_ms = span.until_ms - span.clock_ms
                spring.freed = how
                return

    def go(self, seat: SeatId, what: str, seq: int, clock_ms: int) -> None:
        """The seat is not there from now on; `what`: `away` or `left`."""
        self._gone[seat] = what
        if self._playing:
            self._miss(seat, what, seq, clock_ms)

    def _miss(self, seat: SeatId, what: str, seq: int, clock_ms: int) -> None:
        if seat not in self._away:
            self._away[seat] = span = _begun(seat, what, seq, clock_ms)
            self._course.absences.append(span)

    def come(self, seat: SeatId, seq: int, clock_ms: int) -> None:
        """The seat is there."""
        self._gone.pop(seat, None)
        _over(self._away, seat, seq, clock_ms)

    def end(self, seq: int, clock_ms: int) -> None:
        """Nobody is held or missed once the play is over."""
        self._playing = False
        for seat in (*self._held,):
            self.free(seat, "", seq, clock_ms)
        for seat in (*self._away,):
            _over(self._away, seat, seq, clock_ms)

    def stop(self, clock_ms: int) -> None:
        """The log ends here; what is open stays so."""
        for span in (*self._held.values(), *self._away.values()):
            span.until_ms = max(clock_ms, span.clock_ms)


def _begun(seat: SeatId, what: str, seq: int, clock_ms: int) -> Span:
    return Span(seat=seat, seq=seq, clock_ms=clock_ms, until_ms=clock_ms, what=what)


def _over(spans: dict[SeatId, Span], seat: SeatId, seq: int, clock_ms: int) -> Span | None:
    span = spans.pop(seat, None)
    if span is not None:
        span.until_ms, span.until_seq = max(span.clock_ms, clock_ms), seq
    return span
