"""Sessions, runs and seats: the plain rows around the logs."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final, Literal

import msgspec
from sqlalchemy import delete, insert, select, update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.ext.asyncio import AsyncConnection

from engine import typed
from engine.store.quotas import check_sessions
from engine.store.repository import table_of
from engine.store.scripts.pictures import NO_PICTURES, show
from engine.store.sessions.invitation import Joining
from engine.store.sessions.seating import opens_still, seat_somebody
from engine.store.tables import ParticipantTable, RunTable, SeatTable, SessionTable
from engine.store.tokens import CODE_ALPHABET, CODE_MS, hash_token, new_code, new_id, new_token
from engine.values import Map, RunId, SeatId


class Run(msgspec.Struct, frozen=True):
    """One team's run of a session. `team` counts from 1."""

    id: RunId
    session: str
    team: int
    seed: str


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
    """For practice: the last record both have; for a make-up: 0."""
    branch: str | None = None
    """Id of the branch it is held for; None: the whole organisation's."""
    trial: bool = False
    """Tried out: it counts in no figure and is filed nowhere."""
    locked_ms: int | None = None
    """Since when nobody new may sit down; None: whoever has the code may."""

    @property
    def kind(self) -> Literal["evening", "trial", "practice", "make_up"]:
        """An evening of its own, one tried out, a what-if, or of somebody who missed one."""
        later: Final = "practice" if self.origin_seq else "make_up"
        if self.origin_run is not None:
            return later
        return "trial" if self.trial else "evening"


class Place(msgspec.Struct, frozen=True):
    """A seat, and what opens it."""

    run: RunId
    seat: SeatId
    name: str
    """Empty: erased."""
    token_hash: str


class SeatHolder(msgspec.Struct, frozen=True):
    """Who holds a seat token."""

    run: RunId
    seat: SeatId
    name: str
    session: str
    branch: str | None = None
    """The session's."""


_session, _run, _seat, _person = (
    table_of(row) for row in (SessionTable, RunTable, SeatTable, ParticipantTable)
)


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
    )


class Sessions(Joining):
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
        origin: tuple[RunId, int] | None = None,
        trial: bool = False,
        pictures: Mapping[str, str] = NO_PICTURES,
    ) -> Session:
        """A session with a join code and an unopened run a team. `origin`: (run, seq); `trial`: it
        counts for nothing; `pictures`: digests of kept ones, by file. Raises QuotaError."""
        name, at_ms = new_id(), self._clock()
        runs = tuple(Run(new_id(), name, team, new_id()) for team in range(1, teams + 1))

        async def make(db: AsyncConnection) -> Session:
            await check_sessions(db, owner, at_ms, teams)
            code = await self._free_code(db)
            origin_run, origin_seq = origin or (None, None)
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
                branch=branch,
                trial=trial,
            )
            row = msgspec.structs.asdict(made)
            del row["runs"]
            await db.execute(insert(_session), [row])
            await db.execute(insert(_run), [msgspec.structs.asdict(run) for run in runs])
            await show(db, name, pictures)
            return made

        return await self._changing(make)

    async def add_run(self, session: str, name: RunId) -> Run:
        """The session's next run, called `name`; the one there is, if there is one."""

        async def add(db: AsyncConnection) -> Run:
            rows = await db.execute(select(_run).where(_run.c.session == session))
            runs = [Run(*row) for row in rows]
            if known := next((run for run in runs if run.id == name), None):
                return known
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

    # ── seats ───────────────────────────────────────────────────────────────────────────────────

    async def create_seat(
        self, run: RunId, name: str, token: str | None = None
    ) -> tuple[SeatId, str]:
        """The run's next seat and its token, a new one unless it is given: the seat that has that
        token already, then."""
        token = token or new_token()

        async def take(db: AsyncConnection) -> SeatId:
            mine = (_seat.c.run == run) & (_seat.c.token_hash == hash_token(token))
            held = (await db.execute(select(_seat.c.seat).where(mine))).scalar()
            if held is not None:
                return str(held)
            taken = await db.execute(select(_seat.c.seat).where(_seat.c.run == run))
            seat = f"s{max((int(held[1:]) for (held,) in taken), default=0) + 1}"
            await seat_somebody(db, run, seat, name, token)
            return seat

        return await self._changing(take), token

    async def take_over_seat(
        self, run: RunId, seat: SeatId, name: str, token: str | None = None
    ) -> str | None:
        """A token for a seat that nobody has in the table yet; None: somebody has."""
        token = token or new_token()
        try:
            async with self._writing() as db:
                await seat_somebody(db, run, seat, name, token)
        except IntegrityError:
            return None
        return token

    async def rename_seat(self, run: RunId, seat: SeatId, name: str) -> None:
        """Another name for who sits there."""
        whose = select(_seat.c.pseudonym).where(_seat.c.run == run, _seat.c.seat == seat)
        here = (_person.c.pseudonym == whose.scalar_subquery()) & (_person.c.erased_ms.is_(None))
        async with self._writing() as db:
            await db.execute(update(_person).where(here).values(name=name))

    async def remove_seat(self, run: RunId, seat: SeatId) -> None:
        """Forget a seat that the rules refused."""
        mine = (_seat.c.run == run) & (_seat.c.seat == seat)
        async with self._writing() as db:
            whose = (await db.execute(select(_seat.c.pseudonym).where(mine))).scalar()
            await db.execute(delete(_seat).where(mine))
            await db.execute(delete(_person).where(_person.c.pseudonym == whose))

    async def renew_token(self, run: RunId, seat: SeatId) -> str | None:
        """Another token for a seat; the old one opens nothing any more. None: no such seat."""
        token = new_token()
        held = (_seat.c.run == run) & (_seat.c.seat == seat)
        async with self._writing() as db:
            changed = update(_seat).where(held).values(token_hash=hash_token(token))
            done = await db.execute(changed)
        return token if done.rowcount else None

    async def find_place(self, run: RunId, seat: SeatId) -> Place | None:
        """The seat, if somebody sits there."""
        wanted = (
            select(_person.c.name, _seat.c.token_hash)
            .join(_person, _person.c.pseudonym == _seat.c.pseudonym)
            .where(_seat.c.run == run, _seat.c.seat == seat)
        )
        async with self._reading() as db:
            row = (await db.execute(wanted)).first()
        return Place(run, seat, row[0] or "", row[1]) if row is not None else None

    async def move_seat(self, place: Place, token: str) -> bool:
        """Let this token open the seat instead of the one it had. False: it had that no longer."""
        held = (_seat.c.run == place.run) & (_seat.c.seat == place.seat)
        as_known = held & (_seat.c.token_hash == place.token_hash)
        changed = update(_seat).where(as_known).values(token_hash=hash_token(token))
        async with self._writing() as db:
            done = await db.execute(changed)
        return bool(done.rowcount)

    async def find_seat(self, token: str) -> SeatHolder | None:
        """Whose seat the token opens; None: no one's, or its evening is long past."""
        wanted = (
            select(_seat.c.run, _seat.c.seat, _person.c.name, _run.c.session, _session.c.branch)
            .join(_run, _run.c.id == _seat.c.run)
            .join(_session, _session.c.id == _run.c.session)
            .join(_person, _person.c.pseudonym == _seat.c.pseudonym)
            .where(_seat.c.token_hash == hash_token(token), opens_still(self._clock()))
        )
        async with self._reading() as db:
            row = (await db.execute(wanted)).first()
        return SeatHolder(*row) if row is not None else None

    async def strike(self, run: RunId, seat: SeatId, *, off: bool) -> bool:
        """Strike a seat off the documents, or put it back. False: no such seat."""
        held = (_seat.c.run == run) & (_seat.c.seat == seat)
        at_ms = self._clock() if off else None
        async with self._writing() as db:
            done = await db.execute(update(_seat).where(held).values(struck_ms=at_ms))
        return bool(done.rowcount)

    async def struck(self, run: RunId) -> frozenset[SeatId]:
        """The seats that were struck off."""
        wanted = select(_seat.c.seat).where(_seat.c.run == run, _seat.c.struck_ms.is_not(None))
        async with self._reading() as db:
            return frozenset(seat for (seat,) in await db.execute(wanted))

    async def persons(self, run: RunId) -> Map[SeatId, str]:
        """Who sits there, by seat, as told apart over several evenings; whoever was erased, or took
        part before that was kept, is missing."""
        wanted = (
            select(_seat.c.seat, _person.c.person)
            .join(_person, _person.c.pseudonym == _seat.c.pseudonym)
            .where(_seat.c.run == run, _person.c.person.is_not(None))
            .order_by(_seat.c.seat)
        )
        async with self._reading() as db:
            return Map((seat, person) for seat, person in await db.execute(wanted))

    async def names(self, run: RunId) -> Map[SeatId, str]:
        """The names of the run's participants by seat; empty where erased."""
        wanted = (
            select(_seat.c.seat, _person.c.name)
            .join(_person, _person.c.pseudonym == _seat.c.pseudonym)
            .where(_seat.c.run == run)
            .order_by(_seat.c.seat)
        )
        async with self._reading() as db:
            return Map((seat, name) for seat, name in await db.execute(wanted))


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
