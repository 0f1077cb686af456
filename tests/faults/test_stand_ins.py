"""Whoever stands for a phone or a desk in these tests is as patient as one: what wasn't saved because the
store was busy is said again, with the same id. Else a busy machine fails a promise that was kept."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Any, cast

import httpx
import orjson
import pytest
from websockets.asyncio.client import ClientConnection

from engine.errors import ConcurrentAppend, StoreError, StoreUnavailable
from engine.host.host import Host
from engine.rules.commands import AnyCommand
from tests.e2e.answers import AnswerKey
from tests.e2e.bots import Bot
from tests.faults import chatter, metronome, player
from tests.faults.desk import Desk
from tests.faults.wanderer import Wanderer
from tests.support.line import Line
from tests.support.patience import UNSAVED, comes, soon
from tests.support.server import ServerProcess

KEY = AnswerKey(player.SCENARIO)


class Said:
    """What is said is kept; a socket's or a line's other end."""

    def __init__(self) -> None:
        self.heard: list[dict[str, Any]] = []
        self.refusals: asyncio.Queue[str] = asyncio.Queue()

    async def send(self, text: str) -> None:
        """A socket's."""
        self.line(json.loads(text))

    async def recv(self) -> str:
        """A socket's."""
        return await self.refusals.get()

    def line(self, message: dict[str, Any]) -> None:
        """A line's."""
        self.heard.append(message)


def refusal(code: str, name: str) -> str:
    """As the server words it."""
    return json.dumps({"type": "rejected", "id": name, "code": code, "message": "", "remedy": ""})


async def _bot(said: Said, code: str, made: Bot) -> None:
    made.socket = cast(ClientConnection, said)
    name = await made.say("ready")
    said.refusals.put_nowait(refusal(code, name))
    await made.hear()
    assert made.refused == [], "the store's trouble is no refusal of the rules"


async def bot(said: Said, code: str) -> None:
    await _bot(said, code, Bot(cast(ClientConnection, said), KEY))


async def wanderer(said: Said, code: str) -> None:
    await _bot(said, code, Wanderer(["http://nowhere"], "token", KEY))


def _line(said: Said) -> Line:
    line = Line(0, "token", lambda payload: None, lambda: None)
    line.send = said.line  # type: ignore[method-assign]
    return line


async def the_metronomes(said: Said, code: str) -> None:
    team = metronome.Team("torch")
    for role in ("first", "second"):
        one = metronome.Phone(role, role)
        one.team, one.line = team, _line(said)
        team.phones.append(one)
    team.beats["0"] = metronome.Beat(0.0, set(team.phones))
    team.hand("0")
    team.phones[0].heard(refusal(code, "0").encode())


async def the_chatterers(said: Said, code: str) -> None:
    one = chatter.Phone("token")
    one.line = _line(said)
    one.say(id="r1", do="role", role="recorder")
    one.heard(refusal(code, "r1").encode())


async def the_desk(said: Said, code: str) -> None:
    def answer(request: httpx.Request) -> httpx.Response:
        said.line(orjson.loads(request.content))
        if len(said.heard) == 1:
            return httpx.Response(503, json={"error": {"code": code}})
        return httpx.Response(200, json={"runs": [{"seq": 3}]})

    desk = Desk(ServerProcess(Path("/nowhere"), scenarios=Path("/nowhere"), password="x"))
    desk.http = httpx.AsyncClient(transport=httpx.MockTransport(answer), base_url="http://nowhere")
    assert await desk.command({"id": "s"}, "start") == 3


StandIn = Callable[[Said, str], Awaitable[None]]


@pytest.mark.parametrize("code", sorted(UNSAVED))
@pytest.mark.parametrize(
    "stand_in",
    [bot, wanderer, the_metronomes, the_chatterers, the_desk],
    ids=lambda one: one.__name__,
)
async def test_what_was_not_saved_is_said_again(stand_in: StandIn, code: str) -> None:
    said = Said()
    await stand_in(said, code)
    await comes(lambda: len(said.heard) == 2)
    assert said.heard[0] == said.heard[1]
    assert said.heard[0]["id"]


class Busy:
    """A host whose store is busy at first."""

    def __init__(self, error: StoreError) -> None:
        self.error = error
        self.asked: list[AnyCommand] = []

    async def execute(self, run: str, command: AnyCommand) -> int:
        """As a host's."""
        self.asked.append(command)
        if len(self.asked) == 1:
            raise self.error
        return 7


@pytest.mark.parametrize(
    "error", [StoreUnavailable("busy"), ConcurrentAppend("r0", 1, 2)], ids=repr
)
async def test_the_player_that_is_killed_says_it_again(error: StoreError) -> None:
    host = Busy(error)
    assert await soon(player.said(cast(Host, host), "r0", player.nudge("1.1", 5))) == 7
    assert host.asked == [player.nudge("1.1", 5)] * 2
