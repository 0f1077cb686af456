"""A loaded run as its log tells it: what is due in it, how it comes to now, how it is written.

A run's time never goes back. A process whose clock is behind the log (it was set back between two
starts, or another worker's is ahead) takes the run's time to be ahead of its clock
(`run_time.py`): a hold of 30 s lasts 30 s, whatever the wall says.

Nor does time go on while nobody can use it (`standing.py`): what is due then waits, and whoever
comes next finds `clock.stood` in the log, and as much time left as there was.

Only one thing goes on in it at a time: `mailbox.py` sees to that.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from typing import Final

from msgspec.structs import replace

from engine.errors import ConcurrentAppend, Rejection, StoreUnavailable
from engine.host.asked import Chain, Key
from engine.host.clock import Clock
from engine.host.remembered import Remembered
from engine.host.run_time import RunTime
from engine.host.standing import Standing
from engine.host.stretches import EVER_MS, Stretch
from engine.rules.commands import HOST, AnyCommand, Stand
from engine.rules.deadlines import Deadline, next_deadline
from engine.rules.decide import decided
from engine.rules.evolve import EMPTY
from engine.rules.fits import check_fits
from engine.rules.replay import replay
from engine.rules.state import State
from engine.scenario.model import Scenario
from engine.store.log.contract import EventStore
from engine.values import RunId

TRIES_MAX: Final = 500
"""How often a command that loses races is decided again."""
IDLE_COMMANDS_MAX: Final = 1_000
"""Commands without effect that are remembered."""
STOOD_MIN_MS: Final = 1_000
"""Time that stood for less isn't written down: the network's own hiccups."""
DUE_MAX: Final = 1_000
"""Deadlines at one and the same instant; more of them never end."""


class LoadedRun:
    """A loaded run."""

    def __init__(
        self,
        run: RunId,
        scenario: Scenario,
        store: EventStore,
        tell: Callable[[RunId], None],
        clock: Clock,
        standing: Standing | None = None,
    ) -> None:
        self.run = run
        self.scenario = scenario
        self.state: State = EMPTY
        self.remembered = Remembered()
        self.time = RunTime()
        self.doubtful = False
        """The store failed while it wrote: it may have committed, and not been able to say so."""
        self._clock = clock
        self._store = store
        self._tell = tell
        self._standing = standing or Standing(clock)
        self._seq_by_command: dict[Key, int] = {}
        self._idle_by_command: dict[Key, int] = {}
        self._unsaved = 0
        """How often the store didn't save."""
        self._deadline: tuple[State, Deadline | None] = (EMPTY, None)
        """Of the state that was asked about last."""

    async def load(self) -> None:
        """Take up what the log holds beyond what is known. Raises ReplayError, StoreUnavailable."""
        records = await self._store.read(self.run, self.state.seq)
        check_fits(self.run, self.scenario, records)
        ends = {(recorded.by, recorded.command): recorded.seq for recorded in records}
        self._come(replay(self.run, records, self.state), ends)

    def _come(self, state: State, ends: dict[Key, int]) -> None:
        """The run is in this state. `ends`: the seqs that commands since the last one ended at."""
        self.state = state
        self._seq_by_command |= ends
        self.time.come(state.now_ms, self._clock.now_ms())

    def now_ms(self) -> int:
        """The run's time."""
        return self.time.at(self._clock.now_ms())

    def seq_of(self, by: str, command: str) -> int | None:
        """The seq that a command was acknowledged with; None: it has had no effect yet."""
        asked = (by, command)
        return self._seq_by_command.get(asked, self._idle_by_command.get(asked))

    def _remember(self, key: Key, seq: int) -> None:
        """A command without effect."""
        self._idle_by_command[key] = seq
        if len(self._idle_by_command) > IDLE_COMMANDS_MAX:
            del self._idle_by_command[next(iter(self._idle_by_command))]

    async def _make_sure(self) -> None:
        """Take up what the store may have committed after all."""
        before = self.state.seq
        await self.load()
        self.doubtful = False
        if self.state.seq != before:
            self._tell(self.run)

    def due(self) -> int | None:
        """When the process's clock reaches the run's next deadline; None: never, as it is now."""
        deadline = self._next_deadline(self.state)
        if deadline is None:
            return None
        due_ms = self.time.clock(deadline.at_ms)
        for stood in self._stood(self.state):
            if stood.from_ms >= due_ms:
                break
            if stood.until_ms == EVER_MS:
                return None
            due_ms += stood.until_ms - stood.from_ms
        return due_ms

    def _next_deadline(self, state: State) -> Deadline | None:
        """Looked for once a state: everybody who is shown it asks, while a chain is written too."""
        if state is not self.state:
            return next_deadline(self.scenario, state)
        if self._deadline[0] is not state:
            self._deadline = (state, next_deadline(self.scenario, state))
        return self._deadline[1]

    def _stood(self, state: State) -> list[Stretch]:
        """When time stood since the last event, on the process's clock."""
        return self._standing.stretches(self.run, state, self.time.clock(state.now_ms))

    def _next_stood(self, now_ms: int, state: State) -> Stretch | None:
        """The first of them that is long enough to be told, in the run's time."""
        for one in self._stood(state):
            from_ms = self.time.at(one.from_ms)
            ended_ms = min(now_ms, self.time.at(one.until_ms))
            if ended_ms - from_ms >= STOOD_MIN_MS:
                until_ms = EVER_MS if one.until_ms == EVER_MS else ended_ms
                return Stretch(from_ms, until_ms)
        return None

    def _in_time(self, now_ms: int, state: State) -> bool:
        """Nothing has to come before whatever happens now: no deadline, and no time that stood."""
        due = self._next_deadline(state)
        if due is not None and due.at_ms <= now_ms:
            return False
        return self._next_stood(now_ms, state) is None and not self._standing.unsure

    async def _come_to(self, now_ms: int, *, goes_on: bool = False) -> None:
        """Let come what is due by now, but for the time that stood. `goes_on`: time that still
        stands ends here; else it goes on standing, and is written down only where it began before
        the process did: then the desk sees at once what is left, not a limit long past."""
        for _ in range(TRIES_MAX):
            if self._standing.unsure:
                await self._standing.sure()
            stood = self._next_stood(now_ms, self.state)
            if stood is None:
                break
            await self._catch_up(stood.from_ms)
            if stood != self._next_stood(now_ms, self.state):
                continue  # another worker wrote meanwhile, or the run is over
            since_start = not self._standing.over_a_start(self.time.clock(stood.from_ms))
            if stood.until_ms == EVER_MS and since_start and not goes_on:
                return
            until_ms = min(now_ms, stood.until_ms)
            name, ms = f"stood:{self.state.seq}", until_ms - stood.from_ms
            await self._commit(Stand(id=name, at_ms=until_ms, by=HOST, ms=ms))
        await self._catch_up(now_ms)

    async def _catch_up(self, now_ms: int) -> None:
        count, instant_ms, lost = 0, 0, 0
        while (due := self._next_deadline(self.state)) and due.at_ms <= now_ms:
            count = count + 1 if self.state.now_ms == instant_ms else 0
            instant_ms = self.state.now_ms
            assert count < DUE_MAX, f"run {self.run}: deadlines without end at {instant_ms}"
            # The same absence can come due twice, when its role was handed back meanwhile. The seq
            # tells them apart, and is the same for every worker that has read so far.
            command = replace(due.command, id=f"{due.command.id}@{self.state.seq}")
            try:
                lost = 0 if await self._commit(command) else lost + 1
            except Rejection as error:
                raise AssertionError(f"the rules refuse their own deadline {command.id}") from error
            if lost == TRIES_MAX:
                raise ConcurrentAppend(self.run, self.state.seq, -1)

    async def _commit(self, command: AnyCommand) -> bool:
        """Decide and append. False: another worker wrote first; what it wrote is taken up now, and
        both what is due and what the command means are to be asked again. It isn't tried again
        here: the events that were decided belong to a state that is no more."""
        chain = Chain(self.state)
        chain.add(command, decided(self.scenario, self.state, command))
        if not chain.batch:
            return True
        began_ms = self._clock.now_ms()
        try:
            await self._append(chain)
        except ConcurrentAppend:
            await self._lost()
            return False
        except StoreUnavailable:
            self._not_saved(began_ms)
            raise
        self._saved(chain)
        self._tell(self.run)
        return True

    async def _lost(self) -> None:
        """Another worker wrote first."""
        await self.load()
        self._tell(self.run)

    def _append(self, chain: Chain) -> asyncio.Future[None]:
        return asyncio.ensure_future(self._store.append(self.run, self.state.seq, chain.batch))

    def _saved(self, chain: Chain) -> None:
        """It is committed, and the chain's state is what the log folds to."""
        self._standing.saved()
        self._come(chain.state, chain.ends)

    def _not_saved(self, began_ms: int) -> None:
        """It may stand there all the same. Taken for unwritten, it would come to light at the next
        append, and a quiet run would show what is no longer so till then. Read at once, the sender
        would wait for the store that has just failed. So it is looked up a second later."""
        self._unsaved += 1
        self.doubtful = True
        self._standing.unsaved(began_ms)
