"""Whether a process ran: the one clock's worth of time in which nobody could have used it.

A laptop's lid is closed, the server is killed and started an hour later, or stopped for a while by
its machine. Whoever finds out is the process that runs afterwards. It looks at its clock every
second, and a second that took much longer is a time in which it didn't run; it also looks whenever
it is asked, for what waits to be done when it wakes is done before anything else. And it says every
few seconds that it runs (`engine/store/place/alive.py`), for whoever comes after it.

A process that runs and can't save is of no more use: while the store fails it counts as not
running, from the first thing that wasn't saved until something is.

With other workers a time counts as lost only if none of them ran. Which ones did is asked of the
store, once after each break of this one's.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from typing import Final, Protocol

import structlog

from engine.errors import StoreError
from engine.host.clock import Clock
from engine.host.stretches import EVER_MS, Stretch, after, between
from engine.store.place.alive import Life
from engine.store.tokens import new_id

BEAT_MS: Final = 1_000
"""How often it looks at its clock."""
BREAK_MS: Final = 3_000
"""A beat that took longer is a time in which it didn't run."""
MARK_MS: Final = 5_000
"""How often it says that it runs."""
SLACK_MS: Final = 2_000
"""So much later than that another worker may have said so, and run still."""

log = structlog.get_logger()


class Marks(Protocol):
    """Where processes say that they run (`engine/store/place/alive.py`)."""

    async def mark(self, life: Life) -> None:
        """This one does. Raises StoreUnavailable."""

    async def lives(self) -> list[Life]:
        """Which did, and when. Raises StoreUnavailable."""


class Pulse:
    """This process's, and what is known of the others'."""

    def __init__(self, clock: Clock, marks: Marks, *, alone: bool) -> None:
        self._clock = clock
        self._marks = marks
        self.alone = alone
        """No other worker serves the same runs."""
        self._name = new_id()
        self._from_ms = self._beat_ms = self.began_ms = clock.now_ms()
        self._own: list[Stretch] = []
        """When it ran before its last break."""
        self._breaks: list[Stretch] = []
        """When no process ran, so far as is known."""
        self._lives: list[Life] | None = None
        """As they were told last; alone, once is enough: only those of before count."""
        self.unsure = True
        """It has to be asked who else ran."""
        self._unsaved_ms: int | None = None
        """Since when nothing could be saved; None: it can, so far as is known."""
        self._told = ""
        """Why it couldn't be said lately that it runs, as the log was told."""
        self.on_break: Callable[[], None] = lambda: None
        """Told when it finds out that it hadn't run."""
        self._tasks: list[asyncio.Task[None]] = []

    def start(self) -> None:
        """Begin to beat, in the running event loop."""
        for doing in (self._beat, self._mark):
            self._tasks.append(asyncio.create_task(doing(), name=f"pulse{doing.__name__}"))

    async def close(self) -> None:
        """Say for the last time that it ran."""
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)
        await self._say()

    def look(self) -> None:
        """Notice that it hasn't run, if it hasn't."""
        now_ms = self._clock.now_ms()
        if now_ms - self._beat_ms > self._break_ms():
            self._own.append(Stretch(self._from_ms, self._beat_ms))
            self._breaks.append(Stretch(self._beat_ms, now_ms))
            self._from_ms, self.unsure = now_ms, True
            log.info("pulse.stood", ms=now_ms - self._beat_ms)
            self._beat_ms = now_ms
            self.on_break()
        self._beat_ms = max(now_ms, self._beat_ms)

    def unsaved(self, from_ms: int) -> None:
        """What was begun then couldn't be saved: from then on it is as if nobody ran."""
        if self._unsaved_ms is None:
            self._unsaved_ms = max(from_ms, self._from_ms)

    def saved(self) -> None:
        """Something was saved."""
        if self._unsaved_ms is None:
            return
        lost_ms, now_ms, self._unsaved_ms = self._unsaved_ms, self._clock.now_ms(), None
        self.look()
        if lost_ms < self._from_ms or now_ms - lost_ms < (
            BEAT_MS if self.alone else self._break_ms()
        ):
            return
        self._own.append(Stretch(self._from_ms, lost_ms))
        self._breaks.append(Stretch(lost_ms, now_ms))
        self._from_ms, self.unsure = now_ms, True
        log.info("pulse.unsaved", ms=now_ms - lost_ms)
        self.on_break()

    def _break_ms(self) -> int:
        # Another worker's mark must be able to tell that it ran all the while.
        return BREAK_MS if self.alone else BREAK_MS + MARK_MS + SLACK_MS

    async def run_for(self, ms: int) -> None:
        """Return when it has run for so long, from now on."""
        began_ms = self._clock.now_ms()
        ends_ms = began_ms + ms
        while self._clock.now_ms() < ends_ms:
            await self._clock.sleep_until(ends_ms)
            self.look()
            breaks = after(between([*self._own, Stretch(self._from_ms, EVER_MS)]), began_ms)
            ends_ms = began_ms + ms + sum(one.until_ms - one.from_ms for one in breaks)

    async def sure(self) -> None:
        """Find out who ran while this one didn't. Raises StoreUnavailable."""
        self.look()
        while self.unsure:
            from_ms = self._from_ms
            if self._lives is None or not self.alone:
                self._lives = await self._marks.lives()
            others = [self._stretch(life) for life in self._lives if self._counts(life)]
            self._breaks = between([*others, *self._own, Stretch(from_ms, EVER_MS)])
            self.unsure = from_ms != self._from_ms

    def _counts(self, life: Life) -> bool:
        """It is another's. Where there are no others, one that ends later than this one began was
        told by a clock that was wrong."""
        return life.process != self._name and not (self.alone and life.until_ms > self.began_ms)

    def _stretch(self, life: Life) -> Stretch:
        """Another's life. One that said so a moment before this one began, or went on, runs."""
        runs = not self.alone and life.until_ms >= self._from_ms - MARK_MS - SLACK_MS
        until_ms = EVER_MS if runs else life.until_ms
        return Stretch(life.from_ms, until_ms)

    def breaks(self, at_ms: int) -> list[Stretch]:
        """When no process ran and what came of it, in order, for a run whose log says no more since
        an instant. A process that ends ends every line. So after one before this process began
        nobody was there, until something is written: whoever comes back writes it."""
        self.look()
        lost = [] if self._unsaved_ms is None else [Stretch(self._unsaved_ms, EVER_MS)]
        found = after([*self._breaks, *lost], at_ms)
        if found and found[0].from_ms < self.began_ms:
            return [Stretch(found[0].from_ms, EVER_MS)]
        return found

    async def _beat(self) -> None:
        while True:
            await self._clock.sleep_until(self._clock.now_ms() + BEAT_MS)
            self.look()

    async def _mark(self) -> None:
        while True:
            self.look()
            await self._say()
            often_ms = MARK_MS if self._unsaved_ms is None else BEAT_MS
            await self._clock.sleep_until(self._clock.now_ms() + often_ms)

    async def say(self) -> None:
        """Say now that it runs, whenever it said so last."""
        self.look()
        await self._say()

    async def _say(self) -> None:
        began_ms = self._clock.now_ms()
        ran_ms = self._beat_ms if self._unsaved_ms is None else self._unsaved_ms
        try:
            await self._marks.mark(Life(self._name, self._from_ms, ran_ms))
        except StoreError as error:
            why = str(error)
            if why != self._told:  # it tries each second, and there may be many of them
                log.warning("mark.failed", why=why)
            self._told = why
            self.unsaved(began_ms)
        else:
            self._told = ""
            self.saved()
