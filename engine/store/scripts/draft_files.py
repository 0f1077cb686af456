"""What lies beside a draft: pictures, notes, strings; and what once did."""

from __future__ import annotations

from collections.abc import Mapping
from copy import copy
from typing import Self

import msgspec
from sqlalchemy import delete, func, insert, select
from sqlalchemy.ext.asyncio import AsyncConnection

from engine.store.quotas import check_script, shelf_of
from engine.store.repository import Repository, alone, table_of
from engine.store.tables import AsideTable, DraftFileTable

_files, _aside = table_of(DraftFileTable), table_of(AsideTable)


class Aside(msgspec.Struct, frozen=True):
    """A file that was replaced or laid aside, and when."""

    file: str
    at_ms: int
    size: int


class DraftFiles(Repository):
    """The pictures, notes and strings beside drafts. Nothing is ever lost: what another takes the
    place of is laid aside. Raises StoreUnavailable throughout.

    Each branch has a shelf of its own, so that nobody takes a script's name from the others; the
    whole organisation has one more, from where all shelves are reached: there a branch's script is
    called `name@branch`, as it is kept.
    """

    _branch: str | None = None

    def within(self, branch: str | None) -> Self:
        """The shelf of a branch; None: of the whole organisation."""
        found = copy(self)
        found._branch = branch
        return found

    def key(self, name: str) -> str:
        """How a script of this shelf is called in the tables."""
        end = f"@{self._branch}"
        return name if self._branch is None or name.endswith(end) else name + end

    async def files(self, name: str) -> dict[str, bytes]:
        """What lies beside the script, by file name."""
        mine = _files.c.name == self.key(name)
        query = select(_files.c.file, _files.c.body).where(mine)
        async with self._reading() as db:
            return {row.file: row.body for row in await db.execute(query)}

    async def keep_files(self, name: str, files: Mapping[str, bytes]) -> list[str]:
        """Put these beside the script; others stay. Names of those that took another's place."""
        async with self._writing() as db:
            await alone(db, shelf_of(self.key(name)))
            return await self._keep(db, self.key(name), files)

    async def aside(self, name: str) -> list[Aside]:
        """What was replaced or laid aside, newest first."""
        size = func.length(_aside.c.body).label("size")
        mine = _aside.c.name == self.key(name)
        query = select(_aside.c.file, _aside.c.at_ms, size).where(mine)
        async with self._reading() as db:
            rows = await db.execute(query.order_by(_aside.c.at_ms.desc(), _aside.c.file))
            return [Aside(row.file, row.at_ms, row.size) for row in rows]

    async def lay_aside(self, name: str, file: str) -> bool:
        """Take a file away from the script, to be brought back. False: there is no such file."""
        async with self._writing() as db:
            await alone(db, shelf_of(self.key(name)))
            return await self._lay(db, self.key(name), file)

    async def bring_back(self, name: str, file: str, at_ms: int) -> bool:
        """Put beside the script again what was laid aside then, in place of what is there now.
        False: there is no such file."""
        name = self.key(name)
        wanted = (_aside.c.name == name) & (_aside.c.file == file) & (_aside.c.at_ms == at_ms)
        async with self._writing() as db:
            await alone(db, shelf_of(name))
            body = (await db.execute(select(_aside.c.body).where(wanted))).scalar()
            if body is None:
                return False
            await db.execute(delete(_aside).where(wanted))
            await self._lay(db, name, file)
            await db.execute(insert(_files).values(name=name, file=file, body=body))
        return True

    async def _keep(self, db: AsyncConnection, name: str, files: Mapping[str, bytes]) -> list[str]:
        """`keep_files` within a transaction; `name` as it is kept. Raises QuotaError."""
        query = select(_files.c.file, _files.c.body).where(_files.c.name == name)
        before = {row.file: row.body for row in await db.execute(query)}
        await check_script(db, name, sum(map(len, files.values())))
        replaced = [file for file in files if before.get(file, files[file]) != files[file]]
        for file in replaced:
            await self._lay(db, name, file)
        for file, body in files.items():
            if before.get(file) != body:
                await db.execute(insert(_files).values(name=name, file=file, body=body))
        return replaced

    async def _lay(self, db: AsyncConnection, name: str, file: str) -> bool:
        mine = (_files.c.name == name) & (_files.c.file == file)
        body = (await db.execute(select(_files.c.body).where(mine))).scalar()
        if body is None:
            return False
        last = select(func.max(_aside.c.at_ms)).where(_aside.c.name == name, _aside.c.file == file)
        at_ms = max(self._clock(), ((await db.execute(last)).scalar() or 0) + 1)
        await db.execute(delete(_files).where(mine))
        row = {"name": name, "file": file, "at_ms": at_ms, "body": body}
        await db.execute(insert(_aside).values(**row))
        return True
