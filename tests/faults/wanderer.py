"""A participant whose line breaks: comes back to any worker, and says again what wasn't answered."""

from __future__ import annotations

import asyncio
import itertools
import json
from collections.abc import Callable, Sequence
from typing import Any

from tenacity import AsyncRetrying, retry_if_exception_type, wait_fixed
from websockets.asyncio.client import ClientConnection, connect
from websockets.exceptions import ConnectionClosed, InvalidHandshake

from tests.e2e.answers import AnswerKey
from tests.e2e.bots import Bot
from tests.support.proxy import pause

RETRY_S = 0.05
LISTEN_S = 0.1
LINE_S = 10.0
"""A phone's own limit, as the page's: a worker that doesn't greet in time is left for the next."""
LINE_TROUBLE = (OSError, ConnectionClosed, InvalidHandshake, TimeoutError)


class Wanderer(Bot):
    """A seat that may be served by any of several workers."""

    def __init__(self, urls: Sequence[str], token: str, key: AnswerKey) -> None:
        self._urls = itertools.cycle(urls)
        self._token = token
        self.acks: dict[str, int] = {}
        self.closes: list[int] = []
        """With what code each line ended; 1006: without a word."""
        self.on_ack: Callable[[], None] = lambda: None
        self.may_say = asyncio.Event()
        """Clear: what is to be said waits."""
        self.may_say.set()
        self.think_s = 0.0
        """How long it takes its time before it says something."""
        super().__init__(None, key)  # type: ignore[arg-type]

    async def arrive(self) -> None:
        """Connect to the next worker that answers, and hear all parts."""
        async for attempt in AsyncRetrying(
            retry=retry_if_exception_type(LINE_TROUBLE), wait=wait_fixed(RETRY_S)
        ):
            with attempt:
                self.socket = await self._hello(next(self._urls))
        for message in self._open.values():
            await self._send(message)

    async def _hello(self, url: str) -> ClientConnection:
        socket = await connect(f"{url.replace('http', 'ws', 1)}/live", open_timeout=LINE_S)
        hello = {"type": "hello", "token": self._token, "format": "json"}
        await socket.send(json.dumps(hello))
        try:
            first = json.loads(await asyncio.wait_for(socket.recv(), LINE_S))
        except BaseException:
            await socket.close()
            raise
        assert first["type"] == "parts", first
        self._take(first)
        return socket

    def _take(self, message: dict[str, Any]) -> None:
        assert message["seq"] >= self.seq, "an older state was shown than before"
        self.seq = message["seq"]
        now_ms = asyncio.get_running_loop().time() * 1000
        self.clock_ahead_ms = message["now_ms"] - now_ms
        self.parts |= message["parts"]

    async def _send(self, message: dict[str, Any]) -> None:
        try:
            await self.socket.send(json.dumps(message))
        except ConnectionClosed:
            return  # the next hear() finds that out

    async def say(self, do: str, **fields: Any) -> str:
        while not self.may_say.is_set():
            await self.hear(LISTEN_S)  # a phone that says nothing still comes back
        await pause(self.think_s)
        name = f"c{next(self._ids)}"
        self._open[name] = {"type": "command", "id": name, "do": do, **fields}
        await self._send(self._open[name])
        return name

    async def hear(self, timeout_s: float | None = None) -> None:
        try:
            message = json.loads(await asyncio.wait_for(self.socket.recv(), timeout_s))
        except TimeoutError:
            return
        except ConnectionClosed as error:
            self.closes.append(1006 if error.rcvd is None else error.rcvd.code)
            await self.arrive()
            return
        if message["type"] == "parts":
            self._take(message)
        elif message["type"] in ("ack", "rejected"):
            await self._settle(message)
            if message["type"] == "ack":
                self.acks[message["id"]] = message["seq"]
                self.on_ack()
