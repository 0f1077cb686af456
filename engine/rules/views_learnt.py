"""What has been learnt: a fact with its status, accounts and sources, once it may be shown."""

from __future__ import annotations

from typing import Any

from engine.scenario.model import Choose, Scenario, Select, Task, Trap, Vote

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
    if isinstance(task.body, Choose | Select | Vote):
        for choice in task.body.choices:
            if choice.id in answer and choice.fact is not None:
                return learnt(scenario, choice.fact)
            if choice.id in answer and choice.trap is not None:
                trap = scenario.traps[choice.trap]
                return learnt(scenario, trap.truth, trap)
    return learnt(scenario, task.fact)
