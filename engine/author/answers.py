"""A script's answers, for whoever prepares to lead it: right answers, misconceptions, facts."""

from __future__ import annotations

from collections.abc import Iterator

import msgspec

from engine.scenario.checks import rights_of, traps_of
from engine.scenario.model import Scenario, Scene, Task
from engine.views.learnt import learnt
from engine.views.parts.shared import Learnt


class TaskAnswer(msgspec.Struct, frozen=True, kw_only=True):
    """One task with what it is about."""

    who: str
    """Roles by name; `所有人`, `谁先谁来`."""
    ask: str
    right: tuple[str, ...]
    """Right answers in the script's words; empty: any will do."""
    beliefs: tuple[str, ...]
    facts: tuple[Learnt, ...]


class SceneAnswers(msgspec.Struct, frozen=True, kw_only=True):
    """A scene's tasks, those without a question left out."""

    title: str
    when: str
    tasks: tuple[TaskAnswer, ...]


def answers(scenario: Scenario) -> list[SceneAnswers]:
    """Every scene that asks something, in the script's order."""
    found = [
        SceneAnswers(title=scene.title, when=scene.when, tasks=tuple(_tasks(scenario, scene)))
        for scene in scenario.scenes.values()
    ]
    return [scene for scene in found if scene.tasks]


def _tasks(scenario: Scenario, scene: Scene) -> Iterator[TaskAnswer]:
    for task in scene.tasks.values():
        right = task.body.right_words()
        beliefs = tuple(scenario.traps[name].belief for name in dict.fromkeys(traps_of(task)))
        if right or beliefs:
            facts = dict.fromkeys(name for name in _facts(task) if name is not None)
            yield TaskAnswer(
                who=_who(scenario, task),
                ask=task.ask,
                right=right,
                beliefs=beliefs,
                facts=tuple(learnt(scenario, name) for name in facts),
            )


def _who(scenario: Scenario, task: Task) -> str:
    if len(task.who.roles) == len(scenario.roles):
        return "所有人" if len(task.who.slots) > 1 else "谁先谁来"
    return "、".join(scenario.roles[name].name for name in task.who.roles)


def _facts(task: Task) -> Iterator[str | None]:
    yield task.fact
    yield from (option.fact for option in rights_of(task))
