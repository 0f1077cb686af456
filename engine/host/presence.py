"""Who is connected: a seat is present while it has a connection, or had one a moment ago.

With several workers each knows its own connections only. When one calls away a seat whose phone
has just come to another, that one calls it back at once.

After a restart the log still says who was online, and nobody is connected yet: everybody gets
RETURN_MS to come back before being called away, so that a restart marks nobody absent and a phone
that never returns is noticed all the same. Where there are other workers, they are asked first
whose phones they have; and it is asked again every CHECK_MS, for one of them may have died.
"""

from __future__ import annotations

import asyncio
from collections import Counter, defaultdict
from collections.abc import Awaitable, Callable, Coroutine
from typing import Any, Final

from engine.errors import AppError, StoreError
from engine.host.host import Host
from engine.host.stretches import EVER_MS, Stretch
from engine.rules.commands import ComeBack, GoAway
from engine.rules.state import State
from engine.store.tokens import new_id
from engine.values import RunId, SeatId

RETURN_MS: Final = 10_000
ANSWER_MS: Final = 2_000
"""So long other workers have to say whose phones they have."""
CROWD_MS: Final = 60_000
"""So much longer everybody gets, while a crowd waits to be let in."""
LOOK_MS: Final = 500
"""How often it is looked whether the crowd is in."""
EMPTY_MAX: Final = 8
"""Stretches without any connection that are remembered of a run; the log has those before."""
ARRIVE_MS: Final = 20_000
"""So long a phone has to come for a seat that was taken for it."""
CHECK_MS: Final = 30_000
"""How often it is checked, where there are several workers, that those online have a phone."""


class Presence:
    """Counts connections and tells the runs."""

    def __init__(self, host: Host, return_ms: int = RETURN_MS) -> None:
        self._host = host
        self._return_ms = return_ms
        host.on_moved.append(self._called_away)
        host.on_dropped.append(self._dropped)
        host.standing.empty = self.empty
        self._began_ms = host.clock.now_ms()
        self._empty_since: dict[RunId, int] = {}
        """When the last connection of these ended; of those not here, nobody has come yet."""
        self._empty: dict[RunId, list[Stretch]] = {}
        self._connections: defaultdict[RunId, Counter[SeatId]] = defaultdict(Counter)
        self._checked: set[RunId] = set()
        self._checking: set[RunId] = set()
        self._unsaved: set[RunId] = set()
        """Somebody of these came or went, and that couldn't be saved."""
        self._elsewhere: dict[RunId, set[SeatId]] = {}
        self._ask: Callable[[RunId], None] | None = None
        self._checks: set[asyncio.Task[None]] = set()
        self.arriving = 0
        """Connections that wait to be let in: whoever is missed may be among them."""

    def join(self, ask: Callable[[RunId], None]) -> None:
        """There are other workers; `ask` whose phones they have, and `elsewhere` hears it."""
        self._ask = ask

    def here(self, run: RunId) -> tuple[SeatId, ...]:
        """The seats of a run that have a connection to this process."""
        return tuple(self._connections.get(run, ()))

    def empty(self, run: RunId) -> list[Stretch]:
        """When the run had no connection to this process, in order, and it is known that it had
        none elsewhere: there are no others."""
        if self._ask is not None:
            return []
        found = self._empty.get(run, [])
        if run in self._connections:
            return found
        return [*found, Stretch(self._empty_since.get(run, self._began_ms), EVER_MS)]

    def elsewhere(self, run: RunId, seats: tuple[SeatId, ...]) -> None:
        """Another worker has the phones of these."""
        self._elsewhere.setdefault(run, set()).update(seats)

    def _called_away(self, run: RunId, state: State) -> None:
        """Call back who is called away, by another worker or by what was thought not to be saved,
        and whose phone is here."""
        for seat in self.here(run):
            held = state.seats.get(seat)
            if held is not None and not held.online and not held.left:
                self._do(self._back(run, seat))

    def _dropped(self, run: RunId) -> None:
        """The run is no longer loaded, so nothing of it has to be known that its log hasn't. Whose
        phone is here is known of no log, nor what couldn't be saved."""
        if run in self._connections or run in self._unsaved or run in self._checking:
            return
        self._empty_since.pop(run, None)
        self._empty.pop(run, None)
        self._elsewhere.pop(run, None)
        self._checked.discard(run)

    async def _back(self, run: RunId, seat: SeatId) -> None:
        if self.online(run, seat):
            command = ComeBack(id=new_id(), at_ms=self._host.clock.now_ms(), by=seat)
            try:
                await self._host.execute(run, command)
            except StoreError:
                self._look_again(run)
            except AppError:
                return

    async def close(self) -> None:
        """Forget the checks under way."""
        for check in self._checks:
            check.cancel()
        await asyncio.gather(*self._checks, return_exceptions=True)

    def online(self, run: RunId, seat: SeatId) -> bool:
        """The seat has a connection to this process."""
        return seat in self._connections.get(run, ())

    async def connected(self, run: RunId, seat: SeatId) -> None:
        """A connection of the seat has begun. Raises as `Host.execute`; it doesn't count then."""
        self._count(run, seat)
        self.expect(run)
        command = ComeBack(id=new_id(), at_ms=self._host.clock.now_ms(), by=seat)
        try:
            await self._host.execute(run, command)
        except BaseException:
            self._forget(run, seat)
            self._look_again(run)
            raise
        self._host.rearm(run)

    async def disconnected(self, run: RunId, seat: SeatId, *, sent_away: bool = False) -> None:
        """A connection of the seat has ended. `sent_away`: by this process, which stops; the phone
        is expected back at once, here or at another worker, and nobody need see it go."""
        self._forget(run, seat)
        if sent_away:
            self._look_again(run)
        elif not self.online(run, seat):
            await self._away(run, seat)

    def _count(self, run: RunId, seat: SeatId) -> None:
        if run not in self._connections:
            stood = Stretch(self._empty_since.pop(run, self._began_ms), self._host.clock.now_ms())
            self._empty[run] = [*self._empty.get(run, [])[1 - EMPTY_MAX :], stood]
        self._connections[run][seat] += 1

    def _forget(self, run: RunId, seat: SeatId) -> None:
        seats = self._connections[run]
        seats[seat] -= 1
        if seats[seat] <= 0:
            del seats[seat]
        if not seats:
            del self._connections[run]
            self._empty_since[run] = self._host.clock.now_ms()

    async def _away(self, run: RunId, seat: SeatId) -> None:
        command = GoAway(id=new_id(), at_ms=self._host.clock.now_ms(), by=seat)
        try:
            await self._host.execute(run, command)
        except StoreError:
            self._look_again(run)
        except AppError:
            return  # closed meanwhile, or stopped: nobody waits for the seat there

    def await_phone(
        self, run: RunId, seat: SeatId, free: Callable[[RunId, SeatId], Awaitable[None]]
    ) -> None:
        """Somebody has just taken the seat: `free` it, should no phone ever come for it."""
        self._do(self._arrival(run, seat, free))

    async def _arrival(
        self, run: RunId, seat: SeatId, free: Callable[[RunId, SeatId], Awaitable[None]]
    ) -> None:
        try:
            _, state = await self._host.state(run)
            taken = state.seats.get(seat)
            await self._let_come(ARRIVE_MS)
            if self._ask is not None:
                await self._host.refresh(run)
            _, state = await self._host.state(run)
            held = state.seats.get(seat)
            # Whoever came, here or elsewhere, is online now or has gone away since: later than it
            # was taken. That is in the log, and holds for all workers.
            if held is None or taken is None or held.online or held.left:
                return
            if not taken.online and held.away_since_ms == taken.away_since_ms:
                await free(run, seat)
        except AppError:
            return  # the grace ends the wait for it, as for anybody who is away

    def _look_again(self, run: RunId) -> None:
        """What couldn't be saved now is found by another check, a while later."""
        self._unsaved.add(run)
        self.expect(run)

    def expect(self, run: RunId) -> None:
        """Once after a start: call away whom the log thinks online and who doesn't come back."""
        if run in self._checking or (run in self._checked and run not in self._unsaved):
            return
        self._checking.add(run)
        self._do(self._check(run))

    def _do(self, doing: Coroutine[Any, Any, None]) -> None:
        check = asyncio.create_task(doing)
        self._checks.add(check)
        check.add_done_callback(self._checks.discard)

    async def _check(self, run: RunId) -> None:
        """One check of a run at a time: two would take each other's answers from other workers."""
        try:
            after_ms = self._return_ms
            while True:
                self._unsaved.discard(run)
                await self._compare(run, after_ms)
                after_ms = self._return_ms
                if run not in self._unsaved:
                    if self._ask is None or run not in self._host.watched():
                        break
                    after_ms = CHECK_MS
            # Alone, one check is enough: from then on every connection is counted here.
            if self._ask is None:
                self._checked.add(run)
        finally:
            self._checking.discard(run)

    async def _let_come(self, ms: int) -> None:
        """Return after so long, in which phones could come: longer, if they are a crowd."""
        pass_by, crowd_ms = self._host.standing.pass_by, CROWD_MS
        await pass_by(ms)
        while self.arriving and crowd_ms > 0:
            await pass_by(LOOK_MS)
            crowd_ms -= LOOK_MS

    async def _compare(self, run: RunId, after_ms: int) -> None:
        """Call away who is online without a phone, and back who has one here."""
        pass_by = self._host.standing.pass_by
        if self._ask is None:
            await self._let_come(after_ms)
        else:
            await pass_by(after_ms - ANSWER_MS)
            self._elsewhere.pop(run, None)
            self._ask(run)
            # A phone that is on its way from one worker to another is nowhere for a moment.
            await pass_by(ANSWER_MS // 2)
            self._ask(run)
            await self._let_come(ANSWER_MS // 2)
        others = self._elsewhere.pop(run, set())
        try:
            _, state = await self._host.state(run)
        except StoreError:
            self._unsaved.add(run)
            return
        except AppError:
            return
        for seat, held in state.seats.items():
            here = self.online(run, seat)
            if held.online and not here and seat not in others:
                await self._away(run, seat)
            elif here and not held.online and not held.left:
                await self._back(run, seat)
