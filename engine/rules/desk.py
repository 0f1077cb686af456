"""The facilitator's hand: every help an organiser can give, each a logged command."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Final

from engine.rules import commands as cmd
from engine.rules import events as ev
from engine.rules.absence import cover_if_absent, seats_of
from engine.rules.acting import acts_for
from engine.rules.aside import on_wall
from engine.rules.draft import Draft, drawn, enter
from engine.rules.rejections import reject
from engine.rules.settle import leave, release
from engine.values import RoleId, SeatId

ADDED_MAX: Final = 4
"""So many more may play a role than the script says: beyond, nobody has anything to do."""


def _playing(draft: Draft) -> None:
    """Raises Rejection: not_started, ended."""
    if draft.state.phase != "playing":
        raise reject("not_started" if draft.state.phase == "lobby" else "ended")


def _start(draft: Draft, command: cmd.Start) -> None:
    state = draft.state
    if state.phase != "lobby":
        raise reject("started")
    seated = {seat.role for seat in state.seats.values() if not seat.left}
    if not seated:
        raise reject("nobody_here")
    empty = [role for role in draft.scenario.roles.values() if role.id not in seated]
    if empty and state.absence == "wait":
        raise reject("role_unfilled", role=empty[0].name)
    draft.emit(ev.RunStarted)
    for role in empty:
        draft.emit(ev.RoleCovered, role=role.id, how=state.absence)
    enter(draft, draft.scenario.scenes[draft.scenario.start])


def _pause(draft: Draft, command: cmd.Pause) -> None:
    _playing(draft)
    if draft.state.paused_at_ms is not None:
        raise reject("paused")
    draft.emit(ev.RunPaused)


def _resume(draft: Draft, command: cmd.Resume) -> None:
    _playing(draft)
    if draft.state.paused_at_ms is None:
        raise reject("not_paused")
    draft.emit(ev.RunResumed)


def _extend(draft: Draft, command: cmd.Extend) -> None:
    _playing(draft)
    if not 1 <= command.seconds <= 3600:
        raise reject("bad_seconds")
    if draft.scene[1].limit_at_ms is None:
        raise reject("no_limit")
    draft.emit(ev.SceneExtended, by_ms=command.seconds * 1000)


def _open_barrier(draft: Draft, command: cmd.OpenBarrier) -> None:
    _playing(draft)
    if draft.state.waits:
        release(draft, "facilitator")
        return
    scene, _ = draft.scene
    draft.emit(ev.BarrierOpened, scene=scene.id, by="facilitator")
    leave(draft, scene, abreast=False)


def _skip_task(draft: Draft, command: cmd.SkipTask) -> None:
    """Raises Rejection: not_started, ended, abreast, not_here, done_already."""
    _playing(draft)
    if draft.state.waits:
        raise reject("abreast")
    scene, state = draft.scene
    held = state.tasks.get(command.task)
    if command.task not in scene.tasks or (held is not None and held.status == "out"):
        raise reject("not_here")
    if held is not None and held.status != "open":
        raise reject("done_already")
    draft.emit(ev.TaskSkipped, task=command.task)


def _release_hold(draft: Draft, command: cmd.ReleaseHold) -> None:
    if command.seat not in draft.state.holds:
        raise reject("not_held")
    draft.emit(ev.HoldEnded, seat=command.seat, how="facilitator")


def _known(draft: Draft, role: RoleId, seat: SeatId | None = None) -> None:
    """Raises Rejection: unknown_role, unknown_seat."""
    if role not in draft.scenario.roles:
        raise reject("unknown_role")
    if seat is not None and (seat not in draft.state.seats or draft.state.seats[seat].left):
        raise reject("unknown_seat")


def _hand_over(draft: Draft, command: cmd.HandOver) -> None:
    _playing(draft)
    _known(draft, command.role, command.seat)
    if draft.state.seats[command.seat].role == command.role:
        raise reject("own_role")
    cover = draft.state.covers.get(command.role)
    if cover is None or (cover.how, cover.seat) != ("seat", command.seat):
        draft.emit(ev.RoleCovered, role=command.role, how="seat", seat=command.seat)


def _hand_back(draft: Draft, command: cmd.HandBack) -> None:
    """Ends any cover. A role that has nobody at all is covered again at once: no team may jam."""
    _playing(draft)
    _known(draft, command.role)
    if command.role not in draft.state.covers:
        raise reject("not_covered")
    draft.emit(ev.RoleUncovered, role=command.role)
    staying = (seat for seat in draft.state.seats.values() if not seat.left)
    if not any(seat.role == command.role for seat in staying):
        cover_if_absent(draft, command.role)


def _jump(draft: Draft, command: cmd.Jump) -> None:
    _playing(draft)
    if command.scene not in draft.scenario.scenes:
        raise reject("unknown_scene")
    if draft.state.waits:
        draft.emit(ev.SceneReleased, scene=draft.scene[0].id, by="facilitator")
    enter(draft, draft.scenario.scenes[command.scene])


def _remove(draft: Draft, command: cmd.RemoveSeat) -> None:
    seat = draft.state.seats.get(command.seat)
    if seat is None:
        raise reject("unknown_seat")
    if seat.left:
        raise reject("left")
    leave_seat(draft, command.seat)


def leave_seat(draft: Draft, seat: SeatId) -> None:
    """Somebody has gone, or has to go: their roles are covered, as the script says."""
    acted_for = acts_for(draft.state, seat)
    draft.emit(ev.SeatLeft, seat=seat)
    for role in acted_for:
        cover_if_absent(draft, role)


def _nudge(draft: Draft, command: cmd.Nudge) -> None:
    _playing(draft)
    if command.seat not in draft.state.seats:
        raise reject("unknown_seat")
    draft.emit(ev.SeatNudged, seat=command.seat)


def _close(draft: Draft, command: cmd.Close) -> None:
    draft.emit(ev.RunClosed)


def _open_debrief(draft: Draft, command: cmd.OpenDebrief) -> None:
    if draft.state.phase in ("lobby", "playing"):
        raise reject("not_ended")
    state, step = draft.state, command.step
    if step is not None and (state.phase != "debrief" or not 0 <= step < len(command.deck)):
        raise reject("no_card")
    if state.deck != command.deck or state.phase != "debrief":
        at = {} if step is None else {"step": step}
        how = {"moderated": True} if command.moderated else {}
        draft.emit(ev.DebriefOpened, deck=command.deck, **at, **how)


def _move_debrief(draft: Draft, command: cmd.MoveDebrief) -> None:
    _debriefing(draft)
    if not 0 <= command.step < len(draft.state.deck):
        raise reject("no_card")
    if command.step != draft.state.step:
        draft.emit(ev.DebriefMoved, step=command.step)


def _debriefing(draft: Draft) -> None:
    if draft.state.phase != "debrief":
        raise reject("no_debrief")


def _draw_speaker(draft: Draft, command: cmd.DrawSpeaker) -> None:
    """Everybody once before anybody twice, in an order the run's seed draws."""
    _debriefing(draft)
    state = draft.state
    staying = [name for name, seat in state.seats.items() if not seat.left]
    if not staying:
        raise reject("nobody_here")
    fewest = min(state.speakers.count(name) for name in staying)
    waiting = [name for name in staying if state.speakers.count(name) == fewest]
    draft.emit(ev.SpeakerDrawn, seat=drawn(state.seed, f"speaker.{fewest}", waiting)[0])


def _written(draft: Draft, seat: SeatId) -> bool:
    """What `seat` wrote is on the wall. Raises Rejection: unknown_seat, no_reflection."""
    if seat not in draft.state.seats:
        raise reject("unknown_seat")
    if seat not in draft.state.reflections:
        raise reject("no_reflection")
    return on_wall(draft.state, seat)


def _hide_reflection(draft: Draft, command: cmd.HideReflection) -> None:
    """One that nobody has put there yet stays off, too, however it may be changed."""
    _written(draft, command.seat)
    if command.seat not in draft.state.aside.hidden:
        draft.emit(ev.ReflectionHidden, seat=command.seat)


def _show_reflection(draft: Draft, command: cmd.ShowReflection) -> None:
    if not _written(draft, command.seat):
        draft.emit(ev.ReflectionShown, seat=command.seat)


def _show_reflections(draft: Draft, command: cmd.ShowReflections) -> None:
    state = draft.state
    asked = state.reflections if command.seats is None else command.seats
    for seat in asked:
        if not _written(draft, seat) and seat not in state.aside.hidden:
            draft.emit(ev.ReflectionShown, seat=seat)


def _name_team(draft: Draft, command: cmd.NameTeam) -> None:
    """What a name may be is asked where people type one."""
    if command.name != draft.state.aside.called:
        draft.emit(ev.TeamNamed, name=command.name)


def _add_seat(draft: Draft, command: cmd.AddSeat) -> None:
    if draft.state.phase != "lobby":
        raise reject("started")
    role = draft.scenario.roles.get(command.role)
    if role is None:
        raise reject("unknown_role")
    if seats_of(draft.state, role) - role.seats_max >= ADDED_MAX:
        raise reject("seats_enough")
    draft.emit(ev.SeatAdded, role=role.id)


DESK: Final[dict[type, Callable[[Draft, Any], None]]] = {
    cmd.Start: _start,
    cmd.Pause: _pause,
    cmd.Resume: _resume,
    cmd.Extend: _extend,
    cmd.OpenBarrier: _open_barrier,
    cmd.SkipTask: _skip_task,
    cmd.ReleaseHold: _release_hold,
    cmd.HandOver: _hand_over,
    cmd.HandBack: _hand_back,
    cmd.Jump: _jump,
    cmd.RemoveSeat: _remove,
    cmd.Nudge: _nudge,
    cmd.Close: _close,
    cmd.OpenDebrief: _open_debrief,
    cmd.MoveDebrief: _move_debrief,
    cmd.DrawSpeaker: _draw_speaker,
    cmd.HideReflection: _hide_reflection,
    cmd.ShowReflection: _show_reflection,
    cmd.ShowReflections: _show_reflections,
    cmd.NameTeam: _name_team,
    cmd.AddSeat: _add_seat,
}
"""The decision of each facilitator's command."""
