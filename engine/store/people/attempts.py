"""Logins that fail, counted in the database so that every worker counts alike.

By name and address, an IPv6 /64 being one: ten failures close that door for five minutes. By name
and network (IPv4 /24, IPv6 /64): after a hundred failures within the hour a try is let through
every ten seconds; an address the name has logged in from within thirty days doesn't have to wait
for those. Never by the name alone: strangers elsewhere can neither lock anybody out nor take the
turns of those who come from somewhere new. A try is counted before the password is looked at, so
that many at once are counted too. Names that nobody has are counted like any other, and so tell
nothing.
"""

from __future__ import annotations

from typing import Any, Final

from sqlalchemy import delete, insert, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from engine.store.networks import host_of, network_of
from engine.store.repository import Repository, table_of
from engine.store.tables import AttemptTable

LOCK_OUT_AFTER: Final = 10
LOCK_OUT_MS: Final = 300_000
SLOW_AFTER: Final = 100
SLOW_MS: Final = 10_000
HOUR_MS: Final = 3_600_000
KNOWN_MS: Final = 30 * 24 * HOUR_MS
NAME_MAX: Final = 64

_attempt = table_of(AttemptTable)
_FRESH: Final = {"failures": 0, "last_ms": 0, "locked_until_ms": 0, "good_ms": 0}


class Attempts(Repository):
    """The failed logins of one database. Raises StoreUnavailable throughout."""

    async def begin(self, name: str, address: str) -> int:
        """Count a try. Returns 0 if it may be made, else the milliseconds to wait."""
        name, network, address = name[:NAME_MAX], network_of(address), host_of(address)

        async def count(db: AsyncConnection) -> int:
            now_ms = self._clock()
            here = await self._row(db, name, address)
            if here.locked_until_ms > now_ms:
                return int(here.locked_until_ms - now_ms)
            around = await self._row(db, name, network)
            failed = around.failures if now_ms - around.last_ms < HOUR_MS else 0
            wait_ms = SLOW_MS - (now_ms - around.last_ms)
            known = here.good_ms > max(0, now_ms - KNOWN_MS)
            if failed >= SLOW_AFTER and wait_ms > 0 and not known:
                return int(wait_ms)
            tries = (here.failures if now_ms - here.last_ms < LOCK_OUT_MS else 0) + 1
            locked = now_ms + LOCK_OUT_MS if tries >= LOCK_OUT_AFTER else 0
            await self._set(
                db, name, address, failures=tries, last_ms=now_ms, locked_until_ms=locked
            )
            if not known:
                await self._set(db, name, network, failures=failed + 1, last_ms=now_ms)
            return 0

        return await self._changing(count)

    async def succeeded(self, name: str, address: str) -> None:
        """Forget the failures from there, and the try that succeeded; remember the address."""
        name, network, address = name[:NAME_MAX], network_of(address), host_of(address)
        async with self._writing() as db:
            now_ms = self._clock()
            await self._set(db, name, address, **(_FRESH | {"last_ms": now_ms, "good_ms": now_ms}))
            around = (_attempt.c.name == name) & (_attempt.c.address == network)
            less = update(_attempt).where(around, _attempt.c.failures > 0)
            await db.execute(less.values(failures=_attempt.c.failures - 1))

    async def _row(self, db: AsyncConnection, name: str, address: str) -> Any:
        """The row, held until the end of the transaction; made if need be."""
        here = (_attempt.c.name == name) & (_attempt.c.address == address)
        wanted = select(_attempt).where(here).with_for_update()
        found = (await db.execute(wanted)).first()
        if found is None:
            await self._forget(db)
            await db.execute(insert(_attempt), [{"name": name, "address": address, **_FRESH}])
            found = (await db.execute(wanted)).one()
        return found

    async def _set(self, db: AsyncConnection, name: str, address: str, **values: int) -> None:
        here = (_attempt.c.name == name) & (_attempt.c.address == address)
        await db.execute(update(_attempt).where(here).values(values))

    async def _forget(self, db: AsyncConnection) -> None:
        now_ms = self._clock()
        old = (_attempt.c.last_ms < now_ms - 24 * HOUR_MS) & (_attempt.c.last_ms > 0)
        await db.execute(delete(_attempt).where(old, _attempt.c.good_ms < now_ms - KNOWN_MS))
