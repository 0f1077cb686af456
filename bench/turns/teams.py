"""Teams, as the generator plays them: who may act, who has seen what, how long it took."""

from __future__ import annotations

import asyncio
import re
import time
from collections import deque
from collections.abc import Callable, Coroutine
from typing import Any, Final, Protocol, TypeVar

from bench.turns.lean import Lean, connected
from bench.turns.rounds import GO_ON, PLACE, ROLES

_PARTS: Final = b'{"type":"parts"'
_ACK: Final = b'{"type":"ack"'
_HEAD: Final = 64
"""A view's number stands among so many bytes."""
_SEQ: Final = re.compile(rb'"seq":(\d+)')
_ID: Final = re.compile(rb'"id":"(\d+)"')
_SCENE: Final = {
    "json": (b'"scene":{"id":"', b'"'),
    "html": (PLACE.encode(), "号".encode()),
}
"""What stands before and behind a scene's id, by the form of the views."""
_OPTION: Final = re.compile(
    rb'"id":"(\w+)","text":"' + GO_ON.encode() + rb'"'
    rb'|value=\\"(\w+)\\"[^<>]*><span>' + GO_ON.encode()
)

Found = TypeVar("Found")


class Host(Protocol):
    """A server, as a team sees it."""

    port: int
    form: str
    """Of its views: json, html."""

    async def hello(self, team: int, place: int) -> bytes:
        """What this seat says first; the seat is taken."""


class Counted:
    """What the generator has seen of all teams."""

    def __init__(self) -> None:
        self.acks = 0
        self.frames = 0
        self.received = 0
        self.taken: list[tuple[float, float]] = []
        """Of each act that all of its team have seen: when it was due, how long it took; seconds."""
        self.fault: asyncio.Future[str] = asyncio.get_running_loop().create_future()
        """What went wrong: nothing may."""
        self._name = 0

    def next(self) -> int:
        """A name for a command."""
        self._name += 1
        return self._name

    def fails(self, why: str) -> None:
        """Whoever waits is told."""
        if not self.fault.done():
            self.fault.set_result(why)

    async def passes(self, seconds: float) -> None:
        """So much time goes by. Raises AssertionError: something goes wrong meanwhile."""
        await asyncio.wait({self.fault}, timeout=seconds)
        assert not self.fault.done(), self.fault.result()

    async def unless_it_fails(self, coming: Coroutine[Any, Any, Found]) -> Found:
        """What comes. Raises AssertionError: something goes wrong first."""
        task = asyncio.ensure_future(coming)
        waits: set[asyncio.Future[Any]] = {task, self.fault}
        await asyncio.wait(waits, return_when=asyncio.FIRST_COMPLETED)
        if self.fault.done():
            task.cancel()
        assert not self.fault.done(), self.fault.result()
        return task.result()


class Team:
    """A socket a seat. An act is over when the last of them has a view that shows it."""

    def __init__(self, number: int, host: Host, counted: Counted, seats: int) -> None:
        self.number = number
        self.eager = False
        """Whoever may act does, at once."""
        self.in_turn = False
        """Whenever an act is over the next one acts: never two at a time."""
        self._host = host
        self._counted = counted
        self._lines: list[Lean] = []
        self._seen = [-1] * seats
        self._scenes = [b""] * seats
        """Where each one's own view says that the team is."""
        self._acted = [b""] * seats
        """Where each one has acted."""
        self._answers: list[dict[bytes, bytes]] = [{} for _ in range(seats)]
        """Ids that are answered with, by scene: a phone looks for the text once."""
        self._due: dict[int, float] = {}
        """When each act that isn't acknowledged was due, by its name."""
        self._open: list[tuple[int, float]] = []
        """Acts that are acknowledged and not seen by all: their seq, and when they were due."""
        self._wanted: deque[float] = deque()
        """When acts were due for which nobody is free."""
        self._moved = asyncio.Event()

    async def sit_down(self) -> None:
        """All are connected, and have a first view."""
        for place in range(len(self._seen)):
            hello = await self._host.hello(self.number, place)
            line = await connected(
                self._host.port,
                lambda text, place=place: self._heard(place, text),  # type: ignore[misc]
                lambda why: self._counted.fails(f"team {self.number} was hung up on: {why}"),
            )
            self._lines.append(line)
            line.say(hello)
            await self._until(lambda place=place: self._seen[place] >= 0)  # type: ignore[misc]

    async def begun(self) -> None:
        """All see a scene."""
        await self._until(lambda: all(self._scenes))

    def hang_up(self) -> None:
        """They go."""
        for line in self._lines:
            line.hang_up()

    def begin(self, *, in_turn: bool) -> None:
        """From now on whoever may act does, or one after the other."""
        self.in_turn, self.eager = in_turn, not in_turn
        if in_turn:
            self.want(time.monotonic())
        for place in range(len(self._scenes)):
            self._turn(place)

    def want(self, due_s: float) -> None:
        """Somebody is to act, as soon as one may."""
        self._wanted.append(due_s)
        for place in range(len(self._scenes)):
            if self._wanted:
                self._turn(place)

    @property
    def seq(self) -> int:
        """How far its log is that all have seen."""
        return min(self._seen)

    def waiting(self) -> list[float]:
        """When acts were due that aren't over."""
        return [*self._wanted, *self._due.values(), *(due_s for _, due_s in self._open)]

    async def _until(self, holds: Callable[[], bool]) -> None:
        while not holds():
            self._moved.clear()
            await self._counted.unless_it_fails(self._moved.wait())

    def _turn(self, place: int) -> None:
        """This seat acts, if it may and is to."""
        if self._scenes[place] == self._acted[place]:
            return
        if self._wanted:
            self._act(place, self._wanted.popleft())
        elif self.eager:
            self._act(place, time.monotonic())

    def _act(self, place: int, due_s: float) -> None:
        scene = self._acted[place] = self._scenes[place]
        name = self._counted.next()
        self._due[name] = due_s
        self._lines[place].say(
            b'{"type":"command","id":"%d","do":"submit","task":"%s%s","answer":["%s"]}'
            % (name, scene, ROLES[place].encode(), self._answers[place][scene])
        )

    def _heard(self, place: int, text: bytes) -> None:
        if text.startswith(_PARTS):
            self._shown(place, text)
        elif text.startswith(_ACK):
            self._counted.acks += 1
            self._open.append((int(_found(_SEQ, text)), self._due.pop(int(_found(_ID, text)))))
            self._over()
        else:
            self._counted.fails(text.decode())

    def _shown(self, place: int, text: bytes) -> None:
        counted = self._counted
        counted.frames += 1
        counted.received += len(text)
        self._seen[place] = int(_found(_SEQ, text[:_HEAD]))
        if self._open:
            self._over()
        before, behind = _SCENE[self._host.form]
        at = text.find(before)
        if at >= 0:
            at += len(before)
            self._goes_to(place, text[at : text.index(behind, at)], text)
        self._moved.set()

    def _goes_to(self, place: int, scene: bytes, text: bytes) -> None:
        if scene in (self._scenes[place], b""):
            return
        answers = self._answers[place]
        if scene not in answers:
            option = _OPTION.search(text)
            if option is None:
                self._counted.fails(f"nothing to choose in {text.decode()}")
                return
            answers[scene] = option[1] or option[2]
        self._scenes[place] = scene
        self._turn(place)

    def _over(self) -> None:
        """Take out what all have seen."""
        all_seq = min(self._seen)
        still = [each for each in self._open if each[0] > all_seq]
        if len(still) != len(self._open):
            now_s = time.monotonic()
            self._counted.taken += [
                (due_s, now_s - due_s) for seq, due_s in self._open if seq <= all_seq
            ]
            self._open = still
            if self.in_turn:
                self.want(now_s)


def _found(pattern: re.Pattern[bytes], text: bytes) -> bytes:
    found = pattern.search(text)
    assert found is not None, text
    return found[1]
