"""Rehearsal: a facilitator plays a script before the evening, with stand-ins for all others.

It is one team, on the wall, the console and one phone, and goes faster than an evening where its
facilitator wants that. It counts nowhere: no list shows it, no figure is made of it, nothing is
filed, and it can't be turned into an evening. It ends by itself: when its facilitator begins
another, or when nobody has been there for a while.
"""

from __future__ import annotations

from typing import Final

import structlog

from engine.errors import AppError
from engine.evening.actors import RUN, Actor, Guest, Staff, allowed, let_to
from engine.evening.house import House
from engine.evening.joining import take_seat
from engine.evening.opening import open_session
from engine.evening.refusing import refused
from engine.host.run_time import PACES
from engine.rules.commands import FACILITATOR, Close
from engine.store.sessions.listing import Wanted
from engine.store.sessions.sessions import Session

NAME: Final = "试演"
"""Whoever holds the phone is called so: a rehearsal knows nobody's name."""
LEFT_MS: Final = 10 * 60_000
"""So long it is kept open at least, though nobody looks at it."""

log = structlog.get_logger()


async def rehearse(
    house: House, actor: Actor, guest: Guest, name: str, role: str | None
) -> tuple[Session, str]:
    """(a rehearsal of the script, the token of its one phone). `role`: that the phone holds; None:
    the one that needs somebody most. What its facilitator rehearsed before is ended.

    Raises:
        Refused: no_right, not_found, broken_scenario. Rejection: unknown_role.
    """
    staff = allowed(actor, RUN)
    assert isinstance(staff, Staff), "a session has an owner"
    for before in await _open(house):
        if before.owner == staff.account.id:
            await _end(house, before)
    made = await open_session(house, actor, name, 1, rehearsal=True)
    try:
        seated = await take_seat(house, guest, made.code, NAME, 1, role)
    except AppError:
        await _end(house, made)
        raise
    return made, seated["token"]


async def go_at(house: House, actor: Actor, session: Session, pace: int) -> None:
    """Let clocks and stand-ins go so many times as fast. Raises Refused no_right, not_found,
    not_rehearsal, invalid."""
    let_to(actor, RUN, session)
    if session.kind != "rehearsal":
        raise refused("not_rehearsal")
    if pace not in PACES:
        raise refused("invalid", what="pace: " + ", ".join(map(str, PACES)))
    for run in session.runs:
        await house.host.go(run.id, pace)


async def end(house: House, actor: Actor, session: Session) -> None:
    """It is over. Raises Refused no_right, not_found, not_rehearsal."""
    let_to(actor, RUN, session)
    if session.kind != "rehearsal":
        raise refused("not_rehearsal")
    await _end(house, session)


async def end_left(house: House) -> int:
    """End those that nobody looks at any more; how many. Raises StoreUnavailable."""
    ended, until_ms = 0, house.host.clock.now_ms() - LEFT_MS
    for session in await _open(house, until_ms):
        if not await _looked_at(house, session):
            ended += await _end(house, session)
    return ended


async def _looked_at(house: House, session: Session) -> bool:
    """Here; through another worker a phone is all that is known of."""
    watched = house.host.watched()
    for run in session.runs:
        if run.id in watched:
            return True
        if house.relay is not None:
            _, state = await house.host.state(run.id)
            if any(seat.online for seat in state.seats.values()):
                return True
    return False


async def _open(house: House, until_ms: int | None = None) -> list[Session]:
    wanted = Wanted(open=True, rehearsals="only", until_ms=until_ms)
    return await house.database.listing.every(wanted)


async def _end(house: House, session: Session) -> bool:
    """False: it can't be ended just now."""
    for run in session.runs:
        at_ms = house.host.clock.now_ms()
        try:
            await house.host.execute(run.id, Close(id="rehearsed", at_ms=at_ms, by=FACILITATOR))
        except AppError as error:
            if error.code != "closed":
                log.warning("rehearsal.stays", run=run.id, why=str(error))
                return False
    await house.sessions.close_session(session.id)
    return True
