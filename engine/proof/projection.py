"""What of a state can still matter in a scene: two states alike in it are one node of the graph.

Left out is only what no guard, effect or move still to come can tell (`footprint`): an error here
would bless a script that jams, so what isn't argued stays in. The rules' own fingerprint would be
safe and of no use: clocks, news and who said what differ in every play, and no two would ever meet.
A hash in the key's place would save memory, and might take two states for one: the whole key is
kept.
"""

from __future__ import annotations

from functools import partial
from typing import Any

from engine.kinds.held import TaskState
from engine.proof.footprint import Flow, Resource, is_needed
from engine.rules.state import SceneState, State
from engine.values import TaskId, Value

Key = Any
"""What states are compared by: how far the tasks are, with their clocks; the values of what is
asked, in the fifth place; who is held. Of a run that is over, its ending."""


class Projection:
    """What of a state matters in one scene, as something to compare by."""

    def __init__(self, flow: Flow, scene: str) -> None:
        self._flow = flow
        live = sorted(flow.scenes[scene].live)
        asleep = {name for name, var in flow.scenario.vars.items() if var.drawn}
        asleep -= flow.awake[scene]
        self._vars = tuple(name for kind, name in live if kind == "var" and name not in asleep)
        self._traps = tuple(name for kind, name in live if kind == "trap")
        self._done = tuple(name for kind, name in live if kind == "done")
        self._cards = tuple(name for kind, name in live if kind == "card")
        rank = {"var": 0, "trap": 1, "done": 2, "card": 3}
        asked = sorted(live, key=lambda one: rank[one[0]])
        self.names = tuple(one for one in asked if one[0] != "var" or one[1] not in asleep)
        """What is asked, in the order in which a key has it."""

    def key(self, state: State, left: frozenset[TaskId] | None) -> Key:
        """`left`: as in Node."""
        if state.phase != "playing":
            return state.ending
        assert state.scene is not None, "the run has begun"
        outer = state.interrupted or state.scene
        return (
            self._outer(outer, left),
            outer.ticks_left,
            state.scene.ticks_left,
            state.interrupted and self._tasks(state.scene),
            self._values(state),
            state.holds
            and tuple((seat, hold.trap, hold.tried) for seat, hold in state.holds.items()),
        )

    def _values(self, state: State) -> tuple[Value, ...]:
        found: list[Value] = [state.vars[name] for name in self._vars]
        found += [name in state.sprung for name in self._traps]
        if self._done:
            done = set(state.done)
            found += [name in done for name in self._done]
        found += [bool(state.holders.get(name)) for name in self._cards]
        return tuple(found)

    def done_of(self, key: Key) -> tuple[Any, ...]:
        """Of what is asked, in a state of this scene with this key, what was ever done."""
        start = len(self._vars) + len(self._traps)
        done: tuple[Any, ...] = key[4][start : start + len(self._done)]
        return done

    def parts(
        self, state: State, left: frozenset[TaskId] | None
    ) -> tuple[object, dict[Resource, object]]:
        """The same of a state that is played, taken apart: (how far its tasks are, the rest by what
        it is called)."""
        assert state.scene is not None, "the run has begun"
        outer = state.interrupted or state.scene
        values: dict[Resource, object] = {("var", name): state.vars[name] for name in self._vars}
        values |= {("trap", name): name in state.sprung for name in self._traps}
        values |= {("done", name): name in state.done for name in self._done}
        values |= {("card", name): bool(state.holders.get(name)) for name in self._cards}
        values["ticks", outer.id] = outer.ticks_left
        values["hold", ""] = tuple((seat, hold.trap) for seat, hold in state.holds.items())
        rest = self._outer(outer, left), state.interrupted and self._tasks(state.scene)
        return rest, values

    def _outer(self, scene: SceneState, left: frozenset[TaskId] | None) -> object:
        """Once it is settled that the time runs out and some needed task is left, the barrier is
        out of the play: what is done and what is left are alike, only what may still be played
        counts."""
        if left is None:
            return self._tasks(scene)
        tasks = self._flow.scenario.scenes[scene.id].tasks
        written = self._flow.scenario.scenes[scene.id]
        if not any(is_needed(written, tasks[name]) for name in left):
            return self._tasks(scene), left
        return scene.id, frozenset(
            [
                (name, None if held is None else self._task(scene.id, name, held))
                for name in tasks
                if name not in left
                and ((held := scene.tasks.get(name)) is None or held.status == "open")
            ]
        )

    def _tasks(self, scene: SceneState) -> object:
        tasks = scene.tasks
        return scene.id, tuple(
            [
                None
                if (held := tasks.get(name)) is None
                else held.status
                if held.status != "open"
                else self._task(scene.id, name, held)
                for name in self._flow.scenario.scenes[scene.id].tasks
            ]
        )

    def _task(self, scene: str, name: str, held: TaskState) -> object:
        if held.status != "open":
            return held.status
        task = self._flow.scenario.scenes[scene].tasks[name]
        pooled = task.body.pooled(held)
        if pooled is not None:
            return pooled
        counts = partial(self._flow.counts, task.scene)
        hints = task.hint is not None and self._flow.costs(scene, task.hint.cost)
        return tuple(
            [
                (slot.done, task.body.matters(slot, counts), hints and slot.hinted)
                for slot in held.slots.values()
            ]
        )
