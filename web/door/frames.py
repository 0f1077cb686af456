"""WebSockets for people, not for mills: frames are counted, not only the messages they make up.

A message that is never finished, a ping, a pong reach no route, so no limit on messages sees them.

Whoever was let in may take a socket over (`pipes.py`). Handshake, frames that come, pings and the
end stay uvicorn's, and the sans-I/O protocol's of websockets; ours is where a message goes that has
come, and how one leaves. What of uvicorn this rests on is told in docs/dependencies.md.
"""

from __future__ import annotations

import asyncio
from contextlib import suppress
from typing import Any, Final, cast

from uvicorn.protocols.websockets.websockets_sansio_impl import WebSocketsSansIOProtocol

from engine.evening.paces import Bucket
from web.door.pipes import OFFER, Ear, Serve
from web.door.turns import Turns

FRAMES_PER_S: Final = 60
FRAMES_BURST: Final = 1_000
"""Frames of one socket, of whatever sort. A phone sends one a message, of which it may send twenty
a second (`limits.COMMANDS_PER_S`); whoever sends more messages than that is told so, by `live.py`,
a few hundred times first."""
POLICY: Final = 1008
CROWDED: Final = "crowded"
"""The reason of a close for want of descriptors (`listening.py`)."""


def head_of(size: int) -> bytes:
    """What stands before a text of so many bytes: one frame, whole, and unmasked as a server's are
    (RFC 6455, 5.2)."""
    if size < 126:
        return bytes((0x81, size))
    if size < 1 << 16:
        return b"\x81\x7e" + size.to_bytes(2)
    return b"\x81\x7f" + size.to_bytes(8)


class _Told:
    """In the place of uvicorn's queue to the app, whose every event passes it."""

    __slots__ = ("_ear",)

    def __init__(self, ear: Ear) -> None:
        self._ear = ear

    def put_nowait(self, event: Any) -> None:
        """A message, or the end."""
        if event["type"] == "websocket.receive":
            text: str | None = event.get("text")
            self._ear.said(event["bytes"] if text is None else text)
        elif event["type"] == "websocket.disconnect":
            self._ear.gone(event.get("code", 1005))


class MeteredSocket(WebSocketsSansIOProtocol):
    """A socket that is closed when it sends more frames than anybody needs; a `Pipe`."""

    _turns: Turns
    _ear: Ear | None = None
    _serve: Serve | None = None

    def __init__(self, *given: Any, **named: Any) -> None:
        super().__init__(*given, **named)
        self._app, self.app = self.app, self._through
        self._frames = Bucket(FRAMES_PER_S, FRAMES_BURST)
        self._plays = False
        self.full = False
        """The transport has said that it takes no more for now."""

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """A handshake follows."""
        self._turns = Turns(
            cast(asyncio.Transport, transport), self._parse, plays=lambda: self._plays
        )
        super().connection_made(cast(asyncio.BaseTransport, self._turns.valve))

    def data_received(self, data: bytes) -> None:
        """More frames, or parts of one."""
        self._turns.received(data)

    def _parse(self, data: bytes) -> None:
        if not self.transport.is_closing():
            super().data_received(data)

    def handle_events(self) -> None:
        """Count the frames, then let them act."""
        if all(self._frames.take() for _ in self.conn.events):
            super().handle_events()
            return
        self.stop_keepalive()
        self.conn.fail(POLICY, "too many frames")
        self.transport.write(b"".join(self.conn.data_to_send()))
        self.close_sent = True
        self.transport.close()

    async def send(self, message: Any) -> None:
        """What the app says. Whoever is shown something has been let in."""
        self._plays = self._plays or message["type"] == "websocket.send"
        await super().send(message)
        if message.get("reason") == CROWDED:
            self.transport.close()  # what has no room isn't waited for until it says goodbye

    def connection_lost(self, exc: Exception | None) -> None:
        """They hung up, or we did."""
        self._turns.rest()
        super().connection_lost(exc)

    # ── taken over ──────────────────────────────────────────────────────────────────────────────

    def handle_connect(self, event: Any) -> None:
        """A handshake: whoever answers it may take what follows."""
        super().handle_connect(event)
        if not self.handshake_complete:  # else it was none
            cast(Any, self.scope)["extensions"][OFFER] = self

    async def _through(self, scope: Any, receive: Any, send: Any) -> None:
        """The app, then whoever took the socket over there; what let them in is held no longer."""
        await self._app(scope, receive, send)
        del scope, receive, send
        if self._serve is not None:
            serve, self._serve = self._serve, None
            self.request.headers.clear()  # which the parser of frames holds as long as it lives
            del self.scope, self.request, self.response
            await serve()

    async def carry(self, ear: Ear, serve: Serve) -> None:
        """They are let in."""
        came, self._plays = self.queue, True
        self._ear, self._serve, self.queue = ear, serve, cast(Any, _Told(ear))
        if self.read_paused:
            self.hold(False)
        while not came.empty():
            self.queue.put_nowait(came.get_nowait())

    def send_receive_event_to_app(self) -> None:
        """A message is whole."""
        if self._ear is None or self.close_sent:
            super().send_receive_event_to_app()
            return
        data = b"".join(self.frames)
        try:
            said = data.decode() if self.curr_msg_data_type == "text" else data
        except UnicodeDecodeError:
            super().send_receive_event_to_app()  # which ends it, and says why
            return
        self.frames = []
        self._ear.said(said)

    @property
    def waiting(self) -> int:
        """Bytes that the kernel hasn't taken."""
        return self.transport.get_write_buffer_size()

    def write(self, frame: bytes) -> None:
        """Send a text, now."""
        if not self.close_sent and not self.transport.is_closing():
            self.transport.write(head_of(len(frame)) + frame)

    def hold(self, held: bool) -> None:
        """Read on, or not yet."""
        self.read_paused = held
        if held:
            self.transport.pause_reading()
        else:
            self.transport.resume_reading()

    async def close(self, code: int, reason: str, word: bytes = b"") -> None:
        """Say a last word, and end it. Waits while much has yet to leave before."""
        if word:
            self.write(word)
        with suppress(OSError, RuntimeError):
            await self.send({"type": "websocket.close", "code": code, "reason": reason})

    def pause_writing(self) -> None:
        """Much waits."""
        super().pause_writing()
        self.full = True

    def resume_writing(self) -> None:
        """Little waits."""
        super().resume_writing()
        self.full = False
        if self._ear is not None:
            self._ear.drained()
