"""What a branch puts on file about a session: rows that the facilitator fills in."""

from __future__ import annotations

import msgspec
from sqlalchemy import insert, select, update
from sqlalchemy.ext.asyncio import AsyncEngine
from sqlmodel import col

from engine.store.faults import unavailable
from engine.store.tables import ActivityTable


class Activity(msgspec.Struct, frozen=True, kw_only=True):
    """The record's own fields; all may be empty, and are then worked out or left to be filled in
    by hand."""

    session: str
    branch_written: str = ""
    """Kept from when a branch was typed here; the session's is the one that counts."""
    topic: str = ""
    held: str = ""
    """Date and time, as the branch writes them."""
    place: str = ""
    host: str = ""
    recorder: str = ""
    absent: str = ""
    """Names and reasons."""
    remarks: str = ""
    photo: bytes | None = None


class Activities:
    """The activities of one database. Raises StoreUnavailable throughout."""

    def __init__(self, engine: AsyncEngine) -> None:
        self._engine = engine
        self._writing = engine.execution_options(writing=True)

    async def get(self, session: str) -> Activity:
        """The session's; an empty one if nobody has filled it in."""
        query = select(ActivityTable).where(col(ActivityTable.session) == session)
        with unavailable():
            async with self._engine.connect() as db:
                row = (await db.execute(query)).first()
        return Activity(**row._mapping) if row is not None else Activity(session=session)

    async def save(self, activity: Activity) -> None:
        """Keep it in place of what was there."""
        row = msgspec.structs.asdict(activity)
        mine = col(ActivityTable.session) == activity.session
        with unavailable():
            async with self._writing.begin() as db:
                changed = await db.execute(update(ActivityTable).where(mine).values(**row))
                if not changed.rowcount:
                    await db.execute(insert(ActivityTable).values(**row))
