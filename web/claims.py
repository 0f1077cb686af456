"""A seat whose phone comes back under another address: claimed by name, agreed to at the desk."""

from __future__ import annotations

from typing import Final

from engine.errors import RunBroken
from engine.host.mailbox import RunStopped
from engine.store.sessions.claims import Settled
from engine.store.sessions.sessions import Session
from engine.views.parts.desk import Claim
from web.errors import web_error
from web.moves import HOLDER_S, link_for
from web.seats import open_session
from web.services import Services
from web.wire import participant_name

SAME_MAX: Final = 4
"""So many of one name are shown to the desk; more of them it finds by their codes."""


async def claim(services: Services, code: str, name: str, address: str, phone: str) -> None:
    """This phone says that the seat of that name, which is offline, is its own.

    Raises:
        WebError: not_found (no such code), invalid (name), no_cookies, no_such_seat, too_fast.
    """
    services.limits.claim(address)
    wanted = participant_name(name).casefold()
    session = await open_session(services, code, address)
    if not phone:
        raise web_error("no_cookies")
    seats = [
        (info.run, seat)
        for info in (await services.run_infos(session))[0]
        if info.state.phase != "closed"
        for seat, held in info.state.seats.items()
        if not held.left and not held.online and info.names.get(seat, "").casefold() == wanted
    ]
    if not seats:
        raise web_error("no_such_seat")
    if not await services.database.claims.ask(phone, session.id, seats[:SAME_MAX]):
        raise web_error("too_fast")
    services.ring_session(session)


async def become(services: Services, session: Session, phone: str) -> tuple[Settled, str] | None:
    """What became of this phone's claim, and once it was agreed to, the link that moves the seat
    here. None: it has none, or it is too long ago."""
    claims = await services.database.claims.of_phone(phone, session.id) if phone else []
    for one in claims:
        if one.settled == "agreed":
            link = await link_for(services, one.run, one.seat, HOLDER_S)
            if link is not None:
                return "agreed", link
    if any(one.settled == "waiting" for one in claims):
        return "waiting", ""
    return ("declined", "") if claims else None


async def settle(services: Services, session: Session, name: str, settled: Settled) -> str:
    """The desk looked who is standing there; the run that the seat is of. Raises WebError
    not_found."""
    found = await services.database.claims.settle(session.id, name, settled)
    if found is None:
        raise web_error("not_found")
    services.ring_session(session)
    return found.run


async def claims_of(services: Services, session: Session) -> tuple[Claim, ...]:
    """What waits for the desk. A seat whose phone has come back meanwhile waits for nobody."""
    found = []
    for one in await services.database.claims.waiting(session.id):
        try:
            scenario, state = await services.host.state(one.run)
        except (RunBroken, RunStopped):
            continue  # said beside it; the other claims are shown
        held = state.seats.get(one.seat)
        if held is None or held.left or held.online:
            continue
        name = (await services.names(one.run)).get(one.seat, "")
        role = scenario.roles[held.role].name
        found.append(Claim(one.id, one.run, state.team, one.seat, name, role))
    return tuple(found)
