"""Who sits down: a seat's row and its person's, known again from another evening of the branch."""

from __future__ import annotations

from sqlalchemy import ColumnElement, func, insert, select
from sqlalchemy.ext.asyncio import AsyncConnection

from engine.errors import StoreError, Text
from engine.store.repository import alone, table_of
from engine.store.tables import ParticipantTable, RunTable, SeatTable, SessionTable
from engine.store.tokens import SEAT_CLOSED_MS, SEAT_MS, hash_token, new_id
from engine.values import RunId, SeatId

_session, _run, _seat, _person = (
    table_of(each) for each in (SessionTable, RunTable, SeatTable, ParticipantTable)
)


class Shut(StoreError):
    """Nobody sits down by that code now; nothing was written. `code`: `not_found` (the session is
    closed, or has another code by now), `joining_locked`, or `seated` (the token opens a seat)."""

    def __init__(self, code: str) -> None:
        super().__init__(
            code,
            Text("现在不能入座。", "Nobody can sit down now."),
            Text("请问组织者。", "Ask the facilitator."),
        )


async def check_door(db: AsyncConnection, run: RunId, code: str) -> None:
    """The run's session takes people in by this code (empty: by none), and goes on doing so until
    the transaction has ended. Raises Shut."""
    wanted = (
        select(_session.c.code, _session.c.closed_ms, _session.c.locked_ms)
        .join(_run, _run.c.session == _session.c.id)
        .where(_run.c.id == run)
        .with_for_update(read=True, of=_session)
    )
    door = (await db.execute(wanted)).first()
    if door is None:
        return
    if door.closed_ms is not None or code not in ("", door.code):
        raise Shut("not_found")
    if door.locked_ms is not None:
        raise Shut("joining_locked")


async def held_by(db: AsyncConnection, token: str) -> tuple[RunId, SeatId] | None:
    """The seat that the token opens, of whichever run."""
    mine = _seat.c.token_hash == hash_token(token)
    row = (await db.execute(select(_seat.c.run, _seat.c.seat).where(mine))).first()
    return (row.run, row.seat) if row is not None else None


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
    await alone(db, f"person {branch} {name}")  # of two who sit down at once, one is known first
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
