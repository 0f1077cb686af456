"""Taking a seat: the rules say whether, the table keeps who.

A seat is taken once for each key: its token is made from the key, so whoever sends
the key again, after a lost answer or a second tap, finds the seat that it got, even where the
process ended in between. And a seat is for somebody: where no phone ever comes, it is free again.
"""

from __future__ import annotations

import asyncio
import hashlib
from collections.abc import Mapping
from typing import Final

import msgspec

from engine import typed
from engine.errors import AppError, Rejection
from engine.evening.actors import Guest
from engine.evening.house import House, none_of
from engine.evening.lobby import WAIT_S
from engine.evening.naming import seat_name
from engine.evening.refusing import refused
from engine.evening.removal import free_seat
from engine.rules.absence import has_room, seats_of
from engine.rules.commands import (
    FACILITATOR,
    HOST,
    ChangeRole,
    Close,
    LeaveSeat,
    Start,
    TakeSeat,
)
from engine.rules.rejections import reject
from engine.rules.state import State
from engine.scenario.model import Scenario
from engine.store.networks import host_of
from engine.store.sessions.seating import Shut
from engine.store.sessions.sessions import SeatHolder, Session
from engine.store.tokens import CODE_ALPHABET, hash_token, new_id, new_token, token_for
from engine.values import RunId, SeatId

TRIES_MAX: Final = 3
"""How often it is looked anew who has a seat, where the same key took one elsewhere meanwhile."""
SEATED: Final = "seated"
FULL: Final = ("team_full", "role_taken")
"""Refusals of one team that another may not have."""


class Wish(msgspec.Struct, frozen=True):
    """What somebody asks for who wants to sit; None: whatever needs somebody most."""

    name: str
    team: int | None
    role: str | None


async def take_seat(
    house: House,
    guest: Guest,
    code: str,
    name: str,
    team: int | None,
    role: str | None,
    key: str = "",
) -> dict[str, str]:
    """`{token, seat, run, role}` of a new seat, or of the one that the key got before. Without
    `team`: the emptiest; without `role`: the one that needs somebody most; without `key`: another
    seat each time.

    Raises:
        Refused: not_found (no such code or team), joining_locked, invalid (name), too_fast (codes
            are guessed), lobby_busy (it wasn't their turn in time, or a seat has no phone yet).
        Rejection: team_full, role_taken, unknown_role, ended, closed.
    """
    wish = Wish(seat_name(name), team, role or None)
    session = await session_of(house, guest, code)
    token = token_for(house.key, f"{session.id}:{key}") if key else None
    if token is None:
        token = new_token()
    lock = house.joining.setdefault(token, asyncio.Lock())
    async with lock:  # a second tap finds what the first one got, and chooses no other team
        for _ in range(TRIES_MAX):
            kept = await _kept(house, session, wish, token)
            if kept is not None:
                return kept
            try:
                return await _new_seat(house, session, wish, token, guest.address)
            except Shut as error:
                if error.code != SEATED:
                    raise refused(error.code) from error
        raise refused("lobby_busy")


async def _kept(house: House, session: Session, wish: Wish, token: str) -> dict[str, str] | None:
    """The seat that the token opens already, if it is kept: whoever has one waits for nobody."""
    mine = await house.sessions.find_seat(token)
    if mine is None:
        return None
    if session.locked_ms is not None:  # whoever has a seat keeps it: none is given up for another
        wish = msgspec.structs.replace(wish, team=None)
    return await _sits_already(house, session, mine, wish, token)


async def _new_seat(
    house: House, session: Session, wish: Wish, token: str, address: str
) -> dict[str, str]:
    """A seat that nobody has, once it is this address's turn; in a full session, once somebody who
    never came has given one up."""
    if session.locked_ms is not None:
        raise refused("joining_locked")
    pace, whose = house.limits.seats(address), f"{session.id} {host_of(address)}"
    beyond = house.limits.in_vain(session.id).take
    async with house.lobby.turn(whose, pace.take, beyond):
        try:
            return await _first_free(house, session, wish, token, whose)
        except AppError:
            pace.put_back()  # no seat was made
            raise


async def _first_free(
    house: House, session: Session, wish: Wish, token: str, whose: str
) -> dict[str, str]:
    lobby, in_vain = house.lobby, house.limits.in_vain(session.id)
    until_s = asyncio.get_running_loop().time() + WAIT_S
    runs = await _runs_for(house, session, wish)
    if not lobby.waits(session.id):  # nobody's seat is snatched who waits for it
        try:
            return await _in_one_of(house, session, wish, token, runs, whose)
        except Rejection as error:
            if error.code not in FULL:
                raise
    in_vain.take()
    eager = in_vain.empty  # for as long as one waits: what is used up comes back, a bit at a time
    try:
        async with lobby.full(session.id):
            while True:
                seen = lobby.moves
                try:
                    return await _in_one_of(house, session, wish, token, runs, whose)
                except Rejection as error:
                    if error.code not in FULL or not await lobby.make_room(
                        runs, wish.role, until_s, seen=seen,
                        eager=lambda: eager or in_vain.empty,
                        sitting=lambda: any(run in house.sitting for run in runs),
                    ):  # fmt: skip
                        raise
    except TimeoutError:  # somebody who doesn't come has a seat yet: asked again, it may be had
        raise refused("lobby_busy") from None


async def _in_one_of(
    house: House,
    session: Session,
    wish: Wish,
    token: str,
    runs: list[RunId],
    whose: str,
) -> dict[str, str]:
    why: Rejection | None = None
    for run in runs:
        try:
            if session.kind == "practice":
                return await _take_over(house, run, wish, token, whose, session.code)
            return await _begin(house, run, wish, token, whose, session.code)
        except Rejection as error:
            # Between the look and the act others sit down: whoever asked for no team doesn't mind.
            if error.code not in FULL or wish.team is not None:
                raise
            why = why or error
    assert why is not None, "a session has a run"
    raise why


async def _begin(
    house: House, run: RunId, wish: Wish, token: str, whose: str, code: str
) -> dict[str, str]:
    """A seat of its own in that run, counted from now on for whoever chooses a team meanwhile.
    Whether the code still lets anybody in is looked at once more where the seat is written."""
    house.sitting[run] += 1
    try:
        # Nobody is written down for a team that can't be opened, or plainly has no room.
        _check_room(*await house.host.state(run), wish.role)
        seat, _ = await house.sessions.create_seat(run, wish.name, token, code=code)
        house.renamed(run)
        return await _sit(house, run, seat, wish, token, whose)
    finally:
        house.sitting[run] -= 1
        if not house.sitting[run]:
            del house.sitting[run]


def _check_room(scenario: Scenario, state: State, role: str | None) -> None:
    """Raises Rejection team_full, role_taken, as the rules would of a run that is open."""
    roles = scenario.roles
    if role is None and not any(has_room(state, one) for one in roles.values()):
        raise reject("team_full")
    if role is not None and role in roles and not has_room(state, roles[role]):
        raise reject("role_taken")


async def _sit(
    house: House, run: RunId, seat: SeatId, wish: Wish, token: str, whose: str
) -> dict[str, str]:
    at_ms = house.host.clock.now_ms()
    # Of one key there is one command: two taps at once are decided once.
    name = hashlib.sha256(f"sit:{token}".encode()).hexdigest()[:16]
    try:
        await house.host.execute(run, TakeSeat(id=name, at_ms=at_ms, by=seat, role=wish.role))
    except AppError:
        await house.sessions.remove_seat(run, seat, token)
        house.renamed(run)
        raise
    _, state = await house.host.state(run)

    async def free(run: RunId, seat: SeatId) -> None:
        await free_seat(house, run, seat, state, by=HOST, name=new_id())

    role = state.seats[seat].role
    house.lobby.taken(run, seat, role, whose, free, stood=False)
    house.presence.await_phone(run, seat, free)
    return {"token": token, "seat": seat, "run": run, "role": role}


async def _sits_already(
    house: House, session: Session, mine: SeatHolder, wish: Wish, token: str
) -> dict[str, str] | None:
    """The seat that the key got, with what is asked for now: in the lobby the role may be another,
    and the name. None: it is given up, for another team is asked for or its role has gone."""
    run, seat = mine.run, mine.seat
    team = next(each.team for each in session.runs if each.id == run)
    scenario, state = await house.host.state(run)
    held = state.seats.get(seat)
    if held is None:
        return await _sit(house, run, seat, wish, token, "")  # the process ended halfway
    lost = gone(scenario, state, seat)
    if session.kind != "practice" and (lost or wish.team not in (None, team)):
        left = LeaveSeat(id=new_id(), at_ms=house.host.clock.now_ms(), by=seat)
        if not held.left:
            await house.host.execute(run, left)
        await house.sessions.renew_token(run, seat, hash_token(token))
        house.ring_seats(run)
        return None
    if state.phase == "lobby" and wish.role not in (None, held.role):
        change = ChangeRole(
            id=new_id(), at_ms=house.host.clock.now_ms(), by=seat, role=str(wish.role)
        )
        await house.host.execute(run, change)
        _, state = await house.host.state(run)
    if mine.name and mine.name != wish.name:
        await house.sessions.rename_seat(run, seat, wish.name, token)
        house.ring_seats(run)
    return {"token": token, "seat": seat, "run": run, "role": state.seats[seat].role}


def gone(scenario: Scenario, state: State, seat: SeatId) -> bool:
    """It was left, and there is no room to come back to: whoever had it needs another."""
    held = state.seats.get(seat)
    return held is not None and held.left and not has_room(state, scenario.roles[held.role])


async def arrived(house: House, holder: SeatHolder) -> None:
    """A seat has a phone: a play made up for alone begins, and one that couldn't be opened when its
    session was closed is closed. Raises as `Host.execute`."""
    _, state = await house.host.state(holder.run)
    if holder.closed_ms is not None and state.phase != "closed":
        at_ms = house.host.clock.now_ms()
        close = Close(id="closed with its session", at_ms=at_ms, by=FACILITATOR)
        await house.host.execute(holder.run, close)
        return
    if state.phase != "lobby" or state.absence != "stand_in":
        return
    session = await house.sessions.find_session(holder.session)
    if session is not None and session.kind == "make_up":
        at_ms = house.host.clock.now_ms()
        try:
            await house.host.execute(
                holder.run, Start(id="made up for", at_ms=at_ms, by=FACILITATOR)
            )
        except AppError as error:
            if error.code != "started":
                raise


async def _take_over(
    house: House, run: RunId, wish: Wish, given: str, whose: str, code: str
) -> dict[str, str]:
    """In a practice run the seats stand already, as they were; one takes over somebody's."""
    _, state = await house.host.state(run)
    taken = await house.sessions.names(run)
    free = unclaimed(state, taken, wish.role)
    for seat in free:  # others take one over meanwhile; then the next one is tried
        token = await house.sessions.take_over_seat(run, seat, wish.name, given, code=code)
        if token is not None:
            break
    else:
        raise reject("role_taken")
    house.renamed(run)
    house.host.ring(run)

    async def give_back(run: RunId, seat: SeatId) -> None:
        _, state = await house.host.state(run)
        if not state.seats[seat].online:  # else somebody has come to it after all
            await house.sessions.remove_seat(run, seat, given)
            house.ring_seats(run)

    role = state.seats[seat].role
    house.lobby.taken(run, seat, role, whose, give_back, stood=True)
    house.presence.await_phone(run, seat, give_back)
    return {"token": token, "seat": seat, "run": run, "role": role}


def unclaimed(state: State, names: Mapping[str, str], role: str | None) -> list[str]:
    """Seats of a practice run (of that role) that nobody has taken over."""
    return [
        seat
        for seat, held in state.seats.items()
        if seat not in names and role in (None, held.role)
    ]


async def session_of(house: House, guest: Guest, code: str) -> Session:
    """The session with this join code. Raises Refused not_found; guessing is slowed down."""
    limits, address = house.limits, guest.address
    wanted = typed.code(code, CODE_ALPHABET)
    if limits.knows(address, wanted):
        # A code that was renewed is no guess: its page may be open on fifty phones.
        session = await house.sessions.find_session_by_code(code)
        if session is None:
            raise refused("not_found")
        limits.guessed_right(address, session.code)
        return session
    lock = house.guessing.setdefault(host_of(address), asyncio.Lock())
    async with lock:  # else all that were under way would count as one
        knows = limits.knows(address, wanted)
        if not knows:
            limits.may_guess(address)
        session = await house.sessions.find_session_by_code(code)
        if session is None:
            if not knows:
                limits.guessed_wrong(address)
            raise refused("not_found")
        limits.guessed_right(address, session.code)
        return session


async def _runs_for(house: House, session: Session, wish: Wish) -> list[RunId]:
    """The team that was asked for; else all, the likeliest first: open, with room (for the role
    that was asked for), and the emptiest of these, those who are just sitting down counted."""
    if wish.team is not None:
        asked = [run.id for run in session.runs if run.team == wish.team]
        if not asked:
            raise refused("not_found")
        return asked
    counted = []
    teams = {run.id: run.team for run in session.runs}
    whole, broken = await house.states(session)  # nobody is sent to a team that can't play
    if not whole:
        raise none_of(session, broken)
    for run, scenario, state in whole:
        roles = scenario.roles
        role = roles.get(wish.role) if wish.role is not None else None
        taken = sum(not seat.left for seat in state.seats.values()) + house.sitting[run]
        room = sum(seats_of(state, each) for each in roles.values())
        closed = state.phase not in ("lobby", "playing")
        without = role is not None and not has_room(state, role)
        counted.append((closed, taken >= room or without, taken, teams[run], run))
    return [entry[4] for entry in sorted(counted)]
