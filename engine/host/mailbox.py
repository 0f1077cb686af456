"""One run, live: its state in memory, its log in the store, one command at a time.

The life of a command: due deadlines first, each at its own instant; then decide, append at the
expected seq, and only when that is committed evolve, and tell. Whoever lost a race reloads and
decides again. A command whose id is in the log already has had its effect: it is acknowledged with
the seq its effect ended at, however often it comes.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from typing import Final

from engine.errors import ConcurrentAppend, DuplicateCommand, Rejection
from engine.rules.commands import AnyCommand
from engine.rules.deadlines import Deadline, next_deadline
from engine.rules.decide import decide
from engine.rules.events import AnyEvent, Recorded
from engine.rules.evolve import EMPTY
from engine.rules.replay import replay
from engine.rules.state import State
from engine.scenario.model import Scenario
from engine.store.contract import EventStore
from engine.values import RunId

TRIES_MAX: Final = 50
"""How often a command that loses races is decided again."""
DUE_MAX: Final = 1_000
"""Deadlines caught up before one command."""


class Mailbox:
    """A loaded run. Its lock is the mailbox: commands are taken in the order in which they came."""

    def __init__(
        self, run: RunId, scenario: Scenario, store: EventStore, tell: Callable[[RunId], None]
    ) -> None:
        self.run = run
        self.scenario = scenario
        self.state: State = EMPTY
        self._store = store
        self._tell = tell
        self._seq_by_command: dict[tuple[str, str], int] = {}
        self._lock = asyncio.Lock()

    async def load(self) -> None:
        """Take up what the log holds beyond what is known. Raises ReplayError, StoreUnavailable."""
        self._take_up(await self._store.read(self.run, self.state.seq))

    def _take_up(self, records: list[Recorded]) -> None:
        self.state = replay(self.run, records, self.state)
        for recorded in records:
            self._seq_by_command[recorded.by, recorded.command] = recorded.seq

    async def execute(self, command: AnyCommand) -> int:
        """Decide and commit `command`; the seq to acknowledge it with.

        Raises:
            Rejection: it was refused.
            StoreUnavailable: it wasn't saved; nothing has changed.
        """
        async with self._lock:
            known = self._seq_by_command.get((command.by, command.id))
            if known is not None:
                return known
            await self._catch_up(command.at_ms)
            return await self._commit(command)

    async def touch(self, now_ms: int) -> State:
        """The state at `now_ms`, everything due being done."""
        async with self._lock:
            await self._catch_up(now_ms)
            return self.state

    async def refresh(self) -> None:
        """Take up what other workers wrote."""
        async with self._lock:
            before = self.state.seq
            await self.load()
        if self.state.seq != before:
            self._tell(self.run)

    def due(self) -> Deadline | None:
        """The run's next deadline."""
        return next_deadline(self.scenario, self.state)

    async def _catch_up(self, now_ms: int) -> None:
        for _ in range(DUE_MAX):
            due = self.due()
            if due is None or due.at_ms > now_ms:
                return
            try:
                await self._commit(due.command)
            except Rejection:
                # Somebody else's event made it stale between reading and writing: derive anew.
                await self.load()
        raise AssertionError(f"run {self.run}: deadlines without end")

    async def _commit(self, command: AnyCommand) -> int:
        for _ in range(TRIES_MAX):
            events = decide(self.scenario, self.state, command)
            if not events:
                return self.state.seq
            try:
                return await self._append(command, events)
            except ConcurrentAppend:
                await self.load()
                self._tell(self.run)
            except DuplicateCommand:
                await self.load()
                self._tell(self.run)
            known = self._seq_by_command.get((command.by, command.id))
            if known is not None:
                return known
        raise ConcurrentAppend(self.run, self.state.seq, -1)

    async def _append(self, command: AnyCommand, events: tuple[AnyEvent, ...]) -> int:
        seq = self.state.seq
        batch = [
            Recorded(seq=seq + number, by=command.by, command=command.id, event=event)
            for number, event in enumerate(events, start=1)
        ]
        await self._store.append(self.run, seq, batch)
        self._take_up(batch)
        self._tell(self.run)
        return self.state.seq
