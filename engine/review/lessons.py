"""What a script has to teach, looked up by task: its misconceptions, its facts, its objectives."""

from __future__ import annotations

from collections.abc import Iterator

from engine.scenario.checks import all_tasks, traps_of
from engine.scenario.model import Scenario, Task
from engine.values import FactId, SceneId, TaskId, TrapId

Address = tuple[SceneId, TaskId]


class Lessons:
    """A script, indexed for reviews; made once for all its runs."""

    def __init__(self, scenario: Scenario) -> None:
        self.scenario = scenario
        self.traps: dict[Address, tuple[TrapId, ...]] = {}
        """Misconceptions one can fall for in a task, in the script's order."""
        self.objectives: dict[Address, tuple[str, ...]] = {}
        """Objectives a task is about."""
        for task in all_tasks(scenario):
            address = (task.scene, task.id)
            self.traps[address] = tuple(dict.fromkeys(traps_of(task)))
            about = (scenario.facts[name].objective for name in _facts(scenario, task))
            self.objectives[address] = tuple(dict.fromkeys(name for name in about if name))
        self.related = {trap.id: self._related(trap.truth) for trap in scenario.traps.values()}
        """Trap → the facts that would have warned: its truth, and others of the same objective."""

    def _related(self, truth: FactId) -> frozenset[FactId]:
        objective = self.scenario.facts[truth].objective
        alike = (
            fact.id
            for fact in self.scenario.facts.values()
            if objective is not None and fact.objective == objective
        )
        return frozenset((truth, *alike))


def _facts(scenario: Scenario, task: Task) -> Iterator[FactId]:
    if task.fact is not None:
        yield task.fact
    yield from (option.fact for option in task.body.options if option.fact is not None)
    yield from (scenario.traps[name].truth for name in traps_of(task))
