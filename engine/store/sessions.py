"""Accounts, logins, sessions, runs and seats: the plain rows around the logs."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from typing import Any, Final, Literal, TypeVar

import msgspec
from argon2 import PasswordHasher
from argon2.exceptions import Argon2Error
from sqlalchemy import delete, insert, select, update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine

from engine.store.faults import unavailable
from engine.store.tables import (
    AccountTable,
    LoginTable,
    ParticipantTable,
    RunTable,
    SeatTable,
    SessionTable,
)
from engine.store.tokens import hash_token, new_code, new_id, new_password, new_token
from engine.values import Map, RunId, SeatId

ADMIN: Final = "admin"
TRIES_MAX: Final = 20
"""How often a change is made again when others took its code, seat or name meanwhile."""

T = TypeVar("T")


class Account(msgspec.Struct, frozen=True):
    """A facilitator."""

    id: str
    name: str
    admin: bool


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

    @property
    def kind(self) -> Literal["evening", "practice", "make_up"]:
        """An evening of its own, a what-if, or somebody who missed one and plays alone."""
        later: Final = "practice" if self.origin_seq else "make_up"
        return "evening" if self.origin_run is None else later


class SeatHolder(msgspec.Struct, frozen=True):
    """Who holds a seat token."""

    run: RunId
    seat: SeatId
    name: str
    session: str


def _table(row: type[Any]) -> Any:
    return row.__table__


_account, _login, _session, _run, _seat, _person = (
    _table(row)
    for row in (AccountTable, LoginTable, SessionTable, RunTable, SeatTable, ParticipantTable)
)

_ADMIN_ID: Final = select(_account.c.id).where(_account.c.name == ADMIN).scalar_subquery()


def _session_of(row: Any, runs: list[Run]) -> Session:
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
    )


class Sessions:
    """The repository of everything that isn't an event. Raises StoreUnavailable throughout."""

    def __init__(self, engine: AsyncEngine, clock: Callable[[], int]) -> None:
        self._engine = engine
        self._to_write = engine.execution_options(writing=True)
        self._clock, self._hasher = clock, PasswordHasher()

    @asynccontextmanager
    async def _reading(self) -> AsyncIterator[AsyncConnection]:
        with unavailable():
            async with self._engine.connect() as db:
                yield db

    @asynccontextmanager
    async def _writing(self) -> AsyncIterator[AsyncConnection]:
        with unavailable():
            async with self._to_write.begin() as db:
                yield db

    async def _changing(self, change: Callable[[AsyncConnection], Awaitable[T]]) -> T:
        """Make a change that looks for something free and takes it. On PostgreSQL others may take
        it between the look and the commit; the change is then made again."""
        for left in reversed(range(TRIES_MAX)):
            try:
                async with self._writing() as db:
                    return await change(db)
            except IntegrityError:
                if not left:
                    raise
        raise AssertionError("the last try returns or raises")

    async def ping(self) -> None:
        """Does the database answer?"""
        async with self._reading() as db:
            await db.execute(select(1))

    # ── accounts and logins ─────────────────────────────────────────────────────────────────────

    async def ensure_admin(self, password: str | None) -> str | None:
        """Make the account `admin`, or give it `password`. Returns a password that was made up.

        Another password ends all logins: whoever knew the old one is out. An empty one is none.
        """
        password = password or None
        known = await self._admin_hash()
        if known is not None and (password is None or await self._verified(known, password)):
            return None
        made = password or new_password()
        hashed = await asyncio.to_thread(self._hasher.hash, made)
        try:
            async with self._writing() as db:
                if known is None:
                    row = {"id": new_id(), "name": ADMIN, "password_hash": hashed}
                    await db.execute(insert(_account), [row])
                else:
                    changed = update(_account).where(_account.c.name == ADMIN)
                    await db.execute(changed.values(password_hash=hashed))
                    await db.execute(delete(_login).where(_login.c.account == _ADMIN_ID))
        except IntegrityError:
            if await self._admin_hash() is None:
                raise
            return await self.ensure_admin(password)  # another process made it first
        return None if password is not None else made

    async def _admin_hash(self) -> str | None:
        async with self._reading() as db:
            wanted = select(_account.c.password_hash).where(_account.c.name == ADMIN)
            known: str | None = (await db.execute(wanted)).scalar()
        return known

    async def _verified(self, hashed: str, password: str) -> bool:
        try:
            return await asyncio.to_thread(self._hasher.verify, hashed, password)
        except Argon2Error:
            return False

    async def check_login(self, name: str, password: str) -> Account | None:
        """The account, if the password is its own. Takes as long for an unknown name."""
        async with self._reading() as db:
            row = (await db.execute(select(_account).where(_account.c.name == name))).first()
        hashed = row.password_hash if row is not None else _NO_HASH
        if not await self._verified(hashed, password) or row is None:
            return None
        return Account(row.id, row.name, row.name == ADMIN)

    async def create_login(self, account: str, ttl_s: int) -> str:
        """A new login's token. Logins that are over are forgotten."""
        token, now_ms = new_token(), self._clock()
        row = {
            "token_hash": hash_token(token),
            "account": account,
            "expires_ms": now_ms + ttl_s * 1000,
        }
        async with self._writing() as db:
            await db.execute(delete(_login).where(_login.c.expires_ms <= now_ms))
            await db.execute(insert(_login), [row])
        return token

    async def find_login(self, token: str) -> Account | None:
        """Whose login the token is, unless it is over."""
        wanted = (
            select(_account.c.id, _account.c.name)
            .join(_login, _login.c.account == _account.c.id)
            .where(_login.c.token_hash == hash_token(token), _login.c.expires_ms > self._clock())
        )
        async with self._reading() as db:
            row = (await db.execute(wanted)).first()
        return Account(row.id, row.name, row.name == ADMIN) if row is not None else None

    async def end_login(self, token: str) -> None:
        """Log out."""
        async with self._writing() as db:
            await db.execute(delete(_login).where(_login.c.token_hash == hash_token(token)))

    # ── sessions and runs ───────────────────────────────────────────────────────────────────────

    async def create_session(
        self,
        *,
        scenario: str,
        digest: str,
        teams: int,
        owner: str,
        origin: tuple[RunId, int] | None = None,
    ) -> Session:
        """A session with a join code and one unopened run a team. `origin`: (run, seq)."""
        name, at_ms = new_id(), self._clock()
        runs = tuple(Run(new_id(), name, team, new_id()) for team in range(1, teams + 1))

        async def make(db: AsyncConnection) -> Session:
            code = await self._free_code(db)
            began = origin or (None, None)
            made = Session(name, code, scenario, digest, owner, at_ms, None, "", runs, *began)
            row = msgspec.structs.asdict(made)
            del row["runs"]
            await db.execute(insert(_session), [row])
            await db.execute(insert(_run), [msgspec.structs.asdict(run) for run in runs])
            return made

        return await self._changing(make)

    async def _free_code(self, db: AsyncConnection) -> str:
        for _ in range(20):
            code = new_code()
            taken = await db.execute(
                select(_session.c.id).where(_session.c.code == code, _session.c.closed_ms.is_(None))
            )
            if taken.first() is None:
                return code
        raise AssertionError("no free join code in twenty draws of 244 million")

    async def find_session(self, name: str) -> Session | None:
        """The session with this id."""
        return await self._one_session(_session.c.id == name)

    async def find_session_by_code(self, code: str) -> Session | None:
        """The session with this join code; case and blanks don't matter."""
        wanted = "".join(code.split()).upper()
        return await self._one_session(
            (_session.c.code == wanted) & (_session.c.closed_ms.is_(None))
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
            return _session_of(row, [Run(*run) for run in runs])

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

    async def list_sessions(self, owner: str | None) -> list[Session]:
        """The owner's sessions, or everybody's for None; newest first, at most 200."""
        wanted = select(_session).order_by(_session.c.created_ms.desc()).limit(200)
        if owner is not None:
            wanted = wanted.where(_session.c.owner == owner)
        async with self._reading() as db:
            rows = (await db.execute(wanted)).all()
            names = [row.id for row in rows]
            found = await db.execute(
                select(_run).where(_run.c.session.in_(names)).order_by(_run.c.team)
            )
            runs = [Run(*run) for run in found]
        return [_session_of(row, [run for run in runs if run.session == row.id]) for row in rows]

    async def set_address(self, name: str, address: str) -> None:
        """Choose the base URL that phones join at."""
        async with self._writing() as db:
            await db.execute(update(_session).where(_session.c.id == name).values(address=address))

    async def close_session(self, name: str) -> None:
        """Give its join code free. Closing it again changes nothing."""
        async with self._writing() as db:
            await db.execute(
                update(_session)
                .where(_session.c.id == name, _session.c.closed_ms.is_(None))
                .values(closed_ms=self._clock())
            )

    # ── seats ───────────────────────────────────────────────────────────────────────────────────

    async def create_seat(self, run: RunId, name: str) -> tuple[SeatId, str]:
        """The run's next seat and its token."""
        token = new_token()

        async def take(db: AsyncConnection) -> SeatId:
            taken = await db.execute(select(_seat.c.seat).where(_seat.c.run == run))
            seat = f"s{max((int(held[1:]) for (held,) in taken), default=0) + 1}"
            await _seat_somebody(db, run, seat, name, token)
            return seat

        return await self._changing(take), token

    async def take_over_seat(self, run: RunId, seat: SeatId, name: str) -> str | None:
        """A token for a seat that nobody has in the table yet; None: somebody has."""
        token = new_token()
        try:
            async with self._writing() as db:
                await _seat_somebody(db, run, seat, name, token)
        except IntegrityError:
            return None
        return token

    async def remove_seat(self, run: RunId, seat: SeatId) -> None:
        """Forget a seat that the rules refused."""
        mine = (_seat.c.run == run) & (_seat.c.seat == seat)
        async with self._writing() as db:
            whose = (await db.execute(select(_seat.c.pseudonym).where(mine))).scalar()
            await db.execute(delete(_seat).where(mine))
            await db.execute(delete(_person).where(_person.c.pseudonym == whose))

    async def find_seat(self, token: str) -> SeatHolder | None:
        """Whose seat the token opens."""
        wanted = (
            select(_seat.c.run, _seat.c.seat, _person.c.name, _run.c.session)
            .join(_run, _run.c.id == _seat.c.run)
            .join(_person, _person.c.pseudonym == _seat.c.pseudonym)
            .where(_seat.c.token_hash == hash_token(token))
        )
        async with self._reading() as db:
            row = (await db.execute(wanted)).first()
        return SeatHolder(*row) if row is not None else None

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


async def _seat_somebody(
    db: AsyncConnection, run: RunId, seat: SeatId, name: str, token: str
) -> None:
    person = {"pseudonym": new_id(), "name": name}
    await db.execute(insert(_person), [person])
    row = {"run": run, "seat": seat, "pseudonym": person["pseudonym"]}
    await db.execute(insert(_seat), [row | {"token_hash": hash_token(token)}])


_NO_HASH: Final = PasswordHasher().hash("nobody's password")
"""Verified against where there is no such account, so that time tells nothing."""
