"""Answering a task: whose slot it is, what it amounts to, what follows at once."""

from __future__ import annotations

from engine.kinds.held import Moment, TaskState
from engine.rules import commands as cmd
from engine.rules import events as ev
from engine.rules.acting import acts_for
from engine.rules.draft import Draft, apply_effects, apply_sets, give_card, hand_card, spring
from engine.rules.offers import closed_in
from engine.rules.rejections import reject
from engine.rules.settle import take_detour
from engine.scenario.model import Task
from engine.script.nodes import Trap
from engine.values import ANY, RoleId, SeatId, TaskId


def submit(draft: Draft, command: cmd.Submit) -> None:
    """A seat answers. That it can act at all is known.

    Raises:
        Rejection: not_here, locked, done_already, not_your_task, talk_first, and the kind's.
    """
    task, held = open_task(draft, command.task)
    slot = slot_for(draft, held, command.by, command.role)
    record(draft, task.id, slot, command.by, command.answer)


def open_task(draft: Draft, task_id: TaskId) -> tuple[Task, TaskState]:
    """The open task of this scene. Raises Rejection: not_here, locked, done_already."""
    scene, state = draft.scene
    task, held = scene.tasks.get(task_id), state.tasks.get(task_id)
    if task is None or (held is not None and held.status == "out"):
        raise reject("not_here")
    if held is None:
        raise reject("locked")
    if held.status != "open":
        raise reject("done_already")
    return task, held


def slot_for(draft: Draft, held: TaskState, seat: SeatId, role: RoleId | None) -> str:
    """The slot the seat answers: its own role's first, then those it acts for.

    Raises:
        Rejection: not_your_task, done_already.
    """
    if ANY in held.slots:
        return ANY
    roles = acts_for(draft.state, seat)
    mine = [name for name in roles if name in held.slots and role in (None, name)]
    if not mine:
        raise reject("not_your_task")
    waiting = [name for name in mine if not held.slots[name].done]
    if not waiting:
        raise reject("done_already")
    return waiting[0]


def record(draft: Draft, task_id: TaskId, slot: str, seat: SeatId, answer: tuple[str, ...]) -> None:
    """Judge the answer of a slot and let follow what follows. `seat` is empty for a stand-in."""
    task, held = open_task(draft, task_id)
    left_ms = held.opened_ms + task.talk_ms - draft.clock_ms
    if left_ms > 0:
        raise reject("talk_first", seconds=-(-left_ms // 1000))
    closed = closed_in(task, draft.state)
    moment = Moment(held, slot, draft.clock_ms, draft.state.holders, closed)
    judgement = task.body.verdict(moment, answer)
    traps = tuple(draft.scenario.traps[name] for name in judgement.traps)
    done = judgement.done
    if judgement.verdict == "trap":
        done = all(trap.then == "accept" for trap in traps)
    draft.emit(
        ev.TaskAnswered,
        task=task.id,
        slot=slot,
        seat=seat,
        answer=judgement.answer,
        verdict=judgement.verdict,
        done=done,
    )
    handed = judgement.handed
    if handed is not None:
        hand_card(draft, handed.card, handed.giver, handed.to)
    for card in judgement.cards:
        give_card(draft, card, _finder(draft, slot, seat))
    for effects in judgement.effects:
        apply_effects(draft, effects)
    _spring_all(draft, traps, task.id, slot, seat)


def _spring_all(
    draft: Draft, traps: tuple[Trap, ...], task: TaskId, slot: str, seat: SeatId
) -> None:
    for trap in traps:
        spring(draft, trap, task=task, slot=slot, seat=seat)
    for trap in traps:
        if trap.then == "detour":
            take_detour(draft, trap.detour)
            return


def _finder(draft: Draft, slot: str, seat: SeatId) -> RoleId:
    return slot if slot != ANY else draft.state.seats[seat].role


def take_hint(draft: Draft, command: cmd.TakeHint) -> None:
    """A seat sees the hint of a task it can answer, once, at its cost.

    Raises:
        Rejection: no_hint, and those of `submit`.
    """
    task, held = open_task(draft, command.task)
    slot = slot_for(draft, held, command.by, command.role)
    if task.hint is None:
        raise reject("no_hint")
    if not held.slots[slot].hinted:
        draft.emit(ev.HintTaken, task=task.id, slot=slot, seat=command.by)
        apply_sets(draft, task.hint.cost)
