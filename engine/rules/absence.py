"""Who acts for a role that has nobody, and what happens when a deadline comes.

A role is *absent* when no present seat acts for it: nobody took it, or everybody who did has left
or been away for longer than the grace. Under the script's `absence` it is then shared by the
teammates, or a stand-in answers, or the team waits (language §3). Its own people coming back end
that; a facilitator's hand-over ends only by the facilitator.
"""

from __future__ import annotations

from typing import assert_never

from engine.rules import commands as cmd
from engine.rules import events as ev
from engine.rules.acting import actors
from engine.rules.answer import record
from engine.rules.draft import Draft, apply_sets
from engine.rules.rejections import reject
from engine.rules.settle import pass_on
from engine.rules.stand_in import next_move
from engine.rules.state import State
from engine.script.nodes import Role
from engine.values import RoleId, SeatId


def seats_of(state: State, role: Role) -> int:
    """So many may play the role: as the script says, and who was let in besides."""
    return role.seats_max + (state.added.get(role.id, 0) if state.added else 0)


def has_room(state: State, role: Role) -> bool:
    """Another seat may take the role."""
    taken = sum(seat.role == role.id and not seat.left for seat in state.seats.values())
    return taken < seats_of(state, role)


def awaited(state: State) -> tuple[SeatId, ...]:
    """The seats that are taken and that no phone has ever come to, in the order of taking."""
    return tuple(
        seat
        for seat, held in state.seats.items()
        if not held.left and not held.online and seat not in state.aside.came
    )


def cover_if_absent(draft: Draft, role: RoleId) -> None:
    """Cover the role if nobody present acts for it, as the script says. Outside play: nothing."""
    state = draft.state
    cover = state.covers.get(role)
    if state.phase != "playing" or state.absence == "wait":
        return
    if cover is not None and cover.how != "seat":
        return
    if not actors(state, role):
        draft.emit(ev.RoleCovered, role=role, how=state.absence)


def welcome_back(draft: Draft, role: RoleId) -> None:
    """Somebody of the role is here: it is no longer covered for want of people."""
    cover = draft.state.covers.get(role)
    if cover is not None and cover.how != "seat":
        draft.emit(ev.RoleUncovered, role=role)


def absent_at_ms(state: State, role: RoleId) -> int | None:
    """Run-clock instant at which the role's grace ends; None while somebody acts for it, or it is
    covered, or the script would have the team wait."""
    cover = state.covers.get(role)
    if state.absence == "wait" or (cover is not None and cover.how != "seat"):
        return None
    if actors(state, role):
        return None
    known = [seat for seat in state.seats.values() if seat.role == role]
    if cover is not None and cover.seat in state.seats:
        known.append(state.seats[cover.seat])
    staying = [seat.away_since_ms for seat in known if not seat.left]
    if not staying:
        return state.started_ms
    return max(state.started_ms, *staying) + state.grace_ms


def time_up(draft: Draft, command: cmd.TimeUp) -> None:
    """A deadline has come. Raises Rejection: stale, if it isn't one (any more)."""
    state = draft.state
    if state.phase != "playing" or state.stands_since_ms is not None:
        raise reject("stale")
    match command.what:
        case "limit":
            _limit_up(draft, command.subject)
        case "tick":
            _tick(draft, command.subject)
        case "hold":
            hold = state.holds.get(command.subject)
            if hold is None or draft.clock_ms < hold.until_ms:
                raise reject("stale")
            draft.emit(ev.HoldEnded, seat=command.subject, how="time")
        case "absence":
            due_ms = absent_at_ms(state, command.subject)
            if due_ms is None or draft.clock_ms < due_ms:
                raise reject("stale")
            cover_if_absent(draft, command.subject)
        case "stand_in":
            _stand_in(draft, command.subject)
        case _:
            assert_never(command.what)


def _limit_up(draft: Draft, scene_id: str) -> None:
    scene, state = draft.scene
    if scene.id != scene_id or scene.time is None or state.limit_at_ms is None:
        raise reject("stale")
    if draft.clock_ms < state.limit_at_ms:
        raise reject("stale")
    draft.emit(ev.SceneTimedOut, scene=scene.id)
    pass_on(draft, scene.time.then)


def _tick(draft: Draft, scene_id: str) -> None:
    scene, state = draft.scene
    if scene.id != scene_id or scene.time is None or not state.ticks_left or not state.tick_at_ms:
        raise reject("stale")
    if draft.clock_ms < state.tick_at_ms:
        raise reject("stale")
    draft.emit(ev.SceneTicked, scene=scene.id)
    apply_sets(draft, scene.time.sets)


def _stand_in(draft: Draft, role: RoleId) -> None:
    move = next_move(draft.scenario, draft.state, role)
    if move is None or draft.clock_ms < move.at_ms:
        raise reject("stale")
    record(draft, move.task, move.slot, "", move.answer)
