"""A client that does nothing but move text: the generator must not be what is measured.

Only what the servers need of RFC 6455: whole frames of text, masked, no extensions; and of HTTP: one
request a connection.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from typing import Any, Final

import orjson

HOST: Final = "127.0.0.1"
_SHORT: Final = 126
_LONG: Final = 127
_TEXT: Final = 0x81
_CLOSE: Final = 0x88
_PING: Final = 0x89
_PONG: Final = 0x8A
_MASK: Final = b"\0\0\0\0"
"""Zeros are a mask too, and cost nothing."""
_KEY: Final = b"dGhlIHNhbXBsZSBub25jZQ=="
_UPGRADE: Final = (
    b"GET /live HTTP/1.1\r\nHost: 127.0.0.1\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
    b"Sec-WebSocket-Key: " + _KEY + b"\r\nSec-WebSocket-Version: 13\r\n\r\n"
)


def framed(text: bytes, kind: int = _TEXT) -> bytes:
    """A client's frame."""
    size = len(text)
    assert size < 1 << 16, "a command is short"
    length = bytes((0x80 | size,)) if size < _SHORT else b"\xfe" + size.to_bytes(2, "big")
    return bytes((kind,)) + length + _MASK + text


class Lean(asyncio.Protocol):
    """One socket. `heard` is called with each message's bytes; `lost` with why, when it is shut by
    the other side."""

    def __init__(self, heard: Callable[[bytes], None], lost: Callable[[str], None]) -> None:
        self._heard = heard
        self._lost = lost
        self._buffer = b""
        self._hung_up = False
        self._why = "no word"
        self.opened: asyncio.Future[None] = asyncio.get_running_loop().create_future()

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        assert isinstance(transport, asyncio.Transport)
        self._transport = transport
        transport.write(_UPGRADE)

    def connection_lost(self, exc: Exception | None) -> None:
        why = str(exc) if exc else self._why
        if not self.opened.done():
            self.opened.set_exception(ConnectionError(why))
        elif not self._hung_up:
            self._lost(why)

    def data_received(self, data: bytes) -> None:
        self._buffer += data
        if not self.opened.done():
            self._answered()
        else:
            self._take()

    def say(self, text: bytes) -> None:
        """Send a message."""
        self._transport.write(framed(text))

    def hang_up(self) -> None:
        """Go, without a word."""
        self._hung_up = True
        self._transport.abort()

    def _answered(self) -> None:
        head, end, rest = self._buffer.partition(b"\r\n\r\n")
        if not end:
            return
        if not head.startswith(b"HTTP/1.1 101"):
            self.opened.set_exception(ConnectionError(head.decode()))
            return
        self._buffer = rest
        self.opened.set_result(None)
        self._take()

    def _take(self) -> None:
        """Whatever has come whole."""
        buffer = self._buffer
        at, size = 0, len(buffer)
        while size - at >= 2:
            kind, length, body = buffer[at], buffer[at + 1], at + 2
            if length == _SHORT:
                length, body = int.from_bytes(buffer[body : body + 2], "big"), body + 2
            elif length == _LONG:
                length, body = int.from_bytes(buffer[body : body + 8], "big"), body + 8
            if size - body < length:
                break
            at = body + length
            if kind == _TEXT:
                self._heard(buffer[body:at])
            elif kind == _PING:  # what isn't answered with its own text is no answer
                self._transport.write(framed(buffer[body:at], _PONG))
            elif kind == _CLOSE:
                self._why = f"{int.from_bytes(buffer[body : body + 2], 'big')}"
        self._buffer = buffer[at:]


async def connected(
    port: int, heard: Callable[[bytes], None], lost: Callable[[str], None], source: str = HOST
) -> Lean:
    """A socket that is open; `source`: its own address. Raises ConnectionError."""
    loop = asyncio.get_running_loop()
    _, lean = await loop.create_connection(
        lambda: Lean(heard, lost), HOST, port, local_addr=(source, 0)
    )
    await lean.opened
    return lean


class NotTaken(Exception):
    """A call was refused."""

    def __init__(self, answer: bytes) -> None:
        super().__init__(answer.decode())
        self.busy = b'"lobby_busy"' in answer
        """Come again."""


async def post(
    port: int, path: str, body: dict[str, Any], bearer: str = "", source: str = HOST
) -> dict[str, Any]:
    """What a call answers. Raises NotTaken."""
    text = orjson.dumps(body)
    login = f"Authorization: Bearer {bearer}\r\n" if bearer else ""
    reader, writer = await asyncio.open_connection(HOST, port, local_addr=(source, 0))
    writer.write(
        f"POST {path} HTTP/1.1\r\nHost: {HOST}:{port}\r\nContent-Type: application/json\r\n"
        f"{login}Content-Length: {len(text)}\r\nConnection: close\r\n\r\n".encode()
        + text
    )
    answer = await reader.read()
    writer.close()
    head, _, said = answer.partition(b"\r\n\r\n")
    if head[9:10] != b"2":
        raise NotTaken(said)
    found: dict[str, Any] = orjson.loads(said)
    return found
