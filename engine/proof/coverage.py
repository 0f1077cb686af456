"""What there is to see in a script, and what of it a play has seen.

One vocabulary for the proof (what no play ever sees is unreachable) and for `hongchuan test` (what
the author's own tests leave out). An item is a tuple of words:

    ("scene", scene)   ("ending", scene)   ("choice", scene, task, id)
    ("task", scene, task)                  it was done
    ("trap", trap)     ("card", card)      ("guard", scene, task, side)
    ("way", scene, number from 0, side)    side: "yes" | "no"
    ("aim", role, side)                    it was met, or missed
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Final

from engine.rules import events as ev
from engine.rules.aims import aims_met
from engine.rules.state import State
from engine.scenario.model import Scenario, Scene, Task
from engine.script.guards import holds

Item = tuple[str, ...]

KINDS: Final = ("scene", "ending", "task", "choice", "trap", "card", "guard", "way", "aim")
SIDES: Final = ("yes", "no")


def everything(scenario: Scenario) -> Iterator[Item]:
    """Every item of the script, in document order by kind of thing."""
    for scene in scenario.scenes.values():
        yield ("ending" if scene.ending else "scene"), scene.id
        for task in scene.tasks.values():
            yield "task", scene.id, task.id
            yield from (("choice", scene.id, task.id, name) for name in options_of(task))
            if task.guard is not None:
                yield from (("guard", scene.id, task.id, side) for side in SIDES)
        for number, way in enumerate(scene.next):
            if way.guard is not None:
                yield from (("way", scene.id, str(number), side) for side in SIDES)
    yield from (("trap", name) for name in scenario.traps)
    yield from (("card", name) for name in scenario.cards)
    yield from (("aim", role, side) for role in scenario.aims for side in SIDES)


def options_of(task: Task) -> tuple[str, ...]:
    """Ids of what can be picked by itself in the task: choices, or spots."""
    return tuple(option.id for option in task.body.options if option.alone)


def observed(
    scenario: Scenario, scene: str, events: Iterable[ev.AnyEvent], after: State
) -> Iterator[Item]:
    """The items that one macrostep shows. `scene`: where it began; `after`: where it led.

    Ways are judged on `after`: what follows an opening barrier (entering scenes, opening tasks)
    changes nothing that a guard can ask.
    """
    for event in events:
        if isinstance(event, ev.SceneEntered | ev.SceneResumed):
            scene = event.scene
        yield from _shown(scenario.scenes[scene], event)
        if isinstance(event, ev.BarrierOpened):
            yield from _ways(scenario, event.scene, after)
        elif isinstance(event, ev.RunEnded):
            for role, met in aims_met(scenario, after).items():
                yield "aim", role, "yes" if met else "no"


def _shown(scene: Scene, event: ev.AnyEvent) -> Iterator[Item]:
    match event:
        case ev.SceneEntered():
            yield ("ending" if scene.ending else "scene"), scene.id
        case ev.TaskOpened(task=task) | ev.TaskDropped(task=task):
            if scene.tasks[task].guard is not None:
                side = "yes" if isinstance(event, ev.TaskOpened) else "no"
                yield "guard", scene.id, task, side
        case ev.TaskDone(task=task):
            yield "task", scene.id, task
        case ev.TaskAnswered() | ev.VoteDecided():
            yield from _picked(scene.tasks[event.task], event)
        case ev.TrapSprung(trap=trap):
            yield "trap", trap
        case ev.CardGiven(card=card):
            yield "card", card


def _picked(task: Task, event: ev.TaskAnswered | ev.VoteDecided) -> Iterator[Item]:
    """What an answer picks; where slots decide together, only what it falls on."""
    if isinstance(event, ev.VoteDecided):
        yield "choice", task.scene, task.id, event.choice
        return
    if task.body.decides:
        return
    picked, known = task.body.picked(event.answer), options_of(task)
    yield from (("choice", task.scene, task.id, name) for name in picked if name in known)


def _ways(scenario: Scenario, scene: str, after: State) -> Iterator[Item]:
    for number, way in enumerate(scenario.scenes[scene].next):
        if way.guard is None:
            return
        taken = holds(way.guard, after)
        yield "way", scene, str(number), "yes" if taken else "no"
        if taken:
            return
