"""The tasks of a seat: its own and those it acts for, and those of which it is shown something.

Each is remembered with what it was made of, for all seats that are shown it alike, for as long as
the scene is played.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import msgspec

from engine.errors import Lang
from engine.kinds.shown import Audience
from engine.rules.offers import closed_in
from engine.rules.state import State
from engine.scenario.model import Scenario, Task
from engine.values import ANY, RoleId, SceneId, SeatId, TaskId
from engine.views.kept import Kept
from engine.views.parts.task_parts import AnyTask
from engine.views.tasks import (
    beside_task,
    glance,
    holds_all,
    locked_task,
    looks_on,
    open_task,
    tried_keys,
    watched_task,
    watches,
)


class Desk(msgspec.Struct, frozen=True, eq=False):
    """Which tasks of a scene concern a seat with certain roles, in document order. Who left has no
    role, and what is anybody's isn't theirs."""

    own: tuple[tuple[Task, str, RoleId], ...]
    """(task, slot, for which role) it may answer."""
    beside: tuple[tuple[Task, RoleId, Audience], ...]
    """(task, for which role, as whom) it answers nothing in, and is shown something of."""
    watched: tuple[Task, ...]
    """Those it answers nothing in, and may think along in: see `watches`."""
    taking: tuple[Task, ...]
    """Those it may answer that take something of their `holders`."""
    hanging: tuple[Task, ...]
    """Those with options that aren't always offered."""
    names: frozenset[TaskId]
    """All of these tasks, and those that they come `after`."""
    tried: tuple[str, ...]
    """Where in `Aside.tried` their answers are."""


def desk_of(scenario: Scenario, scene: SceneId, acts: tuple[RoleId, ...]) -> Desk:
    """Of a seat with these roles."""
    key = ("desk", scene, *acts)
    known: Desk | None = scenario.worked_out.get(key)
    if known is None:
        known = scenario.worked_out[key] = _desk_of(scenario, scene, acts)
    return known


def _desk_of(scenario: Scenario, scene: SceneId, acts: tuple[RoleId, ...]) -> Desk:
    tasks = scenario.scenes[scene].tasks.values()
    own = [
        (task, slot, acts[0] if slot == ANY else slot)
        for task in tasks
        for slot in task.who.slots
        if (slot == ANY and acts) or slot in acts
    ]
    beside = [(task, *looking) for task in tasks if (looking := looks_on(task, acts)) is not None]
    watched = [task for task in tasks if watches(scenario.scenes[scene], task, acts)]
    concerned = [*(task for task, *_ in (*own, *beside)), *watched]
    names = [name for task in concerned for name in (task.id, *task.after)]
    tried = [key for task in concerned for key in tried_keys(task)]
    return Desk(
        own=tuple(own),
        beside=tuple(beside),
        watched=tuple(watched),
        taking=tuple([task for task, *_ in own if task.body.holders()]),
        hanging=tuple([task for task in concerned if task.body.conditional]),
        names=frozenset(names),
        tried=tuple(dict.fromkeys(tried)),
    )


class SeatTasks:
    """The tasks of a run's seats, as they were built last."""

    def __init__(self, scenario: Scenario) -> None:
        self.scenario = scenario
        self._built: dict[tuple[Any, ...], tuple[tuple[Any, ...], Kept]] = {}

    def clear(self) -> None:
        """Another scene is played."""
        self._built.clear()

    def looked_at(
        self, state: State, seat: SeatId, acts: tuple[RoleId, ...]
    ) -> tuple[frozenset[TaskId], tuple[Any, ...]]:
        """(the tasks that concern a seat, all that what it is shown of them is made of)."""
        if state.scene is None or state.phase != "playing" or state.waits:
            return frozenset(), ()
        desk, tried = desk_of(self.scenario, state.scene.id, acts), state.aside.tried
        return desk.names, (
            desk,
            seat in state.holds,
            *[holds_all(state, task, acts) for task in desk.taking],
            *_everywhere(state),
            *map(state.scene.tasks.get, desk.names),
            *[closed_in(task, state) for task in desk.hanging],
            *(map(tried.get, desk.tried) if tried else ()),
        )

    def of(
        self, state: State, seat: SeatId, acts: tuple[RoleId, ...], lang: Lang
    ) -> tuple[Kept, ...]:
        """The seat's own, then those it is shown something of; while none of these has to be done,
        those it may think along in."""
        scene = state.scene
        if scene is None or state.phase != "playing" or state.waits:
            return ()
        desk, looked, found = desk_of(self.scenario, scene.id, acts), _everywhere(state), []
        for task, slot, role in desk.own:
            holds = bool(task.body.holders()) and holds_all(state, task, acts)
            found.append(self._own(state, looked, task, (slot, role, seat), lang, holds=holds))
        for task, role, audience in desk.beside:
            found.append(self._beside(state, looked, task, (role, audience), lang))
        shown = [kept for kept in found if kept is not None]
        if desk.watched:
            busy = any(_to_do(kept.part) for kept in shown)
            along = [task for task in desk.watched if task.talk_ms or not busy]
            own = (self._watched(state, looked, task, acts[0], lang) for task in along)
            shown += [kept for kept in own if kept is not None]
        return tuple(shown)

    def _watched(
        self, state: State, looked: tuple[Any, ...], task: Task, role: RoleId, lang: Lang
    ) -> Kept | None:
        """The task as `role` thinks along; None: it isn't open."""
        held = state.scene.tasks.get(task.id) if state.scene is not None else None
        if held is None or held.status != "open":
            return None
        return self._same(
            ("watched", task.id, role, lang),
            (held, looked),
            lambda: watched_task(self.scenario, state, held, task, role),
        )

    def _same(
        self, key: tuple[Any, ...], inputs: tuple[Any, ...], build: Callable[[], AnyTask]
    ) -> Kept:
        known = self._built.get(key)
        if known is not None and known[0] == inputs:
            return known[1]
        part = build()
        kept = known[1] if known is not None and known[1].part == part else Kept(part)
        self._built[key] = inputs, kept
        return kept

    def _own(
        self,
        state: State,
        looked: tuple[Any, ...],
        task: Task,
        place: tuple[str, RoleId, SeatId],
        lang: Lang,
        *,
        holds: bool,
    ) -> Kept | None:
        """The task as it stands in its `place`: (slot, for which role, seen by which seat); None:
        it isn't part of the scene, or another stands for it until it is known which comes."""
        scene, (slot, role, seat) = state.scene, place
        assert scene is not None, "it is one of its tasks"
        held = scene.tasks.get(task.id)
        if held is None and task.id in self.scenario.scenes[scene.id].alternatives:
            return None
        if held is None:
            return self._same(
                ("locked", task.id, slot, role, lang),
                tuple(map(scene.tasks.get, task.after)),
                lambda: locked_task(self.scenario, scene, task, slot, role),
            )
        if held.status == "out":
            return None
        mine, held_up = held.slots.get(slot), seat in state.holds
        own = mine is None or mine.seat == seat
        return self._same(
            ("own", task.id, slot, role, own, held_up, holds, lang),
            (held, looked, _tried(state, task), closed_in(task, state)),
            lambda: open_task(
                glance(self.scenario, state, scene, task, slot, lang),
                role,
                held_up=held_up,
                own=own,
                holds=holds,
            ),
        )

    def _beside(
        self,
        state: State,
        looked: tuple[Any, ...],
        task: Task,
        looking: tuple[RoleId, Audience],
        lang: Lang,
    ) -> Kept | None:
        """The task as a seat is shown it that answers nothing there; None: it isn't open."""
        scene = state.scene
        assert scene is not None, "it is one of its tasks"
        held = scene.tasks.get(task.id)
        if held is None or held.status != "open":
            return None
        slot = next((name for name, one in held.slots.items() if not one.done), task.who.slots[0])
        return self._same(
            ("beside", task.id, *looking, lang),
            (held, looked, _tried(state, task), closed_in(task, state)),
            lambda: beside_task(glance(self.scenario, state, scene, task, slot, lang), *looking),
        )


def _to_do(part: AnyTask) -> bool:
    """It is open, and must be done before the scene is over."""
    return part.state == "open" and not part.optional


def _everywhere(state: State) -> tuple[Any, ...]:
    """What a look at any task is made of, besides the task and what was tried there."""
    return state.holders, state.paused_at_ms, state.paused_ms, state.seed, state.drawn


def _tried(state: State, task: Task) -> tuple[Any, ...]:
    """What was tried in the task, for each of its slots."""
    tried = state.aside.tried
    return tuple(map(tried.get, tried_keys(task))) if tried else ()
