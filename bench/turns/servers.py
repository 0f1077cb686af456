"""The servers that are measured: ours with its sessions and seats, and the two beside."""

from __future__ import annotations

import os
import socket
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Final

import orjson

from bench.turns.lean import HOST, Lean, NotTaken, connected, post
from bench.turns.rounds import ROLES, SCRIPT, SEATS, script
from tests.support.patience import until
from tests.support.server import ROOT, ServerProcess, free_port

PASSWORD: Final = "七月二十三日"
TEAMS_A_SESSION: Final = 50
SERVER: Final = 0
GENERATOR: Final = 1
"""Which core each has to itself, where there are two."""


class Peer:
    """`echo` or `least`."""

    form = "json"

    def __init__(self, name: str, folder: Path) -> None:
        self.name = name
        self.port = free_port()
        self._command = [sys.executable, "-m", "bench.turns.peers", name, str(self.port)]
        self._command.append(str(folder / "acts.db"))
        self._teams = 0

    def start(self) -> None:
        """Returns once it takes connections."""
        self._process = subprocess.Popen(self._command, cwd=ROOT)
        until(self._answers, lambda: f"{self.name} doesn't start: {self._process.poll()}")

    def stop(self) -> None:
        """At once."""
        self._process.kill()
        self._process.wait()

    @property
    def pid(self) -> int:
        """Of its process."""
        return self._process.pid

    async def open(self, teams: int) -> int:
        """So many teams more may come; the number of the first."""
        self._teams += teams
        return self._teams - teams

    async def hello(self, team: int, place: int) -> bytes:
        """Any seat is free."""
        return orjson.dumps({"type": "hello", "team": team})

    async def walk_in(self, number: int, source: str) -> bytes:
        """There is always room."""
        return await self.hello(number // SEATS, number % SEATS)

    async def begin(self) -> None:
        """They have."""

    async def desks(self, lost: Callable[[str], None]) -> list[Lean]:
        """Nobody leads."""
        return []

    def _answers(self) -> bool:
        with socket.socket() as probe:
            return probe.connect_ex((HOST, self.port)) == 0


class Ours:
    """This program, its phones shown JSON or HTML; or another checkout of it."""

    def __init__(self, name: str, folder: Path, root: Path, text: str) -> None:
        """`text`: the script."""
        self.name = name
        self.form, _, self._led = name.partition("@")[0].partition("+")
        made = folder / "scenarios" / SCRIPT
        made.mkdir(parents=True)
        (made / "scenario.yaml").write_text(text or script(), encoding="utf-8")
        self._server = ServerProcess(
            folder,
            scenarios=made.parent,
            password=PASSWORD,
            environment={"HONGCHUAN_LOG": "console"},  # as it is where nobody says
            root=root,
        )
        self.port = self._server.port
        self._bearer = ""
        self._waiting: list[str] = []
        """Ids of sessions that haven't started."""
        self._undirected: list[str] = []
        """Ids of sessions that have no desk yet."""
        self._codes: list[str] = []
        """Of the sessions that were opened last."""
        self._places: list[tuple[str, int]] = []
        """Of each team: its session's code, and its number there."""

    def start(self) -> None:
        """Returns once it is ready."""
        self._server.start()

    def stop(self) -> None:
        """At once: nothing of it is needed."""
        self._server.kill()

    @property
    def pid(self) -> int:
        """Of its first process."""
        return self._server.pid

    async def open(self, teams: int) -> int:
        """Sessions with so many teams more; the number of the first."""
        begins = len(self._places)
        self._codes.clear()
        if not self._bearer:
            account = {"name": "admin", "password": PASSWORD}
            self._bearer = (await post(self.port, "/api/token", account))["token"]
        for first in range(0, teams, TEAMS_A_SESSION):
            size = min(TEAMS_A_SESSION, teams - first)
            body = {"scenario": SCRIPT, "teams": size}
            made = await post(self.port, "/api/sessions", body, self._bearer)
            self._waiting.append(made["id"])
            self._undirected.append(made["id"])
            self._codes.append(made["code"])
            self._places += [(made["code"], number) for number in range(1, size + 1)]
        return begins

    async def hello(self, team: int, place: int) -> bytes:
        """A seat is taken; each team has names of its own."""
        code, number = self._places[team]
        role = ROLES[place]
        while True:
            try:
                return await self._seat(code, name=f"第{team}队{role}", team=number, role=role)
            except NotTaken as refused:
                if not refused.busy:  # it was in line for some seconds: it may ask at once
                    raise

    async def walk_in(self, number: int, source: str) -> bytes:
        """A seat is taken as by one who only has a code: they come to all sessions in turn."""
        code = self._codes[number % len(self._codes)]
        return await self._seat(code, source, name=f"来宾{number}")

    async def begin(self) -> None:
        """All teams start."""
        for name in self._waiting:
            path = f"/api/sessions/{name}/commands"
            await post(self.port, path, {"do": "start"}, self._bearer)
        self._waiting.clear()

    async def desks(self, lost: Callable[[str], None]) -> list[Lean]:
        """A console and a wall at each session, where the name asks for them; what they are shown
        isn't counted."""
        made: list[Lean] = []
        for name in self._undirected if self._led else ():
            for kind in ("console", "projector"):
                line = await connected(self.port, lambda text: None, lost)
                hello = {"type": "hello", "token": self._bearer, "as": kind, "session": name}
                line.say(orjson.dumps({**hello, "format": self.form}))
                made.append(line)
        self._undirected.clear()
        return made

    async def _seat(self, code: str, source: str = HOST, **asked: object) -> bytes:
        path = f"/api/sessions/{code}/seats"
        seat = await post(self.port, path, asked, source=source)
        return orjson.dumps({"type": "hello", "token": seat["token"], "format": self.form})


Server = Peer | Ours


def server_of(name: str, folder: Path, text: str = "") -> Server:
    """`echo`, `least`, `json`, `html`; `html+desk` with console and wall; `html@PATH` of another
    checkout. `text`: the script, else the usual one."""
    form, _, path = name.partition("@")
    if form.partition("+")[0] in ("json", "html"):
        return Ours(name, folder, Path(path).resolve() if path else ROOT, text)
    return Peer(name, folder)


@contextmanager
def running(server: Server) -> Iterator[Server]:
    """It runs, on a core of its own where there are two; the generator has the other."""
    _keep_to(SERVER)  # what is started now inherits it
    try:
        server.start()
        _keep_to(GENERATOR)
        yield server
    finally:
        os.sched_setaffinity(0, CORES)
        server.stop()


CORES: Final = frozenset(os.sched_getaffinity(0))


def _keep_to(core: int) -> None:
    if len(CORES) > 1:
        os.sched_setaffinity(0, {sorted(CORES)[core]})
