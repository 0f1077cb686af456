"""The graph of a script's plays: nodes, edges, and what can be read off them."""

from __future__ import annotations

from collections.abc import Callable

import msgspec

from engine.proof.coverage import Item
from engine.proof.moves import Move
from engine.rules.state import State
from engine.scenario.model import Scenario
from engine.values import RoleId, TaskId, TrapId


class Edge(msgspec.Struct, frozen=True, gc=False):
    """A move and where it leads."""

    target: int
    move: Move
    sprung: frozenset[TrapId] = frozenset()
    opened: bool = False
    """The scene's barrier opened."""


class Node(msgspec.Struct, gc=False):
    """A state that differs from all others in something that matters."""

    state: State
    left: frozenset[TaskId] | None
    """Tasks left for good because the time will run out; None: it isn't settled that it will."""
    parent: int = -1
    by: Move | None = None
    fresh: bool = True
    """The first of its visit to the scene."""
    edges: list[Edge] = msgspec.field(default_factory=list)
    whole: bool = False
    """All its moves were made, not just those of a stubborn set."""

    @property
    def scene(self) -> str:
        """The scene being played."""
        assert self.state.scene is not None, "the run has begun"
        return self.state.scene.id


class Explored(msgspec.Struct, kw_only=True):
    """The graph of a script's plays."""

    scenario: Scenario
    absent: RoleId | None
    nodes: list[Node]
    seen: set[Item]
    complete: bool
    """False: the budget ended first, or there were too many nodes."""
    endless: list[int]
    """Nodes in which a move made the rules go round without end."""
    moves: int
    """Decisions taken."""
    roots: int = 1
    """The nodes that plays begin in are the first so many: one for each draw."""
    too_many: bool = False
    """There were more nodes than are kept; it isn't time that was short."""


Along = Callable[[Edge], bool]
Before = list[list[tuple[int, Edge]]]
"""For each node: (node, edge) of those that lead to it."""


def before(explored: Explored, along: Along = lambda edge: True) -> Before:
    """The edges of a graph that are `along`, by where they lead."""
    found: Before = [[] for _ in explored.nodes]
    for number, node in enumerate(explored.nodes):
        for edge in node.edges:
            if along(edge):
                found[edge.target].append((number, edge))
    return found


def backwards(explored: Explored, goals: set[int], *, along: Along = lambda edge: True) -> set[int]:
    """Nodes from which some goal can be reached along such edges; the goals are among them."""
    return behind(before(explored, along), goals)


def behind(edges: Before, goals: set[int]) -> set[int]:
    """The same, along these edges."""
    seen, waiting = set(goals), list(goals)
    while waiting:
        for number, _ in edges[waiting.pop()]:
            if number not in seen:
                seen.add(number)
                waiting.append(number)
    return seen


def endings(explored: Explored) -> set[int]:
    """Nodes in which the run has ended."""
    return {n for n, node in enumerate(explored.nodes) if node.state.phase == "ended"}


def hopeless(explored: Explored) -> list[int]:
    """Nodes from which no ending can be reached, in the order found: the first is the nearest."""
    saved = backwards(explored, endings(explored))
    return [number for number in range(len(explored.nodes)) if number not in saved]
