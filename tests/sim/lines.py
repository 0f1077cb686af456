"""Lines between phones and workers: what TCP promises, and no more.

In order in each direction, while the line holds. A cut loses whatever was under way, and each end
finds out in its own time: until then it sends into nothing.
"""

from __future__ import annotations

import asyncio
import random
from collections import deque
from typing import Any

from starlette.websockets import WebSocket

from tests.sim.loop import virtual_loop
from tests.sim.ports import WORLD
from web.live.connection import RESTARTING

LATE_S = 0.05


class End:
    """What arrives at one end of a line."""

    def __init__(self) -> None:
        self.arrived: deque[str] = deque()
        self.gone = asyncio.Event()
        """This end knows that the line is gone."""
        self._waiting: asyncio.Future[None] | None = None

    @property
    def over(self) -> bool:
        """This end knows that the line is gone."""
        return self.gone.is_set()

    def put(self, frame: str) -> None:
        """A frame has arrived."""
        if not self.over:
            self.arrived.append(frame)
            self.wake()

    def hang_up(self) -> None:
        """This end finds out that the line is gone. What arrived before may still be read."""
        self.gone.set()
        self.wake()

    def wake(self) -> None:
        """Whoever waits here looks again."""
        if self._waiting is not None and not self._waiting.done():
            self._waiting.set_result(None)

    async def get(self, timeout_s: float | None = None) -> str | None:
        """The next frame; None: nothing came in time, or the line is gone."""
        if not self.arrived and not self.over:
            self._waiting = virtual_loop().create_future()
            timer = None
            if timeout_s is not None:
                timer = virtual_loop().call_later(timeout_s, self.wake)
            try:
                await self._waiting
            finally:
                self._waiting = None
                if timer is not None:
                    timer.cancel()
        return self.arrived.popleft() if self.arrived else None


class Line:
    """One connection of a phone to a worker."""

    def __init__(self, number: int, chance: random.Random, *, seat: bool = True) -> None:
        self.number = number
        self.seat = seat
        """It is a phone's; else the desk's."""
        self.phone = End()
        self.server = End()
        self.cut = False
        self.stalled = False
        """The phone reads no more, and what is sent to it waits for ever."""
        self._chance = chance
        self._under_way: dict[bool, deque[str]] = {True: deque(), False: deque()}
        """Frames to the phone, and to the worker."""
        self._last_s = {True: 0.0, False: 0.0}
        self._opened = False
        self._code = 1006

    def _carry(self, frame: str, to_phone: bool) -> None:
        """Bring it over in a moment, after whatever went before it."""
        loop = virtual_loop()
        at_s = max(self._last_s[to_phone], loop.time() + self._chance.random() * LATE_S)
        self._last_s[to_phone] = at_s
        self._under_way[to_phone].append(frame)
        loop.call_at(at_s, self._deliver, to_phone, context=WORLD.context)

    def _deliver(self, to_phone: bool) -> None:
        frame = self._under_way[to_phone].popleft()
        if not self.cut:
            (self.phone if to_phone else self.server).put(frame)

    def break_off(self, phone_s: float, server_s: float) -> None:
        """Cut it now; the ends find out after so long."""
        self.cut = True
        loop = virtual_loop()
        loop.call_later(phone_s, self.phone.hang_up, context=WORLD.context)
        loop.call_later(server_s, self.server.hang_up, context=WORLD.context)

    def dismiss(self) -> None:
        """The worker's server stops: both ends are told to come back, as far as they can be."""
        if not self.cut and not self.server.over:
            self._code = RESTARTING
            self.server.hang_up()
            self.break_off(self._chance.random() * LATE_S, 0)

    @property
    def whole(self) -> bool:
        """Both ends are there, and what one says the other hears."""
        return not (self.cut or self.phone.over or self.server.over or self.stalled)

    # ── the phone's end ─────────────────────────────────────────────────────────────────────────

    def say(self, frame: str) -> None:
        """Send, without knowing whether it arrives."""
        if not self.phone.over:
            self._carry(frame, to_phone=False)

    def leave(self) -> None:
        """The phone hangs up; the worker hears of it in a moment, unless the line is cut."""
        self.phone.hang_up()
        if not self.cut:
            self.break_off(0, self._chance.random() * LATE_S)

    # ── the worker's end, as an ASGI server shows it ────────────────────────────────────────────

    def socket(self, app: object) -> WebSocket:
        """The worker's end as Starlette's WebSocket."""
        scope = {
            "type": "websocket", "path": "/live", "query_string": b"", "subprotocols": [],
            "headers": [(b"host", b"hongchuan")], "client": ("10.0.0.1", self.number), "app": app,
        }  # fmt: skip
        return WebSocket(scope, self._receive, self._send)

    async def _receive(self) -> dict[str, Any]:
        if not self._opened:
            self._opened = True
            return {"type": "websocket.connect"}
        frame = await self.server.get()
        if frame is None:
            return {"type": "websocket.disconnect", "code": self._code}
        return {"type": "websocket.receive", "text": frame}

    async def _send(self, message: Any) -> None:
        if message["type"] == "websocket.accept":
            return
        if self.stalled:
            await self.server.gone.wait()
        if self.server.over:
            raise OSError("the line is gone")
        if message["type"] == "websocket.send":
            self._carry(message["text"], to_phone=True)
        elif message["type"] == "websocket.close":
            self.server.hang_up()
            if not self.cut:
                self.break_off(self._chance.random() * LATE_S, 0)
