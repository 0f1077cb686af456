"""A client that is no browser plays an evening over `/live`, and is refused where it should be."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Awaitable, Callable
from contextlib import AsyncExitStack
from typing import Any, TypeVar

import httpx
import pytest
from websockets.asyncio.client import ClientConnection, connect
from websockets.exceptions import ConnectionClosed, InvalidStatus

from tests.support.options import said
from tests.support.patience import soon
from tests.support.server import ServerProcess
from tests.web.door.test_api import opened, seat

T = TypeVar("T")


class Phone:
    """A JSON client that remembers the parts it was sent."""

    def __init__(self, socket: ClientConnection) -> None:
        self.socket = socket
        self.parts: dict[str, Any] = {}
        self.count = 0

    async def hear(self) -> dict[str, Any]:
        message: dict[str, Any] = json.loads(await soon(self.socket.recv()))
        if message["type"] == "parts":
            self.parts.update(message["parts"])
        return message

    async def say(self, **message: Any) -> dict[str, Any]:
        """Send a command; its ack or refusal. An answer is given in the words that are shown."""
        self.count += 1
        name = message.pop("id", f"c{self.count}")
        if "answer" in message:
            message["answer"] = said(self.parts, message.get("task"), message["answer"])
        await self.socket.send(json.dumps({"type": "command", "id": name, **message}))
        while True:
            heard = await self.hear()
            if heard.get("id") == name:
                return heard

    async def until(self, what: Any) -> None:
        while not what(self.parts):
            await self.hear()


async def phone(room: AsyncExitStack, server: ServerProcess, token: str, **hello: Any) -> Phone:
    """A phone that hangs up when the room is left."""
    socket = await room.enter_async_context(connect(server.url.replace("http", "ws") + "/live"))
    await socket.send(json.dumps({"type": "hello", "token": token, "format": "json", **hello}))
    made = Phone(socket)
    first = await made.hear()
    assert first["type"] == "parts", first
    return made


def run(scene: Callable[[AsyncExitStack], Awaitable[T]]) -> T:
    """Play `scene` in a room that is cleared afterwards."""

    async def play() -> T:
        async with AsyncExitStack() as room:
            return await scene(room)

    return asyncio.run(play())


def test_a_team_plays_to_the_ending(
    server: ServerProcess, client: httpx.Client, desk: httpx.Client
) -> None:
    session = opened(desk)
    a = seat(client, session["code"], role="recorder")
    b = seat(client, session["code"], role="lookout")

    async def evening(room: AsyncExitStack) -> None:
        one, two = await phone(room, server, a["token"]), await phone(room, server, b["token"])
        token = desk.headers["authorization"].removeprefix("Bearer ")
        wall = await phone(room, server, token, **{"as": "projector", "session": session["id"]})
        console = await phone(room, server, token, **{"as": "console", "session": session["id"]})
        assert set(one.parts) == {
            "scene", "me", "tasks", "team", "waiting", "meters", "cards", "rescues", "notice",
            "learnt", "debrief",
        }  # fmt: skip
        assert set(wall.parts) == {
            "stage", "session", "progress", "story", "traps", "debrief",
        }  # fmt: skip
        assert one.parts["scene"]["phase"] == "lobby"
        assert (await one.say(do="submit", task="date", answer=["七月二十三日"]))[
            "code"
        ] == "not_started"
        assert (await one.say(do="ready"))["type"] == "ack"
        assert (await console.say(do="start"))["type"] == "ack"
        await one.until(lambda parts: parts["scene"]["phase"] == "playing")
        states = {task["id"]: task["state"] for task in one.parts["tasks"]}
        assert states == {"date": "open", "compare": "locked"}
        assert (await two.say(do="submit", task="date", answer=["七月二十三日"]))[
            "code"
        ] == "not_your_task"
        assert (await one.say(do="submit", task="compare", answer=["x"]))["code"] == "locked"
        assert (await one.say(do="fly"))["code"] == "unknown_command"
        assert (await one.say(do="start"))["code"] == "unknown_command"
        assert (await one.say(do="submit", task=3))["type"] == "rejected"
        fell = await one.say(do="submit", task="date", answer=["七月一日"])
        assert fell["type"] == "ack"
        await one.until(lambda parts: parts["me"]["held_until_ms"])
        assert (await one.say(do="submit", task="date", answer=["七月二十三日"]))["code"] == "held"
        await two.until(lambda parts: parts["rescues"])
        await wall.until(lambda parts: parts["traps"])
        assert "s1" not in json.dumps(wall.parts["traps"])
        assert "张三" not in json.dumps(wall.parts["traps"], ensure_ascii=False)
        assert (await two.say(do="rescue", answer=["1938年提出"]))["type"] == "ack"
        await one.until(lambda parts: not parts["me"]["held_until_ms"])
        same = [
            await one.say(id="x", do="submit", task="date", answer=["七月二十三日"])
            for _ in range(3)
        ]
        assert len({answer["seq"] for answer in same}) == 1
        assert (await two.say(do="submit", task="door", answer=["立即报告"]))["type"] == "ack"
        await one.until(lambda parts: parts["cards"])
        assert (await one.say(do="submit", task="compare", answer=["王会长"]))["type"] == "ack"
        for screen in (one, two):
            await screen.until(lambda parts: parts["scene"]["ending"] == "lake")
        assert (await one.say(do="submit", task="date", answer=["七月二十三日"]))["code"] == "ended"
        assert (await console.say(do="debrief", to="open"))["type"] == "ack"
        await one.until(lambda parts: parts["debrief"])
        assert one.parts["debrief"]["card"]["kind"] == "ending"
        assert (await one.say(do="submit", task="reflect", answer=["懂了"]))["type"] == "ack"
        await arrange(console, one)

    run(evening)


async def arrange(console: Phone, one: Phone) -> None:
    """The desk puts the card that lies open last: it stays open, and nothing puts it back."""
    await console.until(lambda parts: parts["deck"] and parts["deck"]["begun"])
    names = [card["card"] for card in console.parts["deck"]["cards"]]
    anew = [*names[1:], names[0]]
    for asked in ({"cards": anew}, {}):
        assert (await console.say(do="debrief", to="open", **asked))["type"] == "ack"
        await one.until(lambda parts: parts["debrief"]["step"] == len(names) - 1)
        assert one.parts["debrief"]["card"]["kind"] == "ending"
    await console.until(lambda parts: [c["card"] for c in parts["deck"]["cards"]] == anew)
    for wrong in ([], ["nothing"], [names[0]] * 2):
        said = await console.say(do="debrief", to="open", cards=wrong)
        assert said["code"] == "malformed", wrong


def test_html_and_json_are_the_same_parts(
    server: ServerProcess, client: httpx.Client, desk: httpx.Client
) -> None:
    taken = seat(client, opened(desk)["code"])

    async def look(room: AsyncExitStack) -> None:
        plain = await phone(room, server, taken["token"])
        html = await phone(room, server, taken["token"], format="html")
        assert set(plain.parts) == set(html.parts)
        assert all(isinstance(part, str) for part in html.parts.values())

    run(look)


def test_who_may_not_come_in(server: ServerProcess, desk: httpx.Client) -> None:
    url = server.url.replace("http", "ws") + "/live"
    session = opened(desk)

    async def refused(hello: Any) -> dict[str, Any]:
        async with connect(url) as socket:
            await socket.send(hello if isinstance(hello, str) else json.dumps(hello))
            bye: dict[str, Any] = json.loads(await soon(socket.recv()))
            with pytest.raises(ConnectionClosed):
                await soon(socket.recv())
            return bye

    async def look() -> None:
        assert (await refused({"type": "hello", "token": "x"}))["code"] == "seat_needed"
        as_desk = {"type": "hello", "token": "x", "as": "console", "session": session["id"]}
        assert (await refused(as_desk))["code"] == "login_needed"
        assert (await refused("nonsense"))["code"] == "malformed"
        assert (await refused({"type": "command", "id": "a", "do": "x"}))["code"] == "malformed"
        with pytest.raises(InvalidStatus):
            async with connect(url, origin="http://evil.example"):  # type: ignore[arg-type]
                raise AssertionError("a foreign page came in")

    asyncio.run(look())


def test_hostile_frames_harm_nobody(
    server: ServerProcess, client: httpx.Client, desk: httpx.Client
) -> None:
    taken = seat(client, opened(desk)["code"])

    async def attack(room: AsyncExitStack) -> None:
        one = await phone(room, server, taken["token"])
        await one.socket.send("{")
        assert (await one.hear())["code"] == "malformed"
        await one.socket.send(b"\xff\xfe")
        assert (await one.hear())["code"] == "malformed"
        await one.socket.send('{"type": "ping"}')
        while (await one.hear())["type"] != "pong":
            pass
        for number in range(60):
            await one.socket.send(
                json.dumps({"type": "command", "id": f"n{number}", "do": "ready"})
            )
        codes: list[str] = []
        while len(codes) < 60:
            heard = await one.hear()
            if heard["type"] in ("ack", "rejected"):
                codes.append(heard.get("code", "ack"))
        assert "too_fast" in codes
        await one.socket.send("x" * (1 << 20))
        with pytest.raises(ConnectionClosed) as closed:
            await one.until(lambda parts: False)
        assert closed.value.rcvd is not None
        assert closed.value.rcvd.code == 1009

    run(attack)
    assert client.get("/healthz").status_code == 200


def test_a_restart_brings_everybody_back(server: ServerProcess, desk: httpx.Client) -> None:
    session = opened(desk)
    with httpx.Client(base_url=server.url) as client:
        a = seat(client, session["code"], role="recorder")
    desk.post(f"/api/sessions/{session['id']}/commands", json={"do": "start"})

    async def first(room: AsyncExitStack) -> int:
        one = await phone(room, server, a["token"])
        seq: int = (await one.say(id="k", do="submit", task="date", answer=["七月二十三日"]))["seq"]
        return seq

    async def second(room: AsyncExitStack) -> int:
        one = await phone(room, server, a["token"])
        assert {t["id"]: t["state"] for t in one.parts["tasks"]}["date"] == "done"
        seq: int = (await one.say(id="k", do="submit", task="date", answer=["七月二十三日"]))["seq"]
        return seq

    seq = run(first)
    server.restart()
    assert run(second) == seq


def test_who_is_removed_hears_it_at_once(
    server: ServerProcess, client: httpx.Client, desk: httpx.Client
) -> None:
    session = opened(desk)
    one, two = (seat(client, session["code"]) for _ in range(2))

    async def evening(room: AsyncExitStack) -> None:
        gone, stays = (
            await phone(room, server, one["token"]),
            await phone(room, server, two["token"]),
        )
        token = desk.headers["authorization"].removeprefix("Bearer ")
        console = await phone(room, server, token, **{"as": "console", "session": session["id"]})
        removed = await console.say(do="remove", run=one["run"], seat=one["seat"])
        assert removed["type"] == "ack"
        heard = await gone.hear()
        while heard["type"] != "bye":
            heard = await gone.hear()
        assert heard["code"] == "seat_needed"
        assert (await stays.say(do="ready"))["type"] == "ack"

    run(evening)
