"""Seats: who has one, and what opens it.

A seat's token is what says whose it is. Whatever is done to a seat for somebody who had it a moment
ago says which token that was: by now another may sit there.
"""

from __future__ import annotations

import msgspec
from sqlalchemy import ColumnElement, delete, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from engine.store.repository import table_of
from engine.store.sessions.invitation import Joining
from engine.store.sessions.seating import Shut, check_door, held_by, opens_still, seat_somebody
from engine.store.tables import ClaimTable, ParticipantTable, RunTable, SeatTable, SessionTable
from engine.store.tokens import hash_token, new_token
from engine.values import Map, RunId, SeatId

_session, _run, _seat, _person, _claim = (
    table_of(row) for row in (SessionTable, RunTable, SeatTable, ParticipantTable, ClaimTable)
)


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
    closed_ms: int | None = None
    """When the session was closed."""


class Seats(Joining):
    """The seats of one database. Raises StoreUnavailable throughout."""

    async def create_seat(
        self, run: RunId, name: str, token: str | None = None, *, code: str = ""
    ) -> tuple[SeatId, str]:
        """The run's next seat and its token, a new one unless it is given: the seat that has that
        token already, then. `code`: the join code it is asked for by. Raises Shut."""
        token = token or new_token()

        async def take(db: AsyncConnection) -> SeatId:
            held = await held_by(db, token)
            if held is not None and held[0] == run:
                return held[1]
            await check_door(db, run, code)
            if held is not None:
                raise Shut("seated")
            taken = await db.execute(select(_seat.c.seat).where(_seat.c.run == run))
            seat = f"s{max((int(held[1:]) for (held,) in taken), default=0) + 1}"
            await seat_somebody(db, run, seat, name, token)
            return seat

        return await self._changing(take), token

    async def take_over_seat(
        self, run: RunId, seat: SeatId, name: str, token: str | None = None, *, code: str = ""
    ) -> str | None:
        """A token for a seat that nobody has in the table yet; None: somebody has. Raises Shut."""
        token = token or new_token()

        async def take(db: AsyncConnection) -> str | None:
            held = await held_by(db, token)
            if held == (run, seat):
                return token
            await check_door(db, run, code)
            if held is not None:
                raise Shut("seated")
            taken = select(_seat.c.seat).where(_seat.c.run == run, _seat.c.seat == seat)
            if (await db.execute(taken)).first() is not None:
                return None
            await seat_somebody(db, run, seat, name, token)
            return token

        return await self._changing(take)

    async def rename_seat(self, run: RunId, seat: SeatId, name: str, token: str) -> bool:
        """Another name for who sits there, if the token still opens the seat."""
        whose = select(_seat.c.pseudonym).where(
            _seat.c.run == run, _seat.c.seat == seat, _seat.c.token_hash == hash_token(token)
        )
        here = (_person.c.pseudonym == whose.scalar_subquery()) & (_person.c.erased_ms.is_(None))
        async with self._writing() as db:
            done = await db.execute(update(_person).where(here).values(name=name))
        return bool(done.rowcount)

    async def remove_seat(self, run: RunId, seat: SeatId, token: str) -> bool:
        """Forget a seat that the rules refused, if the token still opens it: by now it may be
        somebody else's."""
        mine = (_seat.c.run == run) & (_seat.c.seat == seat)
        mine &= _seat.c.token_hash == hash_token(token)
        async with self._writing() as db:
            found = select(_seat.c.pseudonym).where(mine).with_for_update()
            whose = (await db.execute(found)).scalar()
            done = await db.execute(delete(_seat).where(mine))
            await db.execute(delete(_person).where(_person.c.pseudonym == whose))
        return bool(done.rowcount)

    async def renew_token(self, run: RunId, seat: SeatId, known: str | None = None) -> str | None:
        """Another token for a seat; the old one opens nothing any more, nor does what was agreed to
        about the seat. `known`: what is kept of the old one, if it is to be that one. None: no such
        seat."""
        token = new_token()
        held = (_seat.c.run == run) & (_seat.c.seat == seat)
        if known is not None:
            held &= _seat.c.token_hash == known
        return token if await self._hand_on(run, seat, held, hash_token(token)) else None

    async def _hand_on(
        self, run: RunId, seat: SeatId, held: ColumnElement[bool], hashed: str
    ) -> bool:
        """Claims to it were to the seat as it was: they are over."""
        of_it = (_claim.c.run == run) & (_claim.c.seat == seat)
        async with self._writing() as db:
            done = await db.execute(update(_seat).where(held).values(token_hash=hashed))
            if done.rowcount:
                await db.execute(delete(_claim).where(of_it))
        return bool(done.rowcount)

    async def withdraw(self, place: Place) -> str | None:
        """Nothing opens the seat any more; what `put_back` asks for. None: it has another token by
        now, or nobody."""
        return await self.renew_token(place.run, place.seat, place.token_hash)

    async def put_back(self, place: Place, withdrawn: str) -> bool:
        """What opened the seat opens it again, if it has had no other token since."""
        held = (_seat.c.run == place.run) & (_seat.c.seat == place.seat)
        held &= _seat.c.token_hash == hash_token(withdrawn)
        return await self._hand_on(place.run, place.seat, held, place.token_hash)

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
        return await self._hand_on(place.run, place.seat, as_known, hash_token(token))

    async def find_seat(self, token: str) -> SeatHolder | None:
        """Whose seat the token opens; None: no one's, or its evening is long past."""
        wanted = (
            select(_seat.c.run, _seat.c.seat, _person.c.name, _run.c.session)
            .add_columns(_session.c.branch, _session.c.closed_ms)
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
