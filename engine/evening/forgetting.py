"""What the running server forgets: people who were erased, and those whose time is up.

Names are kept in one table and remembered by every worker. Whoever erases rings; and every worker
asks the table every five seconds, for `hongchuan erase` rings nobody and Redis may be away.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from pathlib import Path

import structlog

from engine.errors import StoreUnavailable
from engine.evening.actors import RUN, Actor, let_to, told_of
from engine.evening.house import House
from engine.evening.rehearsing import end_left
from engine.store.backup.copies import copied, copy_before
from engine.store.database import Database
from engine.store.people.privacy import Lapsed
from engine.store.place.custody import witness
from engine.store.sessions.listing import Wanted
from engine.store.sessions.sessions import Session
from engine.values import RunId, SeatId

LOOK_MS = 5_000
"""Erasures of others are heard of within so long."""
OVERLAP_MS = 5 * 60_000
"""Clocks of other machines may differ by so much."""
DAY_MS = 86_400_000
MINUTE_MS = 60_000

log = structlog.get_logger()


async def erase(
    database: Database,
    actor: Actor,
    session: Session,
    run: RunId,
    seat: SeatId,
    house: House | None = None,
) -> bool:
    """Forget who sat there; everything is backed up before. `house`: where people are served, who
    shall see it at once; every worker hears of it. False: there is nobody to forget.

    The audit log tells the seat, so that it can be done again after an older backup was restored.

    Raises Refused no_right, not_found; StoreUnavailable; NoCopyError: then nothing is done.
    """
    let_to(actor, RUN, session)
    await database.audit.ready()
    kept = await _back_up(database)
    with copied(database.url, "erase", kept) as deed:
        deed.changed = await database.privacy.erase(run, seat) is not None
        if not deed.changed:
            return False
    if house is not None:
        forget(house, run)
        house.scrub = True
    told = told_of(actor, "erase", session.branch, f"{run}/{seat}")
    await database.audit.act(told)
    return True


async def _back_up(database: Database) -> Path | None:
    """Everything; beside the loop that serves those who play."""

    def made() -> Path | None:
        return asyncio.run(copy_before(database.url, "erase"))

    return await asyncio.to_thread(made)


def forget(house: House, run: RunId) -> None:
    """Drop every name of the run from memory, and let everybody who shows it look again."""
    house.seats_rung += 1
    house.host.forget(run)
    for forgotten in house.on_forgotten:
        forgotten()
    house.host.ring(run)


class Keeper:
    """The task that forgets."""

    def __init__(self, house: House) -> None:
        self._house = house
        self._task: asyncio.Task[None] | None = None
        self._heard_ms = house.host.clock.now_ms()

    def start(self) -> None:
        """Begin; the first look for what has lapsed is at once."""
        self._task = asyncio.create_task(self._keep(), name="keeper")

    async def close(self) -> None:
        """Stop."""
        if self._task is not None:
            self._task.cancel()
            await asyncio.gather(self._task, return_exceptions=True)

    async def _keep(self) -> None:
        clock = self._house.host.clock
        lapse_ms = left_ms = clock.now_ms()
        while True:
            if clock.now_ms() >= lapse_ms and await self._tried(self.lapse):
                lapse_ms = clock.now_ms() + DAY_MS
            await self._tried(self.hear)
            await self._tried(self.scrub)
            await self._tried(self.witness)
            if clock.now_ms() >= left_ms and await self._tried(self.end_left):
                left_ms = clock.now_ms() + MINUTE_MS
            await clock.sleep_until(clock.now_ms() + LOOK_MS)

    async def _tried(self, job: Callable[[], Awaitable[object]]) -> bool:
        """Do it. False: it failed, and that is told; the other jobs are done all the same."""
        try:
            await job()
        except StoreUnavailable as error:
            log.warning("keeper.waits", why=error.why)
        except Exception:
            log.exception("keeper.failed")
        else:
            return True
        return False

    async def lapse(self) -> list[Lapsed]:
        """Look for whom their branch keeps no longer; forget them after days of grace."""
        done = await self._house.database.look()
        for lapsed in done:
            self._house.scrub = True
            for run in lapsed.runs:
                forget(self._house, run)
        return done

    async def hear(self) -> None:
        """Forget in memory whom others have erased."""
        since_ms, self._heard_ms = self._heard_ms - OVERLAP_MS, self._house.host.clock.now_ms()
        for run in await self._house.database.privacy.erased_since(since_ms):
            host = self._house.host
            if host.remembered(run) is not None or run in host.watched():
                forget(self._house, run)

    async def scrub(self) -> None:
        """Let nothing of whom was erased stay in old pages: at once; what earlier versions left,
        once a database, when nobody is there nor may be coming in, for everybody waits."""
        house = self._house
        if not house.scrub:
            return
        whole = await house.database.unswept()
        if whole and not await self._is_quiet():
            await house.database.scrub()
            return
        if await house.database.scrub(whole=whole):
            house.scrub = False

    async def witness(self) -> None:
        """Bring the main file up to date, then write a sign of life and leave word of it: it is in
        the log alone, so that a start without that log finds it missing."""
        house, database = self._house, self._house.database
        await database.checkpoint()
        if house.host.standing.pulse is not None:
            await house.host.standing.pulse.say()
        witness(database.url, await database.alive.newest_ms())

    async def end_left(self) -> None:
        """End the rehearsals that nobody looks at any more."""
        await end_left(self._house)

    async def _is_quiet(self) -> bool:
        """Nobody is connected, and no session was opened of late that people may be joining."""
        house = self._house
        if house.host.watched():
            return False
        since_ms = house.host.clock.now_ms() - DAY_MS
        fresh = await house.database.listing.every(
            Wanted(open=True, since_ms=since_ms, rehearsals="too")
        )
        return not fresh
