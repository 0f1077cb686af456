"""All live runs of this process.

A run is loaded when it is first touched and dropped when nobody has touched it for a while; what it
is stands in its log. One task fires deadlines: it sleeps until the earliest of all loaded runs. A
bug in the rules stops one run, not the process: its mailbox is thrown away and read anew from the
log at the next touch.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from contextlib import AbstractContextManager
from typing import Final, Protocol, TypeVar

import structlog

from engine.errors import AppError, DuplicateCommand, StoreUnavailable, Text
from engine.host.clock import Clock, SteadyClock
from engine.host.hub import Hub, Watch
from engine.host.mailbox import Mailbox
from engine.rules.commands import AnyCommand
from engine.rules.decide import open_run
from engine.rules.events import Recorded
from engine.rules.state import State
from engine.scenario.model import Scenario
from engine.store.contract import EventStore
from engine.values import RunId

IDLE_MS: Final = 15 * 60_000
"""A run nobody touched for so long, and which waits for no deadline, is dropped from memory."""
POLL_MS: Final = 60_000
"""The timer wakes at least so often."""

T = TypeVar("T")

log = structlog.get_logger()


class RunStopped(AppError):
    """A bug stopped the run; it is read anew from its log at the next touch."""

    def __init__(self) -> None:
        super().__init__(
            "stopped",
            Text("程序出错,刚才的操作没有生效。", "Something went wrong; that had no effect."),
            Text(
                "请再试一次;若仍不行,请组织者跳过这一步并报告。",
                "Try again; else let the facilitator skip it and report it.",
            ),
        )


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
        self._loading: dict[RunId, asyncio.Lock] = {}
        self._timer_bell = asyncio.Event()
        self._timer: asyncio.Task[None] | None = None

    def start(self) -> None:
        """Begin to fire deadlines."""
        self._timer = asyncio.create_task(self._fire(), name="deadlines")

    async def close(self) -> None:
        """Stop firing deadlines. Everything that was acknowledged is in the store."""
        if self._timer is not None:
            self._timer.cancel()
            await asyncio.gather(self._timer, return_exceptions=True)
            self._timer = None

    async def open(self, run: RunId, scenario: Scenario, *, seed: str, team: int) -> None:
        """Write the first event of a run. Does nothing if it stands there already."""
        events = open_run(scenario, seed=seed, team=team, at_ms=self.clock.now_ms())
        batch = [
            Recorded(seq=number, by="host", command="open", event=event)
            for number, event in enumerate(events, start=1)
        ]
        try:
            await self.store.append(run, 0, batch)
        except DuplicateCommand:
            return

    async def execute(self, run: RunId, command: AnyCommand) -> int:
        """Decide and commit; the seq to acknowledge.

        Raises:
            Rejection, StoreUnavailable, RunStopped, ReplayError.
        """
        mailbox = await self._mailbox(run)
        return await self._guarded(run, mailbox.execute(command))

    async def state(self, run: RunId) -> tuple[Scenario, State]:
        """The run as it is now, everything due being done. Raises as `execute`."""
        mailbox = await self._mailbox(run)
        state = await self._guarded(run, mailbox.touch(self.clock.now_ms()))
        return mailbox.scenario, state

    def watch(self, *runs: RunId) -> AbstractContextManager[Watch]:
        """A bell that rings whenever one of `runs` has moved on."""
        return self._hub.watch(*runs)

    def ring(self, run: RunId) -> None:
        """Ring everybody who watches the run: something beside its log has changed."""
        self._hub.publish(run)

    async def _mailbox(self, run: RunId) -> Mailbox:
        self._touched_ms[run] = self.clock.now_ms()
        known = self._mailboxes.get(run)
        if known is not None:
            return known
        lock = self._loading.setdefault(run, asyncio.Lock())
        async with lock:
            if run in self._mailboxes:
                return self._mailboxes[run]
            scenario = await self._load_scenario(run)
            mailbox = Mailbox(run, scenario, self.store, self._moved)
            await mailbox.load()
            self._mailboxes[run] = mailbox
        self._loading.pop(run, None)
        self._timer_bell.set()
        return mailbox

    async def _guarded(self, run: RunId, doing: Awaitable[T]) -> T:
        try:
            return await doing
        except AppError:
            raise
        except Exception as error:
            log.exception("run.stopped", run=run)
            self._mailboxes.pop(run, None)
            raise RunStopped from error

    def _moved(self, run: RunId) -> None:
        self._hub.publish(run)
        self._timer_bell.set()

    # ── deadlines ───────────────────────────────────────────────────────────────────────────────

    async def _fire(self) -> None:
        while True:
            self._timer_bell.clear()
            at_ms = await self._fire_due()
            waking = asyncio.create_task(self._timer_bell.wait())
            sleeping = asyncio.create_task(self.clock.sleep_until(at_ms))
            try:
                await asyncio.wait({waking, sleeping}, return_when=asyncio.FIRST_COMPLETED)
            finally:
                waking.cancel()
                sleeping.cancel()

    async def _fire_due(self) -> int:
        """Fire what is due in every loaded run; when to look again."""
        now_ms = self.clock.now_ms()
        again_ms = now_ms + POLL_MS
        for run, mailbox in tuple(self._mailboxes.items()):
            due = mailbox.due()
            if due is None:
                self._drop_if_idle(run, now_ms)
                continue
            if due.at_ms <= now_ms:
                try:
                    await self._guarded(run, mailbox.touch(now_ms))
                except StoreUnavailable:
                    again_ms = min(again_ms, now_ms + 1_000)
                    continue
                except AppError:
                    continue
                due = mailbox.due()
            if due is not None:
                again_ms = min(again_ms, due.at_ms)
        return again_ms

    def _drop_if_idle(self, run: RunId, now_ms: int) -> None:
        if now_ms - self._touched_ms.get(run, 0) > IDLE_MS:
            self._mailboxes.pop(run, None)
            self._touched_ms.pop(run, None)


Execute = Callable[[RunId, AnyCommand], Awaitable[int]]
"""What presence needs of a host."""
