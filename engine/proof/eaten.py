"""What a scene's clock has eaten, where nobody looks before the scene is left.

Its ticks then commute with all that is played there: whatever else moves the variable moves it the
same way (`SC434`), and sums of one sign commute. So its values are told apart on the way out alone,
from as many ticks as the talk takes that must be over by then, to as many as the limit has room
for. A clock goes on while a question is talked over and its answers are closed: whoever may answer
after a minute has had a minute's ticks. Not counted are holds and reading, which may take no time.
A detour lets a talk go by while the scene's clock stands, so where there are any nothing is counted
on. Where its own tasks ask for what it eats (`soon`), ticks are moves at any moment, before a talk
is over too: more than can be. So a jam found there is looked at by its play; whatever is never
found can't come about.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable

from msgspec.structs import replace

from engine.proof.moves import Move
from engine.rules.state import SceneState, State
from engine.scenario.checks import detours_of
from engine.scenario.model import Scenario, Scene
from engine.script.nodes import SetVar
from engine.values import TaskId


def ticks_by(scenario: Scenario, state: State, move: Move, *, leaves: bool) -> range:
    """How often the scene's clock may have eaten when the move is made. `leaves`: it leads out."""
    assert state.scene is not None, "the run has begun"
    scene = scenario.scenes[state.scene.id]
    assert scene.time is not None, "it has a clock"
    most = scene.time.ticks
    if move.kind == "limit":
        return range(most, most + 1)
    if not leaves:
        return range(1)
    return range(min(most, _least(scenario, scene, state.scene, move.task)), most + 1)


def _least(scenario: Scenario, scene: Scene, state: SceneState, last: TaskId) -> int:
    """How often at the least, when this task is done last."""
    assert scene.time is not None, "it has a clock"
    if any(detours_of(scenario, scene)):
        return 0
    done = {name for name, held in state.tasks.items() if held.status == "done"} | {last}
    return _lasted_ms(scene, done) // scene.time.every_ms


def _lasted_ms(scene: Scene, done: Collection[TaskId]) -> int:
    """How long the scene has been played, at the least, once these tasks are done; those that were
    left out took no time."""
    ends_ms: dict[TaskId, int] = {}
    for _ in scene.tasks:
        for task in scene.tasks.values():
            begun_ms = max((ends_ms.get(name, 0) for name in task.after), default=0)
            ends_ms[task.id] = begun_ms + (task.least_ms if task.id in done else 0)
    return max((ends_ms[name] for name in done if name in ends_ms), default=0)


def eaten(scenario: Scenario, state: State, sets: Iterable[SetVar], ticks: int) -> State:
    """The state after so many ticks; the same one where they change nothing."""
    values = state.vars
    for item in sets:
        var, delta = scenario.vars[item.var], (item.delta or 0) * ticks
        value = min(var.high, max(var.low, int(values[item.var]) + delta))
        if value != values[item.var]:
            values = values.set(item.var, value)
    return state if values is state.vars else replace(state, vars=values)
