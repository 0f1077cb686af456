"""P13: a clock that jumps. The server's wall clock is set forward and back, by an hour and by a day.

While it runs nothing may notice: order is by seq, a hold of N seconds lasts N seconds. Between two
starts the program can't know how long it was down, and needn't: time stands while it is. Whichever
way the clock was set, nobody waits longer than was left, and nothing is over that wasn't.
"""

from __future__ import annotations

import asyncio
import email.utils
import json
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest
from websockets.asyncio.client import ClientConnection, connect

from engine.rules.events import Recorded
from tests.faults.desk import Desk, Session
from tests.faults.figures import Figures
from tests.support.options import said, shows
from tests.support.patience import PATIENCE_S
from tests.support.proxy import pause
from tests.support.scripts import MINI_TEXT
from tests.support.server import ServerProcess

SCRIPT = "first-congress-demo"
FALLS = "七月一日"
HOUR_S, DAY_S = 3600, 86_400
JUMPS_S = (HOUR_S, -HOUR_S, DAY_S, -DAY_S)
LOGIN_S = DAY_S / 2
"""A login lasts for so long."""
LATE_S = 1.0
NEAR_S = 60


class FakedServer(ServerProcess):
    """A server whose wall clock is the test's to set, under libfaketime; the monotonic clock is left
    alone, as it is where somebody sets a machine's clock."""

    def __init__(self, folder: Path, scenarios: Path) -> None:
        self._offset = folder / "offset"
        environment = {
            "LD_PRELOAD": str(_library()),
            "FAKETIME_TIMESTAMP_FILE": str(self._offset),
            "FAKETIME_CACHE_DURATION": "1",
            "NO_FAKE_STAT": "1",
            "FAKETIME_DONT_FAKE_MONOTONIC": "1",
            "DONT_FAKE_MONOTONIC": "1",
        }
        super().__init__(
            folder, scenarios=scenarios, password="七月二十三日", environment=environment
        )
        self.set_clock(0)

    def set_clock(self, ahead_s: int) -> None:
        """Set its wall clock so far ahead of the true time."""
        self._offset.write_text(f"{ahead_s:+d}\n", encoding="ascii")


def _library() -> Path:
    found = sorted(Path("/usr/lib").glob("**/faketime/libfaketime.so.1"))
    assert found, "libfaketime isn't installed: scripts/setup-tests"
    return found[0]


class Phone:
    """A seat's socket and what it shows."""

    def __init__(self, url: str, token: str) -> None:
        self._url = f"{url.replace('http', 'ws', 1)}/live"
        self._token = token
        self._socket: ClientConnection | None = None
        self.parts: dict[str, Any] = {}
        self.now_ms: list[int] = []
        """The server's clock, as it said with each message."""

    async def arrive(self) -> None:
        """Connect, and hear all parts."""
        self._socket = await connect(self._url)
        await self._say({"type": "hello", "token": self._token, "format": "json"})
        await self.hear()

    async def _say(self, message: dict[str, Any]) -> None:
        assert self._socket is not None
        await self._socket.send(json.dumps(message))

    async def hear(self) -> None:
        """Take in one message."""
        assert self._socket is not None
        message = json.loads(await self._socket.recv())
        assert message["type"] != "rejected", message
        if message["type"] == "parts":
            self.parts |= message["parts"]
            self.now_ms.append(message["now_ms"])

    async def fall(self) -> tuple[float, float]:
        """Give the answer that gets one held; between which instants that was, by this process's
        clock."""
        while not shows(self.parts, "date", [FALLS]):
            await self.hear()
        before_s = time.monotonic()
        submit = {"do": "submit", "task": "date", "answer": said(self.parts, "date", [FALLS])}
        await self._say({"type": "command", "id": f"c{time.monotonic_ns()}", **submit})
        await self.until(held=True)
        return before_s, time.monotonic()

    async def until(self, *, held: bool) -> None:
        """Hear until it is held, or free."""
        while (self.parts["me"]["held_until_ms"] is not None) != held:
            await self.hear()

    async def leave(self) -> None:
        """Hang up."""
        if self._socket is not None:
            await self._socket.close()


@pytest.fixture
def hold_s(size: Callable[[int, int], int]) -> int:
    """How long a hold lasts."""
    return size(3, 30)


@pytest.fixture
def jumps_s(size: Callable[[int, int], int]) -> tuple[int, ...]:
    """The jumps of this form: those by a day, or all."""
    return JUMPS_S[size(2, 0) :]


@pytest.fixture
def server(tmp_path: Path, hold_s: int) -> Iterator[FakedServer]:
    folder = tmp_path / "scenarios" / SCRIPT
    folder.mkdir(parents=True)
    assert "hold: 30s" in MINI_TEXT
    text = MINI_TEXT.replace("hold: 30s", f"hold: {hold_s}s")
    (folder / "scenario.yaml").write_text(text, encoding="utf-8")
    running = FakedServer(tmp_path, folder.parent)
    running.start()
    yield running
    running.stop()


async def begin(desk: Desk, server: FakedServer) -> tuple[Session, Phone]:
    """A started evening of two, and the phone of one of them."""
    session = await desk.open(SCRIPT)
    seat = await desk.seat(session, "recorder")
    await desk.seat(session, "lookout")
    phone = Phone(server.url, seat["token"])
    await phone.arrive()
    await desk.command(session, "start")
    return session, phone


async def jump(desk: Desk, server: FakedServer, ahead_s: int) -> None:
    """Set the clock, and see in an answer's date that the server's has jumped."""
    server.set_clock(ahead_s)
    async with asyncio.timeout(PATIENCE_S):
        while True:
            date = (await desk.http.get("/healthz")).headers["date"]
            shown = email.utils.parsedate_to_datetime(date).timestamp()
            if abs(shown - time.time() - ahead_s) < NEAR_S:
                return
            await pause(0.05)


def check_order(log: list[Recorded]) -> None:
    """By seq, and no instant before the one before it."""
    assert [record.seq for record in log] == list(range(1, len(log) + 1))
    instants = [record.event.at_ms for record in log]
    assert instants == sorted(instants)


async def test_a_clock_that_jumps_while_it_runs_is_not_noticed(
    server: FakedServer, jumps_s: tuple[int, ...], hold_s: int, figures: Figures
) -> None:
    early_s: list[float] = []
    late_s: list[float] = []
    async with Desk(server) as desk:
        session, phone = await begin(desk, server)
        for ahead_s in jumps_s:
            other, held = await begin(desk, server)
            before_s, fell_s = await held.fall()
            await pause(hold_s / 3)
            await jump(desk, server, ahead_s)
            async with asyncio.timeout(PATIENCE_S):
                await held.until(held=False)
            late_s.append(time.monotonic() - fell_s - hold_s)
            early_s.append(hold_s - (time.monotonic() - before_s))
            await desk.command(session, "nudge", seat="s1")
            check_order(await desk.log(other["runs"][0]))
            await held.leave()
        await desk.command(session, "pause")
        async with asyncio.timeout(PATIENCE_S):
            while phone.parts["scene"]["phase"] != "paused":
                await phone.hear()
        log = await desk.log(session["runs"][0])
        check_order(log)
        assert phone.now_ms == sorted(phone.now_ms)
        assert phone.now_ms[-1] - phone.now_ms[0] < HOUR_S * 1000 / 2
        await phone.leave()
    figures.exactly("P13", "jumps while it runs", len(late_s), len(jumps_s))
    figures.at_most("P13", "a hold ends early by", max(early_s), 0, "s")
    figures.at_most("P13", "a hold ends late by", max(late_s), LATE_S, "s")


async def test_a_clock_that_jumped_between_two_starts(
    server: FakedServer, jumps_s: tuple[int, ...], hold_s: int, figures: Figures
) -> None:
    for ahead_s in jumps_s:
        waited_s = await over_a_start(server, ahead_s, hold_s)
        what = f"{ahead_s:+d} s between starts: still held"
        figures.at_most("P13", what, waited_s, hold_s + LATE_S, "s")
        await asyncio.to_thread(server.kill)
        server.set_clock(0)
        await asyncio.to_thread(server.start)


async def over_a_start(server: FakedServer, ahead_s: int, hold_s: int) -> float:
    """Somebody is held, the server is killed, its clock set, and it starts. How long they are held
    after they are back."""
    async with Desk(server) as desk:
        session, phone = await begin(desk, server)
        await phone.fall()
        await asyncio.to_thread(server.kill)
        server.set_clock(ahead_s)
        await asyncio.to_thread(server.start)
        async with asyncio.timeout(PATIENCE_S):
            await phone.arrive()
            began_s = time.monotonic()
            await phone.until(held=False)
            waited_s = time.monotonic() - began_s
        assert phone.parts["scene"]["phase"] == "playing"
        # Later by an hour, the scene's five minutes aren't over: nobody could use that hour.
        assert phone.parts["scene"]["id"] == "shanghai"
        answer = await desk.ask(session, "nudge", seat="s1")
        assert (answer.status_code == httpx.codes.OK) == (ahead_s < LOGIN_S), answer.text
        await phone.leave()
    async with Desk(server) as desk:
        await desk.command(session, "nudge", seat="s1")
        check_order(await desk.log(session["runs"][0]))
    return waited_s
