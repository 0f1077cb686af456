"""Which drafts are in the menu: who put them there, when, as which draft, proved or not.

An act of putting is a row, which stays: sessions that began with it name it. What it says is kept
by digest, its text as sessions keep theirs (`texts.py`), its files beside their pictures
(`pictures.py`); so nothing that happens to a draft changes what is in the menu.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

import msgspec
from sqlalchemy import insert, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from engine.store.quotas import check_puts, shelf_of
from engine.store.repository import Repository, alone, table_of
from engine.store.tables import PutFileTable, PutTable
from engine.store.tokens import new_id

PAST_MAX: Final = 20
"""So many acts are told of."""

_puts, _files = table_of(PutTable), table_of(PutFileTable)


class Put(msgspec.Struct, frozen=True, kw_only=True):
    """That a draft was put into the menu."""

    id: str
    name: str
    """Of the script, as its drafts are kept: `name`, or `name@branch`."""
    number: int
    """Of the draft."""
    digest: str
    at_ms: int
    who: str
    """Name of the account that put it there."""
    proved: bool
    """This very text was; else it may only be tried out."""
    taken_ms: int | None = None
    """When it was taken back, or another took its place; None: it is in the menu."""
    taken_by: str = ""

    @property
    def branch(self) -> str:
        """Whose menu it is in; empty: everybody's."""
        return self.name.partition("@")[2]


class Menu(Repository):
    """The menu of one database, beside what lies in the scenarios folder. Raises StoreUnavailable
    throughout."""

    async def current(self) -> list[Put]:
        """What is in the menu, by name."""
        query = select(_puts).where(_puts.c.taken_ms.is_(None)).order_by(_puts.c.name)
        async with self._reading() as db:
            return [Put(**row._mapping) for row in await db.execute(query)]

    async def of_script(self, name: str) -> list[Put]:
        """How a script (as it is kept) came into the menu and out of it, newest first; the last
        twenty times."""
        query = select(_puts).where(_puts.c.name == name)
        newest = query.order_by(_puts.c.taken_ms.is_(None).desc(), _puts.c.at_ms.desc())
        async with self._reading() as db:
            return [Put(**row._mapping) for row in await db.execute(newest.limit(PAST_MAX))]

    async def find(self, put: str) -> Put | None:
        """The act with this id."""
        async with self._reading() as db:
            row = (await db.execute(select(_puts).where(_puts.c.id == put))).first()
            return Put(**row._mapping) if row is not None else None

    async def files(self, put: str) -> dict[str, str]:
        """Digests of what lies beside its script, by file."""
        wanted = select(_files.c.file, _files.c.picture).where(_files.c.put == put)
        async with self._reading() as db:
            return {row.file: row.picture for row in await db.execute(wanted)}

    async def put(
        self, name: str, number: int, digest: str, files: Mapping[str, str], *, who: str,
        proved: bool,
    ) -> Put:  # fmt: skip
        """Put a script (as it is kept) into the menu, in place of what it was there as. What is
        there just so already stays. Text and files are kept before. Raises QuotaError."""
        made = Put(
            id=new_id(),
            name=name,
            number=number,
            digest=digest,
            at_ms=self._clock(),
            who=who,
            proved=proved,
        )
        async with self._writing() as db:
            await alone(db, shelf_of(name))
            before = await self._current(db, name)
            if before is not None:
                if _same(before, made) and await self._files_of(db, before.id) == dict(files):
                    return before
                await self._take(db, before, who)
            await check_puts(db, name)
            await db.execute(insert(_puts).values(**msgspec.structs.asdict(made)))
            rows = [{"put": made.id, "file": file, "picture": files[file]} for file in files]
            if rows:
                await db.execute(insert(_files), rows)
        return made

    async def take_back(self, name: str, put: str, *, who: str) -> bool:
        """Take a script out of the menu, if it is there by this act. False: it isn't."""
        async with self._writing() as db:
            await alone(db, shelf_of(name))
            now = await self._current(db, name)
            if now is None or now.id != put:
                return False
            await self._take(db, now, who)
            return True

    async def _current(self, db: AsyncConnection, name: str) -> Put | None:
        query = select(_puts).where(_puts.c.name == name, _puts.c.taken_ms.is_(None))
        row = (await db.execute(query)).first()
        return Put(**row._mapping) if row is not None else None

    async def _files_of(self, db: AsyncConnection, put: str) -> dict[str, str]:
        wanted = select(_files.c.file, _files.c.picture).where(_files.c.put == put)
        return {row.file: row.picture for row in await db.execute(wanted)}

    async def _take(self, db: AsyncConnection, put: Put, who: str) -> None:
        gone = {"taken_ms": max(self._clock(), put.at_ms), "taken_by": who}
        await db.execute(update(_puts).where(_puts.c.id == put.id).values(**gone))


def _same(one: Put, other: Put) -> bool:
    return (one.number, one.digest, one.proved) == (other.number, other.digest, other.proved)
