"""How long an evening takes, and how evenly it is shared: reading, tasks, waiting, by role.

Estimates, for a team that answers rightly and falls into no trap: what each role reads, at the pace
of somebody reading aloud on a phone, and what each kind of task takes. A scene lasts as long as its
last needed task; whoever has nothing open till then is idle. Holds, rescues and the debrief come on
top in life; `minutes` is what the play itself takes.
"""

from __future__ import annotations

from typing import Final

import msgspec

from engine.proof.playthrough import Playthrough
from engine.proof.stand_in import random_play
from engine.scenario.checks import choices_of
from engine.scenario.model import Discuss, Match, Order, Read, Scenario, Scene, Search, Task
from engine.values import ANY, Map, RoleId

CHARS_PER_MINUTE: Final = 260
"""Reading, slowly enough for the eldest in the room."""

TASK_S: Final = {
    "choose": 45, "select": 70, "order": 80, "match": 80, "enter": 60, "read": 15, "search": 75,
    "hand": 20, "vote": 60, "discuss": 30, "speak": 40, "reflect": 90,
}  # fmt: skip
"""Seconds a slot takes over a task, its reading not counted."""

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

    @property
    def minutes(self) -> int:
        """The length, rounded to whole minutes, at least one."""
        return max(1, round(self.seconds / 60))


def fairness(scenario: Scenario) -> Fairness:
    """The shares of the roles, along the way of a team that answers rightly."""
    table = Playthrough(scenario)
    random_play(scenario, "fairness", wrong_rate=0, unrest=0, table=table)
    path = tuple(name for name in table.state.path if not scenario.scenes[name].ending)
    sums = {
        role.id: [len(role.brief) + len(role.goal), 0, 0, 0] for role in scenario.roles.values()
    }
    briefing_s = max((_reading_s(row[0]) for row in sums.values()), default=0)
    seconds = briefing_s
    for name in path:
        scene = scenario.scenes[name]
        length_s = _scene(scenario, scene, sums)
        seconds += length_s
    ending = scenario.scenes.get(table.state.ending)
    seconds += _reading_s(len(ending.story)) if ending is not None else 0
    roles = Map(
        (name, Share(chars=row[0], tasks=row[1], busy_s=row[2], idle_s=row[3]))
        for name, row in sums.items()
    )
    return Fairness(path=path, ending=table.state.ending, seconds=seconds, roles=roles)


def _reading_s(chars: int) -> int:
    return chars * 60 // CHARS_PER_MINUTE


def chars_of(task: Task) -> int:
    """Characters on the phone of whoever does the task."""
    number = len(task.ask) + sum(len(choice.text) for choice in choices_of(task))
    match task.body:
        case Order(items=items):
            number += sum(len(item.text) for item in items)
        case Match(pairs=pairs):
            number += sum(len(pair.left) + len(pair.right) for pair in pairs)
        case Search(spots=spots):
            number += sum(len(spot.text) for spot in spots)
        case Read(story=story):
            number += len(story)
    return number


def _takes_s(scenario: Scenario, task: Task) -> int:
    seconds = TASK_S[task.kind] + _reading_s(chars_of(task))
    if isinstance(task.body, Discuss):
        seconds += task.body.at_least_ms // 1000
    if isinstance(task.body, Search):
        found = [scenario.cards[spot.card] for spot in task.body.spots if spot.card is not None]
        seconds += _reading_s(sum(len(card.text) for card in found))
    return seconds


def _scene(scenario: Scenario, scene: Scene, sums: dict[RoleId, list[int]]) -> int:
    """Seconds the scene takes; adds to `sums` (chars, tasks, busy, idle) by role."""
    story_s = SCENE_S + _reading_s(len(scene.story))
    free = dict.fromkeys(sums, story_s)
    busy = dict.fromkeys(sums, story_s)
    for role, text in scene.story_for.items():
        free[role] += _reading_s(len(text))
        busy[role] += _reading_s(len(text))
        sums[role][0] += len(text)
    ends: dict[str, int] = {}
    for task in _in_order(scene):
        ready = max((ends.get(name, 0) for name in task.after), default=0)
        roles = _doers(task, free)
        takes_s = _takes_s(scenario, task)
        start = max(ready, *(free[role] for role in roles)) if _together(task) else ready
        for role in roles:
            begins = max(start, free[role])
            free[role] = begins + takes_s
            busy[role] += takes_s
            sums[role][0] += chars_of(task)
            sums[role][1] += 1
        ends[task.id] = max(free[role] for role in roles)
    needed = [ends[task.id] for task in scene.tasks.values() if not task.optional]
    length_s = max((*needed, *(free[role] for role in sums), story_s))
    for role in sums:
        sums[role][2] += busy[role]
        sums[role][3] += max(0, length_s - busy[role])
    return length_s


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


def _together(task: Task) -> bool:
    return task.kind in ("vote", "discuss", "speak")
