"""One run, live: its state in memory, its log in the store, one thing at a time.

The life of a command: due deadlines first, each at its own instant; then decide, append at the
expected seq, and only when that is committed take up where it leads, and tell. Whoever lost a race
reloads and decides again. A command whose id is in the log already has had its effect: it is
acknowledged with the seq its effect ended at, however often it comes. One that asked for what was
so already isn't in the log; the latest of those are remembered, so that a late copy doesn't act
after all.

What waits stands in a row; whoever asks, or the commit that was waited for, takes the next. What
came during a commit is decided in one go, each on what the one before it leads to, and written in
one append: if that isn't saved, none of them has happened, and each is told. What a sender asked
goes on when the sender goes: a phone that drops in the middle of a commit mustn't keep its team
from hearing of it.

What it isn't, and why:

- It has no owner among the workers, and takes no lock or lease that others see. Whoever died with
  one would have to be found out about, and the run would wait for that; two workers that write at
  once are rare, and one of them reads on and decides again.
- It isn't a queue with a task of its own: thousands of runs would be thousands of tasks to begin,
  to end and to hear the errors of. Nor is it a lock that a task for each command waits for: a task
  costs as much as a decision. One is begun only where something has to be awaited before a command:
  what is due, or what another worker wrote.
- It tells nobody before the commit, to be quicker: what a crash takes back must not have been seen.
- It keeps no snapshot. A run folds in milliseconds, and a second truth might disagree.
"""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import Callable, Coroutine
from contextlib import suppress
from functools import partial
from typing import Any, Final, TypeVar

from msgspec.structs import replace

from engine.errors import AppError, ConcurrentAppend, StoreUnavailable, Text
from engine.host.asked import Asked, Chain, Errand
from engine.host.clock import Clock
from engine.host.loaded import TRIES_MAX, LoadedRun
from engine.host.standing import Standing
from engine.rules.commands import AnyCommand
from engine.rules.deadlines import idle_deadline
from engine.rules.decide import decided
from engine.rules.drawn_ids import read
from engine.rules.state import State
from engine.scenario.model import Scenario
from engine.store.log.contract import EventStore
from engine.values import RunId

WIND_MAX: Final = 2_000
"""Deadlines a practice run is wound on over at once."""

T = TypeVar("T")
Awaited = asyncio.Future[Any]


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


class Mailbox(LoadedRun):
    """A loaded run; what is asked of it is served in the order in which it came."""

    def __init__(
        self,
        run: RunId,
        scenario: Scenario,
        store: EventStore,
        tell: Callable[[RunId], None],
        clock: Clock,
        standing: Standing | None = None,
        judge: Callable[[Mailbox, Exception], Exception] = lambda mailbox, error: error,
    ) -> None:
        """`judge`: hears of every error, and says what whoever asked is told."""
        super().__init__(run, scenario, store, tell, clock, standing)
        self.stopped = False
        """A bug left it in doubt: nobody may go on with it."""
        self._judge = judge
        self._row: deque[Asked | Errand] = deque()
        self._awaited: Awaited | None = None
        """A commit, or an errand's task, that is under way; None: the next may begin."""

    def execute(self, command: AnyCommand, *, drawn: bool = False) -> asyncio.Future[int]:
        """Decide and commit `command`; the seq to acknowledge it with. `drawn`: it comes from a
        phone, and names options as that was shown them; what that means depends on the state that
        it meets.

        Raises, when awaited:
            Rejection: it was refused.
            StoreUnavailable: it, or one it waited for, wasn't saved; nothing has changed.
            ConcurrentAppend: it lost every race; nothing has changed.
            RunStopped: a bug stopped the run while the command waited.
        """
        asked = Asked(command, self._unsaved, drawn=drawn)
        self._row.append(asked)
        self._go_on()
        return asked.done

    def at_hand(self) -> State | None:
        """The state, if all that is due by now is done; None: it has to be touched."""
        try:
            in_time = self._in_time(self.now_ms(), self.state)
        except Exception:  # noqa: BLE001 - a bug: who touches it meets it, and is told
            return None
        return None if self.stopped or self.doubtful or not in_time else self.state

    def touch(self) -> asyncio.Future[State]:
        """The state as it is now, everything due being done. Raises as `execute`."""
        return self._ask(self._touched)

    async def _touched(self) -> State:
        self._check()
        if self.doubtful:
            with suppress(StoreUnavailable):  # what is known is better than nothing
                await self._make_sure()
        await self._come_to(self.now_ms())
        return self.state

    def wind_on(self) -> asyncio.Future[State]:
        """Let come what comes by itself, at once, until a person is needed: for practice runs. The
        run's time is then ahead of the clock. Raises as `execute`."""
        return self._ask(self._wound_on)

    async def _wound_on(self) -> State:
        self._check()
        await self._come_to(self.now_ms())
        for _ in range(WIND_MAX):
            due = idle_deadline(self.scenario, self.state)
            if due is None:
                break
            await self._catch_up(due.at_ms)
        return self.state

    def refresh(self) -> asyncio.Future[int | None]:
        """Take up what other workers wrote. How old the newest of it is, in milliseconds; None:
        there was nothing."""
        return self._ask(self._refreshed)

    async def _refreshed(self) -> int | None:
        before = self.state.seq
        await self.load()
        if self.state.seq == before:
            return None
        self._tell(self.run)
        return max(0, self.now_ms() - self.state.now_ms)

    def finished(self) -> asyncio.Future[None]:
        """Done when all is that was asked before."""
        return self._ask(self._nothing)

    async def _nothing(self) -> None:
        return

    def _check(self) -> None:
        if self.stopped:
            raise RunStopped

    # ── the row ─────────────────────────────────────────────────────────────────────────────────

    def _ask(self, doing: Callable[[], Coroutine[Any, Any, T]]) -> asyncio.Future[T]:
        errand = Errand(doing)
        self._row.append(errand)
        self._go_on()
        return errand.done

    def _go_on(self) -> None:
        """Serve what stands in the row, until something has to be awaited."""
        while self._row and self._awaited is None:
            first = self._row[0]
            if isinstance(first, Errand):
                self._row.popleft()
                self._await(asyncio.create_task(first.doing()), partial(self._returned, first))
            else:
                self._serve(first)

    def _await(self, awaited: Awaited, then: Callable[[Awaited], None]) -> None:
        self._awaited = awaited
        awaited.add_done_callback(partial(self._came, then))

    def _came(self, then: Callable[[Awaited], None], awaited: Awaited) -> None:
        self._awaited = None
        then(awaited)
        self._go_on()

    def _returned(self, errand: Errand, task: Awaited) -> None:
        error = self._error(task)
        if error is None:
            errand.tell(task.result())
        else:
            errand.fail(error)

    def _again(self, asked: list[Asked], task: Awaited) -> None:
        """What had to come before these has come: it is their turn once more."""
        error = self._error(task)
        if error is None:
            self._row.extendleft(reversed(asked))
        else:
            _fail(asked, error)

    def _error(self, awaited: Awaited) -> Exception | None:
        """What whoever asked is told."""
        if awaited.cancelled():
            return RunStopped()  # the process is being ended
        error = awaited.exception()
        return self._judge(self, error) if isinstance(error, Exception) else None

    # ── commands ────────────────────────────────────────────────────────────────────────────────

    def _refusal(self, asked: Asked) -> Exception | None:
        """Why it can't be decided any more."""
        if self.stopped:
            return RunStopped()
        if asked.unsaved != self._unsaved:
            # A store that makes everybody wait in turn would let the last wait for ever.
            return StoreUnavailable("one that came before it wasn't saved")
        if asked.tries >= TRIES_MAX:
            return ConcurrentAppend(self.run, self.state.seq, -1)
        return None

    def _is_next(self, chain: Chain, asked: Asked) -> bool:
        """It can be decided after those in the chain."""
        if not asked.timed:
            asked.timed = True
            if not self.time.is_clock:
                at_ms = self.time.at(asked.command.at_ms)
                asked.command = replace(asked.command, at_ms=at_ms)
        if chain.knows(asked.key):
            return False
        # Whoever waited acts at the run's time by now, and what is due by now comes first.
        return self._in_time(max(asked.command.at_ms, chain.state.now_ms), chain.state)

    def _serve(self, first: Asked) -> None:
        """Decide what waits, each on what the one before it leads to; then write it. Nothing is
        awaited between the look for a command's id and its append: what others append after the
        look lets the append fail."""
        chain = Chain(self.state)
        while self._row:
            asked = self._row[0]
            if isinstance(asked, Errand) or not chain.takes(asked):
                break
            try:
                outcome = self._refusal(asked) or self._outcome(chain, asked)
            except Exception as bug:  # noqa: BLE001 - told to the one who met it
                if chain.outcomes:
                    break  # it comes first next time, and spoils nobody else's
                outcome = self._judge(self, bug)
            if outcome is None:
                break
            self._row.popleft()
            chain.outcomes.append((asked, outcome))
        if chain.batch:
            began_ms = self._clock.now_ms()
            self._await(self._append(chain), partial(self._written, chain, began_ms))
        elif chain.outcomes:
            self._tell_each(chain)
        else:
            self._make_way(first)

    def _make_way(self, first: Asked) -> None:
        """Let come what has to come before it."""
        self._row.popleft()
        first.tries += 1
        coming = self._come_to(max(first.command.at_ms, self.state.now_ms), goes_on=True)
        self._await(asyncio.create_task(coming), partial(self._again, [first]))

    def _outcome(self, chain: Chain, asked: Asked) -> int | Exception | None:
        """The seq that it ends at, or its refusal; None: something else has to come before."""
        known = self.seq_of(*asked.key)
        if known is not None:
            return known
        if not self._is_next(chain, asked):
            return None
        command, state = asked.command, chain.state
        try:
            meant = read(self.scenario, state, command) if asked.drawn else command
            chain.add(command, decided(self.scenario, state, meant))
        except AppError as refusal:
            return refusal
        return chain.state.seq

    def _written(self, chain: Chain, began_ms: int, writing: Awaited) -> None:
        error = RunStopped() if writing.cancelled() else writing.exception()
        if isinstance(error, ConcurrentAppend):
            for asked in chain.asked:
                asked.tries += 1
            self._await(asyncio.create_task(self._lost()), partial(self._again, chain.asked))
            return
        if error is not None and not isinstance(error, StoreUnavailable) and chain.asked[1:]:
            for asked in chain.asked:
                asked.alone = True  # whose it is that can't be written, shows then
            self._row.extendleft(reversed(chain.asked))
            return
        if isinstance(error, StoreUnavailable):
            self._not_saved(began_ms)
        told = self._error(writing) if error is not None else self._taken_in(chain)
        if told is not None:
            _fail(chain.asked, told)

    def _taken_in(self, chain: Chain) -> Exception | None:
        """The run goes on from there. Who asked is told first, then what it led to is shown
        (docs/wire.md): a page lets go of what was typed before it takes up what is so now."""
        try:
            self._saved(chain)
            self._tell_each(chain)
            self._tell(self.run)
        except Exception as bug:  # noqa: BLE001
            return self._judge(self, bug)
        return None

    def _tell_each(self, chain: Chain) -> None:
        for asked, outcome in chain.outcomes:
            if isinstance(outcome, Exception):
                asked.fail(outcome)
                continue
            if self.seq_of(*asked.key) is None:
                self._remember(asked.key, outcome)
            asked.tell(outcome)


def _fail(asked: list[Asked], error: Exception) -> None:
    for one in asked:
        one.fail(error)
