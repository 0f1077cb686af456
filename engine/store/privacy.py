"""Forgetting people: one by one, or a branch's when its time is up. Logs know no names and stay.

What goes: the name (in `participants`, and where it was typed into the session's record or a
trainer's note), the seat's token; when a branch's time is up, the photo too, and what the record
says of people. What names nobody stays: which branch met, when, where and on what; how many came
stands in the logs. A figure never rests on what may be forgotten.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

import msgspec
from sqlalchemy import BigInteger, ColumnElement, case, cast, func, or_, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from engine.store.repository import Repository, table_of
from engine.store.retention import DAY_MS, NOTED
from engine.store.sessions import family_of
from engine.store.tables import (
    ActivityTable,
    AuditTable,
    BranchTable,
    NoteTable,
    ParticipantTable,
    RunTable,
    SeatTable,
    SessionTable,
)
from engine.store.tokens import new_token
from engine.values import RunId, SeatId

GONE: Final = "（已删名）"
"""Stands where an erased name was typed into a text."""
TYPED_MIN: Final = 2
"""A name of one sign stands in too many words to be looked for in texts."""
AT_ONCE: Final = 100
"""Sessions that lapse in one transaction."""
_WORDS: Final = ("host", "recorder", "absent", "remarks")
"""Fields of a record that names are typed into; the others say what, when and where."""


_people, _seats, _runs, _sessions, _branches, _activities, _notes, _audit = (
    table_of(row)
    for row in (
        ParticipantTable,
        SeatTable,
        RunTable,
        SessionTable,
        BranchTable,
        ActivityTable,
        NoteTable,
        AuditTable,
    )
)


class Due(msgspec.Struct, frozen=True):
    """A session whose time is up."""

    session: str
    branch: str
    noted_ms: tuple[int, ...]
    """When looks found it due, so far."""


class Lapsed(msgspec.Struct, frozen=True):
    """A session whose names have gone, its time being up."""

    session: str
    branch: str
    people: int
    record: bool
    """The session's record told of people, perhaps in a photo."""
    runs: tuple[RunId, ...]


class Privacy(Repository):
    """Forgets, in one database. Raises StoreUnavailable throughout."""

    async def erase(self, run: RunId, seat: SeatId) -> str | None:
        """Forget who sat there. The pseudonym; None: nobody, or forgotten already."""
        wanted = (
            select(_people.c.pseudonym, _people.c.name, _runs.c.session)
            .join(_seats, _seats.c.pseudonym == _people.c.pseudonym)
            .join(_runs, _runs.c.id == _seats.c.run)
            .where(_seats.c.run == run, _seats.c.seat == seat, _people.c.erased_ms.is_(None))
        )
        async with self._writing() as db:
            held = (await db.execute(wanted)).first()
            if held is None:
                return None
            await self._forget(db, [held.pseudonym])
            await _untype(db, held.session, held.name)
        return str(held.pseudonym)

    async def erased_since(self, at_ms: int) -> list[RunId]:
        """Runs in which somebody was forgotten at that instant or later."""
        wanted = (
            select(_seats.c.run)
            .join(_people, _people.c.pseudonym == _seats.c.pseudonym)
            .where(_people.c.erased_ms >= at_ms)
            .distinct()
        )
        async with self._reading() as db:
            return [run for (run,) in await db.execute(wanted)]

    async def _forget(self, db: AsyncConnection, pseudonyms: Sequence[str]) -> None:
        gone = {"name": "", "erased_ms": self._clock(), "person": None}
        for pseudonym in pseudonyms:
            await db.execute(update(_people).where(_people.c.pseudonym == pseudonym).values(**gone))
            # No token has such a hash.
            await db.execute(
                update(_seats)
                .where(_seats.c.pseudonym == pseudonym)
                .values(token_hash=f"erased {new_token()}")
            )

    async def lapse(self, due: Sequence[Due]) -> list[Lapsed]:
        """Forget the people of these sessions."""
        done: list[Lapsed] = []
        for start in range(0, len(due), AT_ONCE):
            async with self._writing() as db:
                part = due[start : start + AT_ONCE]
                done += [await self._let_go(db, each.session, each.branch) for each in part]
        return [lapsed for lapsed in done if lapsed.people or lapsed.record]

    async def newest_ms(self) -> int:
        """The latest instant that anything kept tells of, by whatever clock; 0: nothing is kept."""
        told = (_audit.c.at_ms, _sessions.c.created_ms, _sessions.c.closed_ms)
        async with self._reading() as db:
            return max([await db.scalar(select(func.max(column))) or 0 for column in told])

    async def due(self) -> list[Due]:
        """Ended sessions that hold names or a record beyond their time, by this clock."""
        kept_ms = cast(_branches.c.retention_days, BigInteger) * DAY_MS
        named = (
            select(_seats.c.seat)
            .join(_runs, _runs.c.id == _seats.c.run)
            .join(_people, _people.c.pseudonym == _seats.c.pseudonym)
            .where(_runs.c.session == _sessions.c.id, _people.c.erased_ms.is_(None))
        )
        filed = select(_activities.c.session).where(
            _activities.c.session == _sessions.c.id, _personal()
        )
        wanted = (
            select(_sessions.c.id, _sessions.c.branch)
            .join(_branches, _branches.c.id == _sessions.c.branch)
            .where(_sessions.c.closed_ms.is_not(None))
            .where(_sessions.c.created_ms + kept_ms <= self._clock())
            .where(named.exists() | filed.exists())
            .order_by(_sessions.c.id)
        )
        noted = select(_audit.c.target, _audit.c.at_ms).where(_audit.c.act == NOTED)
        async with self._reading() as db:
            found = [(row.id, row.branch) for row in await db.execute(wanted)]
            seen: dict[str, list[int]] = {}
            for row in await db.execute(noted) if found else ():
                seen.setdefault(row.target, []).append(row.at_ms)
        return [Due(session, branch, tuple(seen.get(session, ()))) for session, branch in found]

    async def _let_go(self, db: AsyncConnection, session: str, branch: str) -> Lapsed:
        held = await db.execute(
            select(_people.c.pseudonym, _people.c.name, _seats.c.run)
            .join(_seats, _seats.c.pseudonym == _people.c.pseudonym)
            .join(_runs, _runs.c.id == _seats.c.run)
            .where(_runs.c.session == session, _people.c.erased_ms.is_(None))
        )
        people = held.all()
        await self._forget(db, [person.pseudonym for person in people])
        for person in people:
            await _untype(db, session, person.name)
        mine = _activities.c.session == session
        gone = {field: case((_activities.c[field] == "", ""), else_=GONE) for field in _WORDS} | {
            "photo": None
        }
        filed = await db.execute(update(_activities).where(mine, _personal()).values(**gone))
        runs = tuple(sorted({person.run for person in people}))
        return Lapsed(session, branch, len(people), bool(filed.rowcount), runs)


def _personal() -> ColumnElement[bool]:
    """A record that still tells of people."""
    told = (_activities.c[field].not_in(("", GONE)) for field in _WORDS)
    return or_(_activities.c.photo.is_not(None), *told)


async def _untype(db: AsyncConnection, session: str, name: str) -> None:
    """Take a name out of what was typed about a session and its family: records, and notes on
    runs."""
    if len(name) < TYPED_MIN:
        return
    family = await family_of(db, session)
    told = _activities.c.session.in_(family)
    for kept in (await db.execute(select(_activities).where(told))).all():
        words = {field: getattr(kept, field).replace(name, GONE) for field in _WORDS}
        mine = _activities.c.session == kept.session
        await db.execute(update(_activities).where(mine).values(**words))
    runs = select(_runs.c.id).where(_runs.c.session.in_(family))
    typed = select(_notes.c.id, _notes.c.text).where(
        _notes.c.run.in_(runs), _notes.c.text.contains(name, autoescape=True)
    )
    for note in (await db.execute(typed)).all():
        text = note.text.replace(name, GONE)
        await db.execute(update(_notes).where(_notes.c.id == note.id).values(text=text))
