"""Forgetting people: one by one, or a branch's when its time is up. Logs know no names and stay.

What goes: the name (in `participants`, and wherever it was typed about the session: `traces.py`),
the seat's token; when a branch's time is up, the photo too, and what the record says of people.
What names nobody stays: which branch met, when, where and on what; how many came stands in the
logs. A figure never rests on what may be forgotten.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Any, Final

import msgspec
from sqlalchemy import (
    BigInteger,
    ColumnElement,
    Select,
    case,
    cast,
    func,
    literal,
    or_,
    select,
    update,
)
from sqlalchemy.ext.asyncio import AsyncConnection

from engine.store.people.retention import DAY_MS, NOTED
from engine.store.people.traces import GONE as GONE
from engine.store.people.traces import looked_through
from engine.store.repository import Repository, table_of
from engine.store.sessions.sessions import family_of
from engine.store.tables import (
    AccountTable,
    ActivityTable,
    AuditTable,
    BranchTable,
    DraftTable,
    EventTable,
    ParticipantTable,
    RunTable,
    SeatTable,
    SessionTable,
)
from engine.store.tokens import new_token
from engine.values import RunId, SeatId

TYPED_MIN: Final = 2
"""A name of one sign stands in too many words to be looked for in texts."""
AT_ONCE: Final = 100
"""Sessions that lapse in one transaction."""
_NAMES: Final = re.compile(r"[、，,；;\s]+")
"""Stands between the names of several people."""
_WORDS: Final = ("host", "recorder", "absent", "remarks")
"""Fields of a record that names are typed into; the others say what, when and where."""


(
    _people,
    _seats,
    _runs,
    _sessions,
    _branches,
    _activities,
    _audit,
    _events,
    _drafts,
    _accounts,
) = (  # fmt: skip
    table_of(row)
    for row in (
        ParticipantTable,
        SeatTable,
        RunTable,
        SessionTable,
        BranchTable,
        ActivityTable,
        AuditTable,
        EventTable,
        DraftTable,
        AccountTable,
    )
)


class Due(msgspec.Struct, frozen=True):
    """A session whose time is up."""

    session: str
    branch: str
    noted_ms: tuple[int, ...]
    """When looks found it due, so far."""
    created_ms: int = 0
    people: int = 0
    """Who took part and has a name."""


class Lapsed(msgspec.Struct, frozen=True):
    """A session whose names have gone, its time being up."""

    session: str
    branch: str
    people: int
    record: bool
    """The session's record told of people, perhaps in a photo."""
    runs: tuple[RunId, ...]


class Named(msgspec.Struct, frozen=True):
    """Where the name of somebody who took part stands."""

    name: str
    goes: dict[str, int]
    """How many texts about the session it will be taken out of, by table."""
    stays: dict[str, int]
    """Where it stays: `events` of the session, `drafts`, `accounts`, `branches`, and `seats`, of
    other sessions."""


class Privacy(Repository):
    """Forgets, in one database. Raises StoreUnavailable throughout."""

    async def named(self, run: RunId, seat: SeatId) -> Named | None:
        """What erasing them will do, and what it won't. None: nobody, or forgotten already."""
        async with self._reading() as db:
            held = (await db.execute(_seated(run, seat))).first()
            if held is None:
                return None
            goes = {
                table.name: int(await db.scalar(counted) or 0)
                for table, counted in await _typed(db, held.session, held.name)
            }
            stays = await _stays(db, held.session, held.name)
        return Named(held.name, _some(goes), _some(stays))

    async def erase(self, run: RunId, seat: SeatId) -> str | None:
        """Forget who sat there. The pseudonym; None: nobody, or forgotten already."""
        async with self._writing() as db:
            held = (await db.execute(_seated(run, seat).with_for_update(of=_people))).first()
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
        """Forget the people of these sessions: of those whose time is up yet. Meanwhile a branch
        may have got more days, or a session another branch."""
        done: list[Lapsed] = []
        for start in range(0, len(due), AT_ONCE):
            async with self._writing() as db:
                part = due[start : start + AT_ONCE]
                for each in part:
                    held = _ripe(self._clock()).where(_sessions.c.id == each.session)
                    held = held.where(_sessions.c.branch == each.branch)
                    held = held.with_for_update(read=True, of=(_sessions, _branches))
                    if (await db.execute(held)).first() is not None:
                        done.append(await self._let_go(db, each.session, each.branch))
        return [lapsed for lapsed in done if lapsed.people or lapsed.record]

    async def newest_ms(self) -> int:
        """The latest instant that anything kept tells of, by whatever clock; 0: nothing is kept."""
        told = (_audit.c.at_ms, _sessions.c.created_ms, _sessions.c.closed_ms)
        async with self._reading() as db:
            return max([await db.scalar(select(func.max(column))) or 0 for column in told])

    async def due(self, branch: str | None = None, days: int | None = None) -> list[Due]:
        """Ended sessions that hold names or a record beyond their time, by this clock. `branch`:
        that one's; `days`: those that would, were they kept for so long."""
        named = (
            select(_seats.c.seat)
            .join(_runs, _runs.c.id == _seats.c.run)
            .join(_people, _people.c.pseudonym == _seats.c.pseudonym)
            .where(_runs.c.session == _sessions.c.id, _people.c.erased_ms.is_(None))
        )
        counted = named.with_only_columns(func.count()).scalar_subquery().label("people")
        filed = select(_activities.c.session).where(
            _activities.c.session == _sessions.c.id, _personal()
        )
        wanted = (
            _ripe(self._clock(), days)
            .add_columns(counted)
            .where(named.exists() | filed.exists())
            .order_by(_sessions.c.id)
        )
        if branch is not None:
            wanted = wanted.where(_sessions.c.branch == branch)
        noted = select(_audit.c.target, _audit.c.at_ms).where(_audit.c.act == NOTED)
        async with self._reading() as db:
            found = [*await db.execute(wanted)]
            seen: dict[str, list[int]] = {}
            for row in await db.execute(noted) if found else ():
                seen.setdefault(row.target, []).append(row.at_ms)
        return [
            Due(row.id, row.branch, tuple(seen.get(row.id, ())), row.created_ms, row.people)
            for row in found
        ]

    async def _let_go(self, db: AsyncConnection, session: str, branch: str) -> Lapsed:
        held = await db.execute(
            select(_people.c.pseudonym, _people.c.name, _seats.c.run)
            .join(_seats, _seats.c.pseudonym == _people.c.pseudonym)
            .join(_runs, _runs.c.id == _seats.c.run)
            .where(_runs.c.session == session, _people.c.erased_ms.is_(None))
        )
        people = held.all()
        await self._forget(db, [person.pseudonym for person in people])
        mine = _activities.c.session == session
        led = (
            await db.execute(select(_activities.c.host, _activities.c.recorder).where(mine))
        ).all()
        named = {name for row in led for word in row for name in _NAMES.split(word)}
        for name in sorted({person.name for person in people} | named - {GONE}):
            await _untype(db, session, name)
        gone = {field: case((_activities.c[field] == "", ""), else_=GONE) for field in _WORDS} | {
            "photo": None
        }
        filed = await db.execute(update(_activities).where(mine, _personal()).values(**gone))
        runs = tuple(sorted({person.run for person in people}))
        return Lapsed(session, branch, len(people), bool(filed.rowcount), runs)


def _ripe(now_ms: int, days: int | None = None) -> Select[Any]:
    """Sessions whose branch keeps them no longer; `days`: wouldn't, were it so many."""
    kept = cast(_branches.c.retention_days, BigInteger) if days is None else literal(days)
    found: Select[Any] = select(_sessions.c.id, _sessions.c.branch, _sessions.c.created_ms)
    return (
        found.join(_branches, _branches.c.id == _sessions.c.branch)
        .where(_sessions.c.closed_ms.is_not(None))
        .where(_sessions.c.created_ms + kept * DAY_MS <= now_ms)
    )


def _seated(run: RunId, seat: SeatId) -> Any:
    return (
        select(_people.c.pseudonym, _people.c.name, _runs.c.session)
        .join(_seats, _seats.c.pseudonym == _people.c.pseudonym)
        .join(_runs, _runs.c.id == _seats.c.run)
        .where(_seats.c.run == run, _seats.c.seat == seat, _people.c.erased_ms.is_(None))
    )


def _some(found: dict[str, int]) -> dict[str, int]:
    return {name: count for name, count in found.items() if count}


async def _typed(db: AsyncConnection, session: str, name: str) -> list[tuple[Any, Any]]:
    """(table, what counts its texts about the session that have the name in them)."""
    if len(name) < TYPED_MIN:
        return []
    found = []
    for table, mine, columns in await _about(db, session):
        held = (
            case((table.c[each].contains(name, autoescape=True), 1), else_=0) for each in columns
        )
        found.append((table, select(func.sum(sum(held))).where(mine)))
    return found


async def _about(db: AsyncConnection, session: str) -> list[tuple[Any, Any, tuple[str, ...]]]:
    """(table, its rows about the session and its family, columns with somebody's words)."""
    family = await family_of(db, session)
    runs = select(_runs.c.id).where(_runs.c.session.in_(family))
    found = []
    for table, by, columns in looked_through(ActivityTable.metadata):
        of_runs = any(key.column.table is _runs for key in by.foreign_keys)
        found.append((table, by.in_(runs if of_runs else family), columns))
    return found


async def _stays(db: AsyncConnection, session: str, name: str) -> dict[str, int]:
    """How often it stands where nothing is changed (`traces.STAYS`)."""
    if len(name) < TYPED_MIN:
        return {}
    runs = select(_runs.c.id).where(_runs.c.session == session)
    logs = await db.execute(select(_events.c.body).where(_events.c.run.in_(runs)))
    texts = await db.execute(select(_drafts.c.name, _drafts.c.text))
    others = (
        select(func.count())
        .select_from(_seats)
        .join(_people, _people.c.pseudonym == _seats.c.pseudonym)
        .where(_people.c.name == name, _seats.c.run.not_in(runs))
    )
    found = {
        "events": sum(name.encode() in line for row in logs for line in row.body.split(b"\n")),
        "drafts": len({row.name for row in texts if name.encode() in row.text}),
        "seats": int(await db.scalar(others) or 0),
    }
    for table in (_accounts, _branches):
        held = table.c.name.contains(name, autoescape=True)
        counted = select(func.count()).select_from(table).where(held)
        found[table.name] = int(await db.scalar(counted) or 0)
    return found


def _personal() -> ColumnElement[bool]:
    """A record that still tells of people."""
    told = (_activities.c[field].not_in(("", GONE)) for field in _WORDS)
    return or_(_activities.c.photo.is_not(None), *told)


async def _untype(db: AsyncConnection, session: str, name: str) -> None:
    """Take a name out of whatever was typed about a session and its family, whichever column it
    stands in (`traces.py`)."""
    if len(name) < TYPED_MIN:
        return
    for table, mine, columns in await _about(db, session):
        for column in (table.c[each] for each in columns):
            held = mine & column.contains(name, autoescape=True)
            await db.execute(
                update(table).where(held).values({column: func.replace(column, name, GONE)})
            )
