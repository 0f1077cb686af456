"""P7: a worker that is cut off does no harm. Its cable is pulled while both workers write.

Two workers in network namespaces of their own, PostgreSQL and Redis on the switch between them.
"""

from __future__ import annotations

import asyncio
import json
import time
from collections.abc import AsyncIterator, Callable, Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest
from websockets.asyncio.client import connect

from engine.rules.replay import fingerprint, replay
from tests.faults.desk import Desk, Session
from tests.faults.figures import Figures, percentile
from tests.support.network import Network, network
from tests.support.patience import PATIENCE_S
from tests.support.postgres import cluster_at
from tests.support.proxy import pause
from tests.support.redis import redis_at
from tests.support.scripts import MINI_TEXT
from tests.support.server import ServerProcess

SCRIPT = "first-congress-demo"
RUNS = 4
EVERY_S = 0.05
"""Each worker nudges each run so often, when it is answered as fast."""
OTHERS_MS = 500.0
TOLD_S = 11.0
"""Five seconds for what is on its way, five to connect anew, and something to spare."""
BACK_S = 10.0

Pair = tuple[ServerProcess, ServerProcess]


class Sender:
    """Nudges one run through one worker."""

    def __init__(self, desk: Desk, session: Session, name: str) -> None:
        self.run = session["runs"][0]
        self.acks: dict[str, tuple[int, float]] = {}
        """By command: seq, and when it was acknowledged."""
        self.refused_s: list[float] = []
        """How long each refusal took."""
        self.took: list[tuple[float, float]] = []
        """(sent, ms until acknowledged)."""
        self._desk = desk
        self._session = session
        self._name = name
        self._sent = 0

    async def nudge(self) -> bool:
        """Once. Was it acknowledged?"""
        self._sent += 1
        name = f"{self._name}.{self._sent}"
        sent_s = time.monotonic()
        answer = await self._desk.ask(self._session, "nudge", id=name, seat="s1")
        took_s = time.monotonic() - sent_s
        if answer.status_code == httpx.codes.OK:
            seq = answer.json()["runs"][0]["seq"]
            self.acks[name] = (seq, sent_s + took_s)
            self.took.append((sent_s, took_s * 1000))
            return True
        assert answer.status_code == httpx.codes.SERVICE_UNAVAILABLE, answer.text
        assert answer.json()["error"]["code"] == "not_saved"
        self.refused_s.append(took_s)
        return False

    async def go_on(self, done: asyncio.Event) -> None:
        """Nudge until it is done."""
        while not done.is_set():
            await self.nudge()
            await pause(EVERY_S)

    def acked_between(self, begins_s: float, ends_s: float) -> int:
        """How many were acknowledged in that time."""
        return sum(begins_s <= at_s <= ends_s for _, at_s in self.acks.values())


@pytest.fixture
def switch() -> Iterator[Network]:
    with network(machines=2) as made:
        yield made


@pytest.fixture
async def pair(switch: Network, tmp_path: Path) -> AsyncIterator[Pair]:
    """A worker on each machine."""
    folder = tmp_path / "scenarios" / SCRIPT
    folder.mkdir(parents=True)
    (folder / "scenario.yaml").write_text(MINI_TEXT, encoding="utf-8")
    with cluster_at(switch.address) as cluster, redis_at(switch.address) as redis:
        url = cluster.create_database()
        one, other = (
            ServerProcess(
                tmp_path,
                scenarios=folder.parent,
                password="七月二十三日",
                database_url=url,
                redis_url=redis.url,
                host=machine.address,
                through=machine.through,
            )
            for machine in switch.machines
        )
        await asyncio.to_thread(one.start)
        await asyncio.to_thread(other.start)
        yield one, other
        await asyncio.to_thread(one.kill)
        await asyncio.to_thread(other.kill)


async def shown(server: ServerProcess, token: str) -> dict[str, Any]:
    """All parts, as this worker shows them to a phone that connects now."""
    async with connect(f"{server.url.replace('http', 'ws', 1)}/live") as socket:
        await socket.send(json.dumps({"type": "hello", "token": token, "format": "json"}))
        message: dict[str, Any] = json.loads(await socket.recv())
        assert message["type"] == "parts", message
        parts: dict[str, Any] = message["parts"]
        return parts


async def begin(desk: Desk) -> tuple[Session, str]:
    session = await desk.open(SCRIPT)
    seat = await desk.seat(session, "recorder")
    await desk.command(session, "start")
    return session, seat["token"]


async def test_a_worker_whose_cable_is_pulled_does_no_harm(
    switch: Network, pair: Pair, size: Callable[[int, int], int], figures: Figures
) -> None:
    async with Desk(pair[0], 60) as one, Desk(pair[1], 60) as other:
        begun = [await begin(one) for _ in range(RUNS)]
        cut_off = [Sender(one, session, "one") for session, _ in begun]
        others = [Sender(other, session, "other") for session, _ in begun]
        done = asyncio.Event()
        sending = [asyncio.create_task(s.go_on(done)) for s in (*cut_off, *others)]
        await pause(2)
        switch.machines[0].pull()
        pulled_s = time.monotonic()
        await pause(size(8, 30))
        plugged_s = time.monotonic()
        switch.machines[0].plug()
        async with asyncio.timeout(PATIENCE_S):
            while not all(s.acked_between(plugged_s, time.monotonic()) for s in cut_off):
                await pause(0.05)
        back_s = time.monotonic() - plugged_s
        done.set()
        await asyncio.gather(*sending)
        logs = await check_logs(one, other, [*cut_off, *others])
        for _, token in begun:
            seen = [await shown(server, token) for server in pair]
            assert seen[0] == seen[1]
    # What was sent before may have been saved before, and its answer been on its way.
    while_out = sum(
        pulled_s <= sent_s and sent_s + took_ms / 1000 <= plugged_s
        for sender in cut_off
        for sent_s, took_ms in sender.took
    )
    took = [ms for s in others for sent_s, ms in s.took if pulled_s <= sent_s <= plugged_s]
    refusals = [took_s for sender in cut_off for took_s in sender.refused_s]
    figures.at_least("P7", "cable pulled for", plugged_s - pulled_s, size(8, 30), "s")
    figures.exactly("P7", "acknowledged by the one cut off", while_out, 0)
    figures.at_least("P7", "refused by it", len(refusals), 1, "")
    figures.exactly("P7", "double writes", logs, 0)
    figures.at_most("P7", "its slowest refusal", max(refusals), TOLD_S, "s")
    figures.at_least("P7", "written by the others meanwhile", len(took), 20, "")
    figures.at_most("P7", "the others' p95", percentile(took, 95), OTHERS_MS, "ms")
    figures.at_most("P7", "it writes again after", back_s, BACK_S, "s")


async def check_logs(one: Desk, other: Desk, senders: list[Sender]) -> int:
    """How many commands stand twice in a log. Both workers tell the same logs, without a gap; they fold
    to the same; and what either acknowledged stands in its place."""
    doubled = 0
    for run in {sender.run for sender in senders}:
        log = await one.log(run)
        assert log == await other.log(run)
        assert [record.seq for record in log] == list(range(1, len(log) + 1))
        assert fingerprint(replay(run, log)) == fingerprint(replay(run, await other.log(run)))
        names = [record.command for record in log if record.command.startswith(("one.", "other."))]
        doubled += len(names) - len(set(names))
        seqs = {record.command: record.seq for record in log}
        for sender in senders:
            if sender.run == run:
                assert all(seqs.get(name) == seq for name, (seq, _) in sender.acks.items())
    return doubled
