"""A seat whose phone comes back under another address: claimed by name, agreed to at the desk."""

from __future__ import annotations

import hashlib
import hmac
from typing import Final

from engine.errors import RunBroken
from engine.evening.actors import LEAD, Actor, Guest, let_to
from engine.evening.house import House
from engine.evening.joining import session_of
from engine.evening.naming import participant_name
from engine.evening.refusing import refused
from engine.evening.relocating import HOLDER_S, link_for
from engine.host.mailbox import RunStopped
from engine.store.sessions.claims import Settled
from engine.store.sessions.sessions import Session
from engine.store.tokens import hash_token
from engine.views.called import name_of
from engine.views.parts.desk_parts import Claim

SAME_MAX: Final = 4
"""So many of one name are shown to the desk; more of them it finds by their codes."""


async def claim(house: House, guest: Guest, code: str, name: str) -> None:
    """This phone says that the seat of that name, which is offline, is its own.

    Raises:
        Refused: not_found (no such code), invalid (name), no_cookies, no_such_seat, too_fast.
    """
    house.limits.claim(guest.address)
    wanted = participant_name(name).casefold()
    session = await session_of(house, guest, code)
    if not guest.phone:
        raise refused("no_cookies")
    seats = [
        (info.run, seat)
        for info in (await house.run_infos(session))[0]
        if info.state.phase != "closed"
        for seat, held in info.state.seats.items()
        if not held.left and not held.online and info.names.get(seat, "").casefold() == wanted
    ]
    if not seats:
        raise refused("no_such_seat")
    if not await house.database.claims.ask(guest.phone, session.id, seats[:SAME_MAX]):
        raise refused("too_fast")
    house.ring_session(session)


async def become(house: House, guest: Guest, session: Session) -> tuple[Settled, str] | None:
    """What became of this phone's claim, and once it was agreed to, the link that moves the seat
    here; while it waits, the number that the desk is shown. None: it has none, or it is too long
    ago."""
    phone = guest.phone
    claims = await house.database.claims.of_phone(phone, session.id) if phone else []
    for one in claims:
        if one.settled == "agreed":
            link = await link_for(house, one.run, one.seat, HOLDER_S)
            if link is not None:
                return "agreed", link
    if any(one.settled == "waiting" for one in claims):
        return "waiting", str(number_of(house, hash_token(phone)))
    return ("declined", "") if claims else None


def number_of(house: House, phone_hash: str) -> int:
    """Four digits that a phone shows and the desk sees: several may claim one seat, and only one
    stands there. Nobody can choose theirs."""
    made = hmac.new(house.key.encode(), f"claim:{phone_hash}".encode(), hashlib.sha256).digest()
    return int.from_bytes(made[:4], "big") % 9_000 + 1_000


async def settle(house: House, actor: Actor, session: Session, name: str, settled: Settled) -> str:
    """The desk looked who is standing there; the run that the seat is of. Raises Refused
    not_found: there is no such claim, or another desk said otherwise; no_such_seat: its phone has
    come back; no_right."""
    let_to(actor, LEAD, session)
    if settled == "agreed":
        await _check_offline(house, session, name)
    found = await house.database.claims.settle(session.id, name, settled)
    if found is None or found.settled != settled:
        raise refused("not_found")
    house.ring_session(session)
    return found.run


async def _check_offline(house: House, session: Session, name: str) -> None:
    """Nobody has come back to the seat since the desk was shown the claim. Raises Refused
    no_such_seat."""
    for one in await house.database.claims.waiting(session.id):
        if one.id == name:
            _, state = await house.host.state(one.run)
            held = state.seats.get(one.seat)
            if held is None or held.left or held.online:
                raise refused("no_such_seat")


async def claims_of(house: House, session: Session) -> tuple[Claim, ...]:
    """What waits for the desk. A seat whose phone has come back meanwhile waits for nobody."""
    found = []
    for one in await house.database.claims.waiting(session.id):
        try:
            scenario, state = await house.host.state(one.run)
        except (RunBroken, RunStopped):
            continue  # said beside it; the other claims are shown
        held = state.seats.get(one.seat)
        if held is None or held.left or held.online:
            continue
        name = (await house.names(one.run)).get(one.seat, "")
        role = scenario.roles[held.role].name
        number = number_of(house, one.phone_hash)
        found.append(
            Claim(
                id=one.id, run=one.run, team=state.team, seat=one.seat, name=name, role_name=role,
                number=number, team_name=name_of(state),
            )
        )  # fmt: skip
    return tuple(found)
