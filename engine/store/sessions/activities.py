"""What a branch puts on file about a session: rows that the facilitator fills in."""

from __future__ import annotations

import hashlib
from collections.abc import Collection
from typing import Any, Final

import msgspec
from sqlalchemy import select, update
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.ext.asyncio import AsyncEngine

from engine.store.precedence import reads, writes
from engine.store.repository import table_of
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

    @property
    def words(self) -> dict[str, str]:
        """What a person fills in, by field."""
        return {name: getattr(self, name) for name in WORDS}

    @property
    def mark(self) -> str:
        """Another one as soon as somebody's words are others."""
        said = "\x00".join(self.words.values())
        return hashlib.sha256(said.encode()).hexdigest()[:16]


WORDS: Final = ("topic", "held", "place", "host", "recorder", "absent", "remarks")
_NOTHING: Final = dict.fromkeys((*WORDS, "branch_written"), "") | {"photo": None}
_activity = table_of(ActivityTable)


class Activities:
    """The activities of one database. Raises StoreUnavailable throughout."""

    def __init__(self, engine: AsyncEngine) -> None:
        self._engine = engine

    async def get(self, session: str) -> Activity:
        """The session's; an empty one if nobody has filled it in."""
        query = select(_activity).where(_activity.c.session == session)
        async with reads(self._engine) as db:
            row = (await db.execute(query)).first()
        return Activity(**row._mapping) if row is not None else Activity(session=session)

    async def save(
        self, activity: Activity, *, only: Collection[str] | None = None, seen: str | None = None
    ) -> bool:
        """Keep it in place of what was there; `only` these fields, the others stay. `seen`: the
        mark of what whoever fills it in was shown. False: it is another by now, nothing changed."""
        row = msgspec.structs.asdict(activity)
        wanted = {name: row[name] for name in row if only is None or name in only}
        mine = _activity.c.session == activity.session
        async with writes(self._engine) as db:
            dialect: Any = sqlite if db.dialect.name == "sqlite" else postgresql
            empty = dialect.insert(_activity).values(**row | _NOTHING)
            await db.execute(empty.on_conflict_do_nothing())
            kept = (await db.execute(select(_activity).where(mine).with_for_update())).one()
            if seen not in (None, Activity(**kept._mapping).mark):
                return False
            await db.execute(update(_activity).where(mine).values(**wanted))
        return True
