"""A TCP proxy in this process whose link can be slow, cut, stalled or refused, as a phone's is.

Bytes are passed on as they are. What a fault does to a connection is what a network does: a cut one is
reset on both sides, a stalled one stays open and silent, a refused one ends before a byte of it.
"""

from __future__ import annotations

import asyncio
import contextlib
import random
import socket
import struct
from types import TracebackType
from typing import Literal, Self

Way = Literal["up", "down"]
CHUNK_BYTES = 16 * 1024
_RESET = struct.pack("ii", 1, 0)
"""SO_LINGER of nothing: closing resets."""


async def pause(seconds: float) -> None:
    """Let that much time go by on the link."""
    loop = asyncio.get_running_loop()
    over = loop.create_future()
    timer = loop.call_later(seconds, over.set_result, None)
    try:
        await over
    finally:
        timer.cancel()


class Proxy:
    """Between clients and one server; `async with`."""

    def __init__(self, port: int, seed: int, *, delay_ms: tuple[int, int] = (0, 0)) -> None:
        """`port`: the server's. Every piece is late by so much, drawn from the seed."""
        self.port = 0
        self.cuts = 0
        """Connections that were cut."""
        self._upstream = port
        self._delay_ms = delay_ms
        self._chance = random.Random(seed)
        self._up = True
        self._flows: dict[Way, asyncio.Event] = {"up": asyncio.Event(), "down": asyncio.Event()}
        self._open: set[asyncio.StreamWriter] = set()
        self._server: asyncio.Server | None = None

    @property
    def url(self) -> str:
        """Where clients reach the server through it."""
        return f"http://127.0.0.1:{self.port}"

    async def __aenter__(self) -> Self:
        self.heal()
        self._server = await asyncio.start_server(self._serve, "127.0.0.1", 0)
        self.port = self._server.sockets[0].getsockname()[1]
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        assert self._server is not None
        self._server.close()
        self.cut()
        await self._server.wait_closed()

    # ── faults ──────────────────────────────────────────────────────────────────────────────────

    def cut(self) -> None:
        """Reset every connection, and refuse new ones until `heal`."""
        self._up = False
        self.cuts += len(self._open) // 2
        for writer in tuple(self._open):
            _reset(writer)

    def stall(self, way: Way) -> None:
        """Let nothing through that way until `heal`; connections stay open."""
        self._flows[way].clear()

    def heal(self) -> None:
        """The link is as it should be."""
        self._up = True
        for flow in self._flows.values():
            flow.set()

    # ── one connection ──────────────────────────────────────────────────────────────────────────

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        if not self._up:
            _reset(writer)
            return
        try:
            far_reader, far_writer = await asyncio.open_connection("127.0.0.1", self._upstream)
        except OSError:
            _reset(writer)
            return
        both = {writer, far_writer}
        self._open |= both
        passing = {
            asyncio.create_task(self._pass("up", reader, far_writer)),
            asyncio.create_task(self._pass("down", far_reader, writer)),
        }
        try:
            await asyncio.wait(passing, return_when=asyncio.FIRST_COMPLETED)
        finally:
            for task in passing:
                task.cancel()
            await asyncio.gather(*passing, return_exceptions=True)
            self._open -= both
            for one in both:
                one.close()

    async def _pass(
        self, way: Way, reader: asyncio.StreamReader, writer: asyncio.StreamWriter
    ) -> None:
        with contextlib.suppress(OSError):
            while piece := await reader.read(CHUNK_BYTES):
                if self._delay_ms[1]:
                    await pause(self._chance.uniform(*self._delay_ms) / 1000)
                await self._flows[way].wait()
                writer.write(piece)
                await writer.drain()


def _reset(writer: asyncio.StreamWriter) -> None:
    sock: socket.socket = writer.get_extra_info("socket")
    with contextlib.suppress(OSError):
        sock.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, _RESET)
    writer.transport.abort()
