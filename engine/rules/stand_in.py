"""What a stand-in does for a role that nobody plays: it answers rightly, a little later.

A stand-in has no secrets and no clock of its own: its next move is derived from the state, as a
deadline is, and becomes a logged command when its time has come. It takes only tasks of its role's
own slots; what belongs to whoever comes first is left to people. What a right answer is, the kind
knows.
"""

from __future__ import annotations

from typing import Final

import msgspec

from engine.kinds.held import Moment, TaskState
from engine.rules.folds import run_clock
from engine.rules.offers import closed_in
from engine.rules.state import State
from engine.scenario.model import Scenario, Task
from engine.values import RoleId, TaskId

THINK_MS: Final = 8_000
"""How long a stand-in takes over a task."""


class Move(msgspec.Struct, frozen=True):
    """What the stand-in will do, and when (run clock)."""

    at_ms: int
    task: TaskId
    slot: str
    answer: tuple[str, ...]


def next_move(scenario: Scenario, state: State, role: RoleId) -> Move | None:
    """The stand-in's earliest next move, in document order among equals; None: nothing to do."""
    cover = state.covers.get(role)
    if cover is None or cover.how != "stand_in" or state.scene is None:
        return None
    scene = scenario.scenes[state.scene.id]
    best: Move | None = None
    for task in scene.tasks.values():
        held = state.scene.tasks.get(task.id)
        if held is None or held.status != "open" or role not in held.slots:
            continue
        slot = held.slots[role]
        if slot.done:
            continue
        answer = task.body.right(moment_of(state, task, held, role))
        if answer is None:
            continue
        at_ms = max(_earliest_ms(task, held), cover.since_ms + THINK_MS)
        if best is None or at_ms < best.at_ms:
            best = Move(at_ms, task.id, role, answer)
    return best


def _earliest_ms(task: Task, held: TaskState) -> int:
    return held.opened_ms + max(THINK_MS, task.least_ms)


def moment_of(state: State, task: Task, held: TaskState, slot: str) -> Moment:
    """The task as it stands for the slot, now."""
    clock_ms, closed = run_clock(state, state.now_ms), closed_in(task, state)
    return Moment(held, slot, clock_ms, state.holders, closed)
