"""HTTP for people, not for dawdlers: a request that doesn't get on ends its connection.

uvicorn waits for ever for a request's first line, for the rest of its head, and for its body; a few
hundred connections that send nothing would use up all that the process may have open.
"""

from __future__ import annotations

import asyncio
from typing import Any, Final

from uvicorn.protocols.http.h11_impl import H11Protocol

HEAD_S: Final = 10.0
"""From the connection, or a head's first byte, to its end."""
BODY_S: Final = 10.0
"""Between two pieces of a body."""
BODY_WHOLE_S: Final = 300.0
"""For the whole of a body: a package of pictures over a slow line."""


_BEFORE_HEAD: Final = "IDLE"
_IN_BODY: Final = "SEND_BODY"
"""What h11, by which uvicorn reads, calls where the other side is."""


class PatientProtocol(H11Protocol):
    """A connection that is ended when a request on it takes too long to arrive."""

    _limit: asyncio.TimerHandle | None = None
    _head = False
    """The limit is a head's: more bytes of it don't move it."""
    _body_until_s = 0.0

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        """Somebody is there, and has yet to say what for."""
        super().connection_made(transport)
        self._arm(HEAD_S, head=True)

    def data_received(self, data: bytes) -> None:
        """More of a request."""
        super().data_received(data)
        theirs = str(self.conn.their_state)
        if self.transport.get_protocol() is not self or self.transport.is_closing():
            self._disarm()
        elif theirs == _IN_BODY:
            now_s = self.loop.time()
            if self._head or self._limit is None:
                self._body_until_s = now_s + BODY_WHOLE_S
            self._arm(min(BODY_S, self._body_until_s - now_s), head=False)
        elif theirs != _BEFORE_HEAD:
            self._disarm()
        elif self.conn.trailing_data[0] and self._limit is None:
            self._arm(HEAD_S, head=True)

    def connection_lost(self, exc: Exception | None) -> None:
        """They hung up, or we did."""
        self._disarm()
        super().connection_lost(exc)

    def _arm(self, limit_s: float, *, head: bool) -> None:
        self._disarm()
        self._head = head
        self._limit = self.loop.call_later(max(0.0, limit_s), self._end)

    def _disarm(self) -> None:
        if self._limit is not None:
            self._limit.cancel()
            self._limit = None

    def _end(self) -> None:
        self._limit = None
        closing: Any = self.transport
        closing.abort()
