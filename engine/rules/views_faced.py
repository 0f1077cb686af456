"""Which misconceptions somebody may still be asked about: what isn't printed where they see it.

A trap is *faced* by a team while a task that may spring it is open or still to come. Until it is
behind them, the wall, their teammates' news and the other teams hear that a trap sprang, not what
is believed and what is so: else the first to fall in would answer for all.
"""

from __future__ import annotations

from collections.abc import Iterator

from engine.rules.state import SceneState, State
from engine.scenario.checks import traps_of, ways_of
from engine.scenario.model import Scenario, Scene
from engine.values import SceneId, TrapId


def faced(scenario: Scenario, state: State) -> frozenset[TrapId]:
    """The traps of all tasks that this team hasn't behind it. Empty once it has ended; a team that
    nobody has joined faces none."""
    if state.phase == "lobby":
        here = any(not seat.left for seat in state.seats.values())
        return frozenset(scenario.traps) if here else frozenset()
    if state.phase != "playing":
        return frozenset()
    found: set[TrapId] = set()
    kept = [scene for scene in (state.scene, state.interrupted) if scene is not None]
    for held in kept:
        found.update(_open_here(scenario.scenes[held.id], held))
    for name in _to_come(scenario, [scenario.scenes[held.id] for held in kept]):
        for task in scenario.scenes[name].tasks.values():
            found.update(traps_of(task))
    return frozenset(found)


def _open_here(scene: Scene, held: SceneState) -> Iterator[TrapId]:
    for task in scene.tasks.values():
        known = held.tasks.get(task.id)
        if known is None or known.status == "open":
            yield from traps_of(task)


def _to_come(scenario: Scenario, begun: list[Scene]) -> set[SceneId]:
    """Every scene that some way leads to from here, whatever the guards will say."""
    found: set[SceneId] = set()
    ahead = [name for scene in begun for name in ways_of(scenario, scene)]
    while ahead:
        name = ahead.pop()
        if name not in found:
            found.add(name)
            ahead += ways_of(scenario, scenario.scenes[name])
    return found
