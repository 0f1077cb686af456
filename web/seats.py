"""Taking a seat: the rules say whether, the table keeps who."""

from __future__ import annotations

from collections.abc import Mapping

from engine.errors import AppError
from engine.rules.commands import FACILITATOR, Start, TakeSeat
from engine.rules.rejections import reject
from engine.rules.state import State
from engine.store.sessions import Session
from engine.store.tokens import new_id
from web.errors import web_error
from web.services import Services
from web.wire import participant_name


async def take_seat(
    services: Services, code: str, name: str, team: int | None, role: str | None, address: str
) -> dict[str, str]:
    """`{token, seat, run, role}` of a new seat. Without `team`: the emptiest.

    Raises:
        WebError: not_found (no such code or team), invalid (name), too_fast.
        Rejection: team_full, role_taken, unknown_role, ended, closed.
    """
    services.limits.seat(address)
    shown = participant_name(name)
    session = await open_session(services, code, address)
    run = await _run_for(services, session, team)
    if session.kind == "practice":
        return await _take_over(services, run, shown, role or None)
    seat, token = await services.sessions.create_seat(run, shown)
    services.names_by_run.pop(run, None)
    at_ms = services.host.clock.now_ms()
    try:
        await services.host.execute(
            run, TakeSeat(id=new_id(), at_ms=at_ms, by=seat, role=role or None)
        )
    except AppError:
        await services.sessions.remove_seat(run, seat)
        services.names_by_run.pop(run, None)
        raise
    _, state = await services.host.state(run)
    if session.kind == "make_up" and state.phase == "lobby":
        start = Start(id=new_id(), at_ms=services.host.clock.now_ms(), by=FACILITATOR)
        await services.host.execute(run, start)
    return {"token": token, "seat": seat, "run": run, "role": state.seats[seat].role}


async def _take_over(services: Services, run: str, name: str, role: str | None) -> dict[str, str]:
    """In a practice run the seats stand already, as they were; one takes over somebody's."""
    _, state = await services.host.state(run)
    taken = await services.sessions.names(run)
    free = unclaimed(state, taken, role)
    token = await services.sessions.take_over_seat(run, free[0], name) if free else None
    if token is None:
        raise reject("role_taken")
    seat = free[0]
    services.names_by_run.pop(run, None)
    services.host.ring(run)
    return {"token": token, "seat": seat, "run": run, "role": state.seats[seat].role}


def unclaimed(state: State, names: Mapping[str, str], role: str | None) -> list[str]:
    """Seats of a practice run (of that role) that nobody has taken over."""
    return [
        seat
        for seat, held in state.seats.items()
        if seat not in names and role in (None, held.role)
    ]


async def open_session(services: Services, code: str, address: str) -> Session:
    """The session with this join code. Raises WebError not_found; guessing is slowed down."""
    services.limits.may_guess(address)
    session = await services.sessions.find_session_by_code(code)
    if session is None:
        services.limits.guessed_wrong(address)
        raise web_error("not_found")
    return session


async def _run_for(services: Services, session: Session, team: int | None) -> str:
    if team is not None:
        for run in session.runs:
            if run.team == team:
                return run.id
        raise web_error("not_found")
    counted = []
    for run in session.runs:
        scenario, state = await services.host.state(run.id)
        taken = sum(not seat.left for seat in state.seats.values())
        room = sum(role.seats_max for role in scenario.roles.values())
        closed = state.phase not in ("lobby", "playing")
        counted.append((closed, taken >= room, taken, run.team, run.id))
    return min(counted)[4]
