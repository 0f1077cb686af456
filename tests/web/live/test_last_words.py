"""How a line ends: a phone that a stopping server sends away is not called away; any other is."""

from __future__ import annotations

import asyncio
from types import SimpleNamespace
from typing import Any, cast

import pytest
from fastapi import WebSocket
from starlette.websockets import WebSocketState

from engine.views.kept import Kept
from tests.support.patience import soon
from web.door.pipes import Carried
from web.live.connection import RESTARTING, Connection
from web.live.framing import Parts
from web.live.lines import Line

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
                time=lambda: (0, 1),
                parts=self.parts,
                whose=dict,
            ),
        )

    async def parts(self) -> tuple[int, Parts]:
        return 1, {"scene": Kept({"title": "望志路"})}

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
        return asyncio.create_task(self._serve(Carried(socket)))

    async def _serve(self, pipe: Carried) -> None:
        watch = SimpleNamespace(end=lambda: None)
        host = SimpleNamespace(call=lambda heard, *runs: watch)
        services = cast(Any, SimpleNamespace(host=host))
        connection = Connection(services, pipe, self.line, html=False)
        await connection.begin()
        await pipe.carry(connection, connection.serve)


@pytest.mark.parametrize("code", [RESTARTING, GONE])
async def test_who_reads_how_it_ends(code: int) -> None:
    ending = Ending()
    served = ending.serve()
    await soon(ending.writing.wait())
    ending.end(code)
    await served
    assert ending.line.sent_away is (code == RESTARTING)


@pytest.mark.parametrize("code", [RESTARTING, GONE])
async def test_whose_line_ends_while_it_is_written_to(code: int) -> None:
    """The reader hears it in the moment in which the writer fails."""
    ending = Ending()
    ending.send_ends_with = code
    await ending.serve()
    assert ending.line.sent_away is (code == RESTARTING)


async def test_who_is_served_when_the_server_waits_no_longer() -> None:
    ending = Ending()
    served = ending.serve()
    await soon(ending.writing.wait())
    served.cancel()
    with pytest.raises(asyncio.CancelledError):
        await served
    assert ending.line.sent_away
