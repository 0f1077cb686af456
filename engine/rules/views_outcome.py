"""What came of a task that is over: done is not the same as right.

A task can be over because it was answered well, because a wrong belief was let pass (`then:
accept`), because the facilitator skipped it, or because somebody else answered. Only the first is
shown as success; each of the others is said.
"""

from __future__ import annotations

from typing import Literal

from engine.rules.answers import judge
from engine.rules.state import SlotState, TaskState
from engine.scenario.checks import choices_of
from engine.scenario.model import Enter, Match, Order, Scenario, Search, Task, Vote
from engine.script.nodes import Trap

Outcome = Literal["done", "believed", "skipped", "stand_in", "teammate"]


def trap_in(scenario: Scenario, task: Task, answer: tuple[str, ...]) -> Trap | None:
    """The first trap an answer of the task falls into; None: it falls into none."""
    name: str | None = None
    match task.body:
        case Search(spots=spots):
            name = next((spot.trap for spot in spots if spot.trap and spot.id in answer), None)
        case Order() | Match() | Enter() if answer:
            name = next(iter(judge(task, SlotState(), answer).traps), None)
        case _:
            chosen = (choice.trap for choice in choices_of(task) if choice.id in answer)
            name = next((trap for trap in chosen if trap), None)
    return scenario.traps[name] if name is not None else None


def final(task: Task, held: TaskState, mine: SlotState) -> tuple[str, ...]:
    """The answer that counts: of a vote what it fell on."""
    return (held.decided,) if isinstance(task.body, Vote) else mine.answer


def outcome(
    scenario: Scenario, task: Task, held: TaskState, mine: SlotState, *, own: bool
) -> Outcome:
    """What came of a slot that is over. `own`: it is asked for whoever answered it last."""
    if held.status == "skipped" and not mine.done:
        return "skipped"
    if trap_in(scenario, task, final(task, held, mine)) is not None:
        return "believed"
    if not mine.seat:
        return "stand_in"
    return "done" if own else "teammate"
