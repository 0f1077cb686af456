"""A socket once somebody has been let in: what comes is told at once, what is said leaves at once.

ASGI hands each message over as a dict, through a queue to a task that waits for it, and takes each
from a coroutine: for what one action sends to four phones, that was three times the work of the
frames themselves, and half of what an idle phone kept in memory. So our server's protocol
(`frames.py`) offers itself in the scope, and is taken over: the app and all its doors return, and
one coroutine stays. Behind any other server, and in tests without one, `Carried` does the same by
messages.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Coroutine
from contextlib import suppress
from typing import Any, Final, Protocol

from starlette.websockets import WebSocket, WebSocketDisconnect

OFFER: Final = "hongchuan.pipe"
"""Where a server offers its pipe, among the extensions of a scope."""
FULL_BYTES: Final = 64 * 1024
"""So much waits for a phone whose line is slow, as asyncio's own transports have it."""

Serve = Callable[[], Coroutine[Any, Any, None]]


class Ear(Protocol):
    """Whoever is told what becomes of a socket. Nothing here waits, or raises."""

    def said(self, data: str | bytes) -> None:
        """A message has come, whole."""

    def drained(self) -> None:
        """The pipe is full no longer."""

    def gone(self, code: int) -> None:
        """Nothing comes any more. It may be said again, with another code: the first holds."""

    def broken(self) -> None:
        """Nothing can be written any more."""


class Pipe(Protocol):
    """Our end of a socket, its handshake over."""

    @property
    def waiting(self) -> int:
        """Bytes that were written and that the system hasn't taken yet."""

    @property
    def full(self) -> bool:
        """What can wait should: they read more slowly than they are told."""

    def write(self, frame: bytes) -> None:
        """Send a message of text. Dropped on a socket that ends."""

    def hold(self, held: bool) -> None:
        """Enough has come for now; or more may."""

    async def close(self, code: int, reason: str, word: bytes = b"") -> None:
        """End it, with a last word. On one that has ended already, nothing."""

    async def carry(self, ear: Ear, serve: Serve) -> None:
        """`ear` hears what comes from now on, beginning with what came. The socket lasts as long
        as `serve`, which is begun now, or once the app has returned."""


def pipe_of(socket: WebSocket) -> Pipe:
    """Its pipe: the server's own, where it has one."""
    offered: Pipe | None = socket.scope.get("extensions", {}).get(OFFER)
    return Carried(socket) if offered is None else offered


async def receive(socket: WebSocket) -> str | bytes:
    """The next message. Raises WebSocketDisconnect."""
    received = await socket.receive()
    if received["type"] == "websocket.disconnect":
        raise WebSocketDisconnect(received.get("code", 1006))
    data: str | bytes | None = received.get("text")
    return data if data is not None else received.get("bytes") or b""


class Carried:
    """A pipe over ASGI messages: one task reads them, one writes."""

    def __init__(self, socket: WebSocket) -> None:
        self._socket = socket
        self._frames: asyncio.Queue[bytes] = asyncio.Queue()
        self._may_come = asyncio.Event()
        self._may_come.set()
        self._tasks: tuple[asyncio.Task[None], ...] = ()
        self.waiting = 0
        self.full = False

    def write(self, frame: bytes) -> None:
        """Leave it to the task that writes."""
        self.waiting += len(frame)
        self.full = self.full or self.waiting > FULL_BYTES
        self._frames.put_nowait(frame)

    def hold(self, held: bool) -> None:
        """Read on, or not yet."""
        if held:
            self._may_come.clear()
        else:
            self._may_come.set()

    async def close(self, code: int, reason: str, word: bytes = b"") -> None:
        """End it; what waits is dropped."""
        self._end_tasks()
        with suppress(WebSocketDisconnect, RuntimeError, OSError):
            if word:
                await self._socket.send_text(word.decode())
            await self._socket.close(code, reason)

    async def carry(self, ear: Ear, serve: Serve) -> None:
        """Serve, from now on and in this very coroutine."""
        self._tasks = (
            asyncio.create_task(self._write_out(ear), name="write"),
            asyncio.create_task(self._listen(ear), name="listen"),
        )
        try:
            await serve()
        finally:
            self._end_tasks()
            await asyncio.gather(*self._tasks, return_exceptions=True)

    def _end_tasks(self) -> None:
        for task in self._tasks:
            task.cancel()

    async def _write_out(self, ear: Ear) -> None:
        try:
            while True:
                frame = await self._frames.get()
                await self._socket.send_text(frame.decode())
                self.waiting -= len(frame)
                if self.full and self.waiting <= FULL_BYTES // 4:
                    self.full = False
                    ear.drained()
        except (WebSocketDisconnect, RuntimeError, OSError):
            ear.broken()

    async def _listen(self, ear: Ear) -> None:
        try:
            while True:
                data = await receive(self._socket)
                ear.said(data)
                await self._may_come.wait()
        except WebSocketDisconnect as gone:
            ear.gone(gone.code)
        except RuntimeError:  # it was closed meanwhile
            ear.gone(1006)
