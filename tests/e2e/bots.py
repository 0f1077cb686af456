"""Participants without a browser: they speak JSON over the socket, as docs/wire.md says."""

from __future__ import annotations

import asyncio
import itertools
import json
from typing import Any

from websockets.asyncio.client import ClientConnection, connect

from engine.kinds.forms import Answer
from engine.values import ANY
from tests.e2e.answers import AnswerKey
from tests.support.hands import moment, right_of
from tests.support.options import wire
from tests.support.patience import AGAIN_S, UNSAVED
from tests.support.proxy import pause

Parts = dict[str, Any]


class Bot:
    """One seat. Answers whatever is open and its own, until the run has ended."""

    def __init__(self, socket: ClientConnection, key: AnswerKey) -> None:
        self.socket = socket
        self.key = key
        self.parts: Parts = {}
        self.seq = 0
        self.clock_ahead_ms = 0.0
        self.refused: list[dict[str, Any]] = []
        self._ids = itertools.count(1)
        self._asked: set[tuple[object, ...]] = set()
        self._open: dict[str, dict[str, Any]] = {}
        """What was said and not answered yet, by its id."""

    async def hear(self, timeout_s: float | None = None) -> None:
        """Take in one message; nothing, if none comes in time."""
        try:
            message = json.loads(await asyncio.wait_for(self.socket.recv(), timeout_s))
        except TimeoutError:
            return
        match message["type"]:
            case "parts":
                assert message["seq"] >= self.seq, "the run went backwards"
                self.seq = message["seq"]
                now_ms = asyncio.get_running_loop().time() * 1000
                self.clock_ahead_ms = message["now_ms"] - now_ms
                self.parts |= message["parts"]
            case "ack" | "rejected":
                await self._settle(message)
            case "bye":
                raise AssertionError(f"sent away: {message}")

    async def _settle(self, message: dict[str, Any]) -> None:
        """Nothing came of it because the store was busy: the same again. Else it is settled."""
        if message.get("code") in UNSAVED:
            await pause(AGAIN_S)
            if message["id"] in self._open:
                await self._send(self._open[message["id"]])
            return
        self._open.pop(message["id"], None)
        if message["type"] == "rejected":
            self.refused.append(message)

    async def _send(self, message: dict[str, Any]) -> None:
        await self.socket.send(json.dumps(message))

    async def say(self, do: str, **fields: Any) -> str:
        """Send a command; returns its id."""
        name = f"c{next(self._ids)}"
        self._open[name] = {"type": "command", "id": name, "do": do, **fields}
        await self._send(self._open[name])
        return name

    async def until(self, phase: str) -> None:
        """Hear until the run is in that phase."""
        while self.parts.get("scene", {}).get("phase") != phase:
            await self.hear()

    async def answered(self) -> None:
        """Hear until every command sent has been answered."""
        while self._open:
            await self.hear()

    async def play(self) -> None:
        """Answer what is open until the run has ended."""
        while self.parts["scene"]["phase"] == "playing":
            wait_s = await self._act()
            await self.hear(wait_s)
        await self.answered()

    async def _act(self) -> float | None:
        """Answer every open task of one's own. Seconds until there may be more to do by itself."""
        waits: list[float] = []
        for task in self.parts["tasks"]:
            if task["state"] != "open":
                continue
            early_s = self._too_early_s(task)
            if early_s > 0:
                waits.append(early_s)
                continue
            answer = self._answer(task)
            asked = (
                self.parts["scene"]["id"],
                task["id"],
                task["role"],
                task.get("rounds"),
                answer,
            )
            if answer is not None and asked not in self._asked:
                self._asked.add(asked)
                known = self.key.task(self.parts["scene"]["id"], task["id"])
                fields = {"task": task["id"], "answer": wire(task, known, answer)}
                await self.say("submit", **fields, **self._for(task))
        return min(waits, default=None)

    def _for(self, task: dict[str, Any]) -> dict[str, str]:
        role = task["role"]
        return {"role": role} if role and role != self.parts["me"]["role"] else {}

    def _too_early_s(self, task: dict[str, Any]) -> float:
        until_ms = max(task.get("until_ms") or 0, task.get("talk_until_ms") or 0)
        if not until_ms:
            return 0.0
        now_ms = asyncio.get_running_loop().time() * 1000 + self.clock_ahead_ms
        return float(until_ms - now_ms) / 1000

    def _answer(self, task: dict[str, Any]) -> Answer | None:
        """What to submit now; None: it isn't this seat's turn."""
        scene, me = self.parts["scene"]["id"], self.parts["me"]
        role = task["role"] or me["role"]
        asked = self.key.task(scene, task["id"])
        if role not in asked.who.slots and asked.who.slots != (ANY,):
            return None  # a teammate's, to be read aloud or thought along with
        if asked.body.gathers:
            found = moment(asked, task).mine.answer
            left = [spot for spot in self.key.spots(scene, task["id"], role) if spot not in found]
            return tuple(left[:1])
        if right_of(asked, task) is None:
            return None
        return self.key.right(scene, task["id"], role)


async def join(url: str, token: str, key: AnswerKey) -> Bot:
    """Open the socket of a seat, and hear all its parts."""
    bot = Bot(await connect(f"{url.replace('http', 'ws', 1)}/live"), key)
    await bot.socket.send(json.dumps({"type": "hello", "token": token, "format": "json"}))
    while not bot.parts:
        await bot.hear()
    return bot
