"""A world made of one number: workers, people and what goes wrong; then peace, and a last look.

Each world draws which faults it knows at all, and how bad they are, so that some worlds are stormy
and others have one rare thing only. After `chaos_s` the faults end, and within bounded time
everybody must agree, and the team must reach an ending.
"""

from __future__ import annotations

import asyncio
import json
import random
from collections.abc import Callable, Coroutine
from typing import Any

from engine.evening.actors import Guest
from engine.evening.joining import take_seat
from engine.rules.deadlines import next_deadline
from tests.sim import scripts
from tests.sim.checks import Trace, Truth
from tests.sim.lines import Line
from tests.sim.loop import Process, bury_all, pause, virtual_loop
from tests.sim.people import Desk, Person
from tests.sim.ports import WORLD, Bus, Database, Trouble
from tests.sim.rows import CODE, RUN, Rows, Shelf
from tests.sim.stops import Stops
from tests.sim.workers import Worker
from tests.support.parts import SentViews

HEAL_S = 45.0
"""From the last fault, so long may it take until everybody agrees who is there."""
LATE_MS = 2_500
"""A deadline may be so late: a retry, and the way to the database."""
SOON_S = 6.0
"""From the last fault, so long may it take until deadlines are met again."""
ROUND_S = 60.0
"""After so long without an ending people try something else."""
END_S = 1800.0
SILENCE_S = 31 * 60.0
"""Twice as long as a run is kept in memory that nobody touches."""


class World:
    """Everything that there is in one run of the simulator."""

    def __init__(self, seed: int, *, keep_trace: bool = False) -> None:
        self.chance = random.Random(f"world {seed}")
        chance = self.chance
        self.trace = Trace(lambda: asyncio.get_running_loop().time(), keep_trace)
        self.trouble = Trouble()
        self.database = Database(chance, self.trouble)
        self.bus = Bus(chance, self.trouble)
        self.scenario = scripts.drawn(chance)
        self.cards_wanted = scripts.wants_cards(self.scenario)
        self.rows, self.shelf = Rows(self.scenario), Shelf(self.scenario)
        self.truth = Truth(self.scenario, self.trace)
        self.stops = Stops(self, seed)
        self.database.on_commit = self._judged(self._committed)
        self.workers: list[Worker] = []
        """Those that are up, by place."""
        self.starts: list[Worker] = []
        """Every start of a worker so far."""
        self.people: list[Person] = []
        self.desk = Desk(self)
        self.calm = False
        self._peace_s = 0.0
        self.found: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        """Fails with what a check found in the middle of the program."""
        self.lines: list[Line] = []
        self._views = SentViews(self.scenario)
        self._draw_weather()

    def _judged(self, check: Callable[[str, Any], None]) -> Callable[[str, Any], None]:
        """A check that is made in the middle of the program, and mustn't be caught there."""

        def judge(run: str, what: Any) -> None:
            try:
                check(run, what)
            except AssertionError as error:
                if not self.found.done():
                    self.found.set_exception(error)

        return judge

    def _committed(self, run: str, batch: Any) -> None:
        self.truth.committed(run, batch)
        self.stops.committed(run, batch)

    @property
    def several(self) -> bool:
        """More than one worker serves."""
        return self._places > 1

    @property
    def wrong_clocks(self) -> bool:
        """Not every worker's clock is right."""
        return self._wrong_ms != 0

    def _draw_weather(self) -> None:
        chance = self.chance

        def some(rate: float) -> float:
            return rate * chance.random() if chance.random() < 0.5 else 0.0

        self._places = chance.choice((1, 2, 2, 3))
        """How many workers serve; one alone has no bus, and asks nobody."""
        self.chaos_s = chance.choice((5.0, 10.0, 20.0, 40.0))
        self.pace_s = chance.choice((0.3, 0.6, 2.0))
        self.back_s = chance.choice((0.2, 1.0, 12.0))
        self.wrong_rate, self.unrest, self.meddling = some(0.6), some(0.3), some(0.2)
        self.twice = some(0.5)
        self.trouble.slow_s = chance.choice((0.001, 0.01, 0.3))
        self.trouble.bus_late_s = chance.choice((0.001, 0.05, 3.0))
        self.trouble.bus_lost, self.trouble.bus_twice = some(1.0), some(0.5)
        self._wrong_ms = chance.choice((0, 0, 300, 5_000, 3_600_000))
        kinds = ("cut", "cut", "half_open", "stall", "kill", "stop", "freeze", "disk", "bus")
        self._faults = [kind for kind in kinds if chance.random() < 0.5]
        self._every_s = chance.choice((0.5, 1.5, 5.0))
        self._silent_until_s = SILENCE_S if chance.random() < 0.005 else 0.0
        if chance.random() < 0.005:
            self._faults.append("silence")

    # ── what people find ────────────────────────────────────────────────────────────────────────

    def door(self) -> Worker | None:
        """A worker that takes connections, if any."""
        up = [worker for worker in self.workers if worker.up]
        return self.chance.choice(up) if up else None

    def think_s(self) -> float:
        """How long somebody takes over a move."""
        silent_s = self._silent_until_s - virtual_loop().time()
        if silent_s > 0:
            return silent_s + self.chance.random()
        return 0.05 + self.chance.random() * (0.6 if self.calm else self.pace_s)

    def doubt(self) -> float:
        """How often somebody guesses, in peace: never; but some scripts go round and round then."""
        return 0.0 if virtual_loop().time() < self._peace_s + ROUND_S else 0.3

    def dial(self, worker: Worker, *, seat: bool = True) -> Line:
        """A new line to a worker, a seat's or the desk's."""
        line = Line(len(self.lines) + 1, self.chance, seat=seat)
        self.lines.append(line)
        worker.lines.append(line)
        self.trace.note(f"line {line.number} to {worker.process.name}")
        worker.answer(line)
        return line

    def second_tab(self, person: Person) -> None:
        """The same seat opens another page for a while, perhaps at another worker."""
        worker = self.door()
        if worker is not None:
            WORLD.begin(self._tab(worker, person.token))

    async def _tab(self, worker: Worker, token: str) -> None:
        line = self.dial(worker)
        line.say(json.dumps({"type": "hello", "token": token}))
        await pause(self.chance.random() * 15)
        line.leave()

    # ── workers ─────────────────────────────────────────────────────────────────────────────────

    async def start(self, place: int) -> None:
        """A worker starts at its place."""
        wrong_ms = int(self._wrong_ms * (2 * self.chance.random() - 1))
        name = f"w{place}.{len(self.starts)}"
        bus = None if self._places == 1 else self.bus
        worker = Worker(name, self.database, bus, self.rows, self.shelf, wrong_ms)
        agrees = self._judged(lambda run, state: self.truth.agrees(name, state))
        worker.host.on_moved.append(agrees)
        self.trace.note(f"start {name}, wrong by {wrong_ms} ms")
        self.starts.append(worker)
        await worker.process.spawn(worker.start())
        if place < len(self.workers):
            self.workers[place] = worker
        else:
            self.workers.append(worker)

    async def kill(self, place: int) -> None:
        """A worker is gone from its place, between two of its steps."""
        worker = self.workers[place]
        if not worker.process.alive:
            return
        self.trace.note(f"kill {worker.process.name}")
        worker.kill()
        self.stops.ended()
        slow = self.chance.random() < 0.3
        for line in worker.lines:
            line.break_off(self.chance.random() * (8 if slow else 0.1), 0)
        self.bus.forget(worker.process)

    async def _stop(self, place: int) -> None:
        worker = self.workers[place]
        if not worker.up:
            return
        self.trace.note(f"stop {worker.process.name}")
        stopping = worker.process.spawn(worker.stop())
        for _ in range(100):
            await pause(0.1)
            if stopping.done():
                break
        await self.kill(place)

    # ── the course of a world ───────────────────────────────────────────────────────────────────

    async def run(self) -> None:
        """All of it. Raises AssertionError where something doesn't hold."""
        for place in range(self._places):
            await self.start(place)
        await self._gather_team()
        everybody = [WORLD.spawn(one.live()) for one in (*self.people, self.desk)]
        everybody.append(WORLD.spawn(self.stops.watch()))
        await self._none_fails(everybody, self._chaos(), self._chaos(), self.stops.happen())
        await self._none_fails(everybody, self._peace())
        await self.end()

    async def _none_fails(
        self, everybody: list[asyncio.Task[None]], *courses: Coroutine[Any, Any, None]
    ) -> None:
        """Wait for the courses of things, unless somebody finds a fault before."""
        left: set[asyncio.Future[None]] = {WORLD.spawn(course) for course in courses}
        while left:
            done, _ = await asyncio.wait(
                {*left, *everybody, self.found}, return_when=asyncio.FIRST_COMPLETED
            )
            if self.found.done():
                await self.found
            for one in done:
                await one
            left -= done

    async def _gather_team(self) -> None:
        host = self.workers[0].host
        opening = host.open(RUN, self.scenario, seed=str(self.chance.random()), team=1)
        await self.workers[0].process.spawn(opening)
        for role in self.scenario.roles:
            missing = self.people and self.scenario.absence.then != "wait"
            if missing and self.chance.random() < 0.15:
                continue
            services = self.workers[len(self.people) % len(self.workers)].services
            taking = take_seat(
                services, Guest("10.0.0.1"), CODE, f"人{len(self.people)}", None, role
            )
            seat = await self.workers[len(self.people) % len(self.workers)].process.spawn(taking)
            self.people.append(Person(self, seat["seat"], seat["token"]))

    async def _chaos(self) -> None:
        await pause(self._silent_until_s)
        ends_s = virtual_loop().time() + self.chaos_s
        while (now_s := virtual_loop().time()) < ends_s:
            wait_s = self.chance.random() * 2 * self._every_s
            await pause(min(wait_s, ends_s - now_s))
            if self._faults:
                await self._fault(self.chance.choice(self._faults))

    async def _fault(self, kind: str) -> None:
        chance, place = self.chance, int(self.chance.random() * len(self.workers))
        live = [line for line in self.lines if line.whole]
        self.trace.note(f"fault {kind}")
        if kind in ("cut", "half_open", "stall") and live:
            line = chance.choice(live)
            line.stalled = kind == "stall"
            late_s = 0.1 if kind == "cut" else 20.0
            line.break_off(chance.random() * late_s / 2, chance.random() * late_s)
        elif kind in ("kill", "stop"):
            await (self.kill(place) if kind == "kill" else self._stop(place))
            await pause(chance.random() * chance.choice((0.1, 3.0, 30.0)))
            if not self.workers[place].process.alive:
                await self.start(place)
        elif kind == "freeze":
            frozen = self.workers[place].process
            frozen.freeze()
            await pause(chance.random() * chance.choice((1.0, 10.0, 40.0)))
            frozen.thaw(virtual_loop())
        elif kind in ("disk", "bus"):
            self._sicken(kind)
            await pause(chance.random() * 8)
            self._recover(kind)
        elif kind == "silence":
            self._faults.remove(kind)
            await self._silence()

    def _sicken(self, kind: str) -> None:
        if kind == "bus":
            self.trouble.bus_down = True
            self.bus.break_down()
            return
        self.trouble.refused = self.chance.choice((0.0, 0.3, 1.0))
        self.trouble.unknown = self.chance.choice((0.0, 0.3, 1.0))
        self.trouble.unread = self.chance.choice((0.0, 0.2, 1.0))

    def _recover(self, kind: str) -> None:
        if kind == "bus":
            self.trouble.bus_down = False
        else:
            self.trouble.refused = self.trouble.unknown = self.trouble.unread = 0.0

    async def _silence(self) -> None:
        """Everybody stares at the wall for a quarter of an hour."""
        self._silent_until_s = virtual_loop().time() + SILENCE_S
        await pause(SILENCE_S)

    async def _peace(self) -> None:
        """The faults end. Everybody comes together, and the team reaches an ending."""
        self.trace.note("peace")
        self.trouble.end()
        staying = self.chance.choice(self.people)
        needed = self.truth.state.phase == "lobby" and self.scenario.absence.then == "wait"
        for person in self.people:
            missing = person.gone and person is not staying and not needed
            person.gone = missing and self.chance.random() < 0.5
        self._peace_s = began_s = virtual_loop().time()
        self.calm = True
        await pause(SOON_S)
        waited_s = SOON_S
        while waited_s < HEAL_S or self.truth.state.phase in ("lobby", "playing"):
            self._check_deadlines()
            assert waited_s < END_S, f"no ending: {self.truth.state}"
            await pause(1)
            waited_s = virtual_loop().time() - began_s
        await pause(3)
        self._check_all()

    async def end(self) -> None:
        for worker in self.starts:
            worker.bury()
        self.trouble.end()
        processes: list[Process] = [worker.process for worker in self.starts]
        await bury_all(processes)

    # ── what must hold ──────────────────────────────────────────────────────────────────────────

    def check_view(self, person: Person, seq: int) -> None:
        """What a phone shows is what its seat sees at that seq."""
        state, _ = self.truth.states[seq]
        expected = self._views.seat(state, person.seat, self.rows.names_by_seat)
        told = json.loads(json.dumps(expected))
        for name, part in told.items():
            shown = person.parts.get(name)
            assert shown == part, f"{person.name} at {seq}: {name} is {shown}, not {part}"

    def _check_deadlines(self) -> None:
        due = next_deadline(self.scenario, self.truth.state)
        if due is None or self._just_back():
            return
        late_ms = {
            worker: worker.host.now_ms(RUN) - due.at_ms
            for worker in self.workers
            if worker.holds(RUN) is not None
        }
        if self.wrong_clocks:
            # A clock that is ahead takes the run for long overdue, and then finds nobody's mark in
            # its own yesterday: its worker lets time stand, and leaves the deadline to those who
            # have the phones. No worker that has the log is behind the run's time, so it is late
            # once all of them say so.
            know = [one for one in late_ms if self._knows_all(one)]
            late_ms = {one: late_ms[one] for one in sorted(know, key=late_ms.__getitem__)[:1]}
        for worker, ms in late_ms.items():
            assert ms <= LATE_MS, f"{worker.process.name}: {due} is {ms} ms late"

    def _knows_all(self, worker: Worker) -> bool:
        held = worker.holds(RUN)
        return held is not None and held.seq == self.truth.state.seq

    def _just_back(self) -> bool:
        """Time stood until a moment ago: what fell due in it comes with whoever comes back."""
        there = any(seat.online and not seat.left for seat in self.truth.state.seats.values())
        return not there or virtual_loop().time() < self.stops.stopped_s + SOON_S

    def _check_all(self) -> None:
        last = self.truth.state
        for worker in self.workers:
            held = worker.holds(RUN)
            if held is not None:
                self.truth.agrees(worker.process.name, held)
                watched = RUN in worker.host.watched()
                assert held.seq == last.seq or not watched, f"{worker.process.name} is behind"
        for person in self.people:
            here = person.line is not None and person.line.whole
            assert here != person.gone, f"{person.name} didn't come back"
            seat = last.seats[person.seat]
            assert seat.online == here, f"{person.name} is called {seat.online}, and is {here}"
            if here:
                self.check_view(person, last.seq)
            for name, seq in person.acks.items():
                person.check_ack(person.seat, name, seq)
        for client in (*self.people, self.desk):
            by = getattr(client, "seat", "facilitator")
            for name in client.refused_for_good:
                assert (by, name) not in self.truth.ends, f"{name} was refused, and is in the log"
