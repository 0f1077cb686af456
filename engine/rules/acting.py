"""Which seats act for which roles: the one answer that rules and views both go by."""

from __future__ import annotations

from engine.rules.state import State
from engine.values import RoleId, SeatId


def is_present(state: State, seat: SeatId) -> bool:
    """The seat is connected and hasn't left."""
    held = state.seats.get(seat)
    return held is not None and held.online and not held.left


def acts_for(state: State, seat: SeatId) -> tuple[RoleId, ...]:
    """Roles the seat may act for: its own first, then those handed to it or shared by the team, in
    the script's order. Empty for an unknown seat or one that left."""
    held = state.seats.get(seat)
    if held is None or held.left:
        return ()
    if not state.covers:
        return (held.role,)
    others = tuple(
        role
        for role in state.roles
        if role != held.role
        and (cover := state.covers.get(role)) is not None
        and (cover.how == "share" or (cover.how == "seat" and cover.seat == seat))
    )
    return (held.role, *others)


def acted_for(state: State, role: RoleId) -> bool:
    """Some seat that hasn't left acts for the role, and no stand-in does."""
    cover = state.covers.get(role)
    if cover is not None and cover.how == "stand_in":
        return False
    return any(role in acts_for(state, seat) for seat in state.seats)


def actors(state: State, role: RoleId) -> tuple[SeatId, ...]:
    """Present seats that may act for the role, in the order in which they were taken."""
    cover = state.covers.get(role)
    return tuple(
        name
        for name, seat in state.seats.items()
        if seat.online
        and not seat.left
        and (
            seat.role == role
            or (
                cover is not None
                and (cover.how == "share" or (cover.how == "seat" and cover.seat == name))
            )
        )
    )
