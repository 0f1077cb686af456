"""How a session is joined: at which address, by which code, and whether anybody still may."""

from __future__ import annotations

from sqlalchemy import update
from sqlalchemy.exc import IntegrityError

from engine.store.repository import Repository, table_of
from engine.store.tables import SessionTable
from engine.store.tokens import code_for

_session = table_of(SessionTable)


class Joining(Repository):
    """What the desk says of joining. Raises StoreUnavailable throughout."""

    async def set_address(self, name: str, address: str) -> None:
        """Choose the base URL that phones join at."""
        async with self._writing() as db:
            await db.execute(update(_session).where(_session.c.id == name).values(address=address))

    async def lock_joining(self, name: str, *, on: bool) -> None:
        """Nobody new sits down, or whoever has the code may again."""
        at_ms = self._clock() if on else None
        async with self._writing() as db:
            await db.execute(update(_session).where(_session.c.id == name).values(locked_ms=at_ms))

    async def renew_code(self, name: str, secret: str, key: str) -> None:
        """Another join code; the old one opens nothing any more. The same `key` makes the same
        code: asked again after a lost answer, what the wall shows stays."""
        still = (_session.c.id == name) & (_session.c.closed_ms.is_(None))
        for draw in range(20):
            code = code_for(secret, f"{name}:{key}:{draw}")
            try:
                async with self._writing() as db:
                    await db.execute(update(_session).where(still).values(code=code))
            except IntegrityError:  # another open session has it
                continue
            return
        raise AssertionError("no free join code in twenty draws of 152 thousand million")
