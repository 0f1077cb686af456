"""P10: everyone comes back at once. The server is killed under thousands of phones and started again."""

from __future__ import annotations

import asyncio
import re
import resource
import sys
import time
from collections.abc import AsyncIterator, Callable, Sequence
from pathlib import Path

import pytest

from engine.rules.replay import replay
from engine.store.database import open_database
from engine.store.log.sql import logs_of
from server import SOCKETS_MAX
from tests.faults.figures import Figures
from tests.faults.seating import Seat, seat_many
from tests.support.patience import PATIENCE_S
from tests.support.server import ROOT, ServerProcess

SCRIPT = "yida-1921"
PROCESSES = 2
BACK_S = 60.0
MEMORY_MB = 600.0


class Phones:
    """Processes full of phones."""

    def __init__(self, port: int, spread_s: int) -> None:
        self.connections = 0
        self._words = (sys.executable, "-m", "tests.faults.crowd", str(port), str(spread_s))
        self._crowds: list[asyncio.subprocess.Process] = []

    async def start(self, seats: Sequence[Seat]) -> None:
        """Everybody begins to connect."""
        for number in range(PROCESSES):
            pipe = asyncio.subprocess.PIPE
            crowd = await asyncio.create_subprocess_exec(
                *self._words, cwd=ROOT, stdin=pipe, stdout=pipe
            )
            self._crowds.append(crowd)
            assert crowd.stdin is not None
            lines = [f"{s.token} {s.run} {s.seat}" for s in seats[number::PROCESSES]]
            crowd.stdin.write("\n".join([*lines, "", ""]).encode())
            await crowd.stdin.drain()

    async def all_back(self) -> float:
        """The instant at which the last phone shows its parts."""
        found = await asyncio.gather(*(self._back(crowd) for crowd in self._crowds))
        self.connections = sum(connections for _, connections in found)
        return max(instant for instant, _ in found)

    async def _back(self, crowd: asyncio.subprocess.Process) -> tuple[float, int]:
        assert crowd.stdout is not None
        live = "nobody"
        try:
            async with asyncio.timeout(PATIENCE_S):
                while words := (await crowd.stdout.readline()).decode().split():
                    if words[0] == "all":
                        return float(words[1]), int(words[2])
                    live = words[1]
        except TimeoutError:
            raise AssertionError(f"{live} of them are back") from None
        raise AssertionError("the phones have ended")

    async def stop(self) -> None:
        """Hang up."""
        for crowd in self._crowds:
            if crowd.returncode is None:
                crowd.kill()
            await crowd.wait()


@pytest.fixture
async def server(tmp_path: Path) -> AsyncIterator[ServerProcess]:
    """Not yet started: its database is filled first."""
    made = ServerProcess(tmp_path, scenarios=ROOT / "scenarios", password="七月二十三日")
    yield made
    await asyncio.to_thread(made.kill)


def peak_mb(pid: int) -> float:
    """The most memory the process ever had."""
    status = Path(f"/proc/{pid}/status").read_text(encoding="ascii")
    found = re.search(r"VmHWM:\s+(\d+) kB", status)
    assert found is not None
    return int(found.group(1)) / 1024


def files_allowed(pid: int) -> int:
    """How many files, and sockets, the process may have open."""
    limits = Path(f"/proc/{pid}/limits").read_text(encoding="ascii")
    found = re.search(r"Max open files\s+(\d+)", limits)
    assert found is not None
    return int(found.group(1))


async def test_the_server_may_have_as_many_sockets_as_the_machine_allows(
    server: ServerProcess,
) -> None:
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (min(256, soft), hard))
    try:
        await asyncio.to_thread(server.start)
    finally:
        resource.setrlimit(resource.RLIMIT_NOFILE, (soft, hard))
    assert files_allowed(server.pid) == min(hard, SOCKETS_MAX)


async def test_thousands_come_back_after_the_server_was_killed(
    server: ServerProcess, size: Callable[[int, int], int], figures: Figures
) -> None:
    folder = ROOT / "scenarios" / SCRIPT
    seats = await seat_many(server.database_url, folder, size(300, 10_000), free=0, started=True)
    await asyncio.to_thread(server.start)
    phones = Phones(server.port, size(1, 40))
    try:
        await phones.start(seats)
        await phones.all_back()
        first_mb = peak_mb(server.pid)
        await asyncio.to_thread(server.kill)
        began_s = time.monotonic()
        await asyncio.to_thread(server.launch)
        took_s = await phones.all_back() - began_s
        again_mb = peak_mb(server.pid)
    finally:
        await phones.stop()
    await asyncio.to_thread(server.kill)
    doubled = await check_seats(server.database_url, seats)
    figures.at_least("P10", "phones", len(seats), size(300, 10_000), "")
    figures.exactly("P10", "doubled seats", doubled, 0)
    figures.at_most("P10", "all back after the start", took_s, BACK_S, "s")
    figures.at_most("P10", "memory", max(first_mb, again_mb), MEMORY_MB, "MB")


async def check_seats(url: str, seats: Sequence[Seat]) -> int:
    """How many seats are more than were taken; each run has those it had, under the same role."""
    database = await open_database(url)
    by_run: dict[str, dict[str, str]] = {}
    for seat in seats:
        by_run.setdefault(seat.run, {})[seat.seat] = seat.role
    more = 0
    for run, log in (logs_of(await database.store.appends_of(list(by_run)), {})).items():
        assert [record.seq for record in log] == list(range(1, len(log) + 1))
        roles = {name: held.role for name, held in replay(run, log).seats.items()}
        more += len(roles.keys() - by_run[run].keys())
        assert {name: roles[name] for name in by_run[run]} == by_run[run]
    await database.close()
    return more
