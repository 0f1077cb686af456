"""What came of a task that is over: done is not the same as right.

A task can be over because it was answered well, because a wrong belief was let pass (`then:
accept`), because the facilitator skipped it, or because somebody else answered. Only the first is
shown as success; each of the others is said.
"""

from __future__ import annotations

from typing import Literal

from engine.kinds.held import SlotState, TaskState
from engine.scenario.model import Scenario, Task
from engine.script.nodes import Trap

Outcome = Literal["done", "believed", "skipped", "stand_in", "teammate"]


def trap_in(scenario: Scenario, task: Task, answer: tuple[str, ...]) -> Trap | None:
    """The first trap an answer of the task falls into; None: it falls into none."""
    name = task.body.trap_in(answer)
    return scenario.traps[name] if name is not None else None


def outcome(
    scenario: Scenario, task: Task, held: TaskState, mine: SlotState, *, own: bool
) -> Outcome:
    """What came of a slot that is over. `own`: it is asked for whoever answered it last."""
    if held.status == "skipped" and not mine.done:
        return "skipped"
    if trap_in(scenario, task, task.body.final(held, mine)) is not None:
        return "believed"
    if not mine.seat:
        return "stand_in"
    return "done" if own else "teammate"
