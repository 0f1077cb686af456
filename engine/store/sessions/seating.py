"""Who sits down: a seat's row and its person's, known again from another evening of the branch."""

from __future__ import annotations

from sqlalchemy import ColumnElement, func, insert, select
from sqlalchemy.ext.asyncio import AsyncConnection

from engine.store.repository import table_of
from engine.store.tables import ParticipantTable, RunTable, SeatTable, SessionTable
from engine.store.tokens import SEAT_CLOSED_MS, SEAT_MS, hash_token, new_id
from engine.values import RunId, SeatId

_session, _run, _seat, _person = (
    table_of(each) for each in (SessionTable, RunTable, SeatTable, ParticipantTable)
)


async def seat_somebody(
    db: AsyncConnection, run: RunId, seat: SeatId, name: str, token: str
) -> None:
    """A row for somebody, with the token that opens the seat."""
    known = await _known_as(db, run, name)
    person = {"pseudonym": new_id(), "name": name, "person": known or new_id()}
    await db.execute(insert(_person), [person])
    row = {"run": run, "seat": seat, "pseudonym": person["pseudonym"]}
    await db.execute(insert(_seat), [row | {"token_hash": hash_token(token)}])


def opens_still(now_ms: int) -> ColumnElement[bool]:
    """A seat's token opens it: its session isn't long past, nor closed for a week."""
    closed_ms = func.coalesce(_session.c.closed_ms, now_ms)
    ends: ColumnElement[bool] = (_session.c.created_ms > now_ms - SEAT_MS) & (
        closed_ms > now_ms - SEAT_CLOSED_MS
    )
    return ends


async def _known_as(db: AsyncConnection, run: RunId, name: str) -> str | None:
    """Who that is, if the same branch had somebody of this name on another evening: the latest such
    person who doesn't sit in this session already. Two of one name in a session stay two."""
    here = select(_run.c.session, _session.c.branch).join(_session, _session.c.id == _run.c.session)
    whose = (await db.execute(here.where(_run.c.id == run))).first()
    session, branch = whose if whose is not None else ("", None)
    seated = (
        select(_person.c.person, _run.c.session, _session.c.created_ms)
        .join(_seat, _seat.c.pseudonym == _person.c.pseudonym)
        .join(_run, _run.c.id == _seat.c.run)
        .join(_session, _session.c.id == _run.c.session)
        .where(
            _person.c.name == name,
            _person.c.person.is_not(None),
            _session.c.branch.is_not_distinct_from(branch),
        )
        .order_by(_session.c.created_ms.desc(), _seat.c.run, _seat.c.seat)
    )
    rows = (await db.execute(seated)).all()
    here_already = {row.person for row in rows if row.session == session}
    return next((row.person for row in rows if row.person not in here_already), None)
