"""Time that nobody can use: all workers are down, the laptop's lid is closed, everybody has gone out.

A world may have one such time of some minutes. How much of a world could be used is written down
from outside, as it is, and no scene may be timed out before its team had its time.
"""

from __future__ import annotations

import random
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from engine.rules.events import Recorded, SceneEntered, SceneTimedOut
from tests.sim.loop import pause, virtual_loop
from tests.sim.ports import START_MS

if TYPE_CHECKING:
    from tests.sim.workers import Worker
    from tests.sim.world import World

LOOK_S = 0.25
TOLERANCE_S = 12.0
"""So much of a stop may be taken for time that could be used: with other workers, a mark is five
seconds old at most, and one of theirs may be a little late."""
KINDS = ("lid", "night", "outing")
STOPPED_RATE = 0.3
LONG_S = (20.0, 330.0, 900.0)


class Stops:
    """What stops in a world, and how much of its time could be used."""

    def __init__(self, world: World, seed: int) -> None:
        self._world = world
        self._chance = random.Random(f"stops {seed}")
        self.kind = self._chance.choice(KINDS) if self._chance.random() < STOPPED_RATE else ""
        self._looks: list[tuple[float, bool]] = []
        self.stopped_s = 0.0
        """When the time was last of no use."""
        self._deserted = False
        """Every process had ended, and no phone has come since: a process that ends ends its lines,
        so the time stands until somebody is back, whatever the log says of who is online."""
        self._entered_s: dict[str, float] = {}

    # ── the fault ───────────────────────────────────────────────────────────────────────────────

    async def happen(self) -> None:
        """The one of this world, if it has one."""
        if not self.kind:
            return
        chance = self._chance
        await pause(chance.random() * self._world.chaos_s)
        long_s = chance.choice(LONG_S) * (0.5 + chance.random())
        self._world.trace.note(f"stop {self.kind} for {long_s:.1f} s")
        await getattr(self, f"_{self.kind}")(long_s)

    async def _lid(self, long_s: float) -> None:
        """The laptop sleeps, and everything on it; the wall's clock goes on."""
        asleep = [worker.process for worker in self._world.workers if worker.process.alive]
        for process in asleep:
            process.freeze()
        await pause(long_s)
        for process in asleep:
            process.thaw(virtual_loop())

    async def _night(self, long_s: float) -> None:
        """The servers are down, all of them."""
        places = range(len(self._world.workers))
        for place in places:
            await self._world.kill(place)
        await pause(long_s)
        for place in places:
            if not self._world.workers[place].process.alive:
                await self._world.start(place)

    async def _outing(self, long_s: float) -> None:
        """Everybody leaves the room."""
        went = [person for person in self._world.people if not person.gone]
        for person in went:
            person.gone = True
        await pause(long_s)
        for person in went:
            person.gone = False

    # ── what could be used ──────────────────────────────────────────────────────────────────────

    async def watch(self) -> None:
        """Write it down, for as long as the world lasts."""
        while True:
            now_s, usable = virtual_loop().time(), self._usable()
            self._looks.append((now_s, usable))
            self._deserted = self._deserted and not self._somebody()
            if not usable or self._deserted:
                self.stopped_s = now_s
            await pause(LOOK_S)

    def ended(self) -> None:
        """A process has ended. It is told at once: the last one and the next may be nearer to each
        other than two looks."""
        if not any(worker.process.alive for worker in self._world.workers):
            self._deserted = True

    def _usable(self) -> bool:
        return bool(self._running()) if self._world.several else self._somebody()

    def _somebody(self) -> bool:
        """A phone has a line to a worker that runs."""
        lines = (line for worker in self._running() for line in worker.lines)
        return any(not line.server.over and line.seat for line in lines)

    def _running(self) -> list[Worker]:
        return [w for w in self._world.workers if w.process.alive and not w.process.frozen]

    def _used_s(self, from_s: float, until_s: float) -> tuple[float, int]:
        """How much of a time could be used, and how often it stopped."""
        looks = [usable for at_s, usable in self._looks if from_s <= at_s <= until_s]
        stops = sum(was and not now for was, now in zip(looks, looks[1:], strict=False))
        return sum(looks) * LOOK_S, stops

    def committed(self, run: str, batch: Sequence[Recorded]) -> None:
        """No scene is over before its time, whatever the servers did meanwhile."""
        if self._world.wrong_clocks:
            return
        for event in (one.event for one in batch):
            at_s = (event.at_ms - START_MS) / 1000
            if isinstance(event, SceneEntered):
                self._entered_s[event.scene] = at_s
            elif isinstance(event, SceneTimedOut):
                self._check(event, at_s)

    def _check(self, event: SceneTimedOut, at_s: float) -> None:
        limit: Any = self._world.scenario.scenes[event.scene].time
        used_s, stops = self._used_s(self._entered_s[event.scene], at_s)
        wanted_s = limit.limit_ms / 1000 - TOLERANCE_S * (stops + 1)
        assert used_s >= wanted_s, f"{event.scene} was timed out after {used_s:.0f} s of use"
