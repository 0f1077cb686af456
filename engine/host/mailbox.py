"""One run, live: its state in memory, its log in the store, one command at a time.

The life of a command: due deadlines first, each at its own instant; then decide, append at the
expected seq, and only when that is committed evolve, and tell. Whoever lost a race reloads and
decides again. A command whose id is in the log already has had its effect: it is acknowledged with
the seq its effect ended at, however often it comes. One that asked for what was so already isn't in
the log; the latest of those are remembered, so that a late copy doesn't act after all.

A run's time never goes back. A process whose clock is behind the log (it was set back between two
starts, or another worker's is ahead) takes the run's time to be ahead of its clock, by `ahead_ms`:
a hold of 30 s lasts 30 s, whatever the wall says.

Nor does time go on while nobody can use it (`standing.py`): what is due then waits, and whoever
comes next finds `clock.stood` in the log, and as much time left as there was.

What it isn't, and why:

- It has no owner among the workers, and takes no lock or lease that others see. Whoever died with
  one would have to be found out about, and the run would wait for that; two workers that write at
  once are rare, and one of them reads on and decides again.
- It isn't a queue with a task of its own. Thousands of runs would be thousands of tasks to begin,
  to end and to hear the errors of; a lock, which serves in the order of asking, is the same queue,
  and an error comes out where somebody waits for it.
- It tells nobody before the commit, to be quicker: what a crash takes back must not have been seen.
- It keeps no snapshot. A run folds in milliseconds, and a second truth might disagree.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from contextlib import suppress
from typing import Final

from msgspec.structs import replace

from engine.errors import (
    AppError,
    ConcurrentAppend,
    Rejection,
    StoreUnavailable,
    Text,
)
from engine.host.clock import Clock
from engine.host.remembered import Remembered
from engine.host.standing import Standing
from engine.host.stretches import EVER_MS, Stretch
from engine.rules.commands import HOST, AnyCommand, Stand
from engine.rules.deadlines import idle_deadline, next_deadline
from engine.rules.decide import decide
from engine.rules.drawn_ids import read
from engine.rules.events import AnyEvent, Recorded
from engine.rules.evolve import EMPTY
from engine.rules.fits import check_fits
from engine.rules.replay import replay
from engine.rules.state import State
from engine.scenario.model import Scenario
from engine.store.log.contract import EventStore
from engine.values import RunId

TRIES_MAX: Final = 500
"""How often a command that loses races is decided again."""
WIND_MAX: Final = 2_000
"""Deadlines a practice run is wound on over at once."""
IDLE_COMMANDS_MAX: Final = 1_000
"""Commands without effect that are remembered."""
STOOD_MIN_MS: Final = 1_000
"""Time that stood for less isn't written down: the network's own hiccups."""
DUE_MAX: Final = 1_000
"""Deadlines at one and the same instant; more of them never end."""


class RunStopped(AppError):
    """A bug stopped the run; it is read anew from its log at the next touch."""

    def __init__(self) -> None:
        super().__init__(
            "stopped",
            Text("程序出错，刚才的操作没有生效。", "Something went wrong; that had no effect."),
            Text(
                "请再试一次；若仍不行，请组织者跳过这一步并报告。",
                "Try again; else let the facilitator skip it and report it.",
            ),
        )


class Mailbox:
    """A loaded run. Its lock is the mailbox: commands are taken in the order in which they came."""

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
        self.ahead_ms = 0
        self.stopped = False
        """A bug left it in doubt: nobody may go on with it."""
        self.doubtful = False
        """The store failed while it wrote: it may have committed, and not been able to say so."""
        self._clock = clock
        self._store = store
        self._tell = tell
        self._standing = standing or Standing(clock)
        self._seq_by_command: dict[tuple[str, str], int] = {}
        self._idle_by_command: dict[tuple[str, str], int] = {}
        self._lock = asyncio.Lock()
        self._unsaved = 0
        """How often the store didn't save."""

    async def load(self) -> None:
        """Take up what the log holds beyond what is known. Raises ReplayError, StoreUnavailable."""
        records = await self._store.read(self.run, self.state.seq)
        check_fits(self.run, self.scenario, records)
        self._take_up(records)

    def _take_up(self, records: list[Recorded]) -> None:
        self.state = replay(self.run, records, self.state)
        for recorded in records:
            self._seq_by_command[recorded.by, recorded.command] = recorded.seq
        self.ahead_ms = max(self.ahead_ms, self.state.now_ms - self._clock.now_ms())

    def now_ms(self) -> int:
        """The run's time."""
        return self._clock.now_ms() + self.ahead_ms

    async def execute(self, command: AnyCommand, *, drawn: bool = False) -> int:
        """Decide and commit `command`; the seq to acknowledge it with. `drawn`: it comes from a
        phone, and names options as that was shown them; what that means depends on the state that
        it meets.

        Raises:
            Rejection: it was refused.
            StoreUnavailable: it, or one it waited for, wasn't saved; nothing has changed.
            ConcurrentAppend: it lost every race; nothing has changed.
            RunStopped: a bug stopped the run while the command waited.
        """
        unsaved = self._unsaved
        async with self._lock:
            self._check()
            if self._unsaved != unsaved:
                # A store that makes everybody wait in turn would let the last wait for ever.
                raise StoreUnavailable("one that came before it wasn't saved")
            if self.ahead_ms:
                command = replace(command, at_ms=command.at_ms + self.ahead_ms)
            for _ in range(TRIES_MAX):
                known = self.seq_of(command.by, command.id)
                if known is not None:
                    return known
                # Whoever waited acts at the run's time by now, and what is due by now comes first.
                await self._come_to(max(command.at_ms, self.state.now_ms), goes_on=True)
                # Looked for once more, with nothing awaited from here to the append: what is due
                # may have lost its race, and taken up the log with this very command in it, from
                # another worker. The store doesn't look: it keeps a row for each append, not for
                # each command. What others append after this look lets the append fail.
                known = self.seq_of(command.by, command.id)
                if known is not None:
                    return known
                before = self.state.seq
                meant = read(self.scenario, self.state, command) if drawn else command
                if await self._commit(meant):
                    if self.state.seq == before:
                        self._remember(command)
                    return self.state.seq
            raise ConcurrentAppend(self.run, self.state.seq, -1)

    def seq_of(self, by: str, command: str) -> int | None:
        """The seq that a command was acknowledged with; None: it has had no effect yet."""
        asked = (by, command)
        return self._seq_by_command.get(asked, self._idle_by_command.get(asked))

    def _remember(self, command: AnyCommand) -> None:
        self._idle_by_command[command.by, command.id] = self.state.seq
        if len(self._idle_by_command) > IDLE_COMMANDS_MAX:
            del self._idle_by_command[next(iter(self._idle_by_command))]

    async def touch(self) -> State:
        """The state as it is now, everything due being done. Raises as `execute`."""
        async with self._lock:
            self._check()
            if self.doubtful:
                with suppress(StoreUnavailable):  # what is known is better than nothing
                    await self._make_sure()
            await self._come_to(self.now_ms())
            return self.state

    async def wind_on(self) -> State:
        """Let come what comes by itself, at once, until a person is needed: for practice runs. The
        run's time is then ahead of the clock. Raises as `execute`."""
        async with self._lock:
            self._check()
            await self._come_to(self.now_ms())
            for _ in range(WIND_MAX):
                due = idle_deadline(self.scenario, self.state)
                if due is None:
                    break
                await self._catch_up(due.at_ms)
            return self.state

    async def _make_sure(self) -> None:
        """Take up what the store may have committed after all."""
        before = self.state.seq
        await self.load()
        self.doubtful = False
        if self.state.seq != before:
            self._tell(self.run)

    def _check(self) -> None:
        if self.stopped:
            raise RunStopped

    async def refresh(self) -> int | None:
        """Take up what other workers wrote. How old the newest of it is, in milliseconds; None:
        there was nothing."""
        async with self._lock:
            before = self.state.seq
            await self.load()
        if self.state.seq == before:
            return None
        self._tell(self.run)
        return max(0, self.now_ms() - self.state.now_ms)

    def due(self) -> int | None:
        """When the process's clock reaches the run's next deadline; None: never, as it is now."""
        deadline = next_deadline(self.scenario, self.state)
        if deadline is None:
            return None
        due_ms = deadline.at_ms - self.ahead_ms
        for stood in self._stood():
            if stood.from_ms >= due_ms:
                break
            if stood.until_ms == EVER_MS:
                return None
            due_ms += stood.until_ms - stood.from_ms
        return due_ms

    def _stood(self) -> list[Stretch]:
        """When time stood since the last event, on the process's clock."""
        return self._standing.stretches(self.run, self.state, self.state.now_ms - self.ahead_ms)

    def _next_stood(self, now_ms: int) -> Stretch | None:
        """The first of them that is long enough to be told, in the run's time."""
        for one in self._stood():
            from_ms = one.from_ms + self.ahead_ms
            ended_ms = min(now_ms, one.until_ms + self.ahead_ms)
            if ended_ms - from_ms >= STOOD_MIN_MS:
                until_ms = EVER_MS if one.until_ms == EVER_MS else ended_ms
                return Stretch(from_ms, until_ms)
        return None

    async def _come_to(self, now_ms: int, *, goes_on: bool = False) -> None:
        """Let come what is due by now, but for the time that stood. `goes_on`: time that still
        stands ends here; else it goes on standing, and is written down only where it began before
        the process did: then the desk sees at once what is left, not a limit long past."""
        for _ in range(TRIES_MAX):
            if self._standing.unsure:
                await self._standing.sure()
            stood = self._next_stood(now_ms)
            if stood is None:
                break
            await self._catch_up(stood.from_ms)
            if stood != self._next_stood(now_ms):
                continue  # another worker wrote meanwhile, or the run is over
            since_start = not self._standing.over_a_start(stood.from_ms - self.ahead_ms)
            if stood.until_ms == EVER_MS and since_start and not goes_on:
                return
            until_ms = min(now_ms, stood.until_ms)
            name, ms = f"stood:{self.state.seq}", until_ms - stood.from_ms
            await self._commit(Stand(id=name, at_ms=until_ms, by=HOST, ms=ms))
        await self._catch_up(now_ms)

    async def _catch_up(self, now_ms: int) -> None:
        count, instant_ms, lost = 0, 0, 0
        while (due := next_deadline(self.scenario, self.state)) and due.at_ms <= now_ms:
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
        events = decide(self.scenario, self.state, command)
        if not events:
            return True
        try:
            await self._append(command, events)
        except ConcurrentAppend:
            await self.load()
            self._tell(self.run)
            return False
        except StoreUnavailable:
            self._unsaved += 1
            raise
        return True

    async def _append(self, command: AnyCommand, events: tuple[AnyEvent, ...]) -> None:
        seq = self.state.seq
        batch = [
            Recorded(seq=seq + number, by=command.by, command=command.id, event=event)
            for number, event in enumerate(events, start=1)
        ]
        began_ms = self._clock.now_ms()
        try:
            await self._store.append(self.run, seq, batch)
        except StoreUnavailable:
            # It may stand there all the same. Taken for unwritten, it would come to light at the
            # next append, and a quiet run would show what is no longer so till then. Read at once,
            # the sender would wait for the store that has just failed. So it is looked up a second
            # later.
            self.doubtful = True
            self._standing.unsaved(began_ms)
            raise
        self._standing.saved()
        self._take_up(batch)
        self._tell(self.run)
