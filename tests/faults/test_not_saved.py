"""P6: disk full, database locked: refused, never acknowledged, and it works again by itself."""

from __future__ import annotations

import asyncio
import sqlite3
import sys
import time
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import asynccontextmanager, contextmanager
from pathlib import Path

import httpx
import pytest

from engine.rules.events import Recorded
from tests.faults.desk import Desk, Session
from tests.faults.figures import Figures
from tests.support.disk import small_disk
from tests.support.patience import PATIENCE_S
from tests.support.proxy import pause
from tests.support.scripts import MINI_TEXT
from tests.support.server import ServerProcess

SCRIPT = "first-congress-demo"
DISK_BYTES = 6 * 1024 * 1024
BACK_S = 5.0
TOLD_S = 11.0
"""Five seconds for whoever holds the lock to end, twice at the most, and something to spare."""
RETRY_S = 0.1
SENDERS = 4
LOCK = """
import sqlite3, sys
lock = sqlite3.connect(sys.argv[1], isolation_level=None)
lock.execute("BEGIN IMMEDIATE")
print("locked", flush=True)
sys.stdin.read()
"""
"""Another program that writes to the same file, and doesn't end."""


class Evening:
    """A started run whose facilitator nudges, and what became of each nudge."""

    def __init__(self, desk: Desk, session: Session) -> None:
        self.acks: dict[str, int] = {}
        self.refused: list[str] = []
        self.sent = 0
        self.slowest_s = 0.0
        """The longest that anybody waited for an answer."""
        self._desk = desk
        self._session = session

    async def nudge(self) -> bool:
        """Give one command; was it taken? A refusal has to be "not saved"."""
        self.sent += 1
        name = f"n{self.sent}"
        began = time.monotonic()
        answer = await self._desk.ask(self._session, "nudge", id=name, seat="s1")
        self.slowest_s = max(self.slowest_s, time.monotonic() - began)
        if answer.status_code == httpx.codes.OK:
            self.acks[name] = answer.json()["runs"][0]["seq"]
            return True
        assert answer.status_code == httpx.codes.SERVICE_UNAVAILABLE, answer.text
        assert answer.json()["error"]["code"] == "not_saved"
        self.refused.append(name)
        return False

    async def nudge_for(self, seconds: float) -> None:
        """Give commands, several at once, for that long."""
        ends_s = time.monotonic() + seconds

        async def one() -> None:
            while time.monotonic() < ends_s:
                await self.nudge()

        await asyncio.gather(*(one() for _ in range(SENDERS)))

    async def until_taken(self) -> float:
        """Seconds until a command is taken again."""
        began = time.monotonic()
        async with asyncio.timeout(PATIENCE_S):
            while not await self.nudge():
                await pause(RETRY_S)
        return time.monotonic() - began

    async def log(self) -> list[Recorded]:
        """What was written."""
        return await self._desk.log(self._session["runs"][0])


@asynccontextmanager
async def evening_on(server: ServerProcess) -> AsyncIterator[Evening]:
    await asyncio.to_thread(server.start)
    try:
        async with Desk(server) as desk:
            session = await desk.open(SCRIPT)
            await desk.seat(session, "recorder")
            await desk.command(session, "start")
            yield Evening(desk, session)
    finally:
        await asyncio.to_thread(server.stop)


@pytest.fixture
def scripts(tmp_path: Path) -> Path:
    folder = tmp_path / "scenarios" / SCRIPT
    folder.mkdir(parents=True)
    (folder / "scenario.yaml").write_text(MINI_TEXT, encoding="utf-8")
    return folder.parent


def server_on(folder: Path, tmp_path: Path, scripts: Path) -> ServerProcess:
    return ServerProcess(
        tmp_path,
        scenarios=scripts,
        password="七月二十三日",
        database_url=f"sqlite:///{folder / 'evening.db'}",
    )


def check(figures: Figures, what: str, evening: Evening, log: list[Recorded], file: Path) -> None:
    """Acknowledged is written, in its place; refused while it lasted is not; the file is sound."""
    seqs = {record.command: record.seq for record in log}
    wrong = sum(seqs.get(name) != seq for name, seq in evening.acks.items())
    figures.exactly("P6", f"{what}: lost of {len(evening.acks)} acknowledged", wrong, 0)
    saved = sum(name in seqs for name in evening.refused)
    figures.exactly("P6", f"{what}: saved of {len(evening.refused)} refused", saved, 0)
    assert [record.seq for record in log] == list(range(1, len(log) + 1))
    with sqlite3.connect(file) as database:
        assert database.execute("PRAGMA integrity_check").fetchall() == [("ok",)]
    database.close()


async def test_a_full_disk_refuses_and_heals(
    tmp_path: Path, scripts: Path, size: Callable[[int, int], int], figures: Figures
) -> None:
    with small_disk(tmp_path / "disk", DISK_BYTES) as disk:
        async with evening_on(server_on(disk.folder, tmp_path, scripts)) as evening:
            slowest_s = 0.0
            for _ in range(size(2, 10)):
                await evening.nudge_for(0.5)
                disk.fill()
                async with asyncio.timeout(PATIENCE_S):
                    while await evening.nudge():
                        disk.fill()  # the write-ahead log still had room of its own
                acknowledged = len(evening.acks)
                await evening.nudge_for(size(1, 5))
                figures.exactly(
                    "P6", "disk full: acknowledged then", len(evening.acks) - acknowledged, 0
                )
                disk.free()
                slowest_s = max(slowest_s, await evening.until_taken())
            log = await evening.log()
        check(figures, "disk full", evening, log, disk.folder / "evening.db")
    figures.at_most("P6", "disk full: works again after", slowest_s, BACK_S, "s")


@contextmanager
def ends(process: asyncio.subprocess.Process) -> Iterator[None]:
    try:
        yield
    finally:
        if process.returncode is None:
            process.kill()


async def test_a_locked_database_refuses_and_heals(
    tmp_path: Path, scripts: Path, size: Callable[[int, int], int], figures: Figures
) -> None:
    folder = tmp_path / "data"
    folder.mkdir()
    async with evening_on(server_on(folder, tmp_path, scripts)) as evening:
        await evening.nudge_for(0.5)
        pipe = asyncio.subprocess.PIPE
        command = (sys.executable, "-c", LOCK, str(folder / "evening.db"))
        other = await asyncio.create_subprocess_exec(*command, stdin=pipe, stdout=pipe)
        with ends(other):
            assert other.stdout is not None
            assert other.stdin is not None
            assert await other.stdout.readline() == b"locked\n"
            acknowledged, began = len(evening.acks), time.monotonic()
            await evening.nudge_for(size(6, 30))
            held_s = time.monotonic() - began
            figures.exactly("P6", "locked: acknowledged then", len(evening.acks) - acknowledged, 0)
            other.stdin.close()
            back_s = await evening.until_taken()
            await other.wait()
        log = await evening.log()
    assert evening.refused
    figures.at_most("P6", "locked: told after", evening.slowest_s, TOLD_S, "s")
    check(figures, "locked", evening, log, folder / "evening.db")
    figures.at_least("P6", "locked for", held_s, size(6, 30), "s")
    figures.at_most("P6", "locked: works again after", back_s, BACK_S, "s")
