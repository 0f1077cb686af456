"""Which task a jam is to blame on: the one nobody can do any more, with its line."""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

from engine.errors import Place, Rejection, Text
from engine.proof.explore import explore
from engine.proof.footprint import is_needed
from engine.proof.openings import opening
from engine.proof.play_graph import Edge, Explored
from engine.proof.plays import drawn_on, path_to, play_to
from engine.proof.stuck import visited, waiting_on, waits_for
from engine.rules.settle import EndlessError
from engine.rules.state import State
from engine.scenario.model import Scene

NAMED_MAX: Final = 3
"""Stuck tasks that a finding names."""
AROUND_MAX: Final = 3_000
"""States looked at from the jam on."""


def culprit(
    graph: Explored, number: int, scene: Scene, along: Callable[[Edge], bool]
) -> tuple[Place, Text]:
    """Where the scene is stuck from the node on: the needed tasks that no play along such edges
    gets done, less those that only wait for one of them. Its place, and a clause that names them,
    what each waits for, and what waits for it: the scene's own and an empty one where it is no task
    in particular, or too much to look at."""
    around = _around(graph, number)
    if around is None:
        return scene.at, Text("", "")
    undone = {task.id for task in scene.tasks.values() if is_needed(scene, task)}
    furthest, last = -1, around.nodes[0].state
    for each in sorted(_ahead(around, along)):
        state = around.nodes[each].state
        visit = visited(scene, state)
        if visit is not None:
            over = {name for name, held in visit.tasks.items() if held.status != "open"}
            undone -= over
            if len(over) > furthest:
                furthest, last = len(over), state
    first = [name for name in scene.tasks if name in undone]
    first = [name for name in first if not undone.intersection(scene.tasks[name].after)]
    if not first:
        return scene.at, Text("", "")
    told = [_told(graph, scene, last, name, undone) for name in first[:NAMED_MAX]]
    more = ("……", " …") if len(first) > len(told) else ("", "")
    return scene.tasks[first[0]].at, Text(
        f"（做不完的任务：{'；'.join(one.zh for one in told)}{more[0]}）",
        f" (stuck: {'; '.join(one.en for one in told)}{more[1]})",
    )


def _told(graph: Explored, scene: Scene, last: State, name: str, undone: set[str]) -> Text:
    """The task, what it waits for, and what waits for it."""
    task = scene.tasks[name]
    why, behind = waits_for(graph.scenario, scene, last, task), waiting_on(scene, task, undone)
    zh, en = f"{name}，{why.zh}", f"{name}: {why.en}"
    if not behind:
        return Text(zh, en)
    return Text(f"{zh}；{'、'.join(behind)} 又等它", f"{en}; {', '.join(behind)} waits for it")


def _around(graph: Explored, number: int) -> Explored | None:
    """Every play from the node on, in every order; None if there are too many."""
    draws = drawn_on(path_to(graph, number))
    table = opening(graph.scenario, graph.absent, draws)
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
