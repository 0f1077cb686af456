"""Teams that take turns in an app without a server: the workload of `bench.inside`, and of guards.

A *team turn*: of a team of four a seat acts, the act is committed, each of the four gets a view that
shows it, then the next acts (or all four act as soon as a round begins: `together`). A phone is the
far end of a socket that moves no bytes, and answers at once what it is told.
"""

from __future__ import annotations

import asyncio
import json
import re
from collections import deque
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any, Final

from starlette.websockets import WebSocket

from engine.rules import commands as cmd
from tests.support.inside import Inside, small
from tests.support.patience import comes, soon
from web.door.pipes import OFFER, Ear, Serve
from web.live.socket import live
from web.settings import Settings

ROLES: Final = ("a", "b", "c", "d")
SCRIPT: Final = "rounds"
PASSWORD: Final = "七月二十三日"
TEAMS_A_SESSION: Final = 25
_SEQ: Final = re.compile(r'"seq":(\d+)')
_SCENE: Final = re.compile(r'"scene":\{"id":"(r\d)"|第(r\d)轮')
_GO: Final = re.compile(r'"id":"([^"]+)","text":"接着走"|value=\\"(\w+)\\"[^<>]*><span>接着走')


def rounds() -> str:
    """The script: two scenes that lead to each other, one choice for each of four roles."""
    lines = [
        "format: 1", f"id: {SCRIPT}", "title: 一轮又一轮", "summary: 只为量快慢。", "minutes: 60",
        "roles:", *(f"  {role}: {{name: 角色{role}, brief: 走。, goal: 走。}}" for role in ROLES),
        "vars: {stop: {bool: false}}", "start: r0", "scenes:",
    ]  # fmt: skip
    for scene, other in (("r0", "r1"), ("r1", "r0")):
        lines += [
            f"  {scene}:", f"    title: 第{scene}轮", "    story: 大家在雨里走，一步接着一步。",
            "    tasks:",
            *(
                f"      {scene}{role}: {{role: {role}, ask: 怎么走？, choices: [{{id: go, text: "
                "接着走}, {id: halt, text: 停下, set: {stop: true}}]}"
                for role in ROLES
            ),
            f"    next: [{{if: stop, go: fin}}, {{go: {other}}}]",
        ]  # fmt: skip
    return "\n".join([*lines, "  fin: {title: 到了, story: 到了。, ending: good}", ""])


def turning(folder: Path, **more: Any) -> Settings:
    """What the app needs to play that script, all of it in this folder."""
    settings = small(folder, script=SCRIPT, admin_password=PASSWORD, **more)
    (folder / "scenarios" / SCRIPT / "scenario.yaml").write_text(rounds(), encoding="utf-8")
    return settings


class Counted:
    """What the phones of all teams have seen."""

    def __init__(self) -> None:
        self.acted = self.acks = self.frames = self.received = self.wanted = 0
        self._over: asyncio.Future[None] | None = None

    async def come_to(self, actions: int) -> None:
        """Return when so many more have been acknowledged; then nobody acts."""
        self._over = asyncio.get_running_loop().create_future()
        self.acted = self.acks = self.frames = self.received = 0
        self.wanted = actions

    async def over(self) -> None:
        """All of them are acknowledged."""
        assert self._over is not None, "nothing was wanted"
        await soon(self._over)

    def more(self) -> bool:
        """There is something left to do."""
        if self.acted >= self.wanted:
            return False
        self.acted += 1
        return True

    def acknowledged(self) -> None:
        """One is done."""
        self.acks += 1
        if self.acks == self.wanted and self._over is not None:
            self._over.set_result(None)


class Phone:
    """A socket's server, with its far end: a `Pipe` that moves no bytes, as ours offers one."""

    count = 0

    def __init__(self, team: Team, place: int, token: str, form: str) -> None:
        self.team, self.place = team, place
        self.seen = 0
        self.choices: dict[str, str] = {}
        """The id of the choice that leads on, in each scene that was seen."""
        hello = json.dumps({"type": "hello", "token": token, "format": form})
        self._said: deque[dict[str, Any]] = deque(
            [{"type": "websocket.connect"}, {"type": "websocket.receive", "text": hello}]
        )
        self.waiting = 0
        self.full = False
        self._ear: Ear | None = None
        self._serve: Serve | None = None

    async def receive(self) -> dict[str, Any]:
        """What the server reads before it takes the socket over."""
        return self._said.popleft()

    async def send(self, message: Any) -> None:
        """What it says by then: that it accepts."""
        assert message["type"] == "websocket.accept", message

    async def carry(self, ear: Ear, serve: Serve) -> None:
        """It is taken over."""
        self._ear, self._serve = ear, serve

    async def stay(self) -> None:
        """Until somebody hangs up, once the app has returned."""
        assert self._serve is not None, "it was let in"
        await self._serve()

    def say(self, command: str) -> None:
        """Something arrives at the server."""
        assert self._ear is not None, "it was let in"
        self._ear.said(command)

    def hang_up(self) -> None:
        """It goes."""
        if self._ear is not None:
            self._ear.gone(1000)

    def write(self, frame: bytes) -> None:
        """What the server says."""
        if frame.startswith(b'{"type":"parts"'):
            self.team.shown(self, frame.decode())
        elif frame.startswith(b'{"type":"ack"'):
            self.team.acknowledged(int(_found(_SEQ, frame.decode())))
        else:
            raise AssertionError(frame)

    def hold(self, held: bool) -> None:
        """It has no more to say than it is asked for."""

    async def close(self, code: int, reason: str, word: bytes = b"") -> None:
        """Nobody does."""
        raise AssertionError(f"closed with {code}: {reason}")

    def act(self) -> None:
        """Take the choice that leads on."""
        Phone.count += 1
        scene = self.team.scene
        command = (
            f'{{"type":"command","id":"c{Phone.count}","do":"submit",'
            f'"task":"{scene}{ROLES[self.place]}","answer":["{self.choices[scene]}"]}}'
        )
        asyncio.get_running_loop().call_soon(self.say, command)


class Team:
    """Four phones of a run."""

    def __init__(self, counted: Counted, tokens: list[str], form: str, *, together: bool) -> None:
        self.counted = counted
        self.phones = [Phone(self, place, token, form) for place, token in enumerate(tokens)]
        self.scene = ""
        self._together = together
        self._plays = False
        self._next = len(ROLES)
        """Whose turn it is; all have acted in this round."""
        self._seq = 0

    def shown(self, phone: Phone, text: str) -> None:
        """A phone has a view."""
        self.counted.frames += 1
        self.counted.received += len(text)
        phone.seen = int(_found(_SEQ, text[:64]))
        found = _SCENE.search(text)
        if found is not None:
            scene = found[1] or found[2]
            if scene not in phone.choices and (go := _GO.search(text)) is not None:
                phone.choices[scene] = go[1] or go[2]
            if scene != self.scene:
                self.scene, self._next = scene, 0
        if self._plays:
            self.go_on()

    def acknowledged(self, seq: int) -> None:
        """An act is in the log."""
        self.counted.acknowledged()
        self._seq = max(seq, self._seq)
        self.go_on()

    def go_on(self) -> None:
        """Whose turn it is acts, once everybody has seen what was before."""
        self._plays = True
        while self._next < len(ROLES):
            begun = self._together and self._next > 0
            phone = self.phones[self._next]
            if not (begun or self._all_see()) or self.scene not in phone.choices:
                return
            if not self.counted.more():
                return
            self._next += 1
            self._seq = max(self._seq, phone.seen + 1)
            phone.act()

    def _all_see(self) -> bool:
        return all(phone.seen >= self._seq for phone in self.phones)


def _found(pattern: re.Pattern[str], text: str) -> str:
    found = pattern.search(text)
    assert found is not None, text
    return found[1]


def _seats(house: Inside, teams: int) -> tuple[list[str], list[list[str]]]:
    """(runs, the tokens of each one's seats) of so many teams."""
    account = {"name": "admin", "password": PASSWORD}
    login = house.ask("POST", "/api/token", json=account).raise_for_status().json()["token"]
    tokens: list[list[str]] = []
    desk = {"authorization": f"Bearer {login}"}
    runs: list[str] = []
    while len(tokens) < teams:
        here = min(TEAMS_A_SESSION, teams - len(tokens))
        address = f"192.0.2.{100 + len(tokens) // TEAMS_A_SESSION}"
        body = {"scenario": SCRIPT, "teams": here}
        session = (
            house.ask("POST", "/api/sessions", json=body, headers=desk).raise_for_status().json()
        )
        for team in range(1, here + 1):
            tokens.append([])
            for role in ROLES:
                place = {"name": f"{team}队{role}", "team": team, "role": role}
                url = f"/api/sessions/{session['code']}/seats"
                seat = house.ask("POST", url, json=place, address=address).raise_for_status()
                tokens[-1].append(seat.json()["token"])
        runs += session["runs"]
    return runs, tokens


class Turns:
    """Teams at play."""

    def __init__(self, house: Inside, teams: int, form: str = "json", *, together: bool = False):
        self.counted = Counted()
        self.runs, seats = _seats(house, teams)
        self.teams = [Team(self.counted, tokens, form, together=together) for tokens in seats]
        self._house = house

    @asynccontextmanager
    async def connected(self) -> AsyncIterator[None]:
        """Everybody is there, for as long as the context lasts."""
        phones = [phone for team in self.teams for phone in team.phones]
        lines = [asyncio.create_task(self._serve(phone)) for phone in phones]
        try:
            await comes(lambda: self._see(lines, lambda phone: phone.seen))
            host = self._house.services.host
            for run in self.runs:
                start = cmd.Start(id="start", at_ms=host.clock.now_ms(), by=cmd.FACILITATOR)
                await host.execute(run, start)
            await comes(lambda: self._see(lines, lambda phone: phone.choices))
            yield
        finally:
            for phone in phones:
                phone.hang_up()
            await asyncio.gather(*lines)

    def _see(self, lines: list[asyncio.Task[None]], what: Callable[[Phone], object]) -> bool:
        """Every phone does. Raises what ended a line before."""
        for line in lines:
            if line.done():
                line.result()
        return all(what(phone) for team in self.teams for phone in team.phones)

    async def _serve(self, phone: Phone) -> None:
        scope = {
            "type": "websocket", "path": "/live", "query_string": b"", "subprotocols": [],
            "headers": [(b"host", b"inside")], "client": ("192.0.2.9", 1), "app": self._house.app,
            "extensions": {OFFER: phone},
        }  # fmt: skip
        await live(WebSocket(scope, phone.receive, phone.send))
        await phone.stay()

    async def play(self, actions: int) -> None:
        """So many acts, each acknowledged on return."""
        await self.counted.come_to(actions)
        for team in self.teams:
            team.go_on()
        await self.counted.over()
