"""Who is connected: a seat is present while it has a connection, or had one a moment ago.

After a restart the log still says who was online, and nobody is connected yet: everybody gets
RETURN_MS to come back before being called away, so that a restart marks nobody absent and a phone
that never returns is noticed all the same.
"""

from __future__ import annotations

import asyncio
from collections import Counter
from typing import Final

from engine.errors import AppError, StoreUnavailable
from engine.host.host import Host
from engine.rules.commands import ComeBack, GoAway
from engine.store.tokens import new_id
from engine.values import RunId, SeatId

RETURN_MS: Final = 10_000


class Presence:
    """Counts connections and tells the runs."""

    def __init__(self, host: Host, return_ms: int = RETURN_MS) -> None:
        self._host = host
        self._return_ms = return_ms
        self._connections: Counter[tuple[RunId, SeatId]] = Counter()
        self._checked: set[RunId] = set()
        self._checks: set[asyncio.Task[None]] = set()

    async def close(self) -> None:
        """Forget the checks under way."""
        for check in self._checks:
            check.cancel()
        await asyncio.gather(*self._checks, return_exceptions=True)

    def online(self, run: RunId, seat: SeatId) -> bool:
        """The seat has a connection to this process."""
        return self._connections[run, seat] > 0

    async def connected(self, run: RunId, seat: SeatId) -> None:
        """A connection of the seat has begun. Raises as `Host.execute`; it doesn't count then."""
        self._connections[run, seat] += 1
        self.expect(run)
        command = ComeBack(id=new_id(), at_ms=self._host.clock.now_ms(), by=seat)
        try:
            await self._host.execute(run, command)
        except BaseException:
            self._forget(run, seat)
            self._look_again(run)
            raise

    async def disconnected(self, run: RunId, seat: SeatId) -> None:
        """A connection of the seat has ended."""
        self._forget(run, seat)
        if not self.online(run, seat):
            await self._away(run, seat)

    def _forget(self, run: RunId, seat: SeatId) -> None:
        self._connections[run, seat] -= 1
        if self._connections[run, seat] <= 0:
            del self._connections[run, seat]

    async def _away(self, run: RunId, seat: SeatId) -> None:
        command = GoAway(id=new_id(), at_ms=self._host.clock.now_ms(), by=seat)
        try:
            await self._host.execute(run, command)
        except StoreUnavailable:
            self._look_again(run)
        except AppError:
            return  # closed meanwhile, or stopped: nobody waits for the seat there

    def _look_again(self, run: RunId) -> None:
        """What couldn't be saved now is found by another check, a while later."""
        self._checked.discard(run)
        self.expect(run)

    def expect(self, run: RunId) -> None:
        """Once after a start: call away whom the log thinks online and who doesn't come back."""
        if run in self._checked:
            return
        self._checked.add(run)
        check = asyncio.create_task(self._call_away(run))
        self._checks.add(check)
        check.add_done_callback(self._checks.discard)

    async def _call_away(self, run: RunId) -> None:
        clock = self._host.clock
        await clock.sleep_until(clock.now_ms() + self._return_ms)
        try:
            _, state = await self._host.state(run)
        except StoreUnavailable:
            self._look_again(run)
            return
        except AppError:
            return
        for seat, held in state.seats.items():
            if held.online and not self.online(run, seat):
                await self._away(run, seat)
