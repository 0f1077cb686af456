"""Lengths of time, held against each other by arithmetic: what the graph of plays leaves out.

The graph knows no clock but this one: a hold that outlasts a scene's limit (`outlasting`) isn't
over before the scene is left. All else is told here, each clock against each that may
run beside it:

    a hold, a talk, a grace, a stand-in's pace    against the limit of the scene they run in
    a hold, a talk, a grace, a limit              against `minutes`, the evening

Every sum takes the quickest team: answering takes no time, so what is told is so for every team.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from typing import Final

from engine.errors import Issue, Place, Text
from engine.proof.findings import finding
from engine.proof.footprint import is_needed
from engine.rules.stand_in import THINK_MS
from engine.scenario.checks import traps_of
from engine.scenario.model import Scenario, Scene, Task
from engine.script.nodes import Trap
from engine.values import ANY, RoleId, SceneId, TaskId, TrapId

MINUTE_MS: Final = 60_000
HOLD_MOST: Final = 1 / 3
"""The share of an evening beyond which a hold keeps somebody from playing it."""
LIMIT_MOST: Final = 4
"""A limit of so many evenings never comes."""

Outlasting = frozenset[tuple[SceneId, TrapId, RoleId]]


def outlasting(scenario: Scenario) -> Outlasting:
    """Holds that end no earlier than the visit to the scene: (scene, trap, role of whoever is
    held). Too long by themselves, or too long for what the held seat still has to do."""
    found: set[tuple[SceneId, TrapId, RoleId]] = set()
    for scene in scenario.scenes.values():
        if scene.time is None:
            continue
        limit_ms = scene.time.limit_ms
        single = [role.id for role in scenario.roles.values() if role.seats_min < 2]
        for trap in scenario.traps.values():
            if trap.hold_ms and trap.hold_ms >= limit_ms:
                found |= {(scene.id, trap.id, role) for role in single}
        for task in scene.tasks.values() if talk_ms(scene) <= limit_ms else ():
            for trap in {name: scenario.traps[name] for name in traps_of(task)}.values():
                for role in task.who.roles if trap.hold_ms else ():
                    if role not in single:
                        continue
                    if _held_up_ms(scenario, scene, task, trap, role) >= limit_ms:
                        found.add((scene.id, trap.id, role))
    return frozenset(found)


def _held_up_ms(scenario: Scenario, scene: Scene, task: Task, trap: Trap, role: RoleId) -> int:
    """How long the barrier takes, at the least, once the role has fallen into the task's trap."""
    alone = len(task.who.roles) == 1
    talks = _ends_ms(scene, {})
    begun_ms = max((talks[name] for name in task.after), default=0)
    around_ms = talk_ms(scenario.scenes[trap.detour]) if trap.detour is not None else 0
    until_ms = begun_ms + max(0, trap.hold_ms - around_ms)
    before = _all_before(scene, task)
    free_ms: dict[TaskId, int] = {}
    for other in scene.tasks.values():
        mine = role in other.who.slots or (other.who.slots == (ANY,) and other.who.roles == (role,))
        if other.id in before or (other.id == task.id and trap.then == "accept"):
            continue
        if mine or (other.id == task.id and alone):
            free_ms[other.id] = until_ms
    return _needed_ms(scene, _ends_ms(scene, free_ms)) if free_ms else 0


def _all_before(scene: Scene, task: Task) -> set[TaskId]:
    """Tasks that must be over before this one opens."""
    found: set[TaskId] = set()
    waiting = [*task.after]
    while waiting:
        name = waiting.pop()
        if name not in found:
            found.add(name)
            waiting += scene.tasks[name].after
    return found


def _ends_ms(
    scene: Scene, free_ms: Mapping[TaskId, int], pace_ms: Mapping[TaskId, int] | None = None
) -> dict[TaskId, int]:
    """When each task can be over at the earliest, from the beginning of the scene. `free_ms`: not
    before somebody is free again; `pace_ms`: what it takes by itself."""
    ends: dict[TaskId, int] = {}
    for _ in scene.tasks:
        for task in scene.tasks.values():
            opened_ms = max((ends.get(name, 0) for name in task.after), default=0)
            own_ms = max(task.least_ms, (pace_ms or {}).get(task.id, 0))
            ends[task.id] = max(opened_ms + own_ms, free_ms.get(task.id, 0))
    return ends


def _needed_ms(scene: Scene, ends: Mapping[TaskId, int]) -> int:
    """When the barrier can open at the earliest."""
    barrier = scene.barrier
    if barrier is None:
        return 0
    match barrier.kind:
        case "tasks":
            return max((ends[name] for name in barrier.tasks), default=0)
        case "any":
            return min(ends.values(), default=0)
        case "count":
            needed = sorted(ends[t.id] for t in scene.tasks.values() if not t.optional)
            return needed[min(barrier.count, len(needed)) - 1] if needed else 0
    return max((ends[t.id] for t in scene.tasks.values() if not t.optional), default=0)


def talk_ms(scene: Scene) -> int:
    """The longest chain of discussions that the barrier has to wait for."""
    return _needed_ms(scene, _ends_ms(scene, {}))


# ── findings ────────────────────────────────────────────────────────────────────────────────────


def check_clocks(scenario: Scenario, path: Collection[SceneId]) -> list[Issue]:
    """What is too long for the limit it runs under, or for the evening. `path`: scenes whose talks
    are counted in the evening's computed length already."""
    return [*_talks(scenario), *_absences(scenario), *_evening(scenario, path)]


def _talks(scenario: Scenario) -> Iterator[Issue]:
    """Scenes whose discussions outlast their limit."""
    for scene in scenario.scenes.values():
        if scene.time is not None and (needs_ms := talk_ms(scene)) > scene.time.limit_ms:
            yield finding(
                "SC606",
                scene.time.at,
                None,
                scene=scene.id,
                needs=spoken_ms(needs_ms),
                limit=spoken_ms(scene.time.limit_ms),
            )


def _absences(scenario: Scenario) -> Iterator[Issue]:
    """Scenes whose limit ends before anybody, or the stand-in, has done what the absent left."""
    if scenario.absence.then == "wait":
        return
    for scene in scenario.scenes.values():
        if scene.time is None or talk_ms(scene) > scene.time.limit_ms:
            continue
        for role in scenario.roles:
            needs_ms = _without_ms(scenario, scene, role)
            if needs_ms >= scene.time.limit_ms:
                yield finding(
                    "SC632",
                    scene.time.at,
                    None,
                    role=role,
                    scene=scene.id,
                    needs=spoken_ms(needs_ms),
                    limit=spoken_ms(scene.time.limit_ms),
                )
                break


def _without_ms(scenario: Scenario, scene: Scene, role: RoleId) -> int:
    """How long the barrier takes, at the least, if the role goes away as the scene begins."""
    own = [t for t in scene.tasks.values() if role in t.who.slots and is_needed(scene, t)]
    grace_ms = scenario.absence.grace_ms
    think_ms = THINK_MS if scenario.absence.then == "stand_in" else 0
    free = {task.id: grace_ms + think_ms for task in own}
    return _needed_ms(scene, _ends_ms(scene, free, {t.id: think_ms for t in own})) if own else 0


def _evening(scenario: Scenario, path: Collection[SceneId]) -> Iterator[Issue]:
    """Clocks that are too long for an evening of so many minutes."""
    evening_ms = scenario.minutes * MINUTE_MS
    for trap in scenario.traps.values():
        if trap.hold_ms > HOLD_MOST * evening_ms:
            yield _too_long(scenario, trap.at, _what("陷阱", "trap", trap.id, "hold"), trap.hold_ms)
    for scene in scenario.scenes.values():
        if scene.time is not None and scene.time.limit_ms > LIMIT_MOST * evening_ms:
            what = _what("场景", "scene", scene.id, "limit")
            yield _too_long(scenario, scene.time.at, what, scene.time.limit_ms)
        for task in scene.tasks.values() if scene.id not in path else ():
            if task.least_ms > evening_ms:
                key = "talk" if task.talk_ms > task.body.least_ms() else "at_least"
                what = _what("任务", "task", task.id, key)
                yield _too_long(scenario, task.at, what, task.least_ms)
    if scenario.absence.grace_ms > evening_ms:
        what = Text("absence 的 grace", "absence's grace")
        yield _too_long(scenario, scenario.absence.at, what, scenario.absence.grace_ms)


def _what(zh: str, en: str, name: str, key: str) -> Text:
    return Text(f"{zh} {name} 的 {key}", f"{key} of {en} {name}")


def _too_long(scenario: Scenario, at: Place, what: Text, length_ms: int) -> Issue:
    length = spoken_ms(length_ms)
    return finding("SC645", at, None, what=what, length=length, minutes=scenario.minutes)


def spoken_ms(ms: int) -> str:
    """As a script writes it, to the second."""
    seconds = ms // 1000
    return f"{seconds // 60}m" if seconds % 60 == 0 else f"{seconds}s"
