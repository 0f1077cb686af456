"""P20: a room behind one address gets in, beside a phone that asks for seats as fast as it can.

Everybody joins under one address and names no team; each phone's socket comes once it is seated, and
stays. There are as many seats as people. The phone that loops asks over four connections, and never
comes.
"""

from __future__ import annotations

import asyncio
import time
from collections import Counter
from collections.abc import Callable, Iterator
from pathlib import Path

import httpx
import orjson
import pytest
from websockets.asyncio.client import connect

from tests.faults.evening import PASSWORD
from tests.faults.figures import Figures, percentile
from tests.support.patience import PATIENCE_S
from tests.support.proxy import pause
from tests.support.scripts import MINI_TEXT
from tests.support.server import ServerProcess

SCRIPT = "first-congress-demo"
SEATS = 6
"""Of a team: two recorders, four lookouts."""
ROOM = {"x-forwarded-for": "192.0.2.80"}
LOOPS = 4
"""What one browser opens to one server at once, less its page's own."""


@pytest.fixture
def door(tmp_path: Path) -> Iterator[ServerProcess]:
    script = tmp_path / "scenarios" / SCRIPT
    script.mkdir(parents=True)
    text = MINI_TEXT.replace(
        "goal: 不让任何文件落入他人之手}", "goal: 不让任何文件落入他人之手, seats: 2}"
    )
    text = text.replace("seats: [1, 2]", "seats: [1, 4]")
    (script / "scenario.yaml").write_text(text, encoding="utf-8")
    server = ServerProcess(
        tmp_path, scenarios=script.parent, password=PASSWORD,
        environment={"HONGCHUAN_PROXIES": "127.0.0.1"},
    )  # fmt: skip
    server.start()
    yield server
    server.stop()


class Room:
    """Whoever wants to join this session."""

    def __init__(self, server: ServerProcess, client: httpx.AsyncClient, code: str) -> None:
        self._server, self._client = server, client
        self._path = f"/api/sessions/{code}/seats"
        self.took_s: list[float] = []
        self.outcomes: Counter[str] = Counter()
        self.looped: Counter[int] = Counter()
        self.again = 0
        """How many were asked to wait, and to press once more."""
        self.over = asyncio.Event()
        self._here: list[asyncio.Task[None]] = []

    async def _ask(self, name: str) -> httpx.Response:
        return await self._client.post(self._path, json={"name": name}, headers=ROOM)

    async def join(self, number: int, after_s: float) -> None:
        """Somebody joins so long after the beginning, and stays."""
        await pause(after_s)
        began_s = time.monotonic()
        while not await self._seated(number) and time.monotonic() - began_s < PATIENCE_S:
            self.again += 1
        self.took_s.append(time.monotonic() - began_s)

    async def _seated(self, number: int) -> bool:
        """Press once. False: they are asked to press again, in a few seconds, or because their
        phone came so late that somebody else had their seat."""
        answer = await self._ask(f"人{number}")
        if answer.status_code == 429:
            await pause(int(answer.headers["retry-after"]))
            return False
        if answer.status_code != 201:
            self.outcomes[answer.json()["error"]["code"]] += 1
            return True
        here: asyncio.Future[bool] = asyncio.get_running_loop().create_future()
        self._here.append(asyncio.create_task(self._stay(answer.json()["token"], here)))
        return await here

    async def _stay(self, token: str, here: asyncio.Future[bool]) -> None:
        url = self._server.url.replace("http", "ws") + "/live"
        async with connect(url, additional_headers=ROOM, max_size=None) as socket:
            await socket.send(orjson.dumps({"type": "hello", "token": token}).decode())
            first = orjson.loads(await socket.recv())
            seated = first["type"] == "parts"
            self.outcomes["seated"] += seated
            here.set_result(seated)
            async for _ in socket:
                pass

    async def loop(self) -> None:
        """A phone that asks for seats, and never comes."""
        while not self.over.is_set():
            self.looped[(await self._ask("甲")).status_code] += 1

    async def go(self) -> None:
        """The evening is over."""
        self.over.set()
        for phone in self._here:
            phone.cancel()
        await asyncio.gather(*self._here, return_exceptions=True)


async def _evening(server: ServerProcess, people: int, spread_s: float, loops: int) -> Room:
    limits = httpx.Limits(max_connections=None, max_keepalive_connections=people)
    async with httpx.AsyncClient(base_url=server.url, timeout=PATIENCE_S, limits=limits) as client:
        asked = {"name": "admin", "password": PASSWORD}
        token = (await client.post("/api/token", json=asked)).json()["token"]
        made = await client.post(
            "/api/sessions", json={"scenario": SCRIPT, "teams": people // SEATS},
            headers={"authorization": f"Bearer {token}"},
        )  # fmt: skip
        room = Room(server, client, made.raise_for_status().json()["code"])
        looping = [asyncio.create_task(room.loop()) for _ in range(loops)]
        joins = (room.join(number, spread_s * number / people) for number in range(people))
        await asyncio.gather(*joins)
        await room.go()
        await asyncio.gather(*looping)
        return room


@pytest.mark.parametrize("loops", [0, LOOPS])
def test_a_room_gets_in_beside_a_phone_that_loops(
    door: ServerProcess, loops: int, figures: Figures, size: Callable[[int, int], int]
) -> None:
    people = size(24, 300)
    room = asyncio.run(_evening(door, people, size(6, 60), loops))
    beside = f"{people} by one address" + (", beside a phone that loops" if loops else "")
    figures.exactly("P20", f"{beside}: seated", room.outcomes["seated"], people)
    figures.at_most(
        "P20", f"{beside}: asked to press once more", room.again, people // 20, "people"
    )
    took = percentile(room.took_s, 95) if room.took_s else 60.0
    figures.at_most("P20", f"{beside}: p95 of joining, to the first parts", took, 3.0, "s")
    if loops:
        figures.at_least("P20", f"{beside}: asked by it", room.looped.total(), 1, "times")
