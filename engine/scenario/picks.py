"""`pick` of tasks: a run plays some of those that are listed, as it draws.

Which ones is a variable that each run draws and no author names: `pick.SCENE`, whose values are the
draws, as `well+gate`; and each task listed has besides its own guard that it is among them. So the
log says what was drawn, with the others; a task that isn't is out of the scene as any that a guard
leaves out; and the proof explores each draw, from this scene to the last that asks.

Nothing needs to be forbidden then: listed tasks may be optional or not, give what others need, be
waited for or asked for. A run that lacks what it needs is found as any other. (A union of all draws
would cost less, and bless a script in which the card that a task needs isn't drawn.) It costs as
many nodes as there are draws, within the scene; so those are few.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from itertools import combinations
from math import comb
from typing import Final

from msgspec.structs import replace

from engine.scenario.model import Picks, Scenario, Scene, Task
from engine.script.fields import Reader
from engine.script.names import KINDS
from engine.script.nodes import And, Guard, Picked, Var
from engine.script.source import Mapping as MappingNode
from engine.script.source import Node
from engine.values import Map, TaskId

PICK_KEYS: Final = ("count", "of")
LISTED_MAX: Final = 8
DRAWS_MAX: Final = 20


def read_picks(r: Reader, node: Node | None, tasks: Mapping[TaskId, Task]) -> Picks | None:
    """Which tasks are drawn from, and how many are played."""
    if node is None:
        return None
    entry = r.mapping(node, "pick")
    r.keys(entry, "pick", PICK_KEYS, PICK_KEYS)
    named = []
    for item in r.items(r.get(entry, "of"), "of"):
        name = r.text(item, "of")
        if name in named:
            r.issue("SC202", item, name=name)
        elif name in tasks:
            named.append(name)
        else:
            r.lost.add("task")
            r.unknown(KINDS["task"], item, name, tasks)
    count = r.integer(r.get(entry, "count"), "count", 1, LISTED_MAX, default=1)
    found = Picks(at=r.place(node), count=count, of=tuple(named))
    _check(r, node, entry, found)
    return found


def _check(r: Reader, node: Node, entry: MappingNode, found: Picks) -> None:
    number = len(r.items(r.get(entry, "of"), "of"))
    if not 0 < found.count < number:
        r.issue("SC450", node, count=found.count, number=number)
    elif number > LISTED_MAX or comb(number, found.count) > DRAWS_MAX:
        r.issue("SC451", node, number=comb(number, found.count), most=DRAWS_MAX)


def drawn_by(scene: Scene) -> Var | None:
    """The variable of the scene's draw; None where it draws no tasks."""
    if scene.pick is None:
        return None
    draws = tuple("+".join(names) for names in combinations(scene.pick.of, scene.pick.count))
    return Var(
        at=scene.pick.at,
        id=f"pick.{scene.id}",
        kind="one_of",
        start=draws[0],
        values=draws,
        drawn=True,
    )


def with_picks(scenario: Scenario) -> Scenario:
    """The script with the variables of its draws, and what hangs on them."""
    found = {var.id: var for var in _vars(scenario)}
    if not found:
        return scenario
    return replace(
        scenario,
        vars=Map({**scenario.vars, **found}),
        scenes=Map((name, _guarded(scene)) for name, scene in scenario.scenes.items()),
    )


def _vars(scenario: Scenario) -> Iterator[Var]:
    for scene in scenario.scenes.values():
        var = drawn_by(scene)
        if var is not None:
            yield var


def _guarded(scene: Scene) -> Scene:
    var = drawn_by(scene)
    if var is None or scene.pick is None:
        return scene
    listed = scene.pick.of

    def hung(task: Task) -> Task:
        if task.id not in listed:
            return task
        among: Guard = Picked(var.id, task.id)
        return replace(task, guard=among if task.guard is None else And((among, task.guard)))

    return replace(scene, tasks=Map((name, hung(task)) for name, task in scene.tasks.items()))
