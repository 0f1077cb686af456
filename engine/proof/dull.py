"""What makes an evening dull: idle roles, no way but one, nothing that depends on anybody.

Talk counts only where it has to be: where a card changes hands, or a question is answered by what
stands before another role and not before the one that is asked. A timer for talk isn't counted,
else a timer would buy the figure.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from typing import Final

from engine.errors import Issue
from engine.kinds.registry import KINDS
from engine.proof.counsel import counsel
from engine.proof.fairness import Fairness, takes_s
from engine.proof.footprint import Flow, read_by
from engine.proof.given_away import moments_of, told
from engine.proof.play_graph import Explored
from engine.scenario.checks import all_tasks
from engine.scenario.model import Scenario, Task
from engine.script.nodes import Guard
from engine.values import ANY

IDLE_MOST: Final = 0.4
TALK_LEAST: Final = 0.15
KIND_MOST: Final = 1 / 2
READ_MOST: Final = 1 / 3
TASKS_LEAST: Final = 6
"""A script with fewer isn't judged by their kinds."""
READ: Final = "read"


def dull(graph: Explored, share: Fairness) -> Iterator[Issue]:
    """What nothing comes of, and who has nothing to do."""
    scenario = graph.scenario
    for role, own in share.roles.items():
        if own.idle_s > IDLE_MOST * share.seconds:
            idle = round(100 * own.idle_s / share.seconds)
            yield counsel("SC911", scenario.roles[role].at, role=role, share=idle)
    yield from _voices(graph, share)
    yield from _branches(scenario)
    yield from _variables(scenario)
    yield from _choices(scenario)
    yield from kinds(scenario)


def _voices(graph: Explored, share: Fairness) -> Iterator[Issue]:
    scenario = graph.scenario
    needed = list(needing(graph))
    seconds = sum(
        takes_s(scenario, task, task.who.slots[0]) - task.least_ms // 1000
        for task in needed
        if task.scene in share.path and (task.scene, task.id) not in share.dropped
    )
    if not needed:
        yield counsel("SC918", scenario.at)
    elif seconds < TALK_LEAST * share.seconds:
        yield counsel("SC912", scenario.at, share=round(100 * seconds / max(1, share.seconds)))


def needing(graph: Explored) -> Iterator[Task]:
    """Tasks that take another role: a card is handed, a text is read to them, or another has what
    answers it."""
    scenario, moments = graph.scenario, moments_of(graph)
    for task in all_tasks(scenario):
        number = moments.get((task.scene, task.id))
        if task.body.handing() is not None or task.body.holders():
            yield task
        elif number is not None and len(task.who.slots) == 1 and task.who.slots != (ANY,):
            state, (mine,) = graph.nodes[number].state, task.who.slots
            others = (role for role in scenario.roles if role != mine)
            if told(scenario, state, task, mine) is None and any(
                told(scenario, state, task, role) for role in others
            ):
                yield task


def _guards(scenario: Scenario) -> Iterator[Guard | None]:
    yield from (aim.met for aim in scenario.aims.values())
    for scene in scenario.scenes.values():
        yield from (way.guard for way in scene.next)
    for task in all_tasks(scenario):
        yield task.guard
        for option in task.body.conditional:
            yield from (option.payable, option.guard)


def _branches(scenario: Scenario) -> Iterator[Issue]:
    """No two scenes that a guard chooses between, endings aside, and no task that one asks for."""
    asked = any(task.guard or task.body.conditional for task in all_tasks(scenario))
    for scene in scenario.scenes.values():
        targets = {way.go for way in scene.next}
        if sum(go not in scenario.scenes or not scenario.scenes[go].ending for go in targets) > 1:
            return
    if not asked:
        yield counsel("SC913", scenario.at)


def _variables(scenario: Scenario) -> Iterator[Issue]:
    asked = {name for guard in _guards(scenario) for kind, name in read_by(guard) if kind == "var"}
    for var in scenario.vars.values():
        if var.id not in asked:
            yield counsel("SC914", var.at, name=var.id)


def _choices(scenario: Scenario) -> Iterator[Issue]:
    """Choices and votes of which nothing comes, whatever is taken."""
    flow = Flow(scenario)
    for task in all_tasks(scenario):
        options = [one for one in task.body.options if one.alone]
        told_so = any(one.effects.tells or one.effects.gives for one in options)
        matters = any(one.right or one.fact or flow.counts(task.scene, one) for one in options)
        if options and not told_so and not matters:
            yield counsel("SC915", task.at, task=task.id)


def kinds(scenario: Scenario) -> Iterator[Issue]:
    """Too many tasks of one kind, or too many that are only read."""
    counted = Counter(task.kind for task in all_tasks(scenario))
    total = counted.total()
    if total < TASKS_LEAST:
        return
    kind, number = counted.most_common(1)[0]
    if number > KIND_MOST * total:
        name = KINDS[kind].label
        yield counsel("SC916", scenario.at, total=total, number=number, kind=name)
    if counted[READ] > READ_MOST * total:
        yield counsel("SC917", scenario.at, total=total, number=counted[READ])
