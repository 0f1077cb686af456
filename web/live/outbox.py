"""What waits to be sent to one socket: bounded, written by one task, dropped when the phone stalls.

A phone that stops reading must hurt nobody: `put` never waits. What waits may be QUEUE_BYTES at the
most; more means that the phone is gone, and the socket is closed. When it comes back it gets all
parts anew, so nothing that was dropped is missed.
"""

from __future__ import annotations

import asyncio
from typing import Final

from fastapi import WebSocket, WebSocketDisconnect

from web import metrics

QUEUE_BYTES: Final = 256 * 1024


class Outbox:
    """Frames on their way to one socket."""

    most = 0
    """The most that ever waited for one of them, in bytes."""

    def __init__(self, socket: WebSocket) -> None:
        self._socket = socket
        self._frames: asyncio.Queue[str | None] = asyncio.Queue()
        self._waiting = 0
        self._writer: asyncio.Task[None] | None = None
        self.stalled = False
        """Too much waits, or the socket is gone; `write` has ended, or ends now."""

    def put(self, frame: str) -> None:
        """Send `frame` when its turn comes; dropped on a socket that stalls."""
        size = len(frame.encode())
        if self.stalled:
            return
        if self._waiting + size > QUEUE_BYTES and self._waiting:
            self.stalled = True
            if self._writer is not None:
                self._writer.cancel()
            return
        self._waiting += size
        if self._waiting > Outbox.most:
            Outbox.most = self._waiting
            metrics.OUTBOX.set(self._waiting)
        self._frames.put_nowait(frame)

    def finish(self) -> None:
        """Let `write` end once all before is sent."""
        self._frames.put_nowait(None)

    async def write(self) -> None:
        """Send frames until finished, or stalled; the one task that writes to this socket."""
        self._writer = asyncio.current_task()
        try:
            while (frame := await self._frames.get()) is not None:
                await self._socket.send_text(frame)
                self._waiting -= len(frame.encode())
        except (WebSocketDisconnect, RuntimeError, OSError):
            self.stalled = True
