"""The fakes at a worker's ports: its clock, its way to the one database, and the bus between workers.

Each can be troubled. Whatever a worker was told stays true: what the database has committed it keeps.
"""

from __future__ import annotations

import asyncio
import random
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import asynccontextmanager
from typing import Any

from redis.exceptions import ConnectionError as BusAway

from engine.errors import StoreError, StoreUnavailable
from engine.rules.events import Recorded
from engine.store.log.memory import MemoryStore
from engine.store.place.alive import Life
from engine.values import RunId
from tests.sim.loop import Process, pause, virtual_loop

START_MS = 1_700_000_000_000
"""The wall clock at second 0 of a world."""


class WallClock:
    """A worker's clock, as wrong as the wall's was when the worker started."""

    def __init__(self, wrong_ms: int) -> None:
        self._offset_ms = START_MS + wrong_ms

    def now_ms(self) -> int:
        return self._offset_ms + int(asyncio.get_running_loop().time() * 1000)

    async def sleep_until(self, at_ms: int) -> None:
        await pause(max(0, at_ms - self.now_ms()) / 1000)


class Trouble:
    """How bad things are just now. All rates are chances of one request or message."""

    def __init__(self) -> None:
        self.slow_s = 0.002
        """The database and the bus take up to so long."""
        self.refused = 0.0
        """The database writes nothing, and says so."""
        self.unknown = 0.0
        """The database commits, and the line breaks before it says so."""
        self.unread = 0.0
        """The database can't be read."""
        self.bus_down = False
        self.bus_lost = 0.0
        self.bus_twice = 0.0
        self.bus_late_s = 0.01

    def end(self) -> None:
        """All is well again."""
        vars(self).update(vars(Trouble()))


class Database:
    """What all workers write to. Hears of every commit as it happens, acknowledged or not."""

    def __init__(self, chance: random.Random, trouble: Trouble) -> None:
        self.log = MemoryStore()
        self.lives: dict[tuple[str, int], Life] = {}
        self.chance = chance
        self.trouble = trouble
        self.on_commit: Callable[[RunId, Sequence[Recorded]], None] = lambda run, batch: None

    async def commit(self, run: RunId, expected_seq: int, batch: Sequence[Recorded]) -> None:
        """Append, now."""
        await self.log.append(run, expected_seq, batch)
        self.on_commit(run, batch)

    def delay_s(self) -> float:
        """How long one way to the database takes."""
        return self.chance.random() * self.trouble.slow_s


class StorePort:
    """One worker's way to the database: an EventStore."""

    def __init__(self, database: Database, owner: Process) -> None:
        self._database = database
        self._owner = owner
        self.cut = False
        """The worker is dead, and has been told to unwind."""

    async def append(self, run: RunId, expected_seq: int, batch: Sequence[Recorded]) -> None:
        """See `EventStore.append`. What was sent off is written, though its sender die meanwhile."""
        base, trouble = self._database, self._database.trouble
        self._check()
        answer: asyncio.Future[None] = virtual_loop().create_future()
        refused, unknown = base.chance.random(), base.chance.random()

        async def write() -> None:
            await pause(base.delay_s())
            error: Exception | None = None
            if refused < trouble.refused:
                error = StoreUnavailable("disk full")
            else:
                try:
                    await base.commit(run, expected_seq, batch)
                except StoreError as told:
                    error = told
                else:
                    if unknown < trouble.unknown:
                        error = StoreUnavailable("connection lost")
            await pause(base.delay_s())
            if answer.done():
                return
            if error is None:
                answer.set_result(None)
            else:
                answer.set_exception(error)

        WORLD.begin(write())
        await answer
        self._check()

    async def read(self, run: RunId, after_seq: int = 0) -> list[Recorded]:
        """See `EventStore.read`."""
        await self._query()
        records = await self._database.log.read(run, after_seq)
        await pause(self._database.delay_s())
        return records

    async def heads(self, runs: Sequence[RunId]) -> dict[RunId, int]:
        """See `EventStore.heads`."""
        await self._query()
        return await self._database.log.heads(runs)

    async def mark(self, life: Life) -> None:
        """See `Marks.mark`."""
        self._check()
        await pause(self._database.delay_s())
        if self._database.trouble.refused:
            raise StoreUnavailable("disk full")
        self._database.lives[life.process, life.from_ms] = life

    async def lives(self) -> list[Life]:
        """See `Marks.lives`."""
        await self._query()
        return [*self._database.lives.values()]

    async def close(self) -> None:
        """Nothing to let go of."""

    async def _query(self) -> None:
        self._check()
        await pause(self._database.delay_s())
        if self._database.chance.random() < self._database.trouble.unread:
            raise StoreUnavailable("connection lost")

    def _check(self) -> None:
        if self.cut:
            raise StoreUnavailable("the worker is dead")


class Bus:
    """What stands for Redis: carries messages between workers, or loses them."""

    def __init__(self, chance: random.Random, trouble: Trouble) -> None:
        self.chance = chance
        self.trouble = trouble
        self.ears: dict[BusPort, asyncio.Queue[bytes | None]] = {}

    def carry(self, message: bytes) -> None:
        """To every ear, at its own pace."""
        for ear in tuple(self.ears.values()):
            times = 1 + (self.chance.random() < self.trouble.bus_twice)
            for _ in range(times):
                late_s = self.chance.random() * self.trouble.bus_late_s
                if self.chance.random() >= self.trouble.bus_lost:
                    virtual_loop().call_later(
                        late_s, ear.put_nowait, message, context=WORLD.context
                    )

    def forget(self, owner: Process) -> None:
        """Its process is dead."""
        for ear in [ear for ear in self.ears if ear.owner is owner]:
            del self.ears[ear]

    def break_down(self) -> None:
        """Everybody's line to it breaks."""
        for ear in self.ears.values():
            ear.put_nowait(None)


class BusPort:
    """One worker's client of the bus: as much of `redis.asyncio.Redis` as the relay uses."""

    def __init__(self, bus: Bus, owner: Process) -> None:
        self.owner = owner
        self._bus = bus

    async def publish(self, channel: str, message: bytes) -> None:
        await asyncio.sleep(0)
        if self._bus.trouble.bus_down:
            raise BusAway
        self._bus.carry(message)

    @asynccontextmanager
    async def pubsub(self, **options: Any) -> AsyncIterator[BusPort]:
        try:
            yield self
        finally:
            self._bus.ears.pop(self, None)

    async def subscribe(self, channel: str) -> None:
        await asyncio.sleep(0)
        if self._bus.trouble.bus_down:
            raise BusAway
        self._bus.ears[self] = asyncio.Queue()

    async def listen(self) -> AsyncIterator[dict[str, Any]]:
        ear = self._bus.ears[self]
        while (message := await ear.get()) is not None:
            yield {"data": message}
        raise BusAway

    async def aclose(self) -> None:
        self._bus.ears.pop(self, None)


WORLD = Process("world")
"""What belongs to nobody that dies: the network, the database's own work."""
