"""Stubborn sets: which tasks' moves are made now, so that moves that commute are made in one order.

Begin with one task that can be played. For each task in the set that is open, add all it conflicts
with (`footprint`); for each that is locked, add one that it waits for. Whatever is left out then
commutes with all that is in, and can neither disable nor enable it (Valmari, "Stubborn sets for
reduced state space generation", 1989). The smallest such set found is taken.

Conflicts are read off the script (`footprint`), not off the state: two tasks conflict if they may
in any state. That is coarser, and leaves more moves in; but it is worked out once for a scene, and
its argument needs no look at how a state came about. Sleep sets would be no help besides: they
save moves, not nodes, and nodes are what costs.
"""

from __future__ import annotations

from collections.abc import Set

from engine.proof.footprint import Flow
from engine.rules.state import SceneState
from engine.scenario.model import Scenario
from engine.values import RoleId, SceneId, TaskId


class Stubborn:
    """The sets of one script, each worked out once."""

    def __init__(self, scenario: Scenario, flow: Flow, stood_in_for: RoleId | None) -> None:
        """`stood_in_for`: a role that a stand-in plays. It does one task after another, in its own
        order, so what one of its tasks waits for may be any other."""
        self._scenario = scenario
        self._flow = flow
        self._stood_in_for = stood_in_for
        self._known: dict[object, tuple[TaskId, ...]] = {}

    def chosen(
        self, scene: SceneState, left: Set[TaskId], playable: tuple[TaskId, ...]
    ) -> tuple[TaskId, ...]:
        """Of the tasks that can be played, those whose moves are made now; empty only if none can.
        `left`: tasks that nobody will touch again."""
        unfinished = frozenset(
            name
            for name in self._scenario.scenes[scene.id].tasks
            if name not in left
            and ((held := scene.tasks.get(name)) is None or held.status == "open")
        )
        locked = unfinished.difference(scene.tasks)
        key = (scene.id, unfinished, locked, playable)
        if key not in self._known:
            sets = [self._closed(scene.id, seed, unfinished, locked) for seed in playable]
            found = [tuple(name for name in playable if name in one) for one in sets]
            self._known[key] = min(found, key=len, default=())
        return self._known[key]

    def _closed(
        self, scene: SceneId, seed: TaskId, unfinished: frozenset[TaskId], locked: Set[TaskId]
    ) -> set[TaskId]:
        tasks, conflicts = self._scenario.scenes[scene].tasks, self._flow.scenes[scene].conflicts
        inside, waiting = {seed}, [seed]
        while waiting:
            name = waiting.pop()
            if name in locked:
                # One is enough, and any: until that one is over this can't open, whatever else is.
                more = {next((b for b in tasks[name].after if b in unfinished), name)}
            else:
                more = set(conflicts[name] & unfinished) | self._queued(scene, name, unfinished)
            waiting += more - inside
            inside |= more
        return inside

    def _queued(self, scene: SceneId, name: TaskId, unfinished: Set[TaskId]) -> set[TaskId]:
        tasks, role = self._scenario.scenes[scene].tasks, self._stood_in_for
        if role is None or role not in tasks[name].who.slots:
            return set()
        return {other for other in unfinished if role in tasks[other].who.slots}
