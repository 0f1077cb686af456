"""A room with a laptop: a store, a clock moved by hand, and the workers that run over them."""

from __future__ import annotations

from engine.errors import StoreUnavailable
from engine.host.presence import Presence
from engine.host.pulse import Pulse
from engine.rules.deadlines import next_deadline
from engine.rules.state import State
from engine.store.log.memory import MemoryStore
from engine.store.place.alive import Life
from tests.host.test_host import SCENARIO, Evening, FailingStore
from tests.host.test_trouble import turns
from tests.support.clock import FakeClock


class Marks:
    """Where workers say that they run."""

    def __init__(self) -> None:
        self.rows: dict[tuple[str, int], Life] = {}
        self.gone = False
        self.cut_off = ""
        """The process that can't write."""

    async def mark(self, life: Life) -> None:
        if self.gone or life.process == self.cut_off:
            raise StoreUnavailable("gone")
        self.rows[life.process, life.from_ms] = life

    async def lives(self) -> list[Life]:
        if self.gone:
            raise StoreUnavailable("gone")
        return [*self.rows.values()]


class Worker(Evening):
    """A process: it beats, says that it runs, counts connections."""

    def __init__(
        self, store: MemoryStore, marks: Marks, clock: FakeClock, *, alone: bool = True
    ) -> None:
        super().__init__(store, clock)
        self.marks = marks
        self.pulse = self.host.standing.pulse = Pulse(clock, marks, alone=alone)
        self.presence = Presence(self.host)
        if not alone:
            self.presence.join(lambda run: None)
        self.host.start()
        Worker.count += 1000
        self.count = Worker.count

    count = 0

    async def arrive(self, *seats: str) -> None:
        for seat in seats or ("s1", "s2"):
            await self.presence.connected("r", seat)

    async def go(self, *seats: str) -> None:
        for seat in seats or ("s1", "s2"):
            await self.presence.disconnected("r", seat)

    async def die(self) -> None:
        """Between two of its steps: nothing more is said."""
        self.marks.gone = True
        await self.presence.close()
        await self.host.close()
        self.marks.gone = False


class Room:
    """A store, a clock, and the workers over them."""

    def __init__(self) -> None:
        self.store, self.marks, self.clock = FailingStore(), Marks(), FakeClock()
        self.worker = self.another()
        self.began_ms = self.clock.now_ms()

    def another(self, *, alone: bool = True) -> Worker:
        return Worker(self.store, self.marks, self.clock, alone=alone)

    async def begin(self) -> Room:
        await self.worker.begin()
        await self.worker.arrive()
        return self

    async def live(self, ms: int) -> None:
        """Time goes by, and the processes run."""
        for _ in range(ms // 1_000):
            self.clock.move(1_000)
            await turns()

    async def tags(self) -> list[str]:
        return [r.event.__struct_config__.tag for r in await self.store.read("r")]  # type: ignore[misc]

    async def stood_ms(self) -> int:
        events = [r.event for r in await self.store.read("r")]
        return sum(getattr(event, "stood_ms", 0) for event in events)

    async def state(self) -> State:
        return (await self.worker.host.state("r"))[1]

    async def left_ms(self) -> int:
        """To the next deadline of the run."""
        state = await self.state()
        due = next_deadline(SCENARIO, state)
        assert due is not None
        return due.at_ms - self.clock.now_ms()
