"""The graph of a script's plays: nodes, edges, and what can be read off them."""

from __future__ import annotations

from collections.abc import Callable

import msgspec

from engine.proof.coverage import Item
from engine.proof.moves import Move
from engine.rules.state import State
from engine.scenario.model import Scenario
from engine.values import RoleId, TaskId, TrapId


class Edge(msgspec.Struct, frozen=True):
    """A move and where it leads."""

    target: int
    move: Move
    sprung: frozenset[TrapId] = frozenset()
    opened: bool = False
    """The scene's barrier opened."""


class Node(msgspec.Struct):
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
    too_many: bool = False
    """There were more nodes than are kept; it isn't time that was short."""


def backwards(
    explored: Explored, goals: set[int], *, along: Callable[[Edge], bool] = lambda edge: True
) -> set[int]:
    """Nodes from which some goal can be reached along such edges; the goals are among them."""
    before: dict[int, list[int]] = {}
    for number, node in enumerate(explored.nodes):
        for edge in node.edges:
            if along(edge):
                before.setdefault(edge.target, []).append(number)
    seen, waiting = set(goals), list(goals)
    while waiting:
        for number in before.get(waiting.pop(), ()):
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
