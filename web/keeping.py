"""What the running server forgets: people who were erased, and those whose time is up.

Names are kept in one table and remembered by every worker. Whoever erases rings; and every worker
asks the table every five seconds, for `hongchuan erase` rings nobody and Redis may be away.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable

import structlog

from engine.errors import StoreUnavailable
from engine.store.audit.trail import Entry
from engine.store.people.accounts import Account
from engine.store.people.privacy import Lapsed
from engine.store.place.custody import witness
from engine.store.sessions.listing import Wanted
from engine.values import RunId, SeatId
from web.services import Services

LOOK_MS = 5_000
"""Erasures of others are heard of within so long."""
OVERLAP_MS = 5 * 60_000
"""Clocks of other machines may differ by so much."""
DAY_MS = 86_400_000

log = structlog.get_logger()


async def erase(services: Services, run: RunId, seat: SeatId, account: Account) -> bool:
    """Forget who sat there, here and at every worker. False: there is nobody to forget.

    The audit log tells the seat, so that it can be done again after an older backup was restored.

    Raises StoreUnavailable.
    """
    if await services.database.privacy.erase(run, seat) is None:
        return False
    forget(services, run)
    services.scrub = True
    told = Entry(
        kind="staff", who=account.name, branch=account.branch, act="erase", target=f"{run}/{seat}"
    )
    await services.database.audit.act(told)
    return True


def forget(services: Services, run: RunId) -> None:
    """Drop every name of the run from memory, and let everybody who shows it look again."""
    services.host.forget(run)
    services.fragments.clear()
    services.host.ring(run)


class Keeper:
    """The task that forgets."""

    def __init__(self, services: Services) -> None:
        self._services = services
        self._task: asyncio.Task[None] | None = None
        self._heard_ms = services.host.clock.now_ms()

    def start(self) -> None:
        """Begin; the first look for what has lapsed is at once."""
        self._task = asyncio.create_task(self._keep(), name="keeper")

    async def close(self) -> None:
        """Stop."""
        if self._task is not None:
            self._task.cancel()
            await asyncio.gather(self._task, return_exceptions=True)

    async def _keep(self) -> None:
        clock = self._services.host.clock
        lapse_ms = clock.now_ms()
        while True:
            if clock.now_ms() >= lapse_ms and await self._tried(self.lapse):
                lapse_ms = clock.now_ms() + DAY_MS
            await self._tried(self.hear)
            await self._tried(self.scrub)
            await self._tried(self.witness)
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
        done = await self._services.database.look()
        for lapsed in done:
            self._services.scrub = True
            for run in lapsed.runs:
                forget(self._services, run)
        return done

    async def hear(self) -> None:
        """Forget in memory whom others have erased."""
        since_ms, self._heard_ms = self._heard_ms - OVERLAP_MS, self._services.host.clock.now_ms()
        for run in await self._services.database.privacy.erased_since(since_ms):
            host = self._services.host
            if host.remembered(run) is not None or run in host.watched():
                forget(self._services, run)

    async def scrub(self) -> None:
        """Let nothing of whom was erased stay in old pages: at once; what earlier versions left,
        once a database, when nobody is there nor may be coming in, for everybody waits."""
        services = self._services
        if not services.scrub:
            return
        whole = await services.database.unswept()
        if whole and not await self._is_quiet():
            await services.database.scrub()
            return
        if await services.database.scrub(whole=whole):
            services.scrub = False

    async def witness(self) -> None:
        """Bring the main file up to date, then write a sign of life and leave word of it: it is in
        the log alone, so that a start without that log finds it missing."""
        services, database = self._services, self._services.database
        await database.checkpoint()
        if services.host.standing.pulse is not None:
            await services.host.standing.pulse.say()
        witness(database.url, await database.alive.newest_ms())

    async def _is_quiet(self) -> bool:
        """Nobody is connected, and no session was opened of late that people may be joining."""
        services = self._services
        if services.host.watched():
            return False
        since_ms = services.host.clock.now_ms() - DAY_MS
        fresh = await services.database.listing.every(Wanted(open=True, since_ms=since_ms))
        return not fresh
