"""What has been learnt: a fact with its status, accounts and sources, once it may be shown."""

from __future__ import annotations

from typing import Any

from engine.scenario.checks import rights_of, traps_of
from engine.scenario.model import Scenario, Task
from engine.script.nodes import Trap
from engine.values import FactId
from engine.views.outcome import trap_in

Part = dict[str, Any]


def learnt(scenario: Scenario, fact_id: str | None, trap: Trap | None = None) -> Part | None:
    """The `learnt` of docs/wire.md; with `trap`, what was believed and why."""
    if fact_id is None:
        return None
    fact = scenario.facts[fact_id]
    shown: Part = {
        "id": fact.id,
        "text": fact.text,
        "status": fact.status,
        "accounts": [
            {
                "says": account.says,
                "basis": account.basis,
                "sources": [scenario.sources[name].cite for name in account.sources],
            }
            for account in fact.accounts
        ],
        "sources": [scenario.sources[name].cite for name in fact.sources],
    }
    if trap is not None:
        shown |= {"belief": trap.belief, "why": trap.why}
    return shown


def learnt_by(scenario: Scenario, task: Task, answer: tuple[str, ...]) -> Part | None:
    """What a slot has learnt by its accepted answer: the choice's fact, else that of the trap it
    fell into, else the task's."""
    told, trap = _telling(task, answer), trap_in(scenario, task, answer)
    fact = fact_of(scenario, task, answer)
    shown = trap if told is None and trap is not None and trap.truth == fact else None
    return learnt(scenario, fact, shown)


def fact_of(scenario: Scenario, task: Task, answer: tuple[str, ...]) -> FactId | None:
    """The fact a slot is shown for its accepted answer."""
    told, trap = _telling(task, answer), trap_in(scenario, task, answer)
    if told is not None or trap is None or (task.body.gathers and task.fact):
        return told or task.fact
    return trap.truth


def taught(scenario: Scenario, task: Task) -> Part | None:
    """What the task would have taught whoever answers it rightly: for one that was skipped."""
    right = (option.fact for option in rights_of(task) if option.fact)
    truths = (scenario.traps[name].truth for name in traps_of(task))
    fact = next(right, None) or task.fact or next(truths, None)
    return learnt(scenario, fact)


def _telling(task: Task, answer: tuple[str, ...]) -> FactId | None:
    """The fact of the option that tells something: what was wrong comes before what was right."""
    chosen = task.body.chosen(answer)
    fell = next((option for option in chosen if option.trap), None)
    if fell is not None:
        return fell.fact
    return next((option.fact for option in chosen if option.fact), None)
