"""What a move comes to, known from a state that answers alike to all that the rules ask of it.

A graph of plays says the same over and over: the right answer to a question finishes it, whether a
trap elsewhere has sprung or not. So what the rules ask while they decide is remembered (`lookups`),
with the events they decide; and where a state answers the same, the events are the same, and are
folded instead of decided. Mostly they lead to a node that is known, which is told by what the
events changed: then they needn't be folded either.

How far tasks are isn't noted as it is asked for. It is taken as a whole; or, as long as the barrier
waits for some other task anyhow, just of those tasks that a move can have to do with: its own,
those that open after it, and what these wait for.

Left to the rules is whatever happens while somebody is held, on a detour or on the way to one and
back, and what a stand-in does. What an aim asks isn't noted, so ends are folded and looked at, one
by one, until each aim was seen met and missed.

`tests/engine/proof/test_alike.py` holds the graph against one in which all is decided.
"""

from __future__ import annotations

from typing import Any, Final

import msgspec

from engine.proof.lookups import Names, answers
from engine.proof.moves import Move
from engine.proof.play_graph import Node
from engine.proof.projection import Key, Projection
from engine.rules.draft import Draft
from engine.rules.events import AnyEvent, BarrierOpened, SceneEntered, TrapSprung
from engine.rules.state import State
from engine.scenario.model import Scenario, Scene
from engine.values import SceneId, TaskId, TrapId, VarId

KINDS: Final = frozenset({"answer", "hint", "limit", "tick"})
"""The moves of which it is remembered."""
OVER: Final = frozenset({"done", "skipped", "out"})
"""How a task stands in a key that is no longer open."""

Changes = tuple[tuple[int, Any], ...]
"""Places, and what stands there now."""
Places = tuple[int, ...]
Front = tuple[object, Move, bool]
"""How far tasks are, and the move; whether these are just the tasks it has to do with."""


class Came(msgspec.Struct, frozen=True, gc=False):
    """What came of a move, as the rules decided."""

    events: tuple[AnyEvent, ...]
    scene: SceneId
    """Where it led."""
    sprung: frozenset[TrapId]
    opened: bool
    """The barrier of the scene it began in."""
    fresh: bool
    """The scene was left for another."""
    aside: bool
    """Somebody is held, or a detour was gone on, or is."""


def came(scene: SceneId, draft: Draft) -> Came:
    """What came of a move that was made in the scene."""
    events, after = tuple(draft.events), draft.state
    assert after.scene is not None, "the run has begun"
    entered = [event for event in events if isinstance(event, SceneEntered)]
    away = after.interrupted is not None or any(event.detour for event in entered)
    return Came(
        events=events,
        scene=after.scene.id,
        sprung=frozenset([event.trap for event in events if isinstance(event, TrapSprung)]),
        opened=any(isinstance(e, BarrierOpened) and e.scene == scene for e in events),
        fresh=any(not event.detour for event in entered),
        aside=away or bool(after.holds),
    )


class Step(msgspec.Struct, frozen=True, gc=False):
    """The same, as something that other states can be told by."""

    came: Came
    key: Key
    """Of the state it led to."""
    tasks: Changes | None
    """What became of the scene's tasks; None: they stand as the key says."""
    values: Changes
    """What became of what is asked there."""

    @property
    def events(self) -> tuple[AnyEvent, ...]:
        """What happens."""
        return self.came.events


class _Tasks(msgspec.Struct, frozen=True, gc=False):
    """Places in a scene's key."""

    near: Places
    """Of a task, of those that open after it, and of those that these wait for besides."""
    others: Places
    """Of tasks that the barrier waits for besides itself and those that open after it; empty where
    it counts."""


class Alike:
    """The macrosteps of one exploration."""

    def __init__(self, scenario: Scenario, projections: dict[SceneId, Projection]) -> None:
        self._scenario = scenario
        self._projections = projections
        self._known: dict[Front, dict[Names, dict[tuple[object, ...], Step]]] = {}
        self._fronts: dict[object, int] = {}
        """Numbers for how far all the tasks are: asked for more often than they are new."""
        self._last: tuple[Key, object, int] = (None, None, -1)
        """Of the node that was asked for last: its key, what stands beside how far tasks are, and
        the number of both taken together."""
        self._tasks: dict[tuple[SceneId, TaskId], _Tasks] = {}
        self._carried: dict[tuple[SceneId, SceneId], tuple[int | VarId, ...] | None] = {}
        tasks = (task for scene in scenario.scenes.values() for task in scene.tasks.values())
        self._in_turn = any(task.body.in_turn for task in tasks)

    def front(self, node: Node, key: Key, move: Move) -> Front | None:
        """How far tasks are for the move in a node with this key; None: it is left to the rules."""
        state = node.state
        if move.kind not in KINDS or state.holds or state.interrupted is not None:
            return None
        if key is not self._last[0]:
            # In which turn people speak is drawn as a task opens, and by how far they have come.
            path = len(state.path) if self._in_turn else 0
            done = self._projections[node.scene].done_of(key)
            self._last = key, (node.scene, key[2], done, path), -1
        if node.left is None and move.task:
            tasks, places = key[0][1], self._places(node.scene, move.task)
            for place in places.others:
                if tasks[place] not in OVER:
                    near = tuple([tasks[place] for place in places.near])
                    return (self._last[1], near), move, True
        if self._last[2] < 0:
            whole = self._fronts.setdefault((key[:3], self._last[1]), len(self._fronts))
            self._last = *self._last[:2], whole
        return self._last[2], move, False

    def found(self, front: Front | None, state: State) -> Step | None:
        """What the move comes to, if it is known."""
        for names, known in self._known.get(front, {}).items() if front is not None else ():
            step = known.get(answers(names, state))
            if step is not None:
                return step
        return None

    def led_to(self, step: Step, before: State, key: Key) -> Key:
        """The key of the state that the move leads to, from one with this key."""
        if isinstance(step.key, str):
            return step.key
        values = self._values(before, key, step.came.scene)
        assert values is not None, "what was learned can be told"
        outer = step.key[0]
        if step.tasks is not None:
            outer = (outer[0], _with(key[0][1], step.tasks)) if step.tasks else key[0]
        return (outer, *step.key[1:4], _with(values, step.values), step.key[5])

    def learn(
        self, front: Front | None, before: State, key: Key, came: Came, names: Names, led_to: Key
    ) -> None:
        """Keep what came of a move in a state with this key, that asked for these names, if it says
        what follows in states that are alike."""
        if front is None or came.aside:
            return
        tasks: Changes | None = None
        changes: Changes = ()
        if not isinstance(led_to, str):
            values = self._values(before, key, came.scene)
            if values is None:
                return
            tasks = _changes(key[0][1], led_to[0][1]) if front[2] else None
            changes = _changes(values, led_to[4])
        known = self._known.setdefault(front, {}).setdefault(names, {})
        known[answers(names, before)] = Step(came, led_to, tasks, changes)

    # ── where in a key it stands ────────────────────────────────────────────────────────────────

    def _places(self, scene: SceneId, name: TaskId) -> _Tasks:
        found = self._tasks.get((scene, name))
        if found is None:
            found = self._tasks[scene, name] = _placed(self._scenario.scenes[scene], name)
        return found

    def _values(self, before: State, key: Key, after: SceneId) -> tuple[Any, ...] | None:
        """What a state with this key has of what is asked in the scene after; None: not all. What
        a run draws on the way has no place in the key yet."""
        assert before.scene is not None, "the run has begun"
        here, values = before.scene.id, key[4]
        if here != after:
            if (here, after) not in self._carried:
                self._carried[here, after] = self._carry(here, after)
            carried = self._carried[here, after]
            if carried is None:
                return None
            drawn = before.vars
            return tuple([drawn[at] if isinstance(at, str) else values[at] for at in carried])
        return tuple(values)

    def _carry(self, here: SceneId, after: SceneId) -> tuple[int | VarId, ...] | None:
        places = {name: place for place, name in enumerate(self._projections[here].names)}
        found: list[int | VarId] = []
        for kind, name in self._projections[after].names:
            if (kind, name) in places:
                found.append(places[kind, name])
            elif kind == "var":
                found.append(name)
            else:
                return None
        return tuple(found)


def _placed(scene: Scene, name: TaskId) -> _Tasks:
    own = {name}
    for _ in scene.tasks:
        own |= {task.id for task in scene.tasks.values() if own.intersection(task.after)}
    near = own.union(*(scene.tasks[one].after for one in own))
    order = {one: place for place, one in enumerate(scene.tasks)}
    others = tuple(order[task.id] for task in scene.looked_at if task.id not in own)
    counts = scene.barrier is None or scene.barrier.kind in ("any", "count")
    return _Tasks(
        tuple(place for one, place in order.items() if one in near), () if counts else others
    )


def _changes(before: tuple[Any, ...], after: tuple[Any, ...]) -> Changes:
    both = enumerate(zip(before, after, strict=True))
    return tuple([(place, now) for place, (was, now) in both if was != now])


def _with(before: tuple[Any, ...], changes: Changes) -> tuple[Any, ...]:
    if not changes:
        return before
    after = list(before)
    for place, now in changes:
        after[place] = now
    return tuple(after)
