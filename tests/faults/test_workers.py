"""Several workers on PostgreSQL and Redis: a team spread over them, and workers that die.

P1 and P4 over the network; P3, two workers racing one run; P8, Redis killed.
"""

from __future__ import annotations

import asyncio
import signal
import sys
import time
from collections.abc import AsyncIterator, Callable
from pathlib import Path
from statistics import median

import httpx
import pytest

from engine.rules.replay import fingerprint, replay
from engine.store.database import open_database
from tests.e2e.test_bots import LOST_RACES
from tests.faults.conftest import Pair
from tests.faults.evening import Evening
from tests.faults.figures import Figures
from tests.support.patience import PATIENCE_S
from tests.support.proxy import pause
from tests.support.redis import RedisServer
from tests.support.server import ServerProcess

KILL_EVERY = 12
"""Acknowledgements between two kills."""
KILL_S = 20.0
"""Seconds between two kills, in the long form."""
THINK_S = 12.0
"""A participant's pause before each answer, in the long form."""
POLL_S = 1.0
Size = Callable[[int, int], int]


@pytest.fixture
async def evening(workers: Pair, tmp_path: Path) -> AsyncIterator[Evening]:
    made = Evening(workers, tmp_path / "scenarios")
    await made.begin()
    yield made
    await made.end()


class Killer:
    """Kills one worker after the other, and starts it again: after so many acknowledgements while
    everybody answers at once, or every KILL_S while everybody takes their time."""

    def __init__(self, evening: Evening, *, long: bool) -> None:
        self.kills = 0
        self._workers = evening.workers
        self._due, self._going = asyncio.Event(), asyncio.Event()
        self._going.set()
        self._acks = 0
        self._long = long
        for phone in evening.phones:
            if long:
                phone.think_s = THINK_S
            else:
                phone.on_ack, phone.may_say = self._count, self._going

    def _count(self) -> None:
        self._acks += 1
        if self._acks % KILL_EVERY == 0:
            self._due.set()
            self._going.clear()

    async def kill(self) -> None:
        """For ever. Cancelled, it ends once whoever it killed is there again: a thread can't be
        cancelled, and would meddle with whoever starts the worker next."""
        while True:
            await (pause(KILL_S) if self._long else self._due.wait())
            self._due.clear()
            once = asyncio.ensure_future(self._kill_one())
            try:
                await asyncio.shield(once)
            except asyncio.CancelledError:
                await once
                raise

    async def _kill_one(self) -> None:
        worker = self._workers[self.kills % 2]
        await asyncio.to_thread(worker.kill)
        self.kills += 1
        self._going.set()
        await asyncio.to_thread(worker.start)


async def test_a_team_over_two_workers_plays_on_while_they_are_killed_in_turn(
    evening: Evening, long: bool, figures: Figures
) -> None:
    """P1, P2, P3 and P4 over the network."""
    killer = Killer(evening, long=long)
    killing = asyncio.create_task(killer.kill())
    async with asyncio.timeout(PATIENCE_S):
        await asyncio.gather(*(phone.until("playing") for phone in evening.phones))
        await asyncio.gather(*(phone.play() for phone in evening.phones))
    killing.cancel()
    await asyncio.gather(killing, return_exceptions=True)
    for worker in evening.workers:
        worker.restart()

    assert {phone.parts["scene"]["ending"] for phone in evening.phones} == {evening.key.ending}
    records = evening.records()
    gaps = sum(record.seq != seq for seq, record in enumerate(records, start=1))
    acks = [
        (phone.parts["me"]["seat"], name, seq)
        for phone in evening.phones
        for name, seq in phone.acks.items()
    ]
    lost = sum(
        (records[seq - 1].by, records[seq - 1].command) != (by, id_) for by, id_, seq in acks
    )
    refused = {refusal["code"] for phone in evening.phones for refusal in phone.refused}
    assert refused <= LOST_RACES
    assert replay(evening.session["runs"][0], records).ending == evening.key.ending
    closes = sum(len(phone.closes) for phone in evening.phones)
    figures.at_least("P1", "two workers: kills in one evening", killer.kills, 3, "")
    figures.exactly("P1", f"two workers: lost of {len(acks)} acknowledged", lost, 0)
    figures.exactly("P3", f"two workers: gaps in {len(records)} events", gaps, 0)
    figures.at_least("P4", "two workers: lines lost and found", closes, 3, "")


def ready(worker: ServerProcess) -> str:
    """What a worker says of itself."""
    return httpx.get(f"{worker.url}/readyz", timeout=PATIENCE_S).text


async def test_redis_killed_only_delays(
    evening: Evening, redis_server: RedisServer, size: Size, figures: Figures
) -> None:
    """P8. What is done at one worker is seen at the other's phones, within the poll at the latest."""
    far = evening.phones[1]
    desk = evening.desk(evening.workers[0])
    url = f"/api/sessions/{evening.session['id']}/commands"

    async def delays(count: int) -> list[float]:
        took = []
        for number in range(count):
            before = far.seq
            body = {"do": ("pause", "resume")[number % 2]}
            began = time.monotonic()
            answer = await asyncio.to_thread(desk.post, url, json=body)
            answer.raise_for_status()
            async with asyncio.timeout(PATIENCE_S):
                while far.seq == before:
                    await far.hear()
            took.append(time.monotonic() - began)
        return took

    with desk:
        await far.until("playing")
        up = await delays(10)
        redis_server.kill()
        down = await delays(size(6, 20))
        assert await asyncio.to_thread(ready, evening.workers[0]) == "ok, redis away\n"
        redis_server.start()
        async with asyncio.timeout(PATIENCE_S):
            while min(await delays(2)) > 0.2:
                pass
    evening.records()
    figures.at_most("P8", "delay with Redis, median", median(up), 0.2, "s")
    figures.at_most("P8", "delay without Redis, median", median(down), POLL_S + 0.1, "s")
    figures.at_most("P8", "delay without Redis, slowest", max(down), 2 * POLL_S, "s")


async def test_two_workers_race_for_one_run(
    postgres_url: str, size: Size, figures: Figures
) -> None:
    """P3. Both write as fast as they can; the log is 1..n, and everybody reads the same."""
    raced = size(1_000, 10_000)
    players = [
        await asyncio.create_subprocess_exec(
            *(sys.executable, "-m", "tests.faults.player", postgres_url, str(number), "1"),
            stdout=asyncio.subprocess.PIPE,
        )
        for number in (1, 2)
    ]
    acks: list[tuple[str, str, int]] = []

    async def listen(player: asyncio.subprocess.Process) -> None:
        assert player.stdout is not None
        while len(acks) < raced:
            run, name, seq = (await player.stdout.readline()).decode().split()
            acks.append((run, name, int(seq)))

    async with asyncio.timeout(PATIENCE_S):
        await asyncio.gather(*(listen(player) for player in players))
    for player in players:
        player.kill()
        assert await player.wait() == -signal.SIGKILL
    database, again = [await open_database(postgres_url) for _ in range(2)]
    records = await database.store.read("r0")
    gaps = sum(record.seq != seq for seq, record in enumerate(records, start=1))
    lost = sum(records[seq - 1].command != name for _, name, seq in acks)
    prints = {fingerprint(replay("r0", await each.store.read("r0"))) for each in (database, again)}
    assert {name.partition(".")[0] for _, name, _ in acks} == {"1", "2"}
    figures.at_least("P3", "commands of two workers in one run", len(acks), raced, "")
    figures.exactly("P3", "gaps", gaps, 0)
    figures.exactly("P3", "acknowledged and not in their place", lost, 0)
    figures.exactly("P3", "fingerprints", len(prints), 1)
    await database.close()
    await again.close()
