"""What has been learnt: a fact with its status, accounts and sources, once it may be shown."""

from __future__ import annotations

from typing import Any

from engine.scenario.model import Choice, Choose, Scenario, Select, Task, Trap, Vote
from engine.values import FactId

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
    """What a slot has learnt by its accepted answer: the choice's fact, else the task's."""
    choice = _telling(task, answer)
    if choice is not None and choice.fact is None and choice.trap is not None:
        trap = scenario.traps[choice.trap]
        return learnt(scenario, trap.truth, trap)
    return learnt(scenario, fact_of(scenario, task, answer))


def fact_of(scenario: Scenario, task: Task, answer: tuple[str, ...]) -> FactId | None:
    """The fact a slot is shown for its accepted answer."""
    choice = _telling(task, answer)
    if choice is None:
        return task.fact
    return choice.fact or (scenario.traps[choice.trap].truth if choice.trap else None)


def _telling(task: Task, answer: tuple[str, ...]) -> Choice | None:
    """The first choice of the answer that has something to tell."""
    if not isinstance(task.body, Choose | Select | Vote):
        return None
    told = (choice for choice in task.body.choices if choice.fact or choice.trap)
    return next((choice for choice in told if choice.id in answer), None)
