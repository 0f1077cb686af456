"""What can be said of a whole script without playing it: ways, circles, unused names, grounds.

Each check says which sorts of names it follows. Where one of them couldn't be read, the check would
accuse the innocent, and is left until that is mended; the others run. What needs exploration
belongs to the proof.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Mapping
from typing import Final

from engine.errors import Issue, Text
from engine.kinds.options import Option
from engine.scenario.askable import check_asked
from engine.scenario.model import BACK, Scenario, Scene, Task
from engine.scenario.sites import check_sites
from engine.script.issues import issue
from engine.script.nodes import SetVar

ALL: Final = "all"
"""Stands for every kind of name."""


def check_scenario(
    scenario: Scenario, lost: Collection[str] = ()
) -> tuple[list[Issue], tuple[Text, ...]]:
    """Every structural issue, in no particular order, and what couldn't be looked at, since names
    of the `lost` kinds (or ALL) couldn't be read."""
    found: list[Issue] = []
    left: list[Text] = []
    for needed, check, what in _CHECKS:
        if ALL in lost or needed & set(lost):
            left.append(what)
        else:
            found += check(scenario)
    return found, tuple(left)


def all_tasks(scenario: Scenario) -> Iterator[Task]:
    """Every task, in document order."""
    for scene in scenario.scenes.values():
        yield from scene.tasks.values()


def traps_of(task: Task) -> tuple[str, ...]:
    """Every trap the task may spring, in document order; one may stand twice."""
    return task.body.traps()


def rights_of(task: Task) -> tuple[Option, ...]:
    """The options that are right by themselves."""
    return tuple(option for option in task.body.options if option.right)


def detours_of(scenario: Scenario, scene: Scene) -> Iterator[str]:
    """Detour scenes that traps of this scene lead to."""
    for task in scene.tasks.values():
        for name in traps_of(task):
            trap = scenario.traps[name]
            if trap.detour is not None:
                yield trap.detour


def ways_of(scenario: Scenario, scene: Scene) -> Iterator[str]:
    """Scenes that one leads to: its ways out, when its time is up, its traps' detours; not back."""
    yield from (way.go for way in scene.next if way.go != BACK)
    if scene.time is not None and scene.time.then != BACK:
        yield scene.time.then
    yield from detours_of(scenario, scene)


def _reach(scenario: Scenario) -> Iterator[Issue]:
    seen, waiting = {scenario.start}, [scenario.start]
    while waiting:
        for name in ways_of(scenario, scenario.scenes[waiting.pop()]):
            if name not in seen:
                seen.add(name)
                waiting.append(name)
    for scene in scenario.scenes.values():
        if scene.id not in seen:
            yield issue("SC407", scene.at, name=scene.id)
    if not any(scene.ending for scene in scenario.scenes.values()):
        yield issue("SC421", scenario.at)


def _detours(scenario: Scenario) -> Iterator[Issue]:
    targets = {name for scene in scenario.scenes.values() for name in detours_of(scenario, scene)}
    yield from _ways_into_detours(scenario, targets)
    for scene in scenario.scenes.values():
        back = [way.at for way in scene.next if way.go == BACK]
        if scene.time is not None and scene.time.then == BACK:
            back.append(scene.time.at)
        if scene.id in targets:
            if not back:
                yield issue("SC411", scene.at, name=scene.id)
            for task in scene.tasks.values():
                for name in traps_of(task):
                    if scenario.traps[name].detour is not None:
                        yield issue("SC413", task.at, name=name)
        elif back:
            yield issue("SC412", back[0], name=scene.id)


def _ways_into_detours(scenario: Scenario, targets: set[str]) -> Iterator[Issue]:
    """Whoever walks into a detour by an ordinary way has nothing to come back to."""
    if scenario.start in targets:
        yield issue("SC424", scenario.scenes[scenario.start].at, name=scenario.start)
    for scene in scenario.scenes.values():
        for way in scene.next:
            if way.go in targets:
                yield issue("SC424", way.at, name=way.go)
        if scene.time is not None and scene.time.then in targets:
            yield issue("SC424", scene.time.at, name=scene.time.then)


def _circles(scenario: Scenario) -> Iterator[Issue]:
    for scene in scenario.scenes.values():
        left = dict(scene.tasks)
        while free := [t for t in left.values() if not any(name in left for name in t.after)]:
            for task in free:
                del left[task.id]
        if left:
            circle = _one_circle(left)
            yield issue("SC403", left[circle[0]].at, names=" → ".join((*circle, circle[0])))


def _one_circle(tasks: Mapping[str, Task]) -> list[str]:
    """A circle among tasks each of which waits for another of them."""
    path = [next(iter(tasks))]
    while (before := next(name for name in tasks[path[-1]].after if name in tasks)) not in path:
        path.append(before)
    return path[path.index(before) :]


def _traps_met(scenario: Scenario) -> Iterator[Issue]:
    met = {name for task in all_tasks(scenario) for name in traps_of(task)}
    for trap in scenario.traps.values():
        if trap.id not in met:
            yield issue("SC419", trap.at, name=trap.id)


def _cards_given(scenario: Scenario) -> Iterator[Issue]:
    given = {card for task in all_tasks(scenario) for card in gifts_of(scenario, task)}
    for card in scenario.cards.values():
        if card.id not in given:
            yield issue("SC420", card.at, name=card.id)


def _roles_busy(scenario: Scenario) -> Iterator[Issue]:
    busy = {role for task in all_tasks(scenario) for role in task.who.roles}
    for role in scenario.roles.values():
        if role.id not in busy:
            yield issue("SC414", role.at, name=role.id)


def _on_pictures(scenario: Scenario) -> Iterator[Issue]:
    """What lies on a picture lies on one that the scene has."""
    for scene in scenario.scenes.values():
        for task in scene.tasks.values():
            for place in task.body.on_picture() if not scene.picture_for(task) else ():
                yield issue("SC442", place, name=scene.id)


def gifts_of(scenario: Scenario, task: Task) -> Iterator[str]:
    """Every card the task may give, its traps' rescues included."""
    effects = [task.effects, *(option.effects for option in task.body.options)]
    yield from (option.card for option in task.body.options if option.card is not None)
    for name in traps_of(task):
        rescue = scenario.traps[name].rescue
        effects += [choice.effects for choice in rescue.choices] if rescue is not None else []
    yield from (give.card for effect in effects for give in effect.gives)


def _eaten(scenario: Scenario) -> Iterator[Issue]:
    """Whatever else moves what a scene's clock eats moves it the same way there: so it never
    matters what came first."""
    for scene in scenario.scenes.values():
        for eats in scene.time.sets if scene.time is not None else ():
            aside = [scenario.scenes[name] for name in detours_of(scenario, scene)]
            for task in (task for one in (scene, *aside) for task in one.tasks.values()):
                for item in sets_of(scenario, task):
                    other = item.delta is None or (item.delta > 0) != ((eats.delta or 0) > 0)
                    if item.var == eats.var and other:
                        yield issue("SC434", item.at, name=item.var, scene=scene.id)


def sets_of(scenario: Scenario, task: Task) -> Iterator[SetVar]:
    """Every assignment that the task may bring about."""
    yield from task.effects.sets
    yield from task.hint.cost if task.hint is not None else ()
    for option in task.body.options:
        yield from option.effects.sets
    for name in traps_of(task):
        trap = scenario.traps[name]
        yield from trap.cost
        for choice in trap.rescue.choices if trap.rescue is not None else ():
            yield from choice.effects.sets


def _grounds(scenario: Scenario) -> Iterator[Issue]:
    """Every right answer rests on a fact, and never on a contested one alone (language §5.6)."""
    for task in all_tasks(scenario):
        for ground in task.body.grounds(task.at, task.fact):
            if ground.fact is None:
                yield issue("SC503", ground.at)
            elif ground.alone and scenario.facts[ground.fact].status == "contested":
                yield issue("SC504", ground.at, name=ground.fact)


_CHECKS: Final[tuple[tuple[set[str], Callable[[Scenario], Iterator[Issue]], Text], ...]] = (
    ({"scene", "trap"}, _reach, Text("每一幕走不走得到", "whether every scene is reached")),
    ({"scene", "trap"}, _detours, Text("岔路", "detours")),
    ({"task"}, _circles, Text("任务是不是互相等待", "whether tasks wait for each other")),
    ({"trap"}, _traps_met, Text("陷阱有没有用到", "whether every trap is met")),
    ({"card", "role", "trap"}, _cards_given, Text("卡片发不发得出", "whether every card is given")),
    ({"trap"}, _eaten, Text("时钟动的变量", "what clocks eat")),
    ({"task", "trap"}, check_asked, Text("条件问的误区", "traps that conditions ask for")),
    ({"role"}, _roles_busy, Text("角色有没有任务", "whether every role has a task")),
    ({"role", "task"}, check_sites, Text("两处的任务", "tasks of two places")),
    (set(), _on_pictures, Text("图上的地方", "what lies on pictures")),
    ({"fact"}, _grounds, Text("答案有没有史实依据", "what answers rest on")),
)
"""The kinds of names a check follows, the check, and what it looks at."""
