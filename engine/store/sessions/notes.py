"""Trainers' bookmarks and notes: rows beside the logs, which nothing rewrites."""

from __future__ import annotations

from collections.abc import Callable

import msgspec
from sqlalchemy import ColumnElement, delete, insert, select, update
from sqlalchemy.ext.asyncio import AsyncEngine
from sqlmodel import col

from engine.store.precedence import reads, writes
from engine.store.quotas import check_notes
from engine.store.tables import NoteTable
from engine.store.tokens import new_id
from engine.values import RunId


class Note(msgspec.Struct, frozen=True):
    """A bookmark at an event, with or without words."""

    id: str
    run: RunId
    seq: int
    at_ms: int
    author: str
    text: str


class Notes:
    """The notes of one database. Raises StoreUnavailable throughout."""

    def __init__(self, engine: AsyncEngine, clock: Callable[[], int]) -> None:
        self._engine = engine
        self._clock = clock

    async def of_run(self, run: RunId) -> list[Note]:
        """The run's notes, in the order of its log."""
        query = select(NoteTable).where(col(NoteTable.run) == run)
        ordered = query.order_by(col(NoteTable.seq), col(NoteTable.at_ms))
        async with reads(self._engine) as db:
            return [Note(**row._mapping) for row in await db.execute(ordered)]

    async def add(self, run: RunId, seq: int, *, author: str, text: str) -> Note:
        """A new note. Raises QuotaError: the run has so many."""
        note = Note(new_id(), run, seq, self._clock(), author, text)
        async with writes(self._engine) as db:
            await check_notes(db, run)
            await db.execute(insert(NoteTable).values(**msgspec.structs.asdict(note)))
        return note

    async def author(self, run: RunId, name: str) -> str | None:
        """Whose a note is. None: there is no such note in the run."""
        query = select(col(NoteTable.author)).where(_one(run, name))
        async with reads(self._engine) as db:
            return (await db.execute(query)).scalar()

    async def change(self, run: RunId, name: str, text: str, *, author: str) -> bool:
        """Other words for a note: what is signed by somebody, nobody else writes. False: the run
        has no such note of the author's."""
        wanted = _one(run, name) & (col(NoteTable.author) == author)
        async with writes(self._engine) as db:
            done = await db.execute(update(NoteTable).where(wanted).values(text=text))
        return bool(done.rowcount)

    async def remove(self, run: RunId, name: str, *, author: str) -> bool:
        """Take a note away. False: the run has no such note of the author's."""
        wanted = _one(run, name) & (col(NoteTable.author) == author)
        async with writes(self._engine) as db:
            done = await db.execute(delete(NoteTable).where(wanted))
        return bool(done.rowcount)


def _one(run: RunId, name: str) -> ColumnElement[bool]:
    return (col(NoteTable.run) == run) & (col(NoteTable.id) == name)
