"""How long an evening takes, and how evenly it is shared: reading, tasks, waiting, by role.

Estimates, for a team that answers rightly and falls into no trap: what each role reads, at the pace
of somebody reading aloud on a phone, and what each kind of task takes. A scene lasts as long as its
last needed task; whoever has nothing open till then is idle. Of tasks that guards choose between,
only those that were asked count. Holds, rescues and the debrief come on top in life; `minutes` is
what the play itself takes.
"""

from __future__ import annotations

from typing import Final

import msgspec

from engine.proof.dice import random_play
from engine.proof.playthrough import Playthrough
from engine.rules import events as ev
from engine.scenario.model import Scenario, Scene, Task
from engine.values import ANY, Map, RoleId, TaskId

CHARS_PER_MINUTE: Final = 260
"""Reading, slowly enough for the eldest in the room."""

SCENE_S: Final = 20
"""Seconds a team takes to look up and see that the scene has changed."""


class Share(msgspec.Struct, frozen=True, kw_only=True):
    """A role's part in the evening."""

    chars: int
    """Characters that only this role reads: brief, its stories, its tasks."""
    tasks: int
    busy_s: int
    idle_s: int


class Fairness(msgspec.Struct, frozen=True, kw_only=True):
    """The evening of a team that makes no mistake."""

    path: tuple[str, ...]
    """Scenes played, in order."""
    ending: str
    """The ending reached; empty: the team got stuck, and the shares are of a part of an evening."""
    seconds: int
    roles: Map[RoleId, Share]
    dropped: frozenset[tuple[str, TaskId]]
    """(scene, task) that weren't asked: their guard was false."""

    @property
    def minutes(self) -> int:
        """The length, rounded to whole minutes, at least one."""
        return max(1, round(self.seconds / 60))


def fairness(scenario: Scenario) -> Fairness:
    """The shares of the roles, along the way of a team that answers rightly."""
    table = Playthrough(scenario)
    random_play(scenario, "fairness", wrong_rate=0, unrest=0, table=table)
    path = tuple(name for name in table.state.path if not scenario.scenes[name].ending)
    dropped = _dropped(table)
    sums = {
        role.id: [len(role.brief) + len(role.goal), 0, 0, 0] for role in scenario.roles.values()
    }
    briefing_s = max((_reading_s(row[0]) for row in sums.values()), default=0)
    seconds = briefing_s
    for name in path:
        scene = scenario.scenes[name]
        asked = [task for task in _in_order(scene) if (name, task.id) not in dropped]
        seconds += _scene(scenario, scene, asked, sums)
    ending = scenario.scenes.get(table.state.ending)
    seconds += _reading_s(len(ending.story)) if ending is not None else 0
    roles = Map(
        (name, Share(chars=row[0], tasks=row[1], busy_s=row[2], idle_s=row[3]))
        for name, row in sums.items()
    )
    return Fairness(
        path=path, ending=table.state.ending, seconds=seconds, roles=roles, dropped=dropped
    )


def _dropped(table: Playthrough) -> frozenset[tuple[str, TaskId]]:
    found, scene = set(), ""
    for record in table.records:
        if isinstance(record.event, ev.SceneEntered | ev.SceneResumed):
            scene = record.event.scene
        elif isinstance(record.event, ev.TaskDropped):
            found.add((scene, record.event.task))
    return frozenset(found)


def _reading_s(chars: int) -> int:
    return chars * 60 // CHARS_PER_MINUTE


def chars_of(task: Task, slot: str) -> int:
    """Characters on the phone of whoever does the task in this slot."""
    return len(task.ask) + sum(map(len, task.body.texts(slot)))


def takes_s(scenario: Scenario, task: Task, slot: str) -> int:
    """Seconds that who answers in this slot takes over it, reading and all."""
    seconds = task.body.seconds + _reading_s(chars_of(task, slot)) + task.least_ms // 1000
    found = (option.card for option in task.body.options if option.card is not None)
    return seconds + _reading_s(sum(len(scenario.cards[card].text) for card in found))


def scene_s(scenario: Scenario, scene: Scene, asked: list[Task]) -> int:
    """Seconds that a scene takes with these of its tasks, reading and all."""
    open_ = {task.id for task in asked}
    tasks = [task for task in _in_order(scene) if task.id in open_]
    return _scene(scenario, scene, tasks, {role: [0, 0, 0, 0] for role in scenario.roles})


def _scene(
    scenario: Scenario, scene: Scene, asked: list[Task], sums: dict[RoleId, list[int]]
) -> int:
    """Seconds the scene takes with the tasks that are `asked`; adds to `sums` (chars, tasks, busy,
    idle) by role. Who has something of a teammate's before them, to read aloud or to think along,
    isn't idle."""
    story_s = SCENE_S + _reading_s(len(scene.story))
    free = dict.fromkeys(sums, story_s)
    busy = dict.fromkeys(sums, story_s)
    told = [(role, site.story) for role, site in scene.site_by_role.items()]
    for role, text in (*scene.story_for.items(), *told):
        free[role] += _reading_s(len(text))
        busy[role] += _reading_s(len(text))
        sums[role][0] += len(text)
    spans = {role: [(0, own_s)] for role, own_s in busy.items()}
    watched: dict[RoleId, list[tuple[int, int]]] = {role: [] for role in sums}
    ends: dict[str, int] = {}
    for task in asked:
        ready = max((ends.get(name, 0) for name in task.after), default=0)
        roles = _doers(task, free)
        together = task.body.together
        start = max(ready, *(free[role] for role in roles)) if together else ready
        for role in roles:
            slot = ANY if task.who.slots == (ANY,) else role
            takes = takes_s(scenario, task, slot)
            begins = max(start, free[role])
            free[role] = begins + takes
            spans[role].append((begins, begins + takes))
            busy[role] += takes
            sums[role][0] += chars_of(task, slot)
            sums[role][1] += 1
        ends[task.id] = max(free[role] for role in roles)
        for role in sums:
            there = any(not scene.apart(role, one) for one in roles)
            along = _is_shown(task) and role not in roles and there
            if role in task.body.holders() or along:
                watched[role].append((ready, ends[task.id]))
    needed = [ends[task.id] for task in asked if not task.optional]
    length_s = max((*needed, *(free[role] for role in sums), story_s))
    for role in sums:
        sums[role][2] += busy[role]
        sums[role][3] += max(0, length_s - busy[role] - _besides(watched[role], spans[role]))
    return length_s


def _is_shown(task: Task) -> bool:
    """Teammates see what it asks."""
    return task.watch or task.talk_ms > 0


def _besides(watched: list[tuple[int, int]], busy: list[tuple[int, int]]) -> int:
    """Seconds of the spans watched in which one wasn't busy."""
    seconds, at = 0, 0
    for begins, ends in sorted(watched):
        begins = max(begins, at)
        taken = sum(max(0, min(ends, end) - max(begins, start)) for start, end in busy)
        seconds += max(0, ends - begins - taken)
        at = max(at, ends)
    return seconds


def _in_order(scene: Scene) -> list[Task]:
    """Tasks, each after those it waits for; else as written."""
    left = list(scene.tasks.values())
    done: list[Task] = []
    while left:
        for task in left:
            if all(name in {other.id for other in done} for name in task.after):
                done.append(task)
                left.remove(task)
                break
        else:
            raise AssertionError("`after` has no circle: the compiler saw to it")
    return done


def _doers(task: Task, free: dict[RoleId, int]) -> tuple[RoleId, ...]:
    """Who does it; for whoever comes first, the one who is free first."""
    if task.who.slots == (ANY,):
        return (min(task.who.roles, key=lambda role: free[role]),)
    return task.who.roles
