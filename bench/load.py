"""What an evening costs a server: processor time and bytes for each command, memory for each phone.

    make load                                       40 teams on SQLite
    .venv/bin/python -m bench.load --teams 60 --database postgresql://…

A real server process; the phones are JSON clients in this one, each answering whatever is open as
soon as it is. Processor time, unlike a rate, hardly depends on what else the machine is doing; the
arithmetic of docs/operate.md starts from these figures.
"""

from __future__ import annotations

import asyncio
import os
import re
import tempfile
import time
from pathlib import Path
from typing import Annotated, Any

import httpx
import typer
from rich import print as say

from tests.e2e.answers import AnswerKey, load
from tests.e2e.bots import Bot, join
from tests.support.patience import PATIENCE_S
from tests.support.server import ServerProcess

SCRIPT = "fuwu"
PASSWORD = "七月二十三日"


def cpu_s(pid: int) -> float:
    """Processor time a process has used so far."""
    fields = Path(f"/proc/{pid}/stat").read_text(encoding="ascii").rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def memory_kib(pid: int) -> int:
    """Memory a process holds."""
    found = re.search(r"VmRSS:\s+(\d+) kB", Path(f"/proc/{pid}/status").read_text(encoding="ascii"))
    assert found is not None
    return int(found[1])


class Scale:
    """A phone's line, with what came over it weighed."""

    frames = 0
    received = 0
    acks = 0

    def __init__(self, socket: Any) -> None:
        self._socket = socket

    async def recv(self) -> str:
        """The next frame."""
        frame: str = await self._socket.recv()
        Scale.frames += 1
        Scale.received += len(frame.encode())
        Scale.acks += frame.startswith('{"type":"ack"')
        return frame

    def __getattr__(self, name: str) -> Any:
        return getattr(self._socket, name)


def scripts(folder: Path) -> Path:
    """A folder with the script, its talks cut short."""
    made = folder / "scenarios" / SCRIPT
    made.mkdir(parents=True)
    text = (Path("scenarios") / SCRIPT / "scenario.yaml").read_text(encoding="utf-8")
    short = re.sub(r"at_least: \d+s", "at_least: 1s", text)
    (made / "scenario.yaml").write_text(short, encoding="utf-8")
    return made.parent


class Evening:
    """So many teams in one session."""

    def __init__(self, server: ServerProcess, key: AnswerKey) -> None:
        self._server = server
        self._key = key
        self._desk = httpx.AsyncClient(base_url=server.url, timeout=PATIENCE_S)
        self._session: dict[str, Any] = {}
        self.bots: list[Bot] = []

    async def open(self, teams: int) -> None:
        """Log in, open the session."""
        account = {"name": "admin", "password": PASSWORD}
        token = (await self._desk.post("/api/token", json=account)).raise_for_status().json()
        self._desk.headers["Authorization"] = f"Bearer {token['token']}"
        body = {"scenario": SCRIPT, "teams": teams}
        opened = await self._desk.post("/api/sessions", json=body)
        self._session = opened.raise_for_status().json()

    async def sit_down(self, team: int) -> None:
        """A phone for each role of the team."""
        for role in self._key.scenario.roles:
            place = {"name": f"{team}队{role}", "team": team, "role": role}
            url = f"/api/sessions/{self._session['code']}/seats"
            seat = (await self._desk.post(url, json=place)).raise_for_status().json()
            bot = await join(self._server.url, seat["token"], self._key)
            bot.socket = Scale(bot.socket)  # type: ignore[assignment]
            self.bots.append(bot)

    async def play(self) -> None:
        """From the start to the ending."""
        url = f"/api/sessions/{self._session['id']}/commands"
        (await self._desk.post(url, json={"do": "start"})).raise_for_status()
        await asyncio.gather(*(bot.until("playing") for bot in self.bots))
        await asyncio.gather(*(bot.play() for bot in self.bots))

    async def end(self) -> None:
        """Hang up."""
        await asyncio.gather(*(bot.socket.close() for bot in self.bots), self._desk.aclose())


async def measure(server: ServerProcess, key: AnswerKey, teams: int) -> None:
    """Play, and print what it cost."""
    evening = Evening(server, key)
    await evening.open(teams)
    empty_kib = memory_kib(server.pid)
    for team in range(1, teams + 1):
        await evening.sit_down(team)
    phones = len(evening.bots)
    phone_kib = (memory_kib(server.pid) - empty_kib) / phones
    before_s, began_s = cpu_s(server.pid), time.monotonic()
    await evening.play()
    used_s, took_s = cpu_s(server.pid) - before_s, time.monotonic() - began_s
    answers = Scale.acks
    assert answers, "nobody was acknowledged"
    await evening.end()
    say(f"phones                                {phones}")
    say(f"commands acknowledged                 {answers}, {answers / took_s:.0f}/s")
    say(f"processor time for each command       {used_s / answers * 1000:.2f} ms")
    say(f"sent to phones for each command       {Scale.received / answers / 1024:.1f} KiB")
    say(f"frames to phones for each command     {Scale.frames / answers:.1f}")
    say(f"memory for each phone, and its team   {phone_kib:.0f} KiB")
    say(f"memory of an empty server             {empty_kib / 1024:.0f} MiB")


def main(
    teams: Annotated[int, typer.Option(min=1, max=60)] = 40,
    database: Annotated[str, typer.Option(help="instead of a SQLite file")] = "",
) -> None:
    """Measure."""
    with tempfile.TemporaryDirectory() as made:
        folder = Path(made)
        texts = scripts(folder)
        server = ServerProcess(folder, scenarios=texts, password=PASSWORD, database_url=database)
        server.start()
        try:
            asyncio.run(measure(server, AnswerKey(load(texts / SCRIPT)), teams))
        finally:
            server.stop()


if __name__ == "__main__":
    typer.run(main)
