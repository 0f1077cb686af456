"""What is put on file about a session: who is on its documents, which branch it was held for."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from typing import Final

from engine import typed
from engine.evening.actors import EXPORT, RUN, Actor, Staff, let_to, told_of
from engine.evening.house import House
from engine.evening.refusing import refused
from engine.export.report import Report, gather
from engine.fitting import line
from engine.store.database import Database
from engine.store.sessions.activities import WORDS, Activity
from engine.store.sessions.listing import WHOLE
from engine.store.sessions.sessions import Session

FIELD_MAX: Final = 500


def named(report: Report) -> dict[str, str]:
    """Who has a name still, by run and seat (`run/seat`)."""
    return {
        f"{one.run}/{one.seat}": f"第 {one.team} 队 {one.role} {one.name}"
        for one in report.seats
        if one.name
    }


async def strike(house: House, actor: Actor, session: Session, person: str, *, off: bool) -> None:
    """Strike somebody (`run/seat`) who came off the documents, or put them back. Raises Refused
    invalid, no_right, not_found."""
    let_to(actor, RUN, session)
    report = await gather(house.database, session, house.reading.do)
    if person not in {f"{one.run}/{one.seat}" for one in report.seats if one.came}:
        raise refused("invalid", what="请选一个来过的人")
    run, seat = person.split("/")
    await house.sessions.strike(run, seat, off=off)


async def hold_for(
    house: House, actor: Actor, session: Session, branch: str
) -> tuple[str | None, ...]:
    """It was held for another branch (`branch`, or WHOLE); whoever belongs to one can't say so.
    The branches whose business that is; none where nothing changed. Raises Refused invalid,
    no_right, not_found."""
    let_to(actor, RUN, session)
    if not branch or not isinstance(actor, Staff) or actor.account.scope is not None:
        return ()
    known = {each.id for each in await house.people.list_branches()}
    if branch not in (WHOLE, *known):
        raise refused("invalid", what="没有这个支部")
    wanted = None if branch == WHOLE else branch
    if wanted == session.branch:
        return ()
    await house.sessions.hold_for(session.id, wanted)
    return session.branch, wanted


def fit_words(form: Mapping[str, object]) -> dict[str, str]:
    """What a form says for the record, by field, as it is kept."""
    return {field: line(typed.shown(str(form.get(field, ""))), FIELD_MAX) for field in WORDS}


async def unproved(house: House, session: Session) -> bool:
    """Its script was put into the menu unproved."""
    put = await house.database.menu.find(session.put) if session.put is not None else None
    return put is not None and not put.proved


async def count_in(house: House, actor: Actor, session: Session, kind: str) -> None:
    """It was an `evening`, which counts, or a `trial`; any other word says nothing. A rehearsal
    stays one, and what was played on an unproved script stays tried out. Raises Refused no_right,
    not_found."""
    let_to(actor, RUN, session)
    if kind in ("evening", "trial") and session.kind != "rehearsal":
        if kind == "evening" and await unproved(house, session):
            return
        await house.sessions.count_in(session.id, trial=kind == "trial")


async def save_activity(
    house: House,
    actor: Actor,
    session: Session,
    filled: Activity,
    *,
    only: Collection[str],
    seen: str | None,
) -> bool:
    """Keep these fields of what the branch files. False: somebody else has changed them since they
    were `seen`. Raises Refused no_right, not_found."""
    let_to(actor, RUN, session)
    return await house.database.activities.save(filled, only=only, seen=seen)


async def session_called(database: Database, name: str) -> Session | None:
    """The session of this id, else of this join code; None: there is none."""
    sessions = database.sessions
    return await sessions.find_session(name) or await sessions.find_session_by_code(name)


async def take_out(database: Database, actor: Actor, session: Session, act: str) -> Report:
    """The report of a session, to be taken out of the program; that is in the audit log first, as
    `act`. Raises Refused no_right, not_found; NothingPlayedError, StoreUnavailable, LostScript,
    RunBroken."""
    let_to(actor, EXPORT, session)
    await database.audit.ready()
    await database.audit.act(told_of(actor, act, session.branch, session.id))
    return await gather(database, session)
