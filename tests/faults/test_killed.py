"""P1: acknowledged means committed. The process is killed while it writes, again and again."""

from __future__ import annotations

import asyncio
import json
import signal
import sqlite3
import sys
import time
from collections.abc import Callable
from pathlib import Path
from statistics import median
from typing import Any

from websockets.asyncio.client import ClientConnection, connect
from websockets.exceptions import ConnectionClosed

from engine.host.host import Host
from engine.rules.replay import fingerprint, replay
from engine.store.database import open_database
from tests.faults.desk import Desk
from tests.faults.figures import Figures
from tests.faults.player import RUNS, load, nudge
from tests.support.patience import PATIENCE_S
from tests.support.scripts import MINI_TEXT
from tests.support.server import ServerProcess

ACKS = 150
"""Acknowledgements of a round, before it is killed."""
PLACES = 20
"""In so many different places is it killed."""
BACK_S = 5.0
RATE = 200.0
SESSIONS = 14
"""With a console each; one console may give twenty commands a second."""
ROOT = Path(__file__).resolve().parent.parent.parent

Ack = tuple[str, str, int]


async def _play_and_kill(url: str, number: int) -> tuple[list[Ack], float, float]:
    """What was acknowledged; seconds to the first acknowledgement; how many came in a second."""
    began = time.monotonic()
    player = await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", "tests.faults.player", url, str(number)),
        cwd=ROOT,
        stdout=asyncio.subprocess.PIPE,
    )
    assert player.stdout is not None
    async with asyncio.timeout(PATIENCE_S):
        lines = [await player.stdout.readline()]
        first = time.monotonic()
        # A little later each round, so that it is killed in different places.
        while len(lines) < ACKS + 7 * (number % PLACES):
            lines.append(await player.stdout.readline())
        rate = len(lines) / (time.monotonic() - first)
        player.kill()
        rest = await player.stdout.read()
        assert await player.wait() == -signal.SIGKILL
    # A line cut short by the kill was never said.
    lines += [line for line in rest.splitlines(keepends=True) if line.endswith(b"\n")]
    words = [line.decode().split() for line in lines]
    return [(run, name, int(seq)) for run, name, seq in words], first - began, rate


async def test_nothing_acknowledged_is_lost_when_the_process_is_killed(
    tmp_path: Path, size: Callable[[int, int], int], figures: Figures
) -> None:
    path = tmp_path / "x.db"
    url = f"sqlite:///{path}"
    rounds = size(4, 100)
    acks: list[Ack] = []
    waits: list[float] = []
    rates: list[float] = []
    for number in range(rounds):
        said, back_s, rate = await _play_and_kill(url, number)
        acks += said
        waits.append(back_s)
        rates.append(rate)
    lost, gaps = await _check(url, acks)
    with sqlite3.connect(path) as check:
        assert check.execute("PRAGMA integrity_check").fetchall() == [("ok",)]
    check.close()
    assert len(acks) >= rounds * ACKS
    figures.at_least("P1", "kills", len(waits), rounds, "")
    figures.at_least("P1", "commands acknowledged a second", median(rates), RATE, "/s")
    figures.exactly("P1", f"lost of {len(acks)} acknowledged", lost, 0)
    figures.exactly("P1", "gaps", gaps, 0)
    figures.at_most("P1", "slowest start to first ack", max(waits), BACK_S, "s")


async def _check(url: str, acks: list[Ack]) -> tuple[int, int]:
    """How many acknowledged commands don't stand in their place, and how many seqs are missing or
    doubled. Logs fold to what is live; a command sent again is acknowledged alike."""
    database = await open_database(url)
    host = Host(database.store, load)
    logs = {f"r{run}": await database.store.read(f"r{run}") for run in range(RUNS)}
    lost = sum(
        seq > len(logs[run]) or logs[run][seq - 1].command != name for run, name, seq in acks
    )
    gaps = 0
    for run, log in logs.items():
        gaps += sum(record.seq != seq for seq, record in enumerate(log, start=1))
        assert len({(r.by, r.command) for r in log if r.command[:1].isdigit()}) == sum(
            r.command[:1].isdigit() for r in log
        )
        before = fingerprint(replay(run, log))
        last = next(ack for ack in reversed(acks) if ack[0] == run)
        assert await host.execute(run, nudge(last[1], log[-1].event.at_ms)) == last[2]
        assert fingerprint(replay(run, await database.store.read(run))) == before
    await host.close()
    await database.close()
    return lost, gaps


# ── through the real server and its sockets ─────────────────────────────────────────────────────


class Console:
    """A facilitator's socket that nudges as fast as it may, and keeps what was acknowledged."""

    def __init__(self, session: dict[str, Any], number: int) -> None:
        self.run = session["runs"][0]
        self.acks: dict[str, int] = {}
        self.on_ack: Callable[[], None] = lambda: None
        self._session = session["id"]
        self._prefix = number

    async def open(self, server: ServerProcess, token: str) -> ClientConnection:
        """Say hello; after every start anew."""
        socket = await connect(f"{server.url.replace('http', 'ws', 1)}/live")
        hello = {"type": "hello", "token": token, "as": "console", "session": self._session}
        await socket.send(json.dumps({**hello, "format": "json"}))
        return socket

    async def nudge(self, socket: ClientConnection, round_: int) -> None:
        """One after the other, until the server dies."""
        number = 0
        try:
            while True:
                number += 1
                name = f"{round_}.{self._prefix}.{number}"
                command = {"type": "command", "id": name, "do": "nudge", "seat": "s1"}
                await socket.send(json.dumps(command))
                await self._answered(socket, name)
        except ConnectionClosed:
            return

    async def _answered(self, socket: ClientConnection, name: str) -> None:
        while True:
            message = json.loads(await socket.recv())
            if message.get("id") != name:
                continue
            if message["type"] == "ack" and "seq" in message["runs"][0]:
                self.acks[name] = message["runs"][0]["seq"]
                self.on_ack()
            return


async def test_nothing_acknowledged_over_sockets_is_lost_when_the_server_is_killed(
    tmp_path: Path, size: Callable[[int, int], int], figures: Figures
) -> None:
    server = ServerProcess(tmp_path, scenarios=_mini(tmp_path), password="七月二十三日")
    server.start()
    consoles = []
    rounds, slowest_s = size(1, 5), 0.0
    async with Desk(server) as desk:
        for number in range(SESSIONS):
            session = await desk.open("first-congress-demo")
            await desk.seat(session, "recorder")
            await desk.command(session, "start")
            consoles.append(Console(session, number))
        for round_ in range(rounds):
            await _nudge_and_kill(server, consoles, desk.token, round_)
            began = time.monotonic()
            await asyncio.to_thread(server.start)
            slowest_s = max(slowest_s, time.monotonic() - began)
        logs = {console.run: await desk.log(console.run) for console in consoles}
    server.stop()
    said = [(c.run, name, seq) for c in consoles for name, seq in c.acks.items()]
    assert len(said) >= ACKS * rounds
    lost = sum(
        seq > len(logs[run]) or not logs[run][seq - 1].command.startswith(name)
        for run, name, seq in said
    )
    gaps = sum(r.seq != seq for log in logs.values() for seq, r in enumerate(log, start=1))
    figures.exactly("P1", f"lost of {len(said)} acknowledged over sockets", lost, 0)
    figures.exactly("P1", "gaps, over sockets", gaps, 0)
    figures.at_most("P1", "slowest start to serving", slowest_s, BACK_S, "s")


async def _nudge_and_kill(
    server: ServerProcess, consoles: list[Console], token: str, round_: int
) -> None:
    before = sum(len(console.acks) for console in consoles)
    enough = asyncio.Event()

    def counted() -> None:
        if sum(len(console.acks) for console in consoles) - before >= ACKS:
            enough.set()

    for console in consoles:
        console.on_ack = counted
    sockets = [await console.open(server, token) for console in consoles]
    nudging = [
        asyncio.create_task(console.nudge(socket, round_))
        for console, socket in zip(consoles, sockets, strict=True)
    ]
    async with asyncio.timeout(PATIENCE_S):
        await enough.wait()
    await asyncio.to_thread(server.kill)
    await asyncio.gather(*nudging)
    for socket in sockets:
        await socket.close()


def _mini(tmp_path: Path) -> Path:
    folder = tmp_path / "scenarios" / "first-congress-demo"
    folder.mkdir(parents=True)
    (folder / "scenario.yaml").write_text(MINI_TEXT, encoding="utf-8")
    return folder.parent
