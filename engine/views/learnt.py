"""What has been learnt: a fact with its status, accounts and sources, once it may be shown."""

from __future__ import annotations

from collections.abc import Iterable

from msgspec import UNSET

from engine.scenario.checks import rights_of, traps_of
from engine.scenario.model import Scenario, Task
from engine.script.nodes import Trap
from engine.values import FactId
from engine.views.outcome import trap_in
from engine.views.parts.shared import Account, Learnt


def learnt(scenario: Scenario, fact_id: FactId, trap: Trap | None = None) -> Learnt:
    """What is shown of a fact; with `trap`, what was believed and why."""
    fact = scenario.facts[fact_id]
    return Learnt(
        id=fact.id,
        text=fact.text,
        status=fact.status,
        accounts=tuple(
            [
                Account(
                    says=account.says,
                    basis=account.basis,
                    sources=_cited(scenario, account.sources),
                )
                for account in fact.accounts
            ]
        ),
        sources=_cited(scenario, fact.sources),
        belief=trap.belief if trap is not None else UNSET,
        why=trap.why if trap is not None else UNSET,
    )


def _cited(scenario: Scenario, names: Iterable[str]) -> tuple[str, ...]:
    return tuple([scenario.sources[name].cite for name in names])


def learnt_by(scenario: Scenario, task: Task, answer: tuple[str, ...]) -> Learnt | None:
    """What a slot has learnt by its accepted answer: the choice's fact, else that of the trap it
    fell into, else the task's."""
    told, trap = _telling(task, answer), trap_in(scenario, task, answer)
    fact = fact_of(scenario, task, answer)
    shown = trap if told is None and trap is not None and trap.truth == fact else None
    return learnt(scenario, fact, shown) if fact is not None else None


def fact_of(scenario: Scenario, task: Task, answer: tuple[str, ...]) -> FactId | None:
    """The fact a slot is shown for its accepted answer."""
    told, trap = _telling(task, answer), trap_in(scenario, task, answer)
    if told is not None or trap is None or (task.body.gathers and task.fact):
        return told or task.fact
    return trap.truth


def taught(scenario: Scenario, task: Task) -> Learnt | None:
    """What the task would have taught whoever answers it rightly: for one that was skipped."""
    right = (option.fact for option in rights_of(task) if option.fact)
    truths = (scenario.traps[name].truth for name in traps_of(task))
    fact = next(right, None) or task.fact or next(truths, None)
    return learnt(scenario, fact) if fact is not None else None


def _telling(task: Task, answer: tuple[str, ...]) -> FactId | None:
    """The fact of the option that tells something: what was wrong comes before what was right."""
    chosen = task.body.chosen(answer)
    fell = next((option for option in chosen if option.trap), None)
    if fell is not None:
        return fell.fact
    return next((option.fact for option in chosen if option.fact), None)
