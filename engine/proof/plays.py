"""A path of the graph as an author would write it: the `play` of a test."""

from __future__ import annotations

from collections.abc import Iterable

from engine.errors import Rejection
from engine.proof.moves import Draws, Move
from engine.proof.openings import opening
from engine.proof.play_graph import Edge, Explored
from engine.proof.playthrough import Playthrough
from engine.rules.settle import EndlessError
from engine.rules.stand_in import next_move
from engine.scenario.model import Scenario
from engine.scenario.playtests import spelt
from engine.values import RoleId


def drawn_on(moves: Iterable[Move]) -> Draws:
    """What had been drawn, as far as these moves asked for it."""
    return tuple([draw for move in moves for draw in move.draws])


def path_to(graph: Explored, number: int) -> list[Move]:
    """The moves that lead to a node; the first may be a draw."""
    moves = []
    while number >= 0:
        node = graph.nodes[number]
        if node.by is not None:
            moves.append(node.by)
        number = node.parent
    return moves[::-1]


def play_to(graph: Explored, number: int, edge: Edge | None = None) -> tuple[str, ...]:
    """The play that leads to a node, and on along `edge`."""
    moves = path_to(graph, number) + ([] if edge is None else [edge.move])
    return written(graph.scenario, graph.absent, moves)


def written(scenario: Scenario, absent: RoleId | None, moves: list[Move]) -> tuple[str, ...]:
    """Moves as a test's `play`, made on the way so that waiting is as long as it must be."""
    draws = drawn_on(moves)
    table = opening(scenario, absent, draws)
    play = [f"draw={name}:{spelt(value)}" for name, value in draws]
    play += [f"leave={absent}"] if absent is not None else []
    for move in moves:
        if until := _ticking(table, move):
            play.append(until)
            table.move(until)
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
    if move.kind == "tick" and state.scene is not None and state.scene.tick_at_ms:
        return _wait(state.scene.tick_at_ms + state.paused_ms - table.now_ms)
    if move.kind == "stand_in":
        due = next_move(table.scenario, state, move.slot)
        return _wait(due.at_ms + state.paused_ms - table.now_ms) if due is not None else ""
    held = state.scene.tasks.get(move.task) if state.scene is not None else None
    return move.text(several=held is not None and len(held.slots) > 1)


def _ticking(table: Playthrough, move: Move) -> str:
    """A wait until the scene's clock has eaten as often as the move says; empty: it has."""
    scene = table.state.scene
    if not move.ticks or move.kind == "limit" or scene is None or not scene.tick_at_ms:
        return ""
    time = table.scenario.scenes[scene.id].time
    assert time is not None, "it has a clock"
    more = move.ticks - (time.ticks - (scene.ticks_left or 0))
    if more <= 0:
        return ""
    at_ms = scene.tick_at_ms + (more - 1) * time.every_ms
    return _wait(at_ms + table.state.paused_ms - table.now_ms)


def _wait(ms: int) -> str:
    seconds = max(1, -(-ms // 1000))
    return f"wait={seconds // 60}m" if seconds % 60 == 0 else f"wait={seconds}s"
