"""Who says that an offline seat is theirs, and what the desk says to that.

A phone that comes back under another address has another cookie: nothing tells whose it is. It
gives the name, the desk looks who is standing there, and agrees or doesn't.
"""

from __future__ import annotations

from typing import Final, Literal

import msgspec
from sqlalchemy import ColumnElement, delete, insert, select, update

from engine.store.repository import Repository, alone, table_of
from engine.store.tables import ClaimTable
from engine.store.tokens import hash_token, new_id
from engine.values import RunId, SeatId

LASTS_MS: Final = 15 * 60_000
"""So long a claim waits, and opens the seat once it was agreed to."""
WAITING_MAX: Final = 20
"""Claims of a session that wait at once: more than anybody can look at."""
SEAT_MAX: Final = 3
"""Of them to one seat: one phone that asks in a loop fills its own seat's, and nobody else's."""
Settled = Literal["waiting", "agreed", "declined"]

_claim = table_of(ClaimTable)


class Claim(msgspec.Struct, frozen=True):
    """A phone's claim to a seat."""

    id: str
    session: str
    run: RunId
    seat: SeatId
    settled: Settled
    phone_hash: str
    """What is kept of the phone."""


_COLUMNS: Final = tuple(_claim.c[name] for name in Claim.__struct_fields__)


def _beyond(by_seat: dict[tuple[RunId, SeatId], list[str]], many: int) -> list[str] | None:
    """So many claims that make room for others: the oldest of the seats that have most, of each all
    but one. None: there are none to be had."""
    waiting = {seat: [*names] for seat, names in by_seat.items()}
    gone: list[str] = []
    while len(gone) < many:
        most = max(waiting.values(), key=len, default=[])
        if len(most) < 2:
            return None
        gone.append(most.pop(0))
    return gone


class Claims(Repository):
    """The claims of one database. Raises StoreUnavailable throughout."""

    async def ask(self, phone: str, session: str, seats: list[tuple[RunId, SeatId]]) -> bool:
        """The phone claims these seats, and no others any more. False: too many wait already."""
        now_ms = self._clock()
        mine = (_claim.c.phone_hash == hash_token(phone)) & (_claim.c.session == session)
        async with self._writing() as db:
            await alone(db, f"claims {session}")
            await db.execute(delete(_claim).where(_claim.c.at_ms < now_ms - LASTS_MS))
            await db.execute(delete(_claim).where(mine))
            waits = select(_claim.c.id, _claim.c.run, _claim.c.seat).where(
                _claim.c.session == session, _claim.c.settled == "waiting"
            )
            rows = (await db.execute(waits.order_by(_claim.c.at_ms, _claim.c.id))).all()
            by_seat: dict[tuple[RunId, SeatId], list[str]] = {}
            for row in rows:
                by_seat.setdefault((row.run, row.seat), []).append(row.id)
            seats = [one for one in seats if len(by_seat.get(one, ())) < SEAT_MAX]
            beyond = _beyond(by_seat, len(rows) + len(seats) - WAITING_MAX)
            if not seats or beyond is None:
                return False
            await db.execute(delete(_claim).where(_claim.c.id.in_(beyond)))
            kept = [
                {
                    "id": new_id(), "phone_hash": hash_token(phone), "session": session, "run": run,
                    "seat": seat, "at_ms": now_ms, "settled": "waiting",
                }
                for run, seat in seats
            ]  # fmt: skip
            await db.execute(insert(_claim), kept)
        return True

    async def of_phone(self, phone: str, session: str) -> list[Claim]:
        """What this phone claims, and what became of it."""
        mine = (_claim.c.phone_hash == hash_token(phone)) & (_claim.c.session == session)
        return await self._find(mine)

    async def waiting(self, session: str) -> list[Claim]:
        """What the desk has to look at, the oldest first."""
        return await self._find((_claim.c.session == session) & (_claim.c.settled == "waiting"))

    async def settle(self, session: str, name: str, settled: Settled) -> Claim | None:
        """The desk agrees or declines; the claim as it stands then. None: there is no such claim;
        `settled` is another's where somebody else was first."""
        asked = (_claim.c.id == name) & (_claim.c.session == session)
        async with self._writing() as db:
            # Looked for and settled in one: of two desks that press at once, one settles it.
            waits = update(_claim).where(asked, _claim.c.settled == "waiting")
            await db.execute(waits.values(settled=settled))
            row = (await db.execute(select(*_COLUMNS).where(asked))).first()
        return Claim(*row) if row is not None else None

    async def _find(self, which: ColumnElement[bool]) -> list[Claim]:
        fresh = _claim.c.at_ms >= self._clock() - LASTS_MS
        wanted = select(*_COLUMNS).where(which, fresh).order_by(_claim.c.at_ms, _claim.c.id)
        async with self._reading() as db:
            return [Claim(*row) for row in await db.execute(wanted)]
