"""What an open socket may do: no more than its owner may now, and no faster than one of theirs."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Awaitable, Callable, Iterator, MutableMapping
from typing import Any

import pytest

from engine.evening.actors import Guest, Staff
from engine.evening.joining import take_seat
from engine.evening.opening import open_session
from engine.rights import Role
from tests.support.inside import Inside, inside, small
from tests.support.patience import soon
from tests.web.pages.test_people import PASSWORD
from web.door.limits import COMMANDS_BURST, PACE_BURST
from web.live import connection as live

ADDRESS = "192.0.2.9"


@pytest.fixture(scope="module")
def app(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Inside]:
    settings = small(tmp_path_factory.mktemp("sockets"), admin_password=PASSWORD)
    with inside(settings) as opened:
        yield opened


class Socket:
    """One socket, said to and heard from step by step."""

    def __init__(self, app: Inside) -> None:
        self._app = app
        self._said = asyncio.Queue[MutableMapping[str, Any]]()
        self._heard = asyncio.Queue[MutableMapping[str, Any]]()
        self.line: asyncio.Task[None] | None = None

    async def open(self, hello: dict[str, Any]) -> dict[str, Any]:
        """The first message."""
        self._said.put_nowait({"type": "websocket.connect"})
        self.say({"type": "hello", **hello})
        scope = {
            "type": "websocket", "asgi": {"version": "3.0"}, "http_version": "1.1", "scheme": "ws",
            "path": "/live", "raw_path": b"/live", "query_string": b"", "root_path": "",
            "headers": [(b"host", b"inside")], "client": (ADDRESS, 1), "server": ("inside", 80),
            "subprotocols": [],
        }  # fmt: skip
        self.line = asyncio.create_task(self._app.app(scope, self._said.get, self._heard.put))
        return await self.hear("parts")

    def say(self, message: dict[str, Any]) -> None:
        self._said.put_nowait({"type": "websocket.receive", "text": json.dumps(message)})

    async def hear(self, *kinds: str) -> dict[str, Any]:
        """The next message of one of these kinds; a close is a kind."""
        while True:
            message = await soon(self._heard.get())
            if message["type"] == "websocket.close":
                told = {"type": "close", "code": message["code"]}
            else:
                told = json.loads(message.get("text") or '{"type": ""}')
            if told["type"] in kinds:
                return told

    async def end(self) -> None:
        self._said.put_nowait({"type": "websocket.disconnect", "code": 1000})
        if self.line is not None:
            await self.line


async def leader(app: Inside, name: str) -> tuple[str, str, str]:
    """(id, token, session) of a facilitator who leads an evening."""
    people = app.services.people
    made = await people.create_account(name, ["facilitator"])
    assert made is not None
    session = await open_session(app.services, Staff(made[0]), "first-congress-demo", 1)
    return made[0].id, await people.create_login(made[0].id, 3600, ADDRESS), session.id


Withdraw = Callable[[Inside, str, str], Awaitable[object]]


async def _roles(app: Inside, name: str, *roles: Role) -> object:
    return await app.services.people.change_account(name, roles, None)


async def _branch(app: Inside, name: str) -> object:
    branch = await app.services.people.create_branch(f"支部 {name}")
    assert branch is not None
    return await app.services.people.change_account(name, ["facilitator"], branch.id)


WITHDRAWN: dict[str, Withdraw] = {
    "logged out": lambda app, name, token: app.services.people.end_login(token),
    "logins ended": lambda app, name, token: app.services.people.end_logins(name),
    "disabled": lambda app, name, token: app.services.people.set_disabled(name, True),
    "another password": lambda app, name, token: app.services.people.set_password(name, None),
    "demoted": lambda app, name, token: _roles(app, name, "auditor"),
    "another branch": lambda app, name, token: _branch(app, name),
}


@pytest.mark.parametrize("how", WITHDRAWN)
def test_whoever_may_no_longer_leads_no_longer(
    app: Inside, how: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What they could is withdrawn: the console and the wall are closed, with no clock's help."""
    monkeypatch.setattr(live, "CHECK_S", 3600)

    async def withdrawn() -> None:
        name, token, session = await leader(app, f"{how} shown")
        sockets = [Socket(app), Socket(app)]
        for socket, kind in zip(sockets, ("console", "projector"), strict=True):
            await socket.open({"token": token, "as": kind, "session": session})
        await WITHDRAWN[how](app, name, token)
        for socket in sockets:
            assert (await socket.hear("close"))["code"] == 1008
            await socket.end()

    app.run(withdrawn())


@pytest.mark.parametrize("how", WITHDRAWN)
def test_no_command_is_taken_though_the_bell_was_lost(
    app: Inside, how: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It may be lost on its way from another worker."""
    monkeypatch.setattr(app.services.people, "withdrawn", lambda account: None)

    async def withdrawn() -> None:
        name, token, session = await leader(app, f"{how} rung by nobody")
        socket = Socket(app)
        await socket.open({"token": token, "as": "console", "session": session})
        await WITHDRAWN[how](app, name, token)
        socket.say({"type": "command", "id": "c1", "do": "pause"})
        # On a slow machine the look that comes now and then ends the socket before.
        assert (await socket.hear("ack", "rejected", "close"))["type"] != "ack"
        await socket.end()

    app.run(withdrawn())


@pytest.mark.parametrize("kind", ["seat", "console"])
def test_many_sockets_of_one_are_no_faster_than_one(app: Inside, kind: str) -> None:
    async def flood() -> None:
        _, token, session = await leader(app, f"many {kind}s")
        hello = {"token": token, "as": kind, "session": session}
        if kind == "seat":
            found = await app.services.sessions.find_session(session)
            assert found is not None
            seat = await take_seat(app.services, Guest(ADDRESS), found.code, "张三", None, None)
            hello = {"token": seat["token"]}
        sockets = [Socket(app) for _ in range(10)]
        for socket in sockets:
            await socket.open(hello)
        for socket in sockets:
            for number in range(COMMANDS_BURST):
                socket.say({"type": "command", "id": f"c{number}", "do": "nonsense"})
        heard = [
            (await socket.hear("rejected"))["code"]
            for socket in sockets
            for _ in range(COMMANDS_BURST)
        ]
        slow = heard.count("unknown_command")
        assert PACE_BURST <= slow < 2 * PACE_BURST
        assert slow + heard.count("too_fast") == len(heard)
        for socket in sockets:
            await socket.end()

    app.run(flood())
