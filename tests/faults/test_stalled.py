"""P9: a slow phone hurts nobody. Ten of two hundred stop reading, while all teams are busy."""

from __future__ import annotations

import asyncio
import re
import socket
import sys
import threading
import time
from collections.abc import AsyncIterator, Callable, Iterator, Sequence
from contextlib import asynccontextmanager, contextmanager
from pathlib import Path

import httpx
import pytest
import uvicorn

from engine.rules import commands as cmd
from server import config_of
from tests.faults.figures import Figures, percentile
from tests.faults.seating import Seat, seat_many
from tests.support.line import handshake, hello
from tests.support.patience import PATIENCE_S
from tests.support.proxy import pause
from tests.support.server import ROOT, ServerProcess
from web.app import create_app
from web.door.listening import listen
from web.live.outbox import Outbox
from web.services import Services
from web.settings import Settings

SCRIPT = "yida-1921"
PHONES = 200
STALLED = 10
EVERY_MS = 2_000
"""Each team does something so often."""
FLOOD = 1_500
"""Nudges of one stalled phone, as fast as they can be written."""
LATE_MS = 300.0
QUEUE_KIB = 256.0
FULL_KIB = 60.0
"""So much at least has to wait, for views to be held back at all; the bound itself is tried in
tests/web/live/test_pipes.py."""
DROPPED_S = 15.0
LOOK_S = 0.1
BUFFER_BYTES = 2_048


@contextmanager
def stalled_phone(port: int, token: str) -> Iterator[None]:
    """Is let in, says hello, and reads nothing from then on."""
    with socket.socket() as phone:
        phone.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, BUFFER_BYTES)
        phone.connect(("127.0.0.1", port))
        phone.sendall(handshake(port))
        head = b""
        while not head.endswith(b"\r\n\r\n"):
            head += phone.recv(1)
        phone.sendall(hello(token, "html"))
        yield


class Watcher:
    """What the server says of itself, looked at all the time."""

    def __init__(self, server: ServerProcess) -> None:
        self.queued_bytes = 0.0
        self.sockets = 0.0
        self._http = httpx.AsyncClient(base_url=server.url, timeout=PATIENCE_S)

    async def look(self) -> None:
        """Once."""
        text = (await self._http.get("/metrics")).raise_for_status().text
        self.sockets = _metric(text, "hongchuan_sockets")
        self.queued_bytes = _metric(text, "hongchuan_outbox_bytes")

    async def until(self, sockets: int) -> float:
        """The instant at which it has so many sockets."""
        async with asyncio.timeout(PATIENCE_S):
            while True:
                await self.look()
                if self.sockets == sockets:
                    return time.monotonic()
                await pause(LOOK_S)

    async def close(self) -> None:
        """Look no more."""
        await self._http.aclose()


def _metric(text: str, name: str) -> float:
    found = re.search(rf"^{name} (\S+)$", text, re.M)
    assert found is not None, f"the server has no metric {name}"
    return float(found.group(1))


@pytest.fixture
async def server(tmp_path: Path) -> AsyncIterator[ServerProcess]:
    """Not yet started: its database is filled first."""
    made = ServerProcess(tmp_path, scenarios=ROOT / "scenarios", password="七月二十三日")
    yield made
    await asyncio.to_thread(made.kill)


async def chatter(
    server: ServerProcess, seats: Sequence[Seat], seconds: int
) -> asyncio.subprocess.Process:
    """A process of busy teams, connected."""
    pipe = asyncio.subprocess.PIPE
    words = (sys.executable, "-m", "tests.faults.chatter", str(server.port))
    process = await asyncio.create_subprocess_exec(
        *words, str(seconds), str(EVERY_MS), cwd=ROOT, stdin=pipe, stdout=pipe, limit=2**24
    )
    assert process.stdin is not None
    assert process.stdout is not None
    lines = [f"{s.token} {s.run}" for s in seats]
    process.stdin.write("\n".join([*lines, "", ""]).encode())
    async with asyncio.timeout(PATIENCE_S):
        assert await process.stdout.readline() == b"ready\n"
    return process


async def test_phones_that_stop_reading_hurt_nobody_and_are_dropped(
    server: ServerProcess, size: Callable[[int, int], int], figures: Figures
) -> None:
    folder = ROOT / "scenarios" / SCRIPT
    seats = await seat_many(server.database_url, folder, PHONES, free=1, started=False)
    by_run = {seat.run: seat for seat in seats}
    stalled = list(by_run.values())[:STALLED]
    readers = [seat for seat in seats if seat not in stalled]
    await asyncio.to_thread(server.start)
    watcher = Watcher(server)
    talking = await chatter(server, readers, size(13, 60))
    assert talking.stdout is not None
    phones = [stalled_phone(server.port, seat.token) for seat in stalled]
    try:
        began_s = time.monotonic()
        for phone in phones:
            phone.__enter__()
        await watcher.until(len(readers) + STALLED)
        gone_s = await watcher.until(len(readers)) - began_s
        async with asyncio.timeout(PATIENCE_S):
            words = (await talking.stdout.readline()).decode().split()
        assert words[:1] == ["late"], words
    finally:
        for phone in phones:
            phone.__exit__(None, None, None)
        if talking.returncode is None:
            talking.kill()
        await talking.wait()
    await watcher.close()
    late_ms = [float(word) for word in words[1:]]
    figures.at_least("P9", "phones", len(readers) + STALLED, PHONES, "")
    figures.exactly("P9", "stalled", len(stalled), STALLED)
    figures.at_most(
        "P9",
        "the others' p99 from command to parts",
        percentile(late_ms, 99),
        LATE_MS,
        "ms",
    )
    figures.at_most("P9", "the last dropped after", gone_s, DROPPED_S, "s")


@asynccontextmanager
async def served_here(url: str, folder: Path) -> AsyncIterator[tuple[Services, int]]:
    """The server in this process, where commands cost no HTTP; and its port."""
    settings = Settings(
        database_url=url,
        scenarios=ROOT / "scenarios",
        secret_file=folder / "secret",
        admin_password="七月二十三日",
    )
    app = create_app(settings)
    listening = listen("127.0.0.1", 0)
    running = uvicorn.Server(config_of(app, settings))
    serving = asyncio.create_task(running.serve(sockets=[listening]))
    while not running.started:
        await pause(0.02)
    try:
        yield app.state.services, listening.getsockname()[1]
    finally:
        running.should_exit = True
        await serving


async def test_what_waits_for_a_stalled_phone_is_bounded(tmp_path: Path, figures: Figures) -> None:
    url = f"sqlite:///{tmp_path / 'x.db'}"
    (seat, *_) = await seat_many(url, ROOT / "scenarios" / SCRIPT, 3, free=1, started=True)
    async with served_here(url, tmp_path) as (services, port):
        opened = asyncio.Event()

        def hold() -> None:
            with stalled_phone(port, seat.token):
                asyncio.run_coroutine_threadsafe(_set(opened), loop).result()
                done.wait(60)

        loop, done = asyncio.get_running_loop(), threading.Event()
        holding = asyncio.create_task(asyncio.to_thread(hold))
        await opened.wait()
        Outbox.most = 0
        for number in range(FLOOD):
            now_ms = services.host.clock.now_ms()
            nudge = cmd.Nudge(id=f"n{number}", at_ms=now_ms, by=cmd.FACILITATOR, seat=seat.seat)
            await services.host.execute(seat.run, nudge)
            await pause(0)
        done.set()
        await holding
    queued_kib = Outbox.most / 1024
    assert queued_kib > FULL_KIB, f"only {queued_kib:.0f} KiB waited: it read on"
    figures.at_most("P9", "queued for a phone", queued_kib, QUEUE_KIB, "KiB")


async def _set(event: asyncio.Event) -> None:
    event.set()
