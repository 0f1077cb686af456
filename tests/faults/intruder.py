"""A client that keeps to no protocol: raw bytes over TCP, and what the server makes of them."""

from __future__ import annotations

import asyncio
import base64
import os
import struct
from types import TracebackType

from tests.support.patience import PATIENCE_S, soon


def frame(
    payload: bytes, *, opcode: int = 1, fin: bool = True, masked: bool = True, reserved: int = 0
) -> bytes:
    """A WebSocket frame (RFC 6455, 5.2), right or wrong."""
    head = bytes([(0x80 if fin else 0) | reserved << 4 | opcode])
    size, mark = len(payload), 0x80 if masked else 0
    if size < 126:
        head += bytes([mark | size])
    elif size < 1 << 16:
        head += bytes([mark | 126]) + struct.pack("!H", size)
    else:
        head += bytes([mark | 127]) + struct.pack("!Q", size)
    if not masked:
        return head + payload
    key = b"\x12\x34\x56\x78"
    return head + key + bytes(byte ^ key[at % 4] for at, byte in enumerate(payload))


class Intruder:
    """One TCP connection. Reads what comes and knows when the other side has hung up."""

    def __init__(self, port: int) -> None:
        self._port = port

    async def __aenter__(self) -> Intruder:
        self.reader, self.writer = await asyncio.open_connection("127.0.0.1", self._port)
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.writer.transport.abort()

    async def send(self, data: bytes) -> None:
        """Send, if the other side still listens."""
        try:
            self.writer.write(data)
            await self.writer.drain()
        except ConnectionError:
            return

    async def rest(self, timeout_s: float = PATIENCE_S) -> bytes:
        """All until the other side hangs up. Raises TimeoutError: it doesn't."""
        heard = b""
        try:
            async with asyncio.timeout(timeout_s):
                while piece := await self.reader.read(1 << 16):
                    heard += piece
        except ConnectionError:
            pass
        return heard

    async def upgrade(self) -> None:
        """Open a WebSocket as a browser would."""
        key = base64.b64encode(os.urandom(16)).decode()
        await self.send(
            f"GET /live HTTP/1.1\r\nHost: 127.0.0.1:{self._port}\r\nUpgrade: websocket\r\n"
            f"Connection: Upgrade\r\nSec-WebSocket-Key: {key}\r\nSec-WebSocket-Version: 13\r\n\r\n".encode()
        )
        head = await soon(self.reader.readuntil(b"\r\n\r\n"))
        assert head.startswith(b"HTTP/1.1 101"), head

    async def close_code(self, timeout_s: float = PATIENCE_S) -> int | None:
        """The code of the server's close frame; None: it hung up without one."""
        data = b""
        async with asyncio.timeout(timeout_s):
            while (code := _close_code(data)) is None:
                try:
                    piece = await self.reader.read(1 << 16)
                except ConnectionError:
                    piece = b""
                if not piece:
                    return None
                data += piece
        return code


def _close_code(data: bytes) -> int | None:
    """The code of the close frame among these frames, the last of which may be cut short."""
    while len(data) >= 4:
        opcode, size, at = data[0] & 0x0F, data[1] & 0x7F, 2
        if size == 126:
            size, at = struct.unpack("!H", data[2:4])[0], 4
        elif size == 127 and len(data) >= 10:
            size, at = struct.unpack("!Q", data[2:10])[0], 10
        if opcode == 8:
            code: int = struct.unpack("!H", data[at : at + 2])[0]
            return code
        data = data[at + size :]
    return None
