"""P16, and P11 by what the others feel: 60 phones play by a beat, and beside them, one after the other,
is every hostile client and every long piece of work. How late does a team see what one of it did?

The server runs with its default settings in a process of its own, the phones in another, whoever disturbs
them in a third; all share the machine. The phones' process goes before the others, for it stands for sixty
machines and is to measure the server, not to wait for a processor itself; whoever disturbs them is held to
one processor, as another machine's network would. The beats are fixed beforehand, so that a server which
stands still for a second is late for everybody who would have acted in it.
"""

from __future__ import annotations

import asyncio
import contextlib
import math
import os
import select
import shutil
import signal
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any, Final, NamedTuple

import httpx
import msgspec
import pytest

from engine.host.host import Host
from engine.proof.playthrough import Playthrough
from engine.rules import commands as cmd
from engine.scenario import compile_scenario
from engine.store.database import open_database
from tests.faults.figures import Figures, percentile
from tests.faults.labours import LABOURS, Desk
from tests.faults.nuisances import NUISANCES, Target
from tests.faults.seating import Seat, seat_many
from tests.support.depth import depth
from tests.support.evenings import PASSWORD, admin_of, keep_evening, keep_evenings
from tests.support.patience import PATIENCE_S, until
from tests.support.server import ROOT, ServerProcess

Record = Callable[[str, object], None]

PHONES: Final = 60
EVERY_MS: Final = 300
"""Between two beats of a team."""
LATE_MS: Final = 300
CARD: Final = "torch"
ROLES: Final = ("first", "second", "third", "fourth")
STORY: Final = "夜里，一支火把在队伍里传下去，谁拿着它，谁就看得见脚下的路。" * 12
SCRIPT: Final = f"""\
format: 1
id: round
version: 1.0.0
title: 传火把
summary: 一支火把，从一个人手里传到下一个人手里。
minutes: 30
themes: [试验]
roles:
  first: {{name: 头一个, brief: 你走在最前面。, goal: 别让火灭了}}
  second: {{name: 第二个, brief: 你跟着。, goal: 别让火灭了}}
  third: {{name: 第三个, brief: 你跟着。, goal: 别让火灭了}}
  fourth: {{name: 末一个, brief: 你走在最后。, goal: 别让火灭了}}
vars:
  lit: {{bool: false}}
cards:
  {CARD}: {{title: 火把, text: 拿稳了，传给下一个。}}
start: road
scenes:
  road:
    title: 山路
    story: {STORY}
    tasks:
      light:
        role: first
        ask: 点不点火？
        choices:
          - {{id: light, text: 点上, set: {{lit: true}}, give: {{{CARD}: first}}}}
          - {{id: dark, text: 摸黑走}}
      arrive2: {{role: second, kind: read, ask: 走一段, story: 慢慢走。}}
      arrive3: {{role: third, kind: read, ask: 走一段, story: 慢慢走。}}
      arrive4: {{role: fourth, kind: read, ask: 走一段, story: 慢慢走。}}
    barrier: all
    next: [{{go: valley}}]
  valley: {{ending: good, title: 山谷, story: 队伍到了。}}
"""


# ── the evening ─────────────────────────────────────────────────────────────────────────────────


def _script(folder: Path) -> Path:
    """All scripts of the repository, and ours."""
    kept = folder / "scenarios"
    shutil.copytree(ROOT / "scenarios", kept)
    (kept / "round").mkdir()
    (kept / "round" / "scenario.yaml").write_text(SCRIPT, encoding="utf-8")
    return kept


async def _furnish(
    url: str, folder: Path, evenings: int, steps: int
) -> tuple[list[Seat], list[Any], Any]:
    """Seats of those who play, whose card is lit; sessions that were played; and a long one."""
    seats = await seat_many(url, folder, PHONES + len(ROLES), free=0, started=True)
    scenario = compile_scenario(SCRIPT.encode(), "round")
    database = await open_database(url)

    async def known(run: str) -> Any:
        return scenario

    host = Host(database.store, known)
    for run in dict.fromkeys(seat.run for seat in seats):
        at_ms = host.clock.now_ms()
        light = cmd.Submit(id="light", at_ms=at_ms, by="s1", task="light", answer=("light",))
        await host.execute(run, light)
    await host.close()
    played = await keep_evenings(database, evenings)
    owner = await admin_of(database, PASSWORD)
    long = await keep_evening(database, owner, SCRIPT.encode(), [_long(scenario, steps)])
    await database.close()
    return seats, played, long


def _long(scenario: Any, steps: int) -> list[Any]:
    """The log of a run in which the card goes round so many times."""
    table = Playthrough(scenario, seed="long")
    table.do(cmd.Submit, "s1", task="light", answer=("light",))
    for number in range(steps):
        table.advance(1_000)
        to = ROLES[(number + 1) % len(ROLES)]
        table.do(cmd.HandCard, f"s{number % len(ROLES) + 1}", card=CARD, to=to)
    return list(table.records)


class Phones:
    """The process of those who play, and what it says."""

    def __init__(self, server: ServerProcess, seats: list[Seat]) -> None:
        words = (
            sys.executable,
            "-m",
            "tests.faults.metronome",
            str(server.port),
            str(EVERY_MS),
            CARD,
        )
        self._process = subprocess.Popen(
            words, cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, bufsize=1
        )
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        with contextlib.suppress(PermissionError):
            os.setpriority(os.PRIO_PROCESS, self._process.pid, -10)
        for seat in seats:
            self._process.stdin.write(f"{seat.token} {seat.run} {seat.role}\n")
        self._process.stdin.write("\n")
        self._process.stdin.flush()
        assert self._process.stdout.readline() == "ready\n"
        self._late: list[tuple[float, float]] = []
        self.lost: int | None = None
        self._hearing = threading.Thread(target=self._hear)
        self._hearing.start()

    def _hear(self) -> None:
        assert self._process.stdout is not None
        for said in self._process.stdout:
            first, _, second = said.partition(" ")
            if first == "lost":
                self.lost = int(second)
            else:
                self._late.append((float(first), float(second)))

    def late_ms(self, since_s: float, until_s: float) -> list[float]:
        """Of the beats that were due then, as far as they were seen."""
        return [late_ms for due_s, late_ms in list(self._late) if since_s <= due_s < until_s]

    def seen(self, since_s: float) -> None:
        """Returns once a beat that was due after that has been seen."""
        until(lambda: self.late_ms(since_s, math.inf) or None)

    def end(self) -> None:
        """They go home."""
        assert self._process.stdin is not None
        self._process.stdin.close()
        self._process.wait(timeout=PATIENCE_S)
        self._hearing.join()
        assert self._process.stdout is not None
        self._process.stdout.close()


@contextlib.contextmanager
def beside(module: str, name: str, known: object) -> Iterator[None]:
    """Somebody disturbs them until the block ends."""
    process = subprocess.Popen(
        (sys.executable, "-m", module, name),
        cwd=ROOT,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        start_new_session=True,
    )
    assert process.stdin is not None
    assert process.stdout is not None
    cores = sorted(os.sched_getaffinity(0))
    os.sched_setaffinity(process.pid, {cores[-1]})
    try:
        process.stdin.write(msgspec.json.encode(known) + b"\n")
        process.stdin.flush()
        told, _, _ = select.select([process.stdout], [], [], PATIENCE_S)
        assert told
        assert process.stdout.readline() == b"begun\n", name
        yield
        assert process.poll() is None, f"{name} has ended"
    finally:
        with contextlib.suppress(ProcessLookupError):
            os.killpg(process.pid, signal.SIGKILL)
        process.communicate()


# ── what is measured ────────────────────────────────────────────────────────────────────────────


class Evening(NamedTuple):
    """What goes on all the time."""

    phones: Phones
    target: Target
    desk: Desk


@pytest.fixture(scope="module")
def evening(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Evening]:
    """Sixty phones that play, and what is there besides."""
    folder = tmp_path_factory.mktemp("latency")
    hanging = socket.create_server(("127.0.0.1", 0))
    server = ServerProcess(
        folder,
        scenarios=_script(folder),
        password=PASSWORD,
        environment={
            "HONGCHUAN_PROXIES": "127.0.0.1",  # who tells of the hostile clients' addresses
            "HONGCHUAN_LRS_URL": f"http://127.0.0.1:{hanging.getsockname()[1]}",
        },
    )
    script = folder / "scenarios" / "round"
    seats, played, long = asyncio.run(
        _furnish(server.database_url, script, depth(4, 30), depth(300, 3_000))
    )
    server.start()
    try:
        with httpx.Client(base_url=server.url, timeout=PATIENCE_S) as http:
            asked = {"name": "admin", "password": PASSWORD}
            token = http.post("/api/token", json=asked).raise_for_status().json()["token"]
            http.headers["authorization"] = f"Bearer {token}"
            open_ = http.post("/api/sessions", json={"scenario": "fuwu", "teams": 60}).json()
        target = Target(server.port, open_["code"], [s.token for s in seats[PHONES:]], token)
        runs = [run.id for session in played for run in session.runs]
        desk = Desk(
            server.url, server.database_url, token, [one.id for one in played],
            long.id, long.runs[0].id, runs,
        )  # fmt: skip
        phones = Phones(server, seats[:PHONES])
        phones.seen(time.monotonic() + EVERY_MS / 1000)  # by then each team has its beat
        try:
            yield Evening(phones, target, desk)
        finally:
            phones.end()
        assert phones.lost == 0, "beats that were never seen"
    finally:
        server.stop()
        hanging.close()


class Watched:
    """The beats of the next seconds."""

    def __init__(self, phones: Phones) -> None:
        self._phones = phones
        self._since_s = time.monotonic()
        self._until_s = self._since_s + depth(1, 4)
        phones.seen(self._until_s)

    def told(self, promise: str, what: str, figures: Figures, record: Record) -> None:
        """How late they were seen."""
        self._phones.seen(self._until_s + 2 * EVERY_MS / 1000)  # a whole round of them
        late_ms = self._phones.late_ms(self._since_s, self._until_s)
        due = (self._until_s - self._since_s) * PHONES / len(ROLES) * 1000 / EVERY_MS
        of = [f"p{percent} {percentile(late_ms, percent):.0f}" for percent in (50, 95, 99, 100)]
        record(f"{promise} {what}", f"{', '.join(of)} ms of {len(late_ms)}")
        figures.at_least(promise, f"beats seen, {what}", len(late_ms), int(due * 0.9), "")
        figures.at_most(promise, f"p99, {what}", percentile(late_ms, 99), LATE_MS, "ms")


SHORT: Final = ("empty pings", "names of marks", "prove")
ROWS: Final = [
    pytest.param(promise, module, name, id=name)
    for promise, module, names in (
        ("P11", "tests.faults.nuisances", NUISANCES),
        ("P16", "tests.faults.labours", LABOURS),
    )
    for name in names
    if depth(name in SHORT, True)
]


def test_alone(evening: Evening, figures: Figures, record_property: Record) -> None:
    watched = Watched(evening.phones)
    watched.told("P16", "alone", figures, record_property)


@pytest.mark.parametrize(("promise", "module", "name"), ROWS)
def test_the_others_play_on(
    promise: str, module: str, name: str,
    evening: Evening, figures: Figures, record_property: Record,
) -> None:  # fmt: skip
    known = evening.target if promise == "P11" else evening.desk
    with beside(module, name, known):
        watched = Watched(evening.phones)
    watched.told(promise, f"beside {name}", figures, record_property)
