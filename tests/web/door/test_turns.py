"""What one connection sends is parsed by slices, and who sends work without content is shut out.

The family: whatever sort of crumbs a client finds, no turn of the loop parses more than a slice of
it, and it is let go long before it has sent what it would.
"""

from __future__ import annotations

import asyncio
import socket
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager, nullcontext
from typing import Any

import h11
import pytest
import uvicorn
from websockets.server import ServerProtocol

from server import config_of
from tests.faults.intruder import Intruder, frame
from tests.support.patience import soon
from web.door.turns import LARGE_SLICE, SLICE
from web.settings import Settings

AT_ONCE = 256 * 1024
CHUNKED = b"POST /x HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n"
TOLD = b"POST /x HTTP/1.1\r\nHost: x\r\nContent-Length: %d\r\n\r\n"

FRAMES = {
    "continuations of nothing": (frame(b"x", fin=False), frame(b"", opcode=0, fin=False)),
    "continuations of a sign": (frame(b"x", fin=False), frame(b"x", opcode=0, fin=False)),
    "pings": (b"", frame(b"", opcode=9)),
    "pings that say something": (b"", frame(b"x" * 125, opcode=9)),
    "pongs": (b"", frame(b"", opcode=10)),
    "messages of nothing": (b"", frame(b"")),
    "bytes of nothing": (b"", frame(b"", opcode=2)),
}
CRUMBS = {
    "chunks of a byte": (CHUNKED, b"1\r\nx\r\n"),
    "chunks with words beside": (CHUNKED, b"1;a=b\r\nx\r\n"),
    "chunks of ten": (CHUNKED, b"a\r\nxxxxxxxxxx\r\n"),
    "a head without end": (b"GET / HTTP/1.1\r\nHost: x\r\n", b"A: b\r\n"),
}


async def _hearing(scope: Any, receive: Any, send: Any) -> None:
    """An app that takes all in."""
    if scope["type"] == "lifespan":
        return
    if scope["type"] == "websocket":
        await receive()
        await send({"type": "websocket.accept"})
        while (await receive())["type"] != "websocket.disconnect":
            pass
        return
    while (message := await receive())["type"] == "http.request" and message["more_body"]:
        pass
    head = [(b"content-length", b"2")]
    await send({"type": "http.response.start", "status": 200, "headers": head})
    await send({"type": "http.response.body", "body": b"ok"})


async def _answering_first(scope: Any, receive: Any, send: Any) -> None:
    """An app that answers before it has heard."""
    head = [(b"content-length", b"2")]
    await send({"type": "http.response.start", "status": 401, "headers": head})
    await send({"type": "http.response.body", "body": b"no"})


@asynccontextmanager
async def serving(app: Any) -> AsyncIterator[int]:
    """The port of a server in this very loop, served as `server.py` does."""
    config = config_of(app, Settings(secret="x"))
    config.lifespan = "off"
    with socket.create_server(("127.0.0.1", 0)) as listening:
        server = uvicorn.Server(config)
        server.capture_signals = nullcontext  # type: ignore[assignment,method-assign]
        task = asyncio.create_task(server.serve(sockets=[listening]))
        try:
            yield listening.getsockname()[1]
        finally:
            server.should_exit = True
            await task


@pytest.fixture
def fed(monkeypatch: pytest.MonkeyPatch) -> list[int]:
    """How much a parser was given at once, each time."""
    sizes: list[int] = []

    def noting(real: Callable[[Any, bytes], None]) -> Callable[[Any, bytes], None]:
        def receive(self: Any, data: bytes) -> None:
            sizes.append(len(data))
            real(self, data)

        return receive

    monkeypatch.setattr(h11.Connection, "receive_data", noting(h11.Connection.receive_data))
    monkeypatch.setattr(ServerProtocol, "receive_data", noting(ServerProtocol.receive_data))
    return sizes


@pytest.mark.parametrize("sort", FRAMES)
def test_frames_without_end_are_parsed_by_slices_and_shut_out(sort: str, fed: list[int]) -> None:
    first, each = FRAMES[sort]

    async def play() -> int | None:
        async with serving(_hearing) as port, Intruder(port) as intruder:
            await intruder.upgrade()
            await intruder.send(first + each * (AT_ONCE // len(each) + 1))
            return await soon(intruder.close_code())

    assert asyncio.run(play()) in (1008, None), "None: cut off in the middle of sending"
    assert max(fed) <= SLICE
    assert sum(fed) < AT_ONCE, "it was let go before the end"


@pytest.mark.parametrize("app", [_hearing, _answering_first])
@pytest.mark.parametrize("sort", CRUMBS)
def test_crumbs_of_requests_are_parsed_by_slices_and_shut_out(
    sort: str, app: Any, fed: list[int]
) -> None:
    first, each = CRUMBS[sort]

    async def play() -> None:
        async with serving(app) as port, Intruder(port) as intruder:
            await intruder.send(first + each * (AT_ONCE // len(each) + 1))
            await soon(intruder.rest())

    asyncio.run(play())
    assert max(fed) <= SLICE
    assert sum(fed) < AT_ONCE, "it was let go before the end"


@pytest.mark.parametrize("size", [0, 1, SLICE, 3 * SLICE + 1, AT_ONCE * 4])
@pytest.mark.parametrize("chunk", [0, 1024, 64 * 1024], ids=["told", "small chunks", "chunks"])
def test_bodies_arrive_whole_whatever_their_slices(size: int, chunk: int, fed: list[int]) -> None:
    body = b"x" * size
    told = TOLD % size + body
    pieces = [body[at : at + chunk] for at in range(0, size, chunk)] if chunk else []
    chunked = CHUNKED + b"".join(b"%x\r\n%s\r\n" % (len(one), one) for one in pieces)
    again = b"GET /again HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n"

    async def play() -> bytes:
        async with serving(_hearing) as port, Intruder(port) as intruder:
            await intruder.send((chunked + b"0\r\n\r\n" if chunk else told) + again)
            return await soon(intruder.rest())

    assert asyncio.run(play()).count(b"HTTP/1.1 200") == 2, "and what was sent behind it"
    assert max(fed) <= (SLICE if chunk else LARGE_SLICE)


def test_frames_sent_with_the_handshake_are_heard() -> None:
    heard: list[str] = []

    async def app(scope: Any, receive: Any, send: Any) -> None:
        await receive()
        await send({"type": "websocket.accept"})
        while len(heard) < 3:
            heard.append((await receive())["text"])
        await send({"type": "websocket.close", "code": 1000})

    async def play() -> int | None:
        async with serving(app) as port, Intruder(port) as intruder:
            await intruder.upgrade()
            await intruder.send(b"".join(frame(b"y" * 5_000) for _ in range(3)))
            return await soon(intruder.close_code())

    assert asyncio.run(play()) == 1000
    assert [len(one) for one in heard] == [5_000] * 3
