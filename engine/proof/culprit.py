"""Which task a jam is to blame on: the one nobody can do any more, with its line."""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

from engine.errors import Place, Rejection, Text
from engine.proof.explore import explore, opening
from engine.proof.footprint import is_needed
from engine.proof.play_graph import Edge, Explored
from engine.proof.plays import play_to
from engine.rules.settle import EndlessError
from engine.scenario.model import Scene

NAMED_MAX: Final = 3
"""Stuck tasks that a finding names."""
AROUND_MAX: Final = 3_000
"""States looked at from the jam on."""


def culprit(
    graph: Explored, number: int, scene: Scene, along: Callable[[Edge], bool]
) -> tuple[Place, Text]:
    """Where the scene is stuck from the node on: the needed tasks that no play along such edges
    gets done, less those that only wait for one of them. Its place, and a clause that names them:
    the scene's own and an empty one where it is no task in particular, or too much to look at."""
    around = _around(graph, number)
    if around is None:
        return scene.at, Text("", "")
    undone = {task.id for task in scene.tasks.values() if is_needed(scene, task)}
    for each in _ahead(around, along):
        state = around.nodes[each].state
        for visit in (state.scene, state.interrupted):
            if visit is not None and visit.id == scene.id:
                undone -= {name for name, held in visit.tasks.items() if held.status != "open"}
    first = [name for name in scene.tasks if name in undone]
    first = [name for name in first if not undone.intersection(scene.tasks[name].after)]
    if not first:
        return scene.at, Text("", "")
    names = first[:NAMED_MAX]
    more = ("……", " …") if len(first) > len(names) else ("", "")
    return scene.tasks[first[0]].at, Text(
        f"（做不完的任务：{'、'.join(names)}{more[0]}）", f" (stuck: {', '.join(names)}{more[1]})"
    )


def _around(graph: Explored, number: int) -> Explored | None:
    """Every play from the node on, in every order; None if there are too many."""
    table = opening(graph.scenario, graph.absent)
    for move in play_to(graph, number):
        try:
            table.move(move)
        except (Rejection, EndlessError):
            continue
    found = explore(
        graph.scenario, absent=graph.absent, reduce=False, nodes_max=AROUND_MAX, start=table
    )
    return found if found.complete else None


def _ahead(graph: Explored, along: Callable[[Edge], bool]) -> set[int]:
    seen, waiting = {0}, [0]
    while waiting:
        for edge in graph.nodes[waiting.pop()].edges:
            if along(edge) and edge.target not in seen:
                seen.add(edge.target)
                waiting.append(edge.target)
    return seen
