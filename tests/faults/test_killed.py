"""P1: acknowledged means committed. The process is killed while it writes, again and again."""

from __future__ import annotations

import asyncio
import signal
import sqlite3
import sys
import time
from pathlib import Path

from engine.host.host import Host
from engine.rules.replay import fingerprint, replay
from engine.store.database import open_database
from tests.faults.player import RUNS, load, nudge

ROUNDS = 4
ACKS = 150
"""Acknowledgements of a round, before it is killed."""
BACK_S = 5.0
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
    async with asyncio.timeout(60):
        lines = [await player.stdout.readline()]
        first = time.monotonic()
        # A little later each round, so that it is killed in different places.
        while len(lines) < ACKS + 7 * number:
            lines.append(await player.stdout.readline())
        rate = len(lines) / (time.monotonic() - first)
        player.kill()
        rest = await player.stdout.read()
        assert await player.wait() == -signal.SIGKILL
    # A line cut short by the kill was never said.
    lines += [line for line in rest.splitlines(keepends=True) if line.endswith(b"\n")]
    words = [line.decode().split() for line in lines]
    return [(run, name, int(seq)) for run, name, seq in words], first - began, rate


async def test_nothing_acknowledged_is_lost_when_the_process_is_killed(tmp_path: Path) -> None:
    path = tmp_path / "x.db"
    url = f"sqlite:///{path}"
    acks: list[Ack] = []
    slowest_s = 0.0
    for number in range(ROUNDS):
        said, back_s, rate = await _play_and_kill(url, number)
        acks += said
        slowest_s = max(slowest_s, back_s)
        sys.stdout.write(f"round {number}: {len(said)} acks, {rate:.0f}/s, up in {back_s:.1f} s\n")
    await _check(url, acks)
    with sqlite3.connect(path) as check:
        assert check.execute("PRAGMA integrity_check").fetchall() == [("ok",)]
    check.close()
    assert len(acks) >= ROUNDS * ACKS
    assert slowest_s < BACK_S


async def _check(url: str, acks: list[Ack]) -> None:
    """Every acknowledged command stands in its place; logs have no gap and fold to what is live; a
    command sent again is acknowledged alike."""
    database = await open_database(url)
    host = Host(database.store, load)
    logs = {f"r{run}": await database.store.read(f"r{run}") for run in range(RUNS)}
    for run, name, seq in acks:
        assert logs[run][seq - 1].command == name
    for run, log in logs.items():
        assert [record.seq for record in log] == list(range(1, len(log) + 1))
        assert len({(r.by, r.command) for r in log if r.command[:1].isdigit()}) == sum(
            r.command[:1].isdigit() for r in log
        )
        before = fingerprint(replay(run, log))
        last = next(ack for ack in reversed(acks) if ack[0] == run)
        assert await host.execute(run, nudge(last[1], log[-1].event.at_ms)) == last[2]
        assert fingerprint(replay(run, await database.store.read(run))) == before
    await host.close()
    await database.close()
