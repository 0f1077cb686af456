"""How fast the teams act: as fast as they may, or by a beat that waits for nobody."""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Final

from bench.turns.lean import Lean
from bench.turns.meter import Meter, Window
from bench.turns.rounds import SEATS
from bench.turns.servers import Server
from bench.turns.teams import Counted, Team

AT_ONCE: Final = 8
"""Teams that sit down at a time: an address may have twenty seats that no socket has come to."""
DRAIN_S: Final = 2.0
"""What is due in the window has so long to be over."""
LOOK_S: Final = 0.02


class Play:
    """Teams that have begun to play at a server."""

    def __init__(self, server: Server, seats: int) -> None:
        self.server = server
        self.seats = seats
        self.counted = Counted()
        self.teams: list[Team] = []
        self._desks: list[Lean] = []

    async def join(self, teams: int) -> None:
        """So many teams more take their seats, and see the first scene."""
        first = await self.server.open(teams)
        new = [Team(first + n, self.server, self.counted, self.seats) for n in range(teams)]
        self.teams += new
        coming = iter(new)

        async def bring() -> None:
            for team in coming:
                await team.sit_down()

        await asyncio.gather(*(bring() for _ in range(AT_ONCE)))
        self._desks += await self.server.desks(self.counted.fails)
        await self.server.begin()
        for team in new:
            await team.begun()

    def hang_up(self) -> None:
        """All go."""
        for team in self.teams:
            team.hang_up()
        for desk in self._desks:
            desk.hang_up()

    async def window(self, seconds: float) -> Window:
        """What is seen from now on, for so long."""
        meter = Meter(self.server.pid, self.counted)
        await self.counted.passes(seconds)
        return meter.window()


@asynccontextmanager
async def playing(server: Server, teams: int, seats: int = SEATS) -> AsyncIterator[Play]:
    """So many teams that all see the first scene; they hang up at the end."""
    play = Play(server, seats)
    try:
        await play.join(teams)
        yield play
    finally:
        play.hang_up()


async def saturated(play: Play, warm_s: float, seconds: float, *, in_turn: bool = False) -> Window:
    """Whoever may act does: nobody waits for anything but the server. `in_turn`: nor for anything
    but the one before, so that each act is shown to all of the team: four views."""
    for team in play.teams:
        team.begin(in_turn=in_turn)
    await play.window(warm_s)
    return await play.window(seconds)


async def at_rate(play: Play, rate: float, warm_s: float, seconds: float) -> Window:
    """So many acts are due each second, whether or not those before are over, the teams in turn.

    The times are of what was due in the window, also of what is over only after it; what isn't over
    in DRAIN_S counts as taking so long."""
    beat = _Beat(play.teams, rate)
    await play.window(warm_s)
    began_s = time.monotonic()
    window = await play.window(seconds)
    ended_s = time.monotonic()
    beat.stop()
    while any(team.waiting() for team in play.teams) and time.monotonic() < ended_s + DRAIN_S:
        await play.counted.passes(LOOK_S)
    due = [each for each in play.counted.taken if began_s <= each[0] < ended_s]
    never = [s for team in play.teams for s in team.waiting() if began_s <= s < ended_s]
    window.taken_s = [taken_s for _, taken_s in due] + [time.monotonic() - s for s in never]
    window.late_s = beat.late_s
    return window


class _Beat:
    def __init__(self, teams: list[Team], rate: float) -> None:
        self._teams = teams
        self._rate = rate
        self._count = 0
        self.late_s: list[float] = []
        self._loop = asyncio.get_running_loop()
        self._began_s = time.monotonic()
        self._next = self._loop.call_soon(self._tick)

    def stop(self) -> None:
        self._next.cancel()

    def _tick(self) -> None:
        """Whatever is due by now is asked for, at the time it was due."""
        while (due_s := self._began_s + self._count / self._rate) <= time.monotonic():
            self.late_s.append(time.monotonic() - due_s)
            self._teams[self._count % len(self._teams)].want(due_s)
            self._count += 1
        self._next = self._loop.call_at(due_s, self._tick)
