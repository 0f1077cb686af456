"""Seats that were taken and that no phone has come to yet: an address has so many, and no more.

A code is known to the whole room, and one phone can ask for seats in a loop. It can't be told from
the room's other phones, for they share an address; but they *come*: a second after a phone was
seated it has its socket, and its seat counts no longer. So an address has `UNARRIVED_MAX` seats of
a session at a time that nobody came to. Who asks beyond that waits in line, and the oldest of those
seats is given up for who is next. Where a session is full, who waits has the seat of somebody who
doesn't come: after `FULL_S`, and after `FRESH_S` once more was asked for, over and over, than there
is. So three hundred people of one address get in within a minute beside a phone that loops, and
alone that phone keeps nobody out.

Rejected: to refuse at once what is beyond the quota (the phone that loops would be in again first,
always); a quota by cookie (who loops throws it away); a quota by the session's size (a program that
takes all seats first, and connects then, is no attack). Nothing is lost by giving up: a phone that
comes late has its seat back if there is room, else it is told, and takes another.

Seats are counted where they are taken: each worker process has a quota of its own.
"""

from __future__ import annotations

import asyncio
from collections import Counter, defaultdict
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from contextlib import asynccontextmanager, suppress
from typing import Final
from weakref import WeakValueDictionary

import msgspec

from engine.errors import AppError
from engine.evening.refusing import refused
from engine.rules.state import State
from engine.values import RoleId, RunId, SeatId

UNARRIVED_MAX: Final = 20
"""Seats of one address that no phone has come to, those included that are just being taken."""
WAIT_S: Final = 5.0
"""So long somebody waits in line, and for a seat of a full session; a browser waits longer."""
QUEUE_MAX: Final = 300
"""In one address's line: a room that scans in the same second. Beyond, it is no room."""
FRESH_S: Final = 0.8
"""Nobody's seat is given up before: most phones come within this; on a slow network, or a machine
that has much to do, twice what phones took lately, but `SLOW_S` at the most."""
SLOW_S: Final = 4.0
FULL_S: Final = 6.0
"""Nor before this where a session is full, and isn't asked for more and more."""
TICK_S: Final = 0.05
LOOK_S: Final = 0.2

Free = Callable[[RunId, SeatId], Awaitable[object]]


class Unarrived(msgspec.Struct, frozen=True, eq=False):
    """A seat that was taken from an address, and since when."""

    run: RunId
    seat: SeatId
    role: RoleId
    whose: str
    """Of which session and address."""
    since_s: float
    free: Free
    """Gives it up, unless somebody has come to it."""
    stood: bool
    """The seat stood there before (practice): it may have been somebody's who came."""

    def over(self, state: State) -> bool:
        """Somebody came, or it is nobody's any more."""
        held = state.seats.get(self.seat)
        if held is None or held.online or state.phase == "closed":
            return True
        return not self.stood and (held.left or self.seat in state.aside.came)


class _Line:
    """Those who wait for the same thing."""

    def __init__(self) -> None:
        self.first = asyncio.Lock()
        """Held by whoever is next; it is had in the order of asking."""
        self.length = 0


class Lobby:
    """The seats of this process's sessions that wait for a phone."""

    def __init__(self) -> None:
        self._mine: defaultdict[str, dict[tuple[RunId, SeatId], Unarrived]] = defaultdict(dict)
        """By whose they are."""
        self._by_run: defaultdict[RunId, dict[SeatId, Unarrived]] = defaultdict(dict)
        self._taking: Counter[str] = Counter()
        self._lines: WeakValueDictionary[str, _Line] = WeakValueDictionary()
        self._bell = asyncio.Event()
        self.moves = 0
        """How often a seat was taken, come to or given up."""
        self._usual_s = 0.0
        """How long phones took to come, the latest counting most."""

    def unarrived(self, whose: str) -> int:
        """How many of theirs no phone has come to, or are just being taken."""
        return len(self._mine.get(whose, ())) + self._taking[whose]

    @asynccontextmanager
    async def turn(
        self, whose: str, paced: Callable[[], bool], beyond: Callable[[], object]
    ) -> AsyncIterator[None]:
        """A turn to take a seat: of one session and address, in the order of asking. `paced`:
        whether one may be taken now, for its pace; `beyond` is told of who asks for more than
        there is. Raises Refused lobby_busy: it didn't come in WAIT_S."""
        try:
            async with asyncio.timeout(WAIT_S), self._next(f"turn {whose}"):
                while self.unarrived(whose) >= UNARRIVED_MAX:
                    beyond()
                    await self._given_up(
                        [*self._mine.get(whose, {}).values()], lambda _: self._fresh_s()
                    )
                while not paced():  # noqa: ASYNC110 - nothing tells that time has passed
                    await asyncio.sleep(TICK_S)
                self._taking[whose] += 1
        except TimeoutError:
            raise refused("lobby_busy") from None
        try:
            yield
        finally:
            self._taking[whose] -= 1
            if not self._taking[whose]:
                del self._taking[whose]
            self._ring()

    def taken(
        self, run: RunId, seat: SeatId, role: RoleId, whose: str, free: Free, *, stood: bool
    ) -> None:
        """The seat was taken; its phone is on the way."""
        now_s = asyncio.get_running_loop().time()
        one = Unarrived(run, seat, role, whose, now_s, free, stood)
        self._mine[whose][run, seat] = one
        self._by_run[run][seat] = one

    def waits(self, session: str) -> bool:
        """Somebody waits for a seat of it: who comes now stands behind them."""
        line = self._lines.get(f"session {session}")
        return line is not None and line.length > 0

    @asynccontextmanager
    async def full(self, session: str) -> AsyncIterator[None]:
        """Whoever finds no seat in the session waits here, in the order of asking. Raises
        TimeoutError: it wasn't their turn in WAIT_S; Refused lobby_busy."""
        async with asyncio.timeout(WAIT_S) as late, self._next(f"session {session}"):
            late.reschedule(None)  # who is next is never cut short while taking a seat
            yield

    async def make_room(
        self,
        runs: Sequence[RunId],
        role: RoleId | None,
        until_s: float,
        *,
        seen: int,
        eager: Callable[[], bool],
        sitting: Callable[[], bool],
    ) -> bool:
        """No seat is left in these runs (of that role): whoever took one and doesn't come gives it
        up for somebody who waits. `eager`: more is asked for, over and over, than there is;
        `sitting`: somebody is just taking a seat, which may be given up next; `seen`: `moves` when
        no seat was found. True: something has moved since, it may be tried again. False: nothing
        will until then. Raises TimeoutError: a seat will be given up, but later than that."""
        if self.moves != seen:
            return True
        loop = asyncio.get_running_loop()

        def pressed(one: Unarrived) -> bool:
            return eager() or self.unarrived(one.whose) >= UNARRIVED_MAX

        def patience_s(one: Unarrived) -> float:
            return self._fresh_s() if pressed(one) else FULL_S

        found: list[Unarrived] = []
        while loop.time() < until_s:
            found = [
                one
                for run in runs
                for one in self._by_run.get(run, {}).values()
                if role in (None, one.role)
            ]
            if not sitting() and all(one.since_s + patience_s(one) > until_s for one in found):
                break
            # Not for longer: whether more is asked for, and who is done sitting, is told by nobody.
            if await self._given_up(found, patience_s, LOOK_S) or self.moves != seen:
                return True
        if any(pressed(one) for one in found):
            raise TimeoutError
        return False

    def moved(self, run: RunId, state: State) -> None:
        """A run went on, here or by another worker: whose phone came counts no longer."""
        for one in tuple(self._by_run.get(run, {}).values()):
            if one.over(state):
                held = state.seats.get(one.seat)
                if held is not None and held.online:
                    took_s = asyncio.get_running_loop().time() - one.since_s
                    self._usual_s += (took_s - self._usual_s) / 8
                self._forget(one)

    def _fresh_s(self) -> float:
        return min(max(FRESH_S, 2 * self._usual_s), max(FRESH_S, SLOW_S))

    @asynccontextmanager
    async def _next(self, what: str) -> AsyncIterator[None]:
        line = self._lines.get(what)
        if line is None:
            line = self._lines[what] = _Line()
        if line.length >= QUEUE_MAX:
            raise refused("lobby_busy")
        line.length += 1
        try:
            async with line.first:
                yield
        finally:
            line.length -= 1

    async def _given_up(
        self,
        of: list[Unarrived],
        patience_s: Callable[[Unarrived], float],
        most_s: float | None = None,
    ) -> bool:
        """True: one of these may be free: the first was given up whose time is over, or something
        else moved. False: time has passed, `most_s` at the most."""
        now_s, bell = asyncio.get_running_loop().time(), self._bell
        due = min(of, key=lambda one: one.since_s + patience_s(one), default=None)
        left_s = None if due is None else due.since_s + patience_s(due) - now_s
        if due is not None and left_s is not None and left_s <= 0:
            with suppress(AppError):  # it ends by itself, as the seats of those who never come
                await due.free(due.run, due.seat)
            self._forget(due)
            return True
        waits = [one for one in (left_s, most_s) if one is not None]
        with suppress(TimeoutError):
            async with asyncio.timeout(min(waits, default=None)):
                await bell.wait()
                return True
        return False

    def _forget(self, one: Unarrived) -> None:
        mine = self._mine[one.whose]
        mine.pop((one.run, one.seat), None)
        if not mine:
            del self._mine[one.whose]
        seats = self._by_run[one.run]
        seats.pop(one.seat, None)
        if not seats:
            del self._by_run[one.run]
        self._ring()

    def _ring(self) -> None:
        """Those who wait look again."""
        bell, self._bell = self._bell, asyncio.Event()
        self.moves += 1
        bell.set()
