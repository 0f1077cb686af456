"""A participant's socket at the least cost: thousands of them fit into one process.

The frames are made and read by hand (RFC 6455): the key that masks is zero, and a server's frames come
whole. What a message says is the owner's business.
"""

from __future__ import annotations

import asyncio
import struct
from collections.abc import Callable
from typing import Any

import orjson

_TEXT, _CLOSE, _PING, _PONG = 0x1, 0x8, 0x9, 0xA
_NO_MASK = bytes(4)


def frame(payload: bytes, kind: int = _TEXT) -> bytes:
    """A client's frame."""
    size = len(payload)
    if size < 126:
        head = struct.pack("!BB", 0x80 | kind, 0x80 | size)
    else:
        head = struct.pack("!BBH", 0x80 | kind, 0x80 | 126, size)
    return head + _NO_MASK + payload


def handshake(port: int) -> bytes:
    """What opens the socket."""
    return (
        f"GET /live HTTP/1.1\r\nHost: 127.0.0.1:{port}\r\nUpgrade: websocket\r\n"
        "Connection: Upgrade\r\nSec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA==\r\n"
        "Sec-WebSocket-Version: 13\r\n\r\n"
    ).encode()


def hello(token: str, format_: str = "json") -> bytes:
    """A seat's first frame."""
    return frame(orjson.dumps({"type": "hello", "token": token, "format": format_}))


class Line(asyncio.Protocol):
    """One open socket."""

    def __init__(
        self,
        port: int,
        token: str,
        on_message: Callable[[bytes], None],
        on_lost: Callable[[], None],
        format_: str = "json",
    ) -> None:
        self._port = port
        self._format = format_
        self._token = token
        self._on_message = on_message
        self._on_lost = on_lost
        self._open = False
        self._held = b""
        self._transport: asyncio.Transport | None = None

    def send(self, message: dict[str, Any]) -> None:
        """Say something."""
        self._write(frame(orjson.dumps(message)))

    def close(self) -> None:
        """Hang up."""
        if self._transport is not None:
            self._transport.abort()

    def _write(self, data: bytes) -> None:
        if self._transport is not None:
            self._transport.write(data)

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        assert isinstance(transport, asyncio.Transport)
        self._transport = transport
        self._write(handshake(self._port))

    def connection_lost(self, exc: Exception | None) -> None:
        self._transport = None
        self._on_lost()

    def data_received(self, data: bytes) -> None:
        data = self._held + data if self._held else data
        if not self._open:
            head, end, data = data.partition(b"\r\n\r\n")
            if not end:
                self._held = head
                return
            if not head.startswith(b"HTTP/1.1 101"):
                self.close()
                return
            self._open = True
            self._write(hello(self._token, self._format))
        self._held = self._frames(data)

    def _frames(self, data: bytes) -> bytes:
        """Take in the whole frames; what is left."""
        at = 0
        while len(data) - at >= 2:
            start, size = at + 2, data[at + 1]
            if size >= 126:
                form = "!H" if size == 126 else "!Q"
                start += struct.calcsize(form)
                if len(data) < start:
                    break
                (size,) = struct.unpack_from(form, data, at + 2)
            if len(data) < start + size:
                break
            self._take(data[at] & 0xF, data[start : start + size])
            at = start + size
        return data[at:]

    def _take(self, kind: int, payload: bytes) -> None:
        if kind == _TEXT:
            self._on_message(payload)
        elif kind == _PING:
            self._write(frame(payload, _PONG))
        elif kind == _CLOSE:
            self.close()
