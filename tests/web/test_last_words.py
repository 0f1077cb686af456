"""How a line ends: a phone that a stopping server sends away is not called away; any other is."""

from __future__ import annotations

import asyncio
from contextlib import nullcontext
from types import SimpleNamespace
from typing import Any, cast

import pytest
from fastapi import WebSocket
from starlette.websockets import WebSocketState

from web.live.lines import Line
from web.live.socket import RESTARTING, _Connection
from web.live.wire import Hello

GONE = 1001


class Ending:
    """A line whose end is made by the test."""

    def __init__(self) -> None:
        self.told: asyncio.Queue[dict[str, Any]] = asyncio.Queue()
        self.writing = asyncio.Event()
        self.send_ends_with: int | None = None
        """Sending fails, and with that it is told how the line ended."""
        self.line = cast(
            Line,
            SimpleNamespace(
                kind="seat",
                lang="zh",
                runs=("r",),
                sent_away=False,
                now_ms=lambda: 0,
                parts=self.parts,
                whose=dict,
            ),
        )

    async def parts(self) -> tuple[int, dict[str, Any]]:
        return 1, {"scene": {"title": "望志路"}}

    async def receive(self) -> dict[str, Any]:
        return await self.told.get()

    async def send(self, message: Any) -> None:
        self.writing.set()
        if self.send_ends_with is not None:
            self.end(self.send_ends_with)
            raise OSError

    def end(self, code: int) -> None:
        self.told.put_nowait({"type": "websocket.disconnect", "code": code})

    def serve(self) -> asyncio.Task[None]:
        scope = {"type": "websocket", "headers": [], "query_string": b""}
        socket = WebSocket(scope, self.receive, self.send)
        socket.client_state = socket.application_state = WebSocketState.CONNECTED
        watch = SimpleNamespace(moved=asyncio.Event().wait, cover=lambda *runs: None)
        host = SimpleNamespace(watch=lambda *runs: nullcontext(watch))
        hello = Hello(token="t", format="json")
        connection = _Connection(cast(Any, SimpleNamespace(host=host)), socket, hello, self.line)
        return asyncio.create_task(connection.serve())


@pytest.mark.parametrize("code", [RESTARTING, GONE])
async def test_who_reads_how_it_ends(code: int) -> None:
    ending = Ending()
    served = ending.serve()
    await ending.writing.wait()
    ending.end(code)
    await served
    assert ending.line.sent_away is (code == RESTARTING)


@pytest.mark.parametrize("code", [RESTARTING, GONE])
async def test_whose_line_ends_while_it_is_written_to(code: int) -> None:
    """The reader hears it in the moment in which the writer fails."""
    ending = Ending()
    ending.send_ends_with = code
    with pytest.raises(RuntimeError):  # it can't be closed a second time
        await ending.serve()
    assert ending.line.sent_away is (code == RESTARTING)


async def test_who_is_served_when_the_server_waits_no_longer() -> None:
    ending = Ending()
    served = ending.serve()
    await ending.writing.wait()
    served.cancel()
    with pytest.raises(asyncio.CancelledError):
        await served
    assert ending.line.sent_away
