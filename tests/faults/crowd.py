"""A process full of phones that come back whenever they lose the line, as web/static/live.js does.

    python -m tests.faults.crowd PORT SPREAD_S

A line for each seat comes in: token, run, seat; an empty line ends them. Whenever all phones show
their parts, a line goes out: "all", the instant (of the machine's monotonic clock), and how many
connections there have been; once a second "live" and how many do. It ends with its input.
"""

from __future__ import annotations

import asyncio
import random
import resource
import sys
import time
from typing import Any

import orjson

from tests.support.line import Line
from tests.support.proxy import pause

RETRY_MIN_S, RETRY_MAX_S = 0.4, 8.0
"""Full jitter: anything up to a bound that doubles with each try."""
CONNECT_S = 10.0


class Phone:
    """One seat's, which wants to be connected."""

    def __init__(self, crowd: Crowd, token: str, run: str, seat: str) -> None:
        self._crowd = crowd
        self._token = token
        self._place = (run, seat)
        self._tries = 0
        self._live = False
        self._connecting: asyncio.Task[None] | None = None

    def connect_after(self, wait_s: float) -> None:
        """Try once that much later."""
        asyncio.get_running_loop().call_later(wait_s, self._connect)

    def _connect(self) -> None:
        self._connecting = asyncio.create_task(self._try())

    async def _try(self) -> None:
        def line() -> Line:
            return Line(self._crowd.port, self._token, self._heard, self._lost)

        self._crowd.connections += 1
        loop = asyncio.get_running_loop()
        try:
            opening = loop.create_connection(line, "127.0.0.1", self._crowd.port)
            await asyncio.wait_for(opening, CONNECT_S)
        except (OSError, TimeoutError):
            self._lost()

    def _lost(self) -> None:
        if self._live:
            self._live = False
            self._crowd.live -= 1
        wait_s = random.random() * min(RETRY_MAX_S, RETRY_MIN_S * 2**self._tries)
        self._tries = min(self._tries + 1, 10)
        self.connect_after(wait_s)

    def _heard(self, payload: bytes) -> None:
        if self._live:
            return
        message: dict[str, Any] = orjson.loads(payload)
        if message["type"] == "parts":
            assert message["parts"]["me"]["seat"] == self._place[1], message["parts"]["me"]
            self._live = True
            self._tries = 0
            self._crowd.came()


class Crowd:
    """All phones of this process."""

    def __init__(self, port: int, seats: list[list[str]]) -> None:
        self.port = port
        self.live = 0
        self.connections = 0
        self.phones = [Phone(self, *seat) for seat in seats]

    def came(self) -> None:
        """One more shows its parts."""
        self.live += 1
        if self.live == len(self.phones):
            say(f"all {time.monotonic()} {self.connections}")


def say(line: str) -> None:
    """Tell whoever started this process."""
    sys.stdout.write(line + "\n")
    sys.stdout.flush()


async def main(port: int, spread_s: float) -> None:
    """Connect everybody, and keep them so."""
    _, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (hard, hard))
    seats = []
    while line := sys.stdin.readline().split():
        seats.append(line)
    crowd = Crowd(port, seats)
    for phone in crowd.phones:
        phone.connect_after(random.random() * spread_s)
    ended = asyncio.create_task(asyncio.to_thread(sys.stdin.read))
    while not ended.done():
        await pause(1)
        say(f"live {crowd.live}")


if __name__ == "__main__":
    asyncio.run(main(int(sys.argv[1]), float(sys.argv[2])))
