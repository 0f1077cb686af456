"""HTTP for people, neither for dawdlers nor for mills: a request that doesn't get on, or comes in
crumbs, ends its connection.

uvicorn waits for ever for a request's first line, for the rest of its head, and for its body; a few
hundred connections that send nothing would use up all that the process may have open. And it parses
whatever came at once, though a body in chunks of one byte costs as much by the byte as a page does.
"""

from __future__ import annotations

import asyncio
from typing import Any, Final, cast

import h11
from uvicorn.protocols.http.h11_impl import STATUS_PHRASES, H11Protocol

from web.door.bare import HEADERS, page_of, told_as
from web.door.turns import LARGE_SLICE, PARTS_SLICE, SLICE, Turns

HEAD_S: Final = 10.0
"""From the connection, or a head's first byte, to its end."""
BODY_S: Final = 10.0
"""Between two pieces of a body."""
BODY_WHOLE_S: Final = 300.0
"""For the whole of a body: a package of pictures over a slow line."""
PIECES_MAX: Final = 1_000
"""Pieces of one body beyond those that its size explains, one for each PIECE bytes."""
PIECE: Final = 512
SPILL_S: Final = 1.0
SPILL_MAX: Final = 256 * 1024
"""So much of what can't be read, for so long, is taken in and forgotten once that was said."""
HEAD_MAX: Final = 16 * 1024
"""Bytes of a head: h11 counts them while it isn't whole, and what comes by slices never is."""

_BEFORE_HEAD: Final = "IDLE"
_IN_BODY: Final = "SEND_BODY"
"""What h11, by which uvicorn reads, calls where the other side is."""


class _Pieces(h11.Connection):
    """Counts the pieces a body comes in: each costs the same, however little it holds."""

    _count = 0
    _bytes = 0
    refusal = 400
    """With which status what came is refused, once it is."""

    def next_event(self) -> Any:
        """What came next. Raises h11.RemoteProtocolError: also where a body comes in crumbs."""
        try:
            event = super().next_event()
        except h11.RemoteProtocolError as error:
            self.refusal = error.error_status_hint
            raise
        if isinstance(event, h11.Data):
            self._count += 1
            self._bytes += len(event.data)
            if self._count > PIECES_MAX + self._bytes // PIECE:
                raise h11.RemoteProtocolError("too many chunks")
        elif isinstance(event, h11.Request):
            self._count = self._bytes = 0
        return event


class PatientProtocol(H11Protocol):
    """A connection that is ended when a request on it takes too long to arrive."""

    _turns: Turns

    _limit: asyncio.TimerHandle | None = None
    _spilled: int | None = None
    """Bytes that were forgotten since it was refused; None: it wasn't."""
    _head = False
    """The limit is a head's: more bytes of it don't move it."""
    _body_until_s = 0.0

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        """Somebody is there, and has yet to say what for."""
        self.conn: _Pieces = _Pieces(h11.SERVER, HEAD_MAX)
        self._turns = Turns(transport, self._parse, self._slice)
        super().connection_made(cast(asyncio.Transport, self._turns.valve))
        self._arm(HEAD_S, head=True)

    def data_received(self, data: bytes) -> None:
        """More of a request."""
        if self._spilled is None:
            self._turns.received(data)
            return
        self._spilled += len(data)
        if self._spilled > SPILL_MAX:
            self.transport.abort()

    def send_400_response(self, msg: str) -> None:
        """What came is no HTTP, or too long. Whoever was answered already is cut off. What is still
        being sent is taken in for a moment: a browser that is hung up on shows no page."""
        status = told_as(self.conn.refusal)
        page = page_of(status)
        headers = [*HEADERS, (b"content-length", str(len(page)).encode())]
        try:
            head = self.conn.send(
                h11.Response(status_code=status, headers=headers, reason=STATUS_PHRASES[status])
            )
            body = self.conn.send(h11.Data(data=page))
        except h11.LocalProtocolError:
            self.transport.abort()
            return
        if self.cycle is not None:  # what reads the body is told as if they had hung up
            self.cycle.disconnected = True
            self.cycle.message_event.set()
        self.transport.write((head or b"") + (body or b""))
        self.transport.write_eof()
        self._spilled = 0
        self._turns.rest()
        self._arm(SPILL_S, head=False)

    def _slice(self) -> int:
        """What may be parsed at once. A body whose length was told has no pieces of its own."""
        if str(self.conn.their_state) != _IN_BODY:
            return SLICE
        named = dict(self.headers)
        if b"transfer-encoding" in named:
            return SLICE
        in_parts = named.get(b"content-type", b"").lower().startswith(b"multipart/")
        return PARTS_SLICE if in_parts else LARGE_SLICE

    def _parse(self, data: bytes) -> None:
        if self.transport.is_closing():
            return
        super().data_received(data)
        if self._spilled is not None:
            return
        taken_over: Any = self.transport.get_protocol()
        if taken_over is not self and (rest := self._turns.rest()):
            taken_over.data_received(rest)  # frames that didn't wait for the handshake's answer
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
        self._turns.rest()
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
