"""What a task that never gets done waits for, in words: a task, a card, a person, an answer."""

from __future__ import annotations

from collections.abc import Iterable

from engine.errors import Text
from engine.rules.acting import actors
from engine.rules.state import SceneState, State
from engine.scenario.model import Scenario, Scene, Task
from engine.values import ANY


def waits_for(scenario: Scenario, scene: Scene, state: State, task: Task) -> Text:
    """Why the task can't be done in this state, in which whatever else could be has been."""
    visit = visited(scene, state)
    held = visit.tasks.get(task.id) if visit is not None else None
    if visit is None or held is None:
        return _before(visit, task)
    cards = [f"{card}" for card in task.body.needs() if not state.holders.get(card)]
    if cards:
        zh, en = "、".join(cards), ", ".join(cards)
        return Text(f"要的卡片 {zh} 没有人有", f"nobody holds {en}")
    left = [slot for slot, one in held.slots.items() if not one.done]
    gone = [slot for slot in left if slot != ANY and not actors(state, slot)]
    if gone:
        zh = "、".join(scenario.roles[role].name for role in gone)
        return Text(f"{zh}不在，没有人替", f"nobody acts for {', '.join(gone)}")
    acting = {seat for slot in left for seat in _seats(state, task, slot)}
    if acting and acting <= set(state.holds):
        return Text("能做的人停住了（hold），到不了解开的时候", "whoever could is held")
    return Text("没有一个答案做得完", "no answer gets it done")


def waiting_on(scene: Scene, task: Task, undone: Iterable[str]) -> tuple[str, ...]:
    """Those of the undone tasks that come `after` it."""
    return tuple(name for name in scene.tasks if name in {*undone} and _after(scene, name, task.id))


def _after(scene: Scene, name: str, other: str) -> bool:
    before = scene.tasks[name].after
    return other in before or any(_after(scene, one, other) for one in before)


def visited(scene: Scene, state: State) -> SceneState | None:
    """The visit to the scene, a detour from it included."""
    both = (state.scene, state.interrupted)
    return next((one for one in both if one is not None and one.id == scene.id), None)


def _before(visit: SceneState | None, task: Task) -> Text:
    known = visit.tasks if visit is not None else {}
    before = [
        name for name in task.after if (held := known.get(name)) is None or held.status == "open"
    ]
    zh, en = "、".join(before), ", ".join(before)
    return Text(f"等着 {zh}", f"waits for {en}") if before else Text("没有打开", "never opens")


def _seats(state: State, task: Task, slot: str) -> tuple[str, ...]:
    roles = task.who.roles if slot == ANY else (slot,)
    return tuple(seat for role in roles for seat in actors(state, role))
