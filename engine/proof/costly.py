"""What makes a script too large to look at whole: the scene with most states, and the value in it
that most of them differ by alone. Two states differ by a value alone if they are one without it; so
many times fewer there would be, if nothing asked for it any more.
"""

from __future__ import annotations

from collections import Counter
from typing import Final

import msgspec

from engine.errors import Text
from engine.proof.footprint import Flow, Resource
from engine.proof.play_graph import Explored, Node
from engine.proof.projection import Projection
from engine.scenario.checks import all_tasks
from engine.scenario.model import Scenario

LOOKED_AT_MAX: Final = 10_000
"""States of the scene that are looked at: the first so many."""
TIMES_LEAST: Final = 1.2
"""A value that costs less isn't worth a word."""


class Costly(msgspec.Struct, frozen=True, kw_only=True):
    """Where the states are."""

    scene: str
    nodes: int
    """States seen in it."""
    what: Text
    """The value that multiplies them most; empty where none does."""
    times: float
    """How many there are for each that there would be without it."""


def costliest(graph: Explored) -> Costly:
    """The scene with most states, and what multiplies them."""
    names = [node.scene for node in graph.nodes]
    scene, number = Counter(names).most_common(1)[0]
    nodes = [node for node, name in zip(graph.nodes, names, strict=True) if name == scene]
    times = _times(graph.scenario, scene, nodes[:LOOKED_AT_MAX])
    found, most = max(times.items(), key=lambda one: one[1], default=(("", ""), 0.0))
    what = _called(graph.scenario, found) if most >= TIMES_LEAST else Text("", "")
    return Costly(scene=scene, nodes=number, what=what, times=most)


def _times(scenario: Scenario, scene: str, nodes: list[Node]) -> dict[Resource, float]:
    """By value: states for each that there would be without it."""
    asked = Projection(Flow(scenario, frozenset(scenario.aims)), scene)
    split = [asked.parts(node.state, node.left) for node in nodes if node.state.phase == "playing"]
    if not split:
        return {}
    names = tuple(split[0][1])
    keys = [(rest, tuple(values.values())) for rest, values in split]
    whole, times = len(set(keys)), {}
    for place, name in enumerate(names):
        fewer = {(rest, values[:place] + values[place + 1 :]) for rest, values in keys}
        times[name] = whole / len(fewer)
    return times


def _called(scenario: Scenario, value: Resource) -> Text:
    """What the author wrote it as."""
    kind, name = value
    match kind:
        case "trap":
            return Text(f"误区 {name} 踩没踩过", f"whether trap {name} has sprung")
        case "card":
            return Text(f"卡片 {name} 有没有人拿着", f"whether anybody holds card {name}")
        case "done":
            return Text(f"任务 {name} 做没做过", f"whether task {name} was done")
        case "ticks":
            return Text(f"时钟走了几次（every，场景 {name}）", f"the ticks of the clock of {name}")
        case "hold":
            return Text("谁正停着（hold）", "who is held")
        case _:
            return _var_called(scenario, name)


def _var_called(scenario: Scenario, name: str) -> Text:
    if name.startswith("pick."):
        scene = name.removeprefix("pick.")
        return Text(f"场景 {scene} 抽哪几个任务（pick）", f"which tasks scene {scene} draws (pick)")
    if scenario.vars[name].drawn:
        return Text(f"抽签的变量 {name}", f"the drawn variable {name}")
    eaten = (time for scene in scenario.scenes.values() if (time := scene.time) is not None)
    if any(item.var == name for time in eaten for item in time.sets):
        return Text(f"时钟动的变量 {name}", f"the variable {name}, which a clock eats")
    prices = (option.price for task in all_tasks(scenario) for option in task.body.options)
    if any(item.var == name for price in prices for item in price):
        return Text(f"付代价的变量 {name}", f"the variable {name}, which choices cost")
    return Text(f"变量 {name}", f"the variable {name}")
