"""All live runs of this process.

A run is loaded when it is first touched and dropped when nobody has touched it for a while; what it
is stands in its log. One task fires deadlines: it sleeps until the earliest of all loaded runs. A
bug in the rules stops one run, not the process: its mailbox is thrown away and read anew from the
log at the next touch.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Coroutine, Mapping, Sequence
from contextlib import AbstractContextManager
from typing import Any, Final, Protocol, TypeVar

import structlog

from engine.errors import (
    AppError,
    ConcurrentAppend,
    LostScript,
    ReplayError,
    RunBroken,
    StoreError,
    Text,
)
from engine.host.broken import BrokenRuns
from engine.host.clock import Clock, SteadyClock
from engine.host.hub import Hub, Watch
from engine.host.mailbox import Mailbox, RunStopped
from engine.host.remembered import Remembered
from engine.host.shows import check_shows
from engine.host.standing import Standing
from engine.host.timers import Timers
from engine.rules.commands import AnyCommand
from engine.rules.decide import open_run
from engine.rules.events import Recorded
from engine.rules.state import State
from engine.scenario.model import Scenario
from engine.store.log.contract import EventStore
from engine.values import RunId

IDLE_MS: Final = 15 * 60_000
"""A run nobody touched for so long, and which waits for no deadline, is dropped from memory."""
CLOSED_IDLE_MS: Final = 60_000
"""One that is closed, after this; it is looked for as often."""
RETRY_MS: Final = 1_000
"""A deadline that couldn't be saved is tried again after so long."""
_SWEEP: Final = ""
"""Stands among the timers for the next sweep; no run has this id."""

_EMPTY: Final = Text("一条记录也没有", "there are no records at all")

T = TypeVar("T")

log = structlog.get_logger()


class LoadScenario(Protocol):
    """Finds the scenario a run began with."""

    def __call__(self, run: RunId) -> Awaitable[Scenario]:
        """The compiled scenario. Raises AppError for an unknown run."""


class Host:
    """The live runs."""

    def __init__(
        self, store: EventStore, load_scenario: LoadScenario, clock: Clock | None = None
    ) -> None:
        self.store = store
        self.clock: Clock = clock or SteadyClock()
        self._load_scenario = load_scenario
        self._hub = Hub()
        self._mailboxes: dict[RunId, Mailbox] = {}
        self._touched_ms: dict[RunId, int] = {}
        self._loading: dict[RunId, asyncio.Task[Mailbox]] = {}
        self._asked: set[asyncio.Task[Any]] = set()
        self._timers = Timers(self.clock, self._fire)
        self.broken = BrokenRuns(self.clock)
        """Runs that can't be taken up."""
        self.standing = Standing(self.clock)
        """What is known of time that counts for nothing."""
        self._told: dict[RunId, int] = {}
        """How far each run was said to be, by this worker or another."""
        self.on_moved: list[Callable[[RunId, State], None]] = []
        """Told of every run that has moved on, whoever moved it."""
        self.on_dropped: list[Callable[[RunId], None]] = []
        """Told of every run that is no longer loaded."""
        self.announce: Callable[[RunId, int], None] = lambda run, seq: None
        """Tells other workers that a run is at seq; 0: look again, beside its log."""
        self.on_lag: Callable[[int], None] = lambda lag_ms: None
        """Told how old other workers' events were when they were taken up."""
        self.on_late: Callable[[int], None] = lambda late_ms: None
        """Told how long after its instant a deadline is decided."""

    def start(self) -> None:
        """Begin to fire deadlines, and to drop idle runs."""
        if self.standing.pulse is not None:
            self.standing.pulse.on_break = self._woke
            self.standing.pulse.start()
        self._timers.start()
        self._timers.arm(_SWEEP, self.clock.now_ms() + CLOSED_IDLE_MS)

    async def close(self) -> None:
        """Stop firing deadlines, and finish what was asked. What was acknowledged is stored."""
        await self._timers.close()
        await asyncio.gather(*self._asked, *self._loading.values(), return_exceptions=True)
        asked = [mailbox.finished() for mailbox in self._mailboxes.values()]
        await asyncio.gather(*asked, return_exceptions=True)
        if self.standing.pulse is not None:
            await self.standing.pulse.close()

    async def open(
        self, run: RunId, scenario: Scenario, *, seed: str, team: int, alone: bool = False,
        abreast: bool = False,
    ) -> None:  # fmt: skip
        """Write the first event of a run. Does nothing if it stands there already."""
        at_ms = self.clock.now_ms()
        (event,) = open_run(
            scenario, seed=seed, team=team, at_ms=at_ms, alone=alone, abreast=abreast, drawn=True
        )
        batch = [Recorded(seq=1, by="host", command="open", event=event)]
        try:
            await self.store.append(run, 0, batch)
        except ConcurrentAppend:
            return
        finally:
            self.broken.mended(run)  # somebody may have looked before it was open

    async def fork(self, run: RunId, records: Sequence[Recorded]) -> None:
        """Write the first records of a practice run (`engine/review/fork.py`)."""
        await self.store.append(run, 0, records)

    async def wind_on(self, run: RunId) -> State:
        """Let a practice run come to where a person is needed. Raises as `execute`."""
        return await (await self._mailbox(run)).wind_on()

    async def go(self, run: RunId, pace: int) -> None:
        """Let a rehearsal's time go at this pace, from now on. Raises as `execute`."""
        mailbox = await self._mailbox(run)
        await mailbox.touch()  # what is due by now was due at the pace of before
        mailbox.time.go(pace, self.clock.now_ms())
        self._arm(mailbox)
        self._hub.publish(run)

    def time(self, run: RunId) -> tuple[int, int]:
        """The run's time, and its pace: how many milliseconds of it pass in one of the clock's."""
        if (mailbox := self._mailboxes.get(run)) is None:
            return self.clock.now_ms(), 1
        return mailbox.now_ms(), mailbox.time.pace

    async def execute(self, run: RunId, command: AnyCommand, *, drawn: bool = False) -> int:
        """Decide and commit; the seq to acknowledge. `drawn`: it names options as phones do.

        Raises:
            Rejection, StoreUnavailable, ConcurrentAppend, RunStopped, RunBroken.
        """
        return await (await self._mailbox(run)).execute(command, drawn=drawn)

    async def seq_of(self, run: RunId, by: str, command: str) -> int | None:
        """The seq that a command was acknowledged with; None: the run hasn't taken it."""
        return (await self._mailbox(run)).seq_of(by, command)

    async def state(self, run: RunId) -> tuple[Scenario, State]:
        """The run as it is now, everything due being done. Raises as `execute`."""
        mailbox = await self._mailbox(run)
        state = mailbox.at_hand()
        return mailbox.scenario, await mailbox.touch() if state is None else state

    def now_ms(self, run: RunId) -> int:
        """The run's time, which its deadlines go by. Ahead of the clock where the log is."""
        mailbox = self._mailboxes.get(run)
        return self.clock.now_ms() if mailbox is None else mailbox.now_ms()

    def watch(self, *runs: RunId) -> AbstractContextManager[Watch]:
        """A bell that rings whenever one of `runs` has moved on."""
        return self._hub.watch(*runs)

    def call(self, heard: Callable[[], None], *runs: RunId) -> Watch:
        """The same, calling `heard`, until it is ended."""
        return self._hub.call(heard, *runs)

    def at_hand(self, run: RunId) -> tuple[Scenario, State] | None:
        """The run as committed last, to be shown; None: ask `state`. What is due yet will ring."""
        mailbox = self._mailboxes.get(run)
        if mailbox is None or mailbox.doubtful or mailbox.stopped:
            return None
        return mailbox.scenario, mailbox.state

    def rearm(self, run: RunId) -> None:
        """Whether time stands in the run may have changed, beside its log."""
        mailbox = self._mailboxes.get(run)
        if mailbox is not None:
            self._arm(mailbox)

    def ring(self, run: RunId) -> None:
        """Ring everybody who watches the run: something beside its log has changed."""
        self._hub.publish(run)
        self.announce(run, 0)

    def rung(self, run: RunId) -> None:
        """Another worker rang."""
        self._hub.publish(run)

    def remembered(self, run: RunId) -> Remembered | None:
        """What is remembered of a loaded run; None where it isn't loaded."""
        mailbox = self._mailboxes.get(run)
        return None if mailbox is None else mailbox.remembered

    def forget(self, run: RunId, *, names_only: bool = False) -> None:
        """Remember anew what is shown of the run. Whoever is just reading names for it puts them
        where nobody looks any more: they may be those of before."""
        if (mailbox := self._mailboxes.get(run)) is not None:
            mailbox.remembered = Remembered(views=mailbox.remembered.views if names_only else {})

    def seats(self, run: RunId) -> int:
        """How many seats of a loaded run are taken; 0 where it isn't loaded."""
        mailbox = self._mailboxes.get(run)
        return 0 if mailbox is None else len(mailbox.state.seats)

    def watched(self) -> list[RunId]:
        """The runs that somebody watches through this worker."""
        return self._hub.watched()

    def heard(self, heads: Mapping[RunId, int]) -> None:
        """So far have runs come, as others say; those this worker has loaded catch up."""
        for run, seq in heads.items():
            mailbox = self._mailboxes.get(run)
            if mailbox is None:
                continue
            self._told[run] = max(seq, self._told.get(run, 0))
            if mailbox.state.seq < seq:
                self._begin(self._refresh(mailbox))

    async def refresh(self, run: RunId) -> None:
        """Take up what other workers wrote, now: whoever comes back sees nothing older than what
        another worker showed. Raises as `execute`."""
        await self._take_up(await self._mailbox(run))

    async def _take_up(self, mailbox: Mailbox) -> None:
        lag_ms = await mailbox.refresh()
        if lag_ms is not None:
            self.on_lag(lag_ms)

    def _woke(self) -> None:
        """The process hasn't run for a while: that is written into every run, now. Later it
        couldn't be told whether the phones were there."""
        for mailbox in tuple(self._mailboxes.values()):
            self._begin(self._fire(mailbox.run))

    def _begin(self, doing: Coroutine[Any, Any, None]) -> None:
        task = asyncio.create_task(doing)
        self._asked.add(task)
        task.add_done_callback(self._asked.discard)

    async def _refresh(self, mailbox: Mailbox) -> None:
        try:
            await self._take_up(mailbox)
        except AppError as error:
            log.warning("refresh.failed", run=mailbox.run, why=str(error))

    async def _mailbox(self, run: RunId) -> Mailbox:
        known = self._mailboxes.get(run)
        if known is not None:
            self._touched_ms[run] = self.clock.now_ms()
            return known
        broken = self.broken.known(run)
        if broken is not None:
            raise broken
        if run not in self._loading:
            self._loading[run] = asyncio.create_task(self._load(run))
            self._loading[run].add_done_callback(_retrieve)
        return await asyncio.shield(self._loading[run])

    async def _load(self, run: RunId) -> Mailbox:
        try:
            mailbox, due_ms = await self._taken_up(run)
        finally:
            del self._loading[run]
        self.broken.mended(run)
        self._mailboxes[run] = mailbox
        self._touched_ms[run] = self.clock.now_ms()
        self._timers.arm(run, due_ms)
        return mailbox

    async def _taken_up(self, run: RunId) -> tuple[Mailbox, int | None]:
        """(the run as its log tells it, when it is due). Raises RunBroken, StoreError; AppError for
        an unknown run."""
        try:
            scenario = await self._load_scenario(run)
            mailbox = Mailbox(
                run, scenario, self.store, self._moved, self.clock, self.standing, self._judge
            )
            await mailbox.load()
            if not mailbox.state.seq:
                raise ReplayError(run, 1, "run.opened", _EMPTY)
            check_shows(mailbox)
            await self.standing.sure()
            return mailbox, mailbox.due()
        except Exception as error:
            if isinstance(error, AppError) and not isinstance(error, ReplayError | LostScript):
                raise
            raise self.broken.note(run, error) from error

    async def look(self, run: RunId) -> RunBroken | None:
        """What is wrong with a run that nobody has touched yet; it isn't kept in memory for that,
        and nothing that is due in it is done. Raises StoreError; AppError for an unknown run."""
        if run not in self._mailboxes:
            try:
                await self._taken_up(run)
            except RunBroken as broken:
                return broken
        return None

    def _judge(self, mailbox: Mailbox, error: Exception) -> Exception:
        """What whoever asked is told of an error; one that leaves the run in doubt stops it."""
        if isinstance(error, StoreError):
            if mailbox.doubtful and self._mailboxes.get(mailbox.run) is mailbox:
                self._arm(mailbox)
            return error
        if isinstance(error, AppError) and not isinstance(error, ReplayError):
            return error
        mailbox.stopped = True
        self._drop(mailbox)
        if isinstance(error, ReplayError):  # what another process wrote
            return self.broken.note(mailbox.run, error)
        log.error("run.stopped", run=mailbox.run, exc_info=error)
        stopped = RunStopped()
        stopped.__cause__ = error
        return stopped

    def _drop(self, mailbox: Mailbox) -> None:
        if self._mailboxes.get(mailbox.run) is mailbox:
            del self._mailboxes[mailbox.run]
            self._touched_ms.pop(mailbox.run, None)
            self._told.pop(mailbox.run, None)
            self._timers.arm(mailbox.run, None)
            for told in self.on_dropped:
                told(mailbox.run)

    def _moved(self, run: RunId) -> None:
        self._hub.publish(run)
        mailbox = self._mailboxes.get(run)
        if mailbox is None:
            return
        self._touched_ms[run] = self.clock.now_ms()
        self._arm(mailbox)
        seq = mailbox.state.seq
        if seq > self._told.get(run, 0):
            self._told[run] = seq
            self.announce(run, seq)
        for told in self.on_moved:
            told(run, mailbox.state)

    # ── deadlines ───────────────────────────────────────────────────────────────────────────────

    def _arm(self, mailbox: Mailbox) -> None:
        due_ms = mailbox.due()
        if mailbox.doubtful:
            soon_ms = self.clock.now_ms() + RETRY_MS
            due_ms = soon_ms if due_ms is None else min(due_ms, soon_ms)
        self._timers.arm(mailbox.run, due_ms)

    async def _fire(self, run: RunId) -> None:
        """A run's deadline has come."""
        if run == _SWEEP:
            self._sweep()
            return
        mailbox = self._mailboxes.get(run)
        if mailbox is None:
            return
        due_ms = mailbox.due()
        if due_ms is not None:
            self.on_late(max(0, self.clock.now_ms() - due_ms))
        try:
            await mailbox.touch()
        except StoreError:
            self._timers.arm(run, self.clock.now_ms() + RETRY_MS)
        except AppError as error:
            log.error("deadline.failed", run=run, why=str(error))
        else:
            self._arm(mailbox)

    def _sweep(self) -> None:
        """Drop the runs that nobody touched for long and that wait for nothing."""
        now_ms = self.clock.now_ms()
        self._timers.arm(_SWEEP, now_ms + CLOSED_IDLE_MS)
        for mailbox in tuple(self._mailboxes.values()):
            idle_ms = now_ms - self._touched_ms.get(mailbox.run, 0)
            closed = mailbox.state.phase == "closed"
            if idle_ms >= (CLOSED_IDLE_MS if closed else IDLE_MS) and mailbox.due() is None:
                self._drop(mailbox)


def _retrieve(task: asyncio.Task[Any]) -> None:
    """Whoever waited may be gone: asyncio is then not to complain that nobody heard the outcome."""
    if not task.cancelled():
        task.exception()
