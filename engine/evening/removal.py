"""A seat is taken from somebody: it is free again, and what opened it opens nothing.

Two places tell it, the log who sits and the table what opens a seat, and nothing writes both at
once. So the table is told first: whoever would come back between finds the door shut. Where the log
then has it otherwise, what opened the seat opens it again.
"""

from __future__ import annotations

import hashlib
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager, suppress

from engine.errors import AppError, Rejection, StoreError
from engine.evening.house import House
from engine.rules.commands import FACILITATOR, FreeSeat
from engine.rules.state import State
from engine.values import RunId, SeatId


async def free_seat(
    house: House, run: RunId, seat: SeatId, state: State, *, by: str, name: str
) -> bool:
    """The seat is free again, unless somebody has come to it since `state`. False: they have."""
    free = FreeSeat(
        id=name,
        at_ms=house.host.clock.now_ms(),
        by=by,
        seat=seat,
        away_since_ms=state.seats[seat].away_since_ms,
    )
    try:
        await house.host.execute(run, free)
    except Rejection:
        return False
    return True


async def remove_absent(house: House, run: RunId, seat: SeatId, state: State, name: str) -> None:
    """The desk has somebody removed who, as `state` says, never came. Who came since stays."""
    mine = hashlib.sha256(f"{name}:{seat}".encode()).hexdigest()[:16]
    async with unopened(house, run, seat) as keep:
        if not await free_seat(house, run, seat, state, by=FACILITATOR, name=mine):
            await keep()


@asynccontextmanager
async def unopened(
    house: House, run: RunId, seat: SeatId
) -> AsyncIterator[Callable[[], Awaitable[None]]]:
    """Whoever sits there is to be out: first nothing opens the seat any more, then it is freed, so
    that nobody comes back between. What opened it does so again where the block says so, or
    raises."""
    sessions = house.sessions
    withdrawn: str | None = None
    place = await sessions.find_place(run, seat)
    while place is not None and withdrawn is None:  # it may just be moving to another browser
        withdrawn = await sessions.withdraw(place)
        if withdrawn is None:
            place = await sessions.find_place(run, seat)

    async def keep() -> None:
        if place is not None and withdrawn is not None:
            await sessions.put_back(place, withdrawn)

    try:
        yield keep
    except AppError:
        with suppress(StoreError):
            await keep()
        raise
    finally:
        house.ring_seats(run)
