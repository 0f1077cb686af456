"""Scripts being written: every state is kept, and nobody overwrites what they haven't seen."""

from __future__ import annotations

from collections.abc import Mapping

import msgspec
from sqlalchemy import func, insert, select
from sqlalchemy.exc import IntegrityError
from sqlmodel import col

from engine.errors import StoreError, Text
from engine.store.quotas import check_script, shelf_of
from engine.store.repository import alone
from engine.store.scripts.draft_files import DraftFiles
from engine.store.tables import DraftTable


class Saved(msgspec.Struct, frozen=True, kw_only=True):
    """That a state of a script was saved; not what it says."""

    name: str
    number: int
    at_ms: int
    author: str


class Draft(Saved, frozen=True, kw_only=True):
    """A saved state of a script."""

    text: bytes


class StaleDraft(StoreError):
    """Somebody saved meanwhile: nothing was saved, `theirs` is the newest."""

    def __init__(self, theirs: Draft) -> None:
        super().__init__(
            "stale_draft",
            Text(
                f"{theirs.author} 刚刚也存过这个剧本（第 {theirs.number} 稿）。",
                f"{theirs.author} has saved this script meanwhile (draft {theirs.number}).",
            ),
            Text(
                "两份都在下面，请把要留的合在一起，再存一次。",
                "Both are shown below; join what you want to keep, and save again.",
            ),
        )
        self.theirs = theirs


class Drafts(DraftFiles):
    """The drafts of one database, with what lies beside them."""

    async def names(self) -> list[str]:
        """Names of all scripts of this shelf that have drafts."""
        query = select(col(DraftTable.name)).distinct()
        end = f"@{self._branch}" if self._branch is not None else ""
        async with self._reading() as db:
            rows = await db.execute(query.where(col(DraftTable.name).like(f"%{end}")))
            return sorted(row[0].removesuffix(end) for row in rows)

    async def holds(self, name: str) -> bool:
        """There is a draft of it."""
        count = select(func.count()).where(col(DraftTable.name) == self.key(name))
        async with self._reading() as db:
            return bool((await db.execute(count)).scalar_one())

    async def newest(self, name: str) -> Draft | None:
        """The newest draft; None: there is none."""
        query = (
            select(DraftTable)
            .where(col(DraftTable.name) == self.key(name))
            .order_by(col(DraftTable.number).desc())
            .limit(1)
        )
        async with self._reading() as db:
            row = (await db.execute(query)).first()
            return Draft(**row._mapping) if row is not None else None

    async def find(self, name: str, number: int) -> Draft | None:
        """The draft with this number."""
        query = select(DraftTable).where(
            col(DraftTable.name) == self.key(name), col(DraftTable.number) == number
        )
        async with self._reading() as db:
            row = (await db.execute(query)).first()
            return Draft(**row._mapping) if row is not None else None

    async def history(self, name: str) -> list[Saved]:
        """Every draft there is, newest first."""
        columns = [col(getattr(DraftTable, field)) for field in Saved.__struct_fields__]
        query = (
            select(*columns)
            .where(col(DraftTable.name) == self.key(name))
            .order_by(col(DraftTable.number).desc())
        )
        async with self._reading() as db:
            return [Saved(**row._mapping) for row in await db.execute(query)]

    async def save(self, name: str, text: bytes, *, base: int, author: str) -> Draft:
        """Save on top of draft `base` (0: the first). Saving what the newest says adds nothing.

        Raises:
            StaleDraft: the newest isn't `base`.
            QuotaError: there is too much of it already.
            StoreUnavailable: nothing was saved.
        """
        newest = await self.newest(name)
        if newest is not None and newest.text == text:
            return newest
        if newest is not None and newest.number != base:
            raise StaleDraft(newest)
        number = base + 1 if newest is not None else 1
        key = self.key(name)
        draft = Draft(name=key, number=number, at_ms=self._clock(), author=author, text=text)
        try:
            async with self._writing() as db:
                await check_script(db, key, len(text), new=number == 1)
                await db.execute(insert(DraftTable).values(**msgspec.structs.asdict(draft)))
        except IntegrityError as error:
            theirs = await self.newest(name)
            assert theirs is not None, "somebody saved that number"
            raise StaleDraft(theirs) from error
        return draft

    async def take_in(
        self, name: str, text: bytes, files: Mapping[str, bytes], *, author: str,
        begins: bool = False,
    ) -> list[str]:  # fmt: skip
        """Make `text` the newest draft and put the files beside it, both or neither. Names of files
        that took another's place. `begins`: only where nothing else was saved of it yet.

        Raises:
            StaleDraft: somebody saved at the same moment; where it `begins`, or before.
            QuotaError: there is too much of it already.
            StoreUnavailable: nothing was saved.
        """
        try:
            async with self._writing() as db:
                await alone(db, shelf_of(self.key(name)))
                query = select(DraftTable).where(col(DraftTable.name) == self.key(name))
                last = query.order_by(col(DraftTable.number).desc()).limit(1)
                row = (await db.execute(last)).first()
                if begins and row is not None and row.text != text:
                    raise StaleDraft(Draft(**row._mapping))
                if row is None or row.text != text:
                    number, at_ms = (row.number if row is not None else 0) + 1, self._clock()
                    await check_script(db, self.key(name), len(text), new=number == 1)
                    draft = {
                        "name": self.key(name),
                        "number": number,
                        "at_ms": at_ms,
                        "author": author,
                    }
                    await db.execute(insert(DraftTable).values(**draft, text=text))
                return await self._keep(db, self.key(name), files)
        except IntegrityError as error:
            theirs = await self.newest(name)
            assert theirs is not None, "somebody saved that number"
            raise StaleDraft(theirs) from error
