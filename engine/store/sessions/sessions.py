"""Sessions and runs: the plain rows around the logs. Their seats: `seats.py`."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final, Literal

import msgspec
from sqlalchemy import insert, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from engine import typed
from engine.store.quotas import check_sessions
from engine.store.repository import alone, table_of
from engine.store.scripts.pictures import NO_PICTURES, show
from engine.store.sessions.seats import Place as Place
from engine.store.sessions.seats import SeatHolder as SeatHolder
from engine.store.sessions.seats import Seats
from engine.store.tables import RunTable, SessionTable
from engine.store.tokens import CODE_ALPHABET, CODE_MS, new_code, new_id
from engine.values import RunId


class Run(msgspec.Struct, frozen=True):
    """One team's run of a session. `team` counts from 1."""

    id: RunId
    session: str
    team: int
    seed: str


Kind = Literal["evening", "trial", "practice", "make_up", "rehearsal"]


class Session(msgspec.Struct, frozen=True):
    """One occasion; `runs` by team."""

    id: str
    code: str
    scenario: str
    digest: str
    owner: str
    created_ms: int
    closed_ms: int | None
    """Once closed, its join code is free for another session."""
    address: str
    """The base URL chosen for phones; empty: the first found."""
    runs: tuple[Run, ...]
    origin_run: RunId | None = None
    """For practice: the run it continues; for a make-up: one of those that were missed."""
    origin_seq: int | None = None
    """For practice: the last record both have; for a make-up and a rehearsal: 0."""
    branch: str | None = None
    """Id of the branch it is held for; None: the whole organisation's."""
    trial: bool = False
    """Tried out: it counts in no figure and is filed nowhere."""
    locked_ms: int | None = None
    """Since when nobody new may sit down; None: whoever has the code may."""
    put: str | None = None
    """By which act its script came into the menu; None: it lay in the scenarios folder."""

    @property
    def kind(self) -> Kind:
        """An evening of its own, one tried out, a what-if, of somebody who missed one, or of nobody
        but whoever will lead one."""
        later: Final = "practice" if self.origin_seq else "make_up"
        if self.origin_run is not None:
            return later
        if self.origin_seq is not None:
            return "rehearsal"
        return "trial" if self.trial else "evening"


_session, _run = table_of(SessionTable), table_of(RunTable)
FAMILIES: Final = "branches of sessions and what came of them"


def session_of_row(row: Any, runs: list[Run]) -> Session:
    """A row of the table, with its runs by team."""
    return Session(
        id=row.id,
        code=row.code,
        scenario=row.scenario,
        digest=row.digest,
        owner=row.owner,
        created_ms=row.created_ms,
        closed_ms=row.closed_ms,
        address=row.address,
        runs=tuple(runs),
        origin_run=row.origin_run,
        origin_seq=row.origin_seq,
        branch=row.branch,
        trial=row.trial,
        locked_ms=row.locked_ms,
        put=row.put,
    )


class Sessions(Seats):
    """The repository of everything that isn't an event or somebody's account. Raises
    StoreUnavailable throughout."""

    async def ping(self) -> None:
        """Does the database answer?"""
        async with self._reading() as db:
            await db.execute(select(1))

    # ── sessions and runs ───────────────────────────────────────────────────────────────────────

    async def create_session(
        self,
        *,
        scenario: str,
        digest: str,
        teams: int,
        owner: str,
        branch: str | None = None,
        origin: tuple[RunId | None, int] | None = None,
        trial: bool = False,
        pictures: Mapping[str, str] = NO_PICTURES,
        put: str | None = None,
    ) -> Session:
        """A session with a join code and an unopened run a team. `origin`: (run, seq), of whose
        branch it then is, or (None, 0) for a rehearsal; `trial`: it counts for nothing;
        `pictures`: digests of kept ones, by file; `put`: by which the script is in the menu.
        Raises QuotaError."""
        name, at_ms = new_id(), self._clock()
        runs = tuple(Run(new_id(), name, team, new_id()) for team in range(1, teams + 1))

        async def make(db: AsyncConnection) -> Session:
            await check_sessions(db, owner, at_ms, teams)
            code = await self._free_code(db)
            origin_run, origin_seq = origin or (None, None)
            of_branch = branch
            if origin_run is not None:
                await alone(db, FAMILIES)
                family = select(_session.c.branch).join(_run, _run.c.session == _session.c.id)
                of_branch = (await db.execute(family.where(_run.c.id == origin_run))).scalar()
            made = Session(
                id=name,
                code=code,
                scenario=scenario,
                digest=digest,
                owner=owner,
                created_ms=at_ms,
                closed_ms=None,
                address="",
                runs=runs,
                origin_run=origin_run,
                origin_seq=origin_seq,
                branch=of_branch,
                trial=trial,
                put=put,
            )
            row = msgspec.structs.asdict(made)
            del row["runs"]
            await db.execute(insert(_session), [row])
            await db.execute(insert(_run), [msgspec.structs.asdict(run) for run in runs])
            await show(db, name, pictures)
            return made

        return await self._changing(make)

    async def add_run(self, session: str, name: RunId, *, most: int) -> Run | None:
        """The session's next run, called `name`; the one there is, if there is one. None: it has
        `most` already, or is closed."""

        async def add(db: AsyncConnection) -> Run | None:
            still = select(_session.c.closed_ms).where(_session.c.id == session)
            closed_ms = (await db.execute(still.with_for_update(read=True))).scalar()
            rows = await db.execute(select(_run).where(_run.c.session == session))
            runs = [Run(*row) for row in rows]
            if known := next((run for run in runs if run.id == name), None):
                return known
            if closed_ms is not None or len(runs) >= most:
                return None
            run = Run(name, session, max(run.team for run in runs) + 1, new_id())
            await db.execute(insert(_run), [msgspec.structs.asdict(run)])
            return run

        return await self._changing(add)

    async def _free_code(self, db: AsyncConnection) -> str:
        for _ in range(20):
            code = new_code()
            taken = await db.execute(
                select(_session.c.id).where(_session.c.code == code, _session.c.closed_ms.is_(None))
            )
            if taken.first() is None:
                return code
        raise AssertionError("no free join code in twenty draws of 152 thousand million")

    async def find_session(self, name: str) -> Session | None:
        """The session with this id."""
        return await self._one_session(_session.c.id == name)

    async def find_session_by_code(self, code: str) -> Session | None:
        """The session with this join code, unless that has lapsed; case, width and what stands
        between its signs don't matter."""
        wanted = typed.code(code, CODE_ALPHABET)
        return await self._one_session(
            (_session.c.code == wanted)
            & (_session.c.closed_ms.is_(None))
            & (_session.c.created_ms > self._clock() - CODE_MS)
        )

    async def session_of_run(self, run: RunId) -> Session | None:
        """The session the run belongs to."""
        owner = select(_run.c.session).where(_run.c.id == run).scalar_subquery()
        return await self._one_session(_session.c.id == owner)

    async def _one_session(self, condition: Any) -> Session | None:
        async with self._reading() as db:
            row = (await db.execute(select(_session).where(condition))).first()
            if row is None:
                return None
            runs = await db.execute(
                select(_run).where(_run.c.session == row.id).order_by(_run.c.team)
            )
            return session_of_row(row, [Run(*run) for run in runs])

    async def forks_of(self, run: RunId) -> list[tuple[Run, int, int]]:
        """(run, the last record it shares, when it was made) of practice and, with 0, make-ups."""
        wanted = (
            select(_run, _session.c.origin_seq, _session.c.created_ms)
            .join(_session, _session.c.id == _run.c.session)
            .where(_session.c.origin_run == run)
            .order_by(_session.c.created_ms)
        )
        async with self._reading() as db:
            return [(Run(*row[:4]), row[4], row[5]) for row in await db.execute(wanted)]

    async def hold_for(self, name: str, branch: str | None) -> None:
        """It was held for that branch (None: the whole organisation), and so was what came of it:
        practice and make-ups."""
        async with self._writing() as db:
            await alone(db, FAMILIES)
            for each in await family_of(db, name):
                await db.execute(
                    update(_session).where(_session.c.id == each).values(branch=branch)
                )

    async def count_in(self, name: str, *, trial: bool) -> None:
        """Whether it was only tried out."""
        async with self._writing() as db:
            await db.execute(update(_session).where(_session.c.id == name).values(trial=trial))

    async def close_session(self, name: str) -> None:
        """Give its join code free. Closing it again changes nothing."""
        async with self._writing() as db:
            await db.execute(
                update(_session)
                .where(_session.c.id == name, _session.c.closed_ms.is_(None))
                .values(closed_ms=self._clock())
            )


async def family_of(db: AsyncConnection, session: str) -> list[str]:
    """The session, what it was forked from or makes up for, and what came of any of these."""
    family, ask = {session}, [session]
    while ask:
        above = (
            select(_run.c.session)
            .join(_session, _session.c.origin_run == _run.c.id)
            .where(_session.c.id.in_(ask))
        )
        below = (
            select(_session.c.id)
            .join(_run, _run.c.id == _session.c.origin_run)
            .where(_run.c.session.in_(ask))
        )
        ask = [name for (name,) in await db.execute(above.union(below)) if name not in family]
        family.update(ask)
    return sorted(family)
