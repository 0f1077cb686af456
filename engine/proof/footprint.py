"""What tasks read and write, and which of them therefore can't tell in what order they are played.

A *resource* is anything a guard can ask: a variable, whether a trap has sprung, whether a task is
done, whether anybody holds a card. A resource is *live* in a scene if some guard, or some task that
needs a card, there or in a scene still to come, asks for it; what isn't live can't change what
happens, and the proof doesn't tell two states apart by it.

Two tasks of a scene *conflict* if one writes a live resource that the other reads, or both write
one in ways that don't commute. Sums with the same sign commute (they saturate at the same end),
equal assignments do, and so do the flags, which are only ever raised. What finishing a task reads
are the guards of the tasks it lets open. A task that may end the scene while another is still open
conflicts with it. A trap's detour belongs to the task it interrupts.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Final, Literal

import msgspec

from engine.kinds.options import Option
from engine.rules.events import AnyEvent, SceneEntered
from engine.scenario.checks import detours_of, traps_of
from engine.scenario.model import BACK, Scenario, Scene, Task
from engine.script.nodes import (
    And,
    Compare,
    Done,
    Effects,
    Guard,
    Has,
    Not,
    Or,
    Picked,
    SetVar,
    Sprung,
    VarRef,
)
from engine.values import RoleId, SceneId, TaskId, VarId

Resource = tuple[str, str]
"""`("var" | "trap" | "card", id)` or `("done", "scene.task")`."""
Write = tuple[Resource, str]
"""A resource and how it is written: `+`, `-`, `=value`, or `!` for a flag."""

FLAG: Final = "!"


def read_by(guard: Guard | None) -> Iterator[Resource]:
    """Every resource the guard asks."""
    match guard:
        case Compare(left=left, right=right):
            yield from (("var", side.var) for side in (left, right) if isinstance(side, VarRef))
        case Sprung(trap=trap):
            yield "trap", trap
        case Done(scene=scene, task=task):
            yield "done", f"{scene}.{task}"
        case Has(card=card):
            yield "card", card
        case Picked(var=var):
            yield "var", var
        case And(args=args) | Or(args=args):
            for arg in args:
                yield from read_by(arg)
        case Not(arg=arg):
            yield from read_by(arg)


class SceneFlow(msgspec.Struct, frozen=True, kw_only=True):
    """What the proof knows of one scene beforehand."""

    live: frozenset[Resource]
    conflicts: dict[TaskId, frozenset[TaskId]]
    """Tasks of the scene that a task conflicts with; those that only come after it left out."""
    jealous: frozenset[TaskId]
    """Tasks whose own slots conflict with each other."""
    dawdling: bool
    """It matters what was done before the time ran out."""
    eats: Literal["", "late", "soon"] = ""
    """What its clock eats is asked for: only on the way out, or by its own tasks too. `soon` too
    where a detour may lead away for good."""


class Flow:
    """The footprints of one script's scenes and tasks."""

    def __init__(self, scenario: Scenario, aims: frozenset[RoleId] = frozenset()) -> None:
        """`aims`: roles whose aims are asked at each ending; what they ask is live until then."""
        self.scenario = scenario
        self._aims = tuple([aim for role, aim in scenario.aims.items() if role in aims])
        self._after = {scene.id: set(self._leads_to(scene)) for scene in scenario.scenes.values()}
        self.scenes: dict[SceneId, SceneFlow] = {
            scene.id: self._flow(scene) for scene in scenario.scenes.values()
        }
        self.awake = {name: self._awake(name) for name in scenario.scenes}
        """Drawn variables by scene: what they are may have been asked, and may be asked again."""

    def visible(self, scene: SceneId, effects: Effects) -> bool:
        """Whether the effects write anything live in the scene."""
        live = self.scenes[scene].live
        return any(resource in live for resource, _ in _effects(effects))

    def costs(self, scene: SceneId, sets: Iterable[SetVar]) -> bool:
        """Whether the assignments write anything live in the scene."""
        return any(resource in self.scenes[scene].live for resource, _ in _sets(sets))

    def counts(self, scene: SceneId, option: Option) -> bool:
        """Whether it matters that the option was picked."""
        live = self.scenes[scene].live
        found = option.card is not None and ("card", option.card) in live
        return found or option.trap is not None or self.visible(scene, option.effects)

    def newly_awake(self, before: SceneId | None, events: Iterable[AnyEvent]) -> frozenset[VarId]:
        """The drawn variables that scenes entered may be the first to ask for."""
        entered = [self.awake[e.scene] for e in events if isinstance(e, SceneEntered)]
        known = self.awake[before] if before is not None else frozenset[VarId]()
        return frozenset[VarId]().union(*entered) - known

    def _awake(self, scene: SceneId) -> frozenset[VarId]:
        return frozenset(
            [
                name
                for name, var in self.scenario.vars.items()
                if var.drawn
                and ("var", name) in self.scenes[scene].live
                and any(
                    scene in self._reached(other.id)
                    for other in self.scenario.scenes.values()
                    if ("var", name) in set(self._asked(other))
                )
            ]
        )

    # ── what is live ────────────────────────────────────────────────────────────────────────────

    def _leads_to(self, scene: Scene) -> Iterator[SceneId]:
        """Scenes that may follow at once; after a detour, those it may have interrupted."""
        ways = [way.go for way in scene.next]
        ways += [scene.time.then] if scene.time is not None else []
        yield from (go for go in ways if go != BACK)
        yield from detours_of(self.scenario, scene)
        if BACK in ways:
            for other in self.scenario.scenes.values():
                if scene.id in detours_of(self.scenario, other):
                    yield other.id

    def _reached(self, start: SceneId) -> set[SceneId]:
        seen, waiting = {start}, [start]
        while waiting:
            for name in self._after[waiting.pop()] - seen:
                seen.add(name)
                waiting.append(name)
        return seen

    def _asked(self, scene: Scene) -> Iterator[Resource]:
        for task in scene.tasks.values():
            yield from read_by(task.guard)
            yield from self._takes(task)
        for way in scene.next:
            yield from read_by(way.guard)
        for aim in self._aims if scene.ending is not None else ():
            yield from read_by(aim.met)

    def live(self, start: SceneId) -> frozenset[Resource]:
        """What is asked in the scene or any that may follow."""
        scenes = (self.scenario.scenes[name] for name in self._reached(start))
        return frozenset(resource for scene in scenes for resource in self._asked(scene))

    # ── what a task reads and writes ────────────────────────────────────────────────────────────

    def _writes(self, task: Task) -> Iterator[Write]:
        yield ("done", f"{task.scene}.{task.id}"), FLAG
        yield from _effects(task.effects)
        for option in task.body.options:
            yield from _effects(option.effects)
            if option.card is not None:
                yield ("card", option.card), FLAG
        if task.hint is not None:
            yield from _sets(task.hint.cost)
        for name in traps_of(task):
            trap = self.scenario.traps[name]
            yield ("trap", name), FLAG
            yield from _sets(trap.cost)
            for choice in trap.rescue.choices if trap.rescue is not None else ():
                yield from _effects(choice.effects)

    def _takes(self, task: Task) -> Iterator[Resource]:
        """What its answers hang on: cards it needs, what an option is offered for."""
        yield from (("card", card) for card in task.body.needs())
        for option in task.body.conditional:
            yield from read_by(option.payable)
            yield from read_by(option.guard)

    def _reads(self, task: Task) -> Iterator[Resource]:
        yield from self._takes(task)
        scene = self.scenario.scenes[task.scene]
        waiting, seen = [task.id], {task.id}
        while waiting:
            name = waiting.pop()
            for other in scene.tasks.values():
                if name in other.after and other.guard is not None and other.id not in seen:
                    yield from read_by(other.guard)
                    seen.add(other.id)
                    waiting.append(other.id)

    def _aside(self, task: Task) -> list[Scene]:
        """The detour scenes its traps lead to."""
        traps = (self.scenario.traps[name] for name in traps_of(task))
        return [self.scenario.scenes[trap.detour] for trap in traps if trap.detour is not None]

    def footprint(self, task: Task) -> tuple[set[Resource], set[Write]]:
        """What it reads and what it writes, asked for later or not."""
        reads, writes = set(self._reads(task)), set(self._writes(task))
        for scene in self._aside(task):
            reads |= set(self._asked(scene))
            for other in scene.tasks.values():
                writes |= set(self._writes(other))
        return reads, writes

    # ── a scene ─────────────────────────────────────────────────────────────────────────────────

    def _flow(self, scene: Scene) -> SceneFlow:
        live = self.live(scene.id)
        prints = {}
        for task in scene.tasks.values():
            reads, writes = self.footprint(task)
            prints[task.id] = (reads, {write for write in writes if write[0] in live})
        conflicts: dict[TaskId, set[TaskId]] = {name: set() for name in scene.tasks}
        before = _before(scene)
        for one in scene.tasks.values():
            for other in scene.tasks.values():
                if one.id == other.id or one.id in before[other.id]:
                    continue
                if self._race(scene, one, other) or _clash(prints[one.id], prints[other.id]):
                    conflicts[one.id].add(other.id)
        jealous = (name for name, mark in prints.items() if _clash(mark, mark))
        return SceneFlow(
            live=live,
            conflicts={name: frozenset(others) for name, others in conflicts.items()},
            jealous=frozenset(jealous),
            dawdling=self._dawdling(scene, prints),
            eats=self._eats(scene, live, prints),
        )

    def _eats(
        self,
        scene: Scene,
        live: frozenset[Resource],
        prints: dict[TaskId, tuple[set[Resource], set[Write]]],
    ) -> Literal["", "late", "soon"]:
        eaten = {("var", item.var) for item in scene.time.sets} if scene.time is not None else set()
        if not eaten & live:
            return ""
        if any(self._leaves(task) for task in scene.tasks.values()):
            return "soon"
        reads = set[Resource]().union(*(reads for reads, _ in prints.values()))
        return "soon" if eaten & reads else "late"

    def _race(self, scene: Scene, one: Task, other: Task) -> bool:
        """One of them may end the scene, or leave it, while the other is still open."""
        barrier = scene.barrier
        if barrier is None or barrier.kind in ("any", "count"):
            return True
        if self._loose(scene) or self._leaves(one) or self._leaves(other):
            return True
        return is_needed(scene, one) != is_needed(scene, other)

    def _loose(self, scene: Scene) -> bool:
        """A detour with a limit of its own: what interrupts it there is played in every order."""
        return scene.time is not None and any(way.go == BACK for way in scene.next)

    def _leaves(self, task: Task) -> bool:
        """A trap of the task may lead away for good."""
        for scene in self._aside(task):
            ways = [way.go for way in scene.next]
            ways += [scene.time.then] if scene.time is not None else []
            if any(go != BACK for go in ways):
                return True
        return False

    def _dawdling(
        self, scene: Scene, prints: dict[TaskId, tuple[set[Resource], set[Write]]]
    ) -> bool:
        if scene.time is None:
            return False
        after = frozenset[Resource]()
        if scene.time.then != BACK:
            after = self.live(scene.time.then)
        else:
            after = self.live(scene.id)
        return any(resource in after for _, writes in prints.values() for resource, _ in writes)


def is_needed(scene: Scene, task: Task) -> bool:
    """A barrier of all, or of named tasks, waits for the task."""
    assert scene.barrier is not None, "a scene with tasks has a barrier"
    if scene.barrier.kind == "tasks":
        return task.id in scene.barrier.tasks
    return not task.optional


def _before(scene: Scene) -> dict[TaskId, set[TaskId]]:
    """Every task that must be over before a task opens."""
    before: dict[TaskId, set[TaskId]] = {name: set() for name in scene.tasks}
    for _ in scene.tasks:
        for task in scene.tasks.values():
            for name in task.after:
                before[task.id] |= {name} | before[name]
    return before


def _clash(one: tuple[set[Resource], set[Write]], other: tuple[set[Resource], set[Write]]) -> bool:
    (reads, writes), (other_reads, other_writes) = one, other
    if any(resource in other_reads for resource, _ in writes):
        return True
    if any(resource in reads for resource, _ in other_writes):
        return True
    ways: dict[Resource, set[str]] = {}
    for resource, how in (*writes, *other_writes):
        ways.setdefault(resource, set()).add(how)
    both = {resource for resource, _ in writes} & {resource for resource, _ in other_writes}
    return any(len(ways[resource]) > 1 for resource in both)


def _sets(sets: Iterable[SetVar]) -> Iterator[Write]:
    for item in sets:
        if item.delta is None:
            yield ("var", item.var), f"={item.value!r}"
        elif item.delta:
            yield ("var", item.var), "+" if item.delta > 0 else "-"


def _effects(effects: Effects) -> Iterator[Write]:
    yield from _sets(effects.sets)
    for give in effects.gives:
        yield ("card", give.card), FLAG
