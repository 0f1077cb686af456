"""A server that stops, or is replaced while a team plays: everybody is told to come back, is back at
once, and nobody was ever called away. A worker that is killed is started anew."""

from __future__ import annotations

import asyncio
import json
import os
import re
import signal
import socket
from collections.abc import Callable
from pathlib import Path

import httpx
import pytest
from tenacity import AsyncRetrying, retry_if_exception_type, stop_after_delay, wait_fixed

from tests.faults.evening import PASSWORD, Evening
from tests.support.patience import PATIENCE_S
from tests.support.server import ServerProcess
from web.door.listening import listen
from web.live.connection import RESTARTING

Record = Callable[[str, object], None]
BEGUN = 10
"""Acknowledgements before the fault."""


def children(parent: int) -> set[int]:
    """The workers of a server: children that serve, not Python's own tracker of resources."""
    told = Path(f"/proc/{parent}/task/{parent}/children").read_text(encoding="ascii")
    return {
        int(pid)
        for pid in told.split()
        if b"spawn_main" in Path(f"/proc/{pid}/cmdline").read_bytes()
    }


async def until(holds: Callable[[], bool]) -> None:
    """Wait until it holds."""
    tries = AsyncRetrying(
        retry=retry_if_exception_type(AssertionError),
        stop=stop_after_delay(PATIENCE_S),
        wait=wait_fixed(0.05),
        reraise=True,
    )
    async for attempt in tries:
        with attempt:
            assert await asyncio.to_thread(holds), "still not so"


class Interrupted:
    """An evening that stands still after so many acknowledgements, until `going` is set."""

    def __init__(self, evening: Evening) -> None:
        self.evening = evening
        self.stands, self.going = asyncio.Event(), asyncio.Event()
        self._acks = 0
        self.going.set()
        for phone in evening.phones:
            phone.on_ack, phone.may_say = self._count, self.going

    def _count(self) -> None:
        self._acks += 1
        if self._acks == BEGUN:
            self.going.clear()
            self.stands.set()

    async def play(self) -> None:
        phones = self.evening.phones
        await asyncio.gather(*(phone.until("playing") for phone in phones))
        await asyncio.gather(*(phone.play() for phone in phones))

    async def interrupted(self, fault: Callable[[], None], over: Callable[[], bool]) -> None:
        """Play; at the tenth acknowledgement `fault`, and once that is `over`, on to the end."""
        playing = asyncio.create_task(self.play())
        async with asyncio.timeout(PATIENCE_S):
            await self.stands.wait()
            fault()
            await until(over)
            self.going.set()
            await playing

    def called_away(self) -> list[str]:
        """Seats that the log says were away, while they were playing."""
        return [
            r.by for r in self.evening.records() if r.event.__struct_config__.tag == "seat.away"
        ]


async def test_workers_are_replaced_one_by_one_and_nobody_notices(
    server_of_two: ServerProcess, scripts: Path, record_property: Record
) -> None:
    """SIGHUP: each worker's successor is ready before it stops."""
    server = server_of_two
    evening = Evening([server], scripts)
    await evening.begin()
    before = children(server.pid)
    assert len(before) == 2
    team = Interrupted(evening)
    await team.interrupted(
        lambda: os.kill(server.pid, signal.SIGHUP),
        lambda: len(now := children(server.pid)) == 2 and not now & before,
    )
    closes = [code for phone in evening.phones for code in phone.closes]
    assert set(closes) == {RESTARTING}
    assert len(closes) >= len(evening.phones)
    assert {phone.parts["scene"]["ending"] for phone in evening.phones} == {evening.key.ending}
    assert team.called_away() == []
    record_property("told_to_come_back", len(closes))
    await evening.end()


async def test_a_worker_that_is_killed_is_started_anew(
    server_of_two: ServerProcess, scripts: Path
) -> None:
    server = server_of_two
    evening = Evening([server], scripts)
    await evening.begin()
    before = children(server.pid)
    killed = max(before)
    team = Interrupted(evening)
    await team.interrupted(
        lambda: os.kill(killed, signal.SIGKILL),
        lambda: len(now := children(server.pid)) == 2 and killed not in now,
    )
    assert {phone.parts["scene"]["ending"] for phone in evening.phones} == {evening.key.ending}
    assert {code for phone in evening.phones for code in phone.closes} <= {1006}

    def counted() -> bool:
        told = httpx.get(f"{server.url}/metrics", timeout=PATIENCE_S).text
        return bool(re.search(rf"^hongchuan_sockets {len(evening.phones)}\.0$", told, re.M))

    await until(counted)
    await evening.end()


async def test_a_server_that_stops_says_so_and_the_next_finds_everybody_there(
    tmp_path: Path, scripts: Path, record_property: Record
) -> None:
    """SIGTERM, with all sockets open; a start. One process, SQLite: the laptop's."""
    server = ServerProcess(tmp_path, scenarios=scripts, password=PASSWORD)
    server.start()
    evening = Evening([server], scripts)
    await evening.begin()
    loop = asyncio.get_running_loop()

    def restart() -> None:
        began_s = loop.time()
        server.stop()
        record_property("stopped_s", round(loop.time() - began_s, 2))
        server.start()

    team = Interrupted(evening)
    await team.interrupted(restart, lambda: True)
    closes = [code for phone in evening.phones for code in phone.closes]
    assert closes == [RESTARTING] * len(evening.phones)
    assert team.called_away() == []
    assert {phone.parts["scene"]["ending"] for phone in evening.phones} == {evening.key.ending}
    await evening.end()
    server.stop()
    lines = [json.loads(line) for line in server.log.read_text().splitlines() if line[:1] == "{"]
    assert any(line["event"] == "command" and line["outcome"] == "ack" for line in lines)
    routes = {line["route"] for line in lines if line["event"] == "request"}
    assert "/api/sessions/{code}/seats" in routes
    assert evening.session["code"] not in server.log.read_text()


@pytest.mark.parametrize("host", ["127.0.0.1", "::1"])
async def test_an_answer_leaves_at_once(host: str) -> None:
    """Without TCP_NODELAY each answer in two writes waits 40 ms for the other side to acknowledge."""
    listening = listen(host, 0)
    taken: asyncio.Future[int] = asyncio.get_running_loop().create_future()

    def came(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        connection = writer.get_extra_info("socket")
        taken.set_result(connection.getsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY))
        writer.close()

    async with await asyncio.start_server(came, sock=listening):
        _, writer = await asyncio.open_connection(*listening.getsockname()[:2])
        assert await taken
        writer.close()
        await writer.wait_closed()
