"""What a message costs that comes over a socket, and what four do that leave: processor time.

    .venv/bin/python -m bench.frames

Two servers of their own, served as `server.py` does, whose app does nothing but that: one takes its
sockets over (`web/door/pipes.py`), the other gets them as ASGI gives them, by dicts, queues and
tasks. They are asked by turns, so that whatever else the machine does hurts both.
"""

from __future__ import annotations

import asyncio
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from functools import partial
from typing import Annotated, Any, Final

import typer
import uvicorn
from rich import print as say
from starlette.applications import Starlette
from starlette.routing import WebSocketRoute
from starlette.websockets import WebSocket
from websockets.asyncio.client import ClientConnection, connect

from server import config_of
from tests.support.patience import until
from web.door.listening import listen
from web.door.pipes import OFFER, Pipe, pipe_of, receive
from web.settings import Settings

WAYS: Final = ("pipe", "asgi")
TEAM: Final = 4
VIEW: Final = b"x" * 1_500
COMMAND: Final = (
    '{"type":"command","id":"c12","do":"submit","task":"date","answer":["1a2b3c4d5e6"]}'
)
ACK: Final = b'{"type":"ack","id":"c12","seq":123}'
MESSAGES: Final = {"one ack": COMMAND, "four views": COMMAND.replace("date", "team")}
ROUNDS: Final = 5


class Mate:
    """One of a team: says something, and all four are told."""

    def __init__(self, pipe: Pipe, team: list[Mate]) -> None:
        self._pipe, self._team = pipe, team
        self._ended = asyncio.get_running_loop().create_future()
        team.append(self)

    def said(self, data: str | bytes) -> None:
        """A command, or the question what it cost."""
        if data == "cost":
            self._pipe.write(str(time.process_time_ns()).encode())
        elif data == COMMAND:
            self._pipe.write(ACK)
        else:
            for mate in self._team:
                mate._pipe.write(VIEW)

    def drained(self) -> None:
        """They read all the time."""

    def gone(self, code: int) -> None:
        """They hung up."""
        if not self._ended.done():
            self._ended.set_result(None)

    def broken(self) -> None:
        """As well."""
        self.gone(1006)

    async def serve(self) -> None:
        """Until they hang up."""
        await self._ended


def app_of(way: str) -> Any:
    """Nothing but a socket."""
    teams: dict[str, list[Mate]] = {}

    async def mate(socket: WebSocket) -> None:
        if way == "asgi":
            del socket.scope["extensions"][OFFER]
        pipe = pipe_of(socket)
        await socket.accept()
        one = Mate(pipe, teams.setdefault(str(await receive(socket)), []))
        await socket.send_text("")
        await pipe.carry(one, one.serve)

    return Starlette(routes=[WebSocketRoute("/live", mate)])


def serve(way: str) -> None:
    """Serve; the port is told on standard output."""
    listening = listen("127.0.0.1", 0)
    sys.stdout.write(f"{listening.getsockname()[1]}\n")
    sys.stdout.flush()
    config = config_of(app_of(way), Settings(secret="x"))
    config.lifespan = "off"
    uvicorn.Server(config).run(sockets=[listening])


@contextmanager
def serving(way: str) -> Iterator[int]:
    """The port of a server in a process of its own."""
    command = [sys.executable, "-m", "bench.frames", "--serve", way]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        try:
            yield int(process.stdout.readline())
        finally:
            process.kill()


async def team_of(port: int, name: int) -> list[ClientConnection]:
    """Four sockets."""
    team = []
    for _ in range(TEAM):
        team.append(await connect(f"ws://127.0.0.1:{port}/live", compression=None))
        await team[-1].send(str(name))
        await team[-1].recv()
    return team


async def cost_ns(asked: ClientConnection) -> int:
    """Processor time that its server has used so far."""
    await asked.send("cost")
    return int(await asked.recv())


async def round_us(teams: list[list[ClientConnection]], what: str, messages: int) -> float:
    """Processor time of the server, a message."""

    async def play(team: list[ClientConnection]) -> None:
        for number in range(messages // len(teams)):
            await team[number % TEAM].send(MESSAGES[what])
            for mate in team if what == "four views" else [team[number % TEAM]]:
                await mate.recv()

    before = await cost_ns(teams[0][0])
    await asyncio.gather(*map(play, teams))
    used = await cost_ns(teams[0][0]) - before
    return used / 1_000 / (messages // len(teams) * len(teams))


async def measure(ports: dict[str, int], teams: int, messages: int) -> None:
    """By turns; the least of the rounds."""
    open_ = {way: [await team_of(port, n) for n in range(teams)] for way, port in ports.items()}
    for what in MESSAGES:
        least = dict.fromkeys(open_, float("inf"))
        for _ in range(ROUNDS):
            for way in open_:
                least[way] = min(least[way], await round_us(open_[way], what, messages))
        told = ", ".join(f"{way} {least[way]:.0f} µs" for way in least)
        say(f"a command in, {what} out: {told}")


def _answers(port: int) -> bool:
    with socket.socket() as probe:
        return probe.connect_ex(("127.0.0.1", port)) == 0


def main(
    teams: int = 50,
    messages: Annotated[int, typer.Option(help="Of each of the rounds.")] = 4_000,
    serve_way: Annotated[str, typer.Option("--serve", help="Be the server.")] = "",
) -> None:
    """Measure."""
    if serve_way:
        serve(serve_way)
        return
    with ExitStack() as open_:
        ports = {way: open_.enter_context(serving(way)) for way in WAYS}
        for port in ports.values():
            until(partial(_answers, port))
        asyncio.run(measure(ports, teams, messages))


if __name__ == "__main__":
    typer.run(main)
