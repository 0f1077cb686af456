"""What waits to be sent to one phone: bounded, and dropped when the phone stalls.

A phone that stops reading must hurt nobody: nothing here waits. What the system doesn't take at
once may be QUEUE_BYTES at the most; more means that the phone is gone, and the socket is closed.
Views don't come near it: none is added while much waits (`full`), and the latest is sent once that
has left. Whoever comes back gets all parts anew, so nothing that was dropped is missed.
"""

from __future__ import annotations

from typing import Final

from web import metrics
from web.door.pipes import Pipe

QUEUE_BYTES: Final = 256 * 1024


class Outbox:
    """Frames on their way to one phone."""

    __slots__ = ("_pipe", "stalled")

    most = 0
    """The most that ever waited for one of them, in bytes."""

    def __init__(self, pipe: Pipe) -> None:
        self._pipe = pipe
        self.stalled = False
        """Too much waits: nothing more is sent."""

    @property
    def full(self) -> bool:
        """What can be said later is."""
        return self._pipe.full

    def put(self, frame: bytes) -> None:
        """Send it; dropped on a phone that stalls."""
        if self.stalled:
            return
        waiting = self._pipe.waiting
        if waiting and waiting + len(frame) > QUEUE_BYTES:
            self.stalled = True
            return
        self._pipe.write(frame)
        waiting = self._pipe.waiting
        if waiting > Outbox.most:
            Outbox.most = waiting
            metrics.OUTBOX.set(waiting)
