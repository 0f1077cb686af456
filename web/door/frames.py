"""WebSockets for people, not for mills: frames are counted, not only the messages they make up.

A message that is never finished, a ping, a pong reach no route, so no limit on messages sees them.
"""

from __future__ import annotations

import asyncio
from typing import Any, Final, cast

from uvicorn.protocols.websockets.websockets_sansio_impl import WebSocketsSansIOProtocol

from engine.evening.paces import Bucket
from web.door.turns import Turns

FRAMES_PER_S: Final = 60
FRAMES_BURST: Final = 1_000
"""Frames of one socket, of whatever sort. A phone sends one a message, of which it may send twenty
a second (`limits.COMMANDS_PER_S`); whoever sends more messages than that is told so, by `live.py`,
a few hundred times first."""
POLICY: Final = 1008


class MeteredSocket(WebSocketsSansIOProtocol):
    """A socket that is closed when it sends more frames than anybody needs."""

    _turns: Turns

    def __init__(self, *given: Any, **named: Any) -> None:
        super().__init__(*given, **named)
        self._frames = Bucket(FRAMES_PER_S, FRAMES_BURST)
        self._plays = False

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

    def connection_lost(self, exc: Exception | None) -> None:
        """They hung up, or we did."""
        self._turns.rest()
        super().connection_lost(exc)
