"""`decide(scenario, state, command)`: the events a command brings about, or a Rejection.

Theory of operation. Pure: the same three arguments give the same events, for ever; the time is the
command's own. A decision has two halves. First the command itself: may this seat do that, now, and
what happens at once? Then `settle`: what follows by itself. Both emit into one Draft, whose events
are the whole macrostep; the caller appends them to the log in one piece, or not at all.

    phone: submit date=[d1]  →  TaskAnswered(trap) TrapSprung VarSet(mistakes=1) HoldBegan
    phone: submit door=[report] → TaskAnswered(plain) VarSet CardGiven TaskDone TaskOpened(compare)

An empty result means that the command asked for what is already so (a seat comes back that never
went): it is acknowledged, and nothing is logged. A refusal raises; nothing has changed then.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, Final, get_args

import msgspec

from engine.kinds.choices import pick
from engine.kinds.free_text import SENTENCE_MAX, one_text
from engine.kinds.judging import Handing
from engine.rules import commands as cmd
from engine.rules import events as ev
from engine.rules.absence import has_room, time_up, welcome_back
from engine.rules.acting import acts_for
from engine.rules.answer import submit, take_hint
from engine.rules.desk import DESK, leave_seat
from engine.rules.draft import Draft, apply_effects, hand_card
from engine.rules.draft import drawn as by_seed
from engine.rules.rejections import reject
from engine.rules.settle import release, settle
from engine.rules.state import SeatState, Shown, State, Waiting
from engine.scenario.model import Scenario
from engine.script.nodes import Role, Var
from engine.values import Map, RoleId, SeatId, Value, VarId


def open_run(
    scenario: Scenario,
    *,
    seed: str,
    team: int,
    at_ms: int,
    alone: bool = False,
    drawn: bool = False,
    abreast: bool = False,
    draws: Mapping[VarId, Value] | None = None,
) -> tuple[ev.AnyEvent, ...]:
    """The first event of a run's log. `team` counts from 1 in its session. `alone`: stand-ins play
    whatever role has nobody, whatever the script would do. `drawn`: it is played on phones, which
    are shown drawn options. `abreast`: whoever is through with an act waits for the session's other
    teams. `draws`: what drawn variables are, the first value where it doesn't
    say; None: the seed draws."""
    start = Map((var.id, _start(var, seed, draws)) for var in scenario.vars.values())
    return (
        ev.RunOpened(
            at_ms=at_ms,
            scenario=scenario.id,
            digest=scenario.digest,
            seed=seed,
            team=team,
            vars=start,
            roles=tuple(scenario.roles),
            grace_ms=scenario.absence.grace_ms,
            absence="stand_in" if alone else scenario.absence.then,
            stands=True,
            drawn=drawn or msgspec.UNSET,
            abreast=abreast or msgspec.UNSET,
        ),
    )


def _start(var: Var, seed: str, draws: Mapping[VarId, Value] | None) -> Value:
    if not var.drawn:
        return var.start
    if draws is not None:
        return draws.get(var.id, var.start)
    by_name = {str(value): value for value in var.domain}
    return by_name[by_seed(seed, f"var.{var.id}", by_name)[0]]


def decide(scenario: Scenario, state: State, command: cmd.AnyCommand) -> tuple[ev.AnyEvent, ...]:
    """The events of one macrostep, in order; empty where everything is as asked already.

    Raises:
        Rejection: with a code of `rejections.CATALOGUE`; nothing has changed.
    """
    return tuple(decided(scenario, state, command).events)


def decided(scenario: Scenario, state: State, command: cmd.AnyCommand) -> Draft:
    """The macrostep itself: its events, and the state they lead to. Raises as `decide` does."""
    draft = Draft(scenario, state, max(command.at_ms, state.now_ms))
    if state.phase == "closed":
        if isinstance(command, cmd.ComeBack | cmd.GoAway):
            return draft  # whoever looks in again sees that it is closed; the log says no more
        raise reject("closed")
    _DECISIONS[type(command)](draft, command)
    if draft.events:
        settle(draft)
    return draft


# ── what a seat asks ────────────────────────────────────────────────────────────────────────────


def _take_seat(draft: Draft, command: cmd.TakeSeat) -> None:
    state = draft.state
    if state.phase not in ("lobby", "playing"):
        raise reject("ended")
    if command.by in state.seats:
        raise reject("seat_taken")
    role = _free_role(draft, command.role)
    draft.emit(ev.SeatTaken, seat=command.by, role=role)


def _free_role(draft: Draft, wanted: RoleId | None) -> RoleId:
    """The role wanted, or the one that needs somebody most: least filled, then script order."""
    roles = draft.scenario.roles
    if wanted is not None:
        if wanted not in roles:
            raise reject("unknown_role")
        if not has_room(draft.state, roles[wanted]):
            raise reject("role_taken")
        return wanted
    free = [role for role in roles.values() if has_room(draft.state, role)]
    if not free:
        raise reject("team_full")
    return min(free, key=lambda role: _seats_of(draft.state, role)).id


def _seats_of(state: State, role: Role) -> int:
    return sum(seat.role == role.id and not seat.left for seat in state.seats.values())


def _seat(draft: Draft, seat: SeatId) -> SeatState:
    held = draft.state.seats.get(seat)
    if held is None:
        raise reject("unknown_seat")
    return held


def _change_role(draft: Draft, command: cmd.ChangeRole) -> None:
    seat = _seat(draft, command.by)
    if draft.state.phase != "lobby":
        raise reject("started")
    if command.role != seat.role:
        role = _free_role(draft, command.role)
        draft.emit(ev.RoleChanged, seat=command.by, role=role)


def _get_ready(draft: Draft, command: cmd.GetReady) -> None:
    seat = _seat(draft, command.by)
    if draft.state.phase == "lobby" and not seat.ready:
        draft.emit(ev.SeatReady, seat=command.by)


def _go_away(draft: Draft, command: cmd.GoAway) -> None:
    if _seat(draft, command.by).online:
        draft.emit(ev.SeatAway, seat=command.by)


def _come_back(draft: Draft, command: cmd.ComeBack) -> None:
    """Raises Rejection: unknown_seat; seat_given, where it was left and has gone to another."""
    seat = _seat(draft, command.by)
    if seat.left and not has_room(draft.state, draft.scenario.roles[seat.role]):
        raise reject("seat_given")
    if not seat.online:
        draft.emit(ev.SeatBack, seat=command.by)
        welcome_back(draft, seat.role)


def _leave_seat(draft: Draft, command: cmd.LeaveSeat) -> None:
    seat = _seat(draft, command.by)
    if seat.left:
        raise reject("left")
    leave_seat(draft, command.by)


def _free_seat(draft: Draft, command: cmd.FreeSeat) -> None:
    """Raises Rejection: unknown_seat; stale, where somebody has come since it was looked at."""
    seat = _seat(draft, command.seat)
    if seat.online or seat.away_since_ms != command.away_since_ms:
        raise reject("stale")
    if not seat.left:
        leave_seat(draft, command.seat)


def able(draft: Draft, seat_id: SeatId) -> SeatState:
    """The seat, if it can act now.

    Raises:
        Rejection: unknown_seat, left, not_started, paused, abreast, ended, held.
    """
    seat, state = _seat(draft, seat_id), draft.state
    if seat.left:
        raise reject("left")
    if state.phase != "playing":
        raise reject("not_started" if state.phase == "lobby" else "ended")
    if state.paused_at_ms is not None:
        raise reject("paused")
    if state.waits:
        raise reject("abreast")
    hold = state.holds.get(seat_id)
    if hold is not None and draft.clock_ms < hold.until_ms:
        raise reject("held")
    return seat


def _submit(draft: Draft, command: cmd.Submit) -> None:
    if draft.state.phase in ("ended", "debrief") and command.task == "reflect":
        _reflect(draft, command)
        return
    able(draft, command.by)
    submit(draft, command)


def _reflect(draft: Draft, command: cmd.Submit) -> None:
    _seat(draft, command.by)
    if not draft.scenario.debrief.reflect:
        raise reject("not_here")
    text = one_text(command.answer, SENTENCE_MAX)
    if draft.state.reflections.get(command.by) != text:
        draft.emit(ev.Reflected, seat=command.by, text=text)


def _take_hint(draft: Draft, command: cmd.TakeHint) -> None:
    able(draft, command.by)
    take_hint(draft, command)


def _hand_card(draft: Draft, command: cmd.HandCard) -> None:
    """Hand over a card of one's role, or of one acted for; where an open task asks for just that,
    it is done by it."""
    able(draft, command.by)
    giver = _giver(draft, command)
    scene, state = draft.scene
    for task in scene.tasks.values():
        held = state.tasks.get(task.id)
        asked = task.body.handing() == Handing(command.card, command.to)
        if asked and held is not None and held.status == "open" and giver in held.slots:
            if not held.slots[giver].done:
                submit(draft, _as_submit(command, task.id, giver))
                return
    _unspent(draft, command.card)
    hand_card(draft, command.card, giver, command.to)


def _giver(draft: Draft, command: cmd.HandCard | cmd.ShowCard) -> RoleId:
    """For which role the seat gives or shows the card: its own first. Raises Rejection:
    unknown_role, hand_to_self, card_not_held."""
    if command.to not in draft.scenario.roles:
        raise reject("unknown_role")
    acts, holders = acts_for(draft.state, command.by), draft.state.holders.get(command.card, ())
    givers = [role for role in acts if role in holders and role != command.to]
    if not givers:
        raise reject("hand_to_self" if command.to == acts[0] else "card_not_held")
    return givers[0]


def _show_card(draft: Draft, command: cmd.ShowCard) -> None:
    """Let another role see a card. No guard asks who has seen one, and no task needs it."""
    able(draft, command.by)
    giver, state = _giver(draft, command), draft.state
    if draft.scene[0].apart(giver, command.to):
        raise reject("elsewhere")
    sees = command.to in state.holders.get(command.card, ())
    if not sees and Shown(command.card, giver, command.to) not in (state.shown or ()):
        _unspent(draft, command.card)
        once = draft.scenario.cards[command.card].once or msgspec.UNSET
        draft.emit(ev.CardShown, card=command.card, giver=giver, to=command.to, once=once)


def _unspent(draft: Draft, card: str) -> None:
    """Raises Rejection: card_spent, where it may be handed or shown once and was."""
    if card in (draft.state.spent or ()):
        raise reject("card_spent")


def _as_submit(command: cmd.HandCard, task: str, role: RoleId) -> cmd.Submit:
    return cmd.Submit(id=command.id, at_ms=command.at_ms, by=command.by, task=task, role=role)


def _try_rescue(draft: Draft, command: cmd.TryRescue) -> None:
    rescuer = able(draft, command.by)
    held_seat = command.seat or _only_held(draft, command.by, rescuer.role)
    hold = draft.state.holds.get(held_seat)
    if hold is None:
        raise reject("not_held")
    rescue = draft.scenario.traps[hold.trap].rescue
    if rescue is None or not may_rescue(draft.state, draft.scenario, command.by, held_seat):
        raise reject("rescue_not_yours")
    choice = pick(rescue.choices, command.answer)
    draft.emit(
        ev.RescueTried,
        seat=held_seat,
        rescuer=command.by,
        answer=command.answer,
        right=choice.right,
    )
    if choice.right:
        draft.emit(ev.HoldEnded, seat=held_seat, how="rescue")
    apply_effects(draft, choice.effects)


def _stand(draft: Draft, command: cmd.Stand) -> None:
    """Raises Rejection: stale, where time stands anyway, or nothing hangs on it."""
    state = draft.state
    if not state.stands or state.phase != "playing" or state.stands_since_ms is not None:
        raise reject("stale")
    # No longer than since the last event: the run clock never goes back behind what has happened.
    stood_ms = min(command.ms, draft.at_ms - state.now_ms)
    if stood_ms > 0:
        draft.emit(ev.ClockStood, stood_ms=stood_ms)


def _go_on(draft: Draft, command: cmd.GoOn) -> None:
    """Raises Rejection: stale, where it waits no more, or in a pause."""
    _waits(draft, command.seq)
    release(draft, "teams")


def _await_teams(draft: Draft, command: cmd.AwaitTeams) -> None:
    """Raises Rejection: stale, as `_go_on`, or where that is known already."""
    if _waits(draft, command.seq).teams == command.teams:
        raise reject("stale")
    draft.emit(ev.TeamsAwaited, teams=command.teams)


def _waits(draft: Draft, seq: int) -> Waiting:
    waits = draft.state.waits
    if not waits or waits.seq != seq or draft.state.paused_at_ms is not None:
        raise reject("stale")
    return waits


def may_rescue(state: State, scenario: Scenario, rescuer: SeatId, held: SeatId) -> bool:
    """`rescuer` has a try at freeing `held`: another seat, of a role the trap names, not held
    itself, and without a try spent on this hold (each has one, else guessing would do)."""
    hold, seat = state.holds.get(held), state.seats.get(rescuer)
    if hold is None or seat is None or rescuer == held or rescuer in hold.tried:
        return False
    rescue = scenario.traps[hold.trap].rescue
    return rescue is not None and seat.role in rescue.roles and rescuer not in state.holds


def _only_held(draft: Draft, rescuer: SeatId, role: RoleId) -> SeatId:
    mine = [
        seat for seat in draft.state.holds if may_rescue(draft.state, draft.scenario, rescuer, seat)
    ]
    if len(mine) == 1:
        return mine[0]
    if mine:
        raise reject("which_seat")
    raise reject("rescue_not_yours" if draft.state.holds else "not_held")


def _thank(draft: Draft, command: cmd.Thank) -> None:
    """Once for a rescue. Raises Rejection: not_helped."""
    _seat(draft, command.by)
    ours = (command.by, command.seat)
    helped = [one for one in draft.state.aside.helped if (one.seat, one.rescuer) == ours]
    if not helped:
        raise reject("not_helped")
    if not all(one.thanked for one in helped):
        draft.emit(ev.SeatThanked, seat=command.seat, rescued=command.by)


_DECISIONS: Final[dict[type, Callable[[Draft, Any], None]]] = {
    cmd.TakeSeat: _take_seat,
    cmd.ChangeRole: _change_role,
    cmd.GetReady: _get_ready,
    cmd.GoAway: _go_away,
    cmd.ComeBack: _come_back,
    cmd.LeaveSeat: _leave_seat,
    cmd.Submit: _submit,
    cmd.TakeHint: _take_hint,
    cmd.HandCard: _hand_card,
    cmd.ShowCard: _show_card,
    cmd.TryRescue: _try_rescue,
    cmd.Thank: _thank,
    cmd.TimeUp: time_up,
    cmd.FreeSeat: _free_seat,
    cmd.Stand: _stand,
    cmd.GoOn: _go_on,
    cmd.AwaitTeams: _await_teams,
    **DESK,
}

assert set(_DECISIONS) == set(get_args(cmd.AnyCommand)), "every command needs its decision"
