"""A script as the proof plays it: whatever a run picks of a longer list is all there.

What may be left out is wrong, and nothing else hangs on it (`SC436`): so a run that shows fewer
options has fewer plays, each of them one of these, and the right ones are always there.
"""

from __future__ import annotations

from msgspec.structs import replace

from engine.scenario.model import Scenario, Scene, Task
from engine.values import Map


def unpicked(scenario: Scenario) -> Scenario:
    """The same script, showing all; itself where it picks nothing."""
    scenes = Map((name, _scene(scene)) for name, scene in scenario.scenes.items())
    same = all(scenes[name] is scene for name, scene in scenario.scenes.items())
    return scenario if same else replace(scenario, scenes=scenes)


def _scene(scene: Scene) -> Scene:
    tasks = Map((name, _task(task)) for name, task in scene.tasks.items())
    same = all(tasks[name] is task for name, task in scene.tasks.items())
    return scene if same else replace(scene, tasks=tasks)


def _task(task: Task) -> Task:
    body = task.body.unpicked()
    return task if body is task.body else replace(task, body=body)
