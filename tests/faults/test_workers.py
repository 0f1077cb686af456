"""Several workers on PostgreSQL and Redis: a team spread over them, and workers that die.

P1 and P4 over the network; P3, two workers racing one run; P8, Redis killed.
"""

from __future__ import annotations

import asyncio
import json
import signal
import sys
import time
from collections.abc import AsyncIterator, Callable
from pathlib import Path

import httpx
import pytest

from engine.rules.codec import decode
from engine.rules.replay import fingerprint, replay
from engine.store.database import open_database
from tests.e2e.test_bots import LOST_RACES
from tests.faults.conftest import Pair
from tests.faults.evening import Evening
from tests.faults.player import RUNS
from tests.support.redis import RedisServer
from tests.support.server import ServerProcess

KILL_EVERY = 12
"""Acknowledgements between two kills."""
EVENING_S = 90
RACED = 2_000
"""Commands in the short form of the race; the long form takes 10,000."""
Record = Callable[[str, object], None]


@pytest.fixture
async def evening(workers: Pair, tmp_path: Path) -> AsyncIterator[Evening]:
    made = Evening(workers, tmp_path / "scenarios")
    await made.begin()
    yield made
    await made.end()


async def test_a_team_over_two_workers_plays_on_while_they_are_killed_in_turn(
    evening: Evening, record_property: Record
) -> None:
    acks, kills, killing, going = 0, 0, asyncio.Event(), asyncio.Event()
    going.set()

    def counted() -> None:
        nonlocal acks
        acks += 1
        if acks % KILL_EVERY == 0:
            killing.set()
            going.clear()

    async def kill() -> None:
        nonlocal kills
        while True:
            await killing.wait()
            killing.clear()
            worker = evening.workers[kills % 2]
            await asyncio.to_thread(worker.kill)
            kills += 1
            going.set()
            await asyncio.to_thread(worker.start)

    for phone in evening.phones:
        phone.on_ack, phone.may_say = counted, going
    killer = asyncio.create_task(kill())
    async with asyncio.timeout(EVENING_S):
        await asyncio.gather(*(phone.until("playing") for phone in evening.phones))
        await asyncio.gather(*(phone.play() for phone in evening.phones))
    killer.cancel()
    await asyncio.gather(killer, return_exceptions=True)
    for worker in evening.workers:
        worker.restart()

    assert {phone.parts["scene"]["ending"] for phone in evening.phones} == {evening.key.ending}
    one, other = evening.logs()
    assert one == other
    records = [decode(line.encode()) for line in one.splitlines()]
    assert [record.seq for record in records] == list(range(1, len(records) + 1))
    for phone in evening.phones:
        seat = phone.parts["me"]["seat"]
        for name, seq in phone.acks.items():
            assert (records[seq - 1].by, records[seq - 1].command) == (seat, name)
        written = [(r.by, r.command) for r in records if r.by == seat]
        assert len({command for _, command in written}) == len(
            {json.dumps(pair) for pair in written}
        )
        assert {refusal["code"] for refusal in phone.refused} <= LOST_RACES
    run = evening.session["runs"][0]
    assert replay(run, records).ending == evening.key.ending
    record_property("kills", kills)
    record_property("acknowledged", sum(len(phone.acks) for phone in evening.phones))
    record_property("came_back", sum(len(phone.closes) for phone in evening.phones))
    assert kills >= 3


def ready(worker: ServerProcess) -> str:
    """What a worker says of itself."""
    return httpx.get(f"{worker.url}/readyz", timeout=10).text


async def test_redis_killed_only_delays(
    evening: Evening, redis_server: RedisServer, record_property: Record
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
            async with asyncio.timeout(10):
                while far.seq == before:
                    await far.hear()
            took.append(time.monotonic() - began)
        return took

    with desk:
        await far.until("playing")
        up = await delays(10)
        redis_server.kill()
        down = await delays(6)
        assert await asyncio.to_thread(ready, evening.workers[0]) == "ok, redis away\n"
        redis_server.start()
        async with asyncio.timeout(20):
            while min(await delays(2)) > 0.2:
                pass
    record_property("redis_up_s", [round(one, 3) for one in up])
    record_property("redis_down_s", [round(one, 3) for one in down])
    one, other = evening.logs()
    assert one == other
    assert max(down) < 3


async def test_two_workers_race_for_the_same_runs(
    postgres_url: str, tmp_path: Path, record_property: Record
) -> None:
    """P3. Both write as fast as they can; every log is 1..n, and everybody reads the same."""
    players = [
        await asyncio.create_subprocess_exec(
            *(sys.executable, "-m", "tests.faults.player", postgres_url, str(number)),
            stdout=asyncio.subprocess.PIPE,
        )
        for number in (1, 2)
    ]
    acks: list[tuple[str, str, int]] = []

    async def listen(player: asyncio.subprocess.Process) -> None:
        assert player.stdout is not None
        while len(acks) < RACED:
            run, name, seq = (await player.stdout.readline()).decode().split()
            acks.append((run, name, int(seq)))

    async with asyncio.timeout(100):
        await asyncio.gather(*(listen(player) for player in players))
    for player in players:
        player.kill()
        assert await player.wait() == -signal.SIGKILL
    database = await open_database(postgres_url)
    again = await open_database(postgres_url)
    for number in range(RUNS):
        run = f"r{number}"
        records = await database.store.read(run)
        assert [record.seq for record in records] == list(range(1, len(records) + 1))
        own = {seq: name for of, name, seq in acks if of == run}
        assert all(records[seq - 1].command == name for seq, name in own.items())
        assert fingerprint(replay(run, records)) == fingerprint(
            replay(run, await again.store.read(run))
        )
    by = {name.partition(".")[0] for _, name, _ in acks}
    assert by == {"1", "2"}
    record_property("commands", len(acks))
    await database.close()
    await again.close()
