"""A path of the graph as an author would write it: the `play` of a test."""

from __future__ import annotations

from engine.errors import Rejection
from engine.proof.explore import opening
from engine.proof.moves import Move
from engine.proof.play_graph import Edge, Explored
from engine.proof.playthrough import Playthrough
from engine.rules.settle import EndlessError
from engine.rules.stand_in import next_move
from engine.scenario.model import Scenario
from engine.values import RoleId


def play_to(graph: Explored, number: int, edge: Edge | None = None) -> tuple[str, ...]:
    """The play that leads to a node, and on along `edge`."""
    moves = [] if edge is None else [edge.move]
    while number >= 0:
        node = graph.nodes[number]
        if node.by is not None:
            moves.append(node.by)
        number = node.parent
    return written(graph.scenario, graph.absent, moves[::-1])


def written(scenario: Scenario, absent: RoleId | None, moves: list[Move]) -> tuple[str, ...]:
    """Moves as a test's `play`, made on the way so that waiting is as long as it must be."""
    table = opening(scenario, absent)
    play = [f"leave={absent}"] if absent is not None else []
    for move in moves:
        text = _text(table, move)
        if not text:
            continue
        play.append(text)
        try:
            table.move(text)
        except (Rejection, EndlessError):
            continue
    return tuple(play)


def _text(table: Playthrough, move: Move) -> str:
    state = table.state
    if move.kind == "limit" and state.scene is not None and state.scene.limit_at_ms is not None:
        return _wait(state.scene.limit_at_ms + state.paused_ms - table.now_ms)
    if move.kind == "stand_in":
        due = next_move(table.scenario, state, move.slot)
        return _wait(due.at_ms + state.paused_ms - table.now_ms) if due is not None else ""
    held = state.scene.tasks.get(move.task) if state.scene is not None else None
    return move.text(several=held is not None and len(held.slots) > 1)


def _wait(ms: int) -> str:
    seconds = max(1, -(-ms // 1000))
    return f"wait={seconds // 60}m" if seconds % 60 == 0 else f"wait={seconds}s"
