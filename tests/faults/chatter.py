"""A process of phones whose teams are busy, and which measure how late they see it.

    python -m tests.faults.chatter PORT SECONDS EVERY_MS

A line for each seat comes in: token, run; an empty line ends them. Each team has a role that
is free; one of its phones takes it, then the one that is free now, every so often. Out go "ready" and,
at the end, "late" and, in milliseconds, how long after each command each phone of the team had its
parts.
"""

from __future__ import annotations

import asyncio
import random
import sys
import time
from typing import Any

import orjson

from tests.faults.crowd import say
from tests.support.line import Line
from tests.support.patience import AGAIN_S, UNSAVED
from tests.support.proxy import pause


class Phone:
    """One seat's; knows which seq it has seen when."""

    def __init__(self, token: str) -> None:
        self.token = token
        self.seq = 0
        self.free: list[str] = []
        self.late_ms: list[float] = []
        self.line: Line | None = None
        self.acked = asyncio.Event()
        self.ack_seq = 0
        self._said: dict[str, str] = {}
        self._seen: list[tuple[int, float]] = []
        self._expected: list[tuple[int, float]] = []

    def heard(self, payload: bytes) -> None:
        """A message has come."""
        now_s = time.monotonic()
        message: dict[str, Any] = orjson.loads(payload)
        if message["type"] == "parts":
            self.seq = message["seq"]
            me = message["parts"].get("me")
            if me is not None:
                self.free = [one["id"] for one in me["roles_free"]]
            self._seen = [*self._seen[-20:], (self.seq, now_s)]
            for one in [one for one in self._expected if one[0] <= self.seq]:
                self._expected.remove(one)
                self.late_ms.append((now_s - one[1]) * 1000)
        elif message["type"] == "ack":
            self.ack_seq = message["seq"]
            self.acked.set()
        elif message["code"] in UNSAVED:
            asyncio.get_running_loop().call_later(AGAIN_S, self.send)
        else:
            raise AssertionError(message)

    def say(self, **command: str) -> None:
        """Ask for something; what wasn't saved because the store was busy is asked for again."""
        self._said = {"type": "command", **command}
        self.send()

    def send(self) -> None:
        """What was said last."""
        assert self.line is not None
        self.line.send(self._said)

    def expect(self, seq: int, said_s: float) -> None:
        """What a teammate said at `said_s` became `seq`; how late is it shown here?"""
        shown = next((at_s for seen, at_s in self._seen if seen >= seq), None)
        if shown is None:
            self._expected.append((seq, said_s))
        else:
            self.late_ms.append((shown - said_s) * 1000)

    def lost(self) -> None:
        """The line of somebody who reads must not be cut."""
        say("lost")


async def talk(team: list[Phone], ends_s: float, every_s: float) -> None:
    """Take the free role, and again the own, until the time is over."""
    speaker, number = team[0], 0
    await pause(random.random() * every_s)
    while time.monotonic() < ends_s:
        number += 1
        speaker.acked.clear()
        said_s = time.monotonic()
        speaker.say(id=f"r{number}", do="role", role=speaker.free[0])
        await speaker.acked.wait()
        for phone in team:
            phone.expect(speaker.ack_seq, said_s)
        await pause(max(0.0, said_s + every_s - time.monotonic()))


async def main(port: int, seconds: float, every_s: float) -> None:
    """Connect everybody, talk, and say how late it was."""
    teams: dict[str, list[Phone]] = {}
    while words := sys.stdin.readline().split():
        teams.setdefault(words[1], []).append(Phone(words[0]))
    loop = asyncio.get_running_loop()
    phones = [phone for team in teams.values() for phone in team]
    for phone in phones:

        def line(phone: Phone = phone) -> Line:
            return Line(port, phone.token, phone.heard, phone.lost)

        _, phone.line = await loop.create_connection(line, "127.0.0.1", port)
    while not all(phone.seq for phone in phones):
        await pause(0.05)
    say("ready")
    ends_s = time.monotonic() + seconds
    await asyncio.gather(*(talk(team, ends_s, every_s) for team in teams.values()))
    while any(phone._expected for phone in phones):
        await pause(0.05)
    say(" ".join(["late", *(f"{ms:.2f}" for phone in phones for ms in phone.late_ms)]))


if __name__ == "__main__":
    asyncio.run(main(int(sys.argv[1]), float(sys.argv[2]), int(sys.argv[3]) / 1000))
