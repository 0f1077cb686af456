"""Which misconceptions somebody may still be asked about: what isn't printed where they see it.

A trap is *faced* by a team while a task that may spring it is open or still to come. Until it is
behind them, the wall and the other teams hear that a trap sprang, not what is believed and what is
so; teammates hear what was believed unless they may be asked it themselves, and what is so later.
Else the first to fall in would answer for all.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from engine.rules.state import SceneState, State
from engine.scenario.checks import traps_of, ways_of
from engine.scenario.model import Scenario, Scene, Task
from engine.values import ANY, RoleId, SceneId, TrapId


def faced(
    scenario: Scenario, state: State, roles: tuple[RoleId, ...] | None = None
) -> frozenset[TrapId]:
    """The traps of all tasks that this team hasn't behind it; with `roles`, of those of them that
    one of these may answer. Empty once it has ended; a team that nobody has joined faces
    none."""
    if state.phase == "lobby":
        here = any(not seat.left for seat in state.seats.values())
        return frozenset(scenario.traps) if here else frozenset()
    if state.phase != "playing":
        return frozenset()
    found: set[TrapId] = set()
    kept = [scene for scene in (state.scene, state.interrupted) if scene is not None]
    for held in kept:
        found.update(_traps(_open_here(scenario.scenes[held.id], held), roles))
    for name in to_come(scenario, state):
        found.update(_traps(scenario.scenes[name].tasks.values(), roles))
    return frozenset(found)


def _traps(tasks: Iterable[Task], roles: tuple[RoleId, ...] | None) -> Iterator[TrapId]:
    for task in tasks:
        if roles is None or any(slot == ANY or slot in roles for slot in task.who.slots):
            yield from traps_of(task)


def _open_here(scene: Scene, held: SceneState) -> Iterator[Task]:
    for task in scene.tasks.values():
        known = held.tasks.get(task.id)
        if known is None or known.status == "open":
            yield task


def to_come(scenario: Scenario, state: State) -> set[SceneId]:
    """Every scene that some way leads a team to from here, whatever the guards will say; all of
    them before the start, none once it has ended."""
    if state.phase == "lobby":
        return set(scenario.scenes)
    if state.phase != "playing":
        return set()
    begun = [held.id for held in (state.scene, state.interrupted) if held is not None]
    found: set[SceneId] = set()
    ahead = [name for scene in begun for name in ways_of(scenario, scenario.scenes[scene])]
    while ahead:
        name = ahead.pop()
        if name not in found:
            found.add(name)
            ahead += ways_of(scenario, scenario.scenes[name])
    return found
