"""Phones that only are there, and phones that all come at once."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Sequence
from typing import Final

from bench.turns.lean import Lean, NotTaken, connected
from bench.turns.meter import Meter, Window, memory_kib
from bench.turns.pace import Play
from bench.turns.rounds import SEATS
from bench.turns.servers import Server
from bench.turns.table import Row
from bench.turns.teams import Counted

BLOCK: Final = 250
"""Of addresses: each phone of a storm comes from its own, as in a city."""


async def idle(server: Server, sizes: Sequence[int], seconds: float) -> list[Row]:
    """Memory that a phone takes which plays and does nothing; what its team takes is in it."""
    play = Play(server, SEATS)
    rows: list[Row] = []
    empty_kib = memory_kib(server.pid)
    try:
        for size in sizes:
            await play.join(size // SEATS - len(play.teams))
            window = await play.window(seconds)
            held_kib = memory_kib(server.pid)
            rows.append(
                {
                    "what": f"idle {size}",
                    "phone_kib": (held_kib - empty_kib) / size,
                    "mib": held_kib / 1024,
                    "core_busy": window.cpu_s / window.seconds,
                    "generator_busy": window.generator_s / window.seconds,
                }
            )
    finally:
        play.hang_up()
    return rows


class Storm:
    """Phones that come by a beat, whether or not those before are in: each takes a seat that it is
    given, connects, and is in once it has a first view."""

    def __init__(self, server: Server) -> None:
        self._server = server
        self._counted = Counted()
        self._lines: list[Lean] = []
        self.refused = 0

    async def come(self, rate: float, seconds: float) -> Window:
        """So many a second. The window ends when the last is in, or refused."""
        meter = Meter(self._server.pid, self._counted)
        began_s = time.monotonic()
        coming: list[asyncio.Task[None]] = []
        for number in range(int(rate * seconds)):
            due_s = began_s + number / rate
            await self._counted.passes(max(0.0, due_s - time.monotonic()))
            coming.append(asyncio.create_task(self._phone(number, due_s)))
        await asyncio.gather(*coming)
        return meter.window()

    def hang_up(self) -> None:
        """All go."""
        for line in self._lines:
            line.hang_up()

    async def _phone(self, number: int, due_s: float) -> None:
        first: asyncio.Future[None] = asyncio.get_running_loop().create_future()

        def heard(text: bytes) -> None:
            self._counted.frames += 1
            self._counted.received += len(text)
            if not first.done():
                first.set_result(None)

        def lost(why: str) -> None:
            if first.done():
                self._counted.fails(why)
            else:
                first.set_exception(ConnectionError(why))

        source = f"127.1.{number // BLOCK % BLOCK}.{number % BLOCK + 1}"
        try:
            hello = await self._server.walk_in(number, source)
            line = await connected(self._server.port, heard, lost, source)
            self._lines.append(line)
            line.say(hello)
            await first
        except (NotTaken, ConnectionError):
            self.refused += 1
        else:
            self._counted.taken.append((due_s, time.monotonic() - due_s))


async def storm(server: Server, rate: float, seconds: float) -> Row:
    """How long a phone takes that comes among so many."""
    await server.open(2 * int(rate * seconds / SEATS + 1))  # half of the seats stay free
    crowd = Storm(server)
    try:
        window = await crowd.come(rate, seconds)
    finally:
        crowd.hang_up()
    row = window.row()
    row["per_s"] = window.acts / max(seconds, window.seconds)
    return {"what": f"join {rate:.0f}/s", "rate": rate, "refused": crowd.refused, **row}
