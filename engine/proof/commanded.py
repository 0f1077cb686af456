"""Moves as the commands that the rules decide."""

from __future__ import annotations

from engine.proof.moves import Move
from engine.rules import commands as cmd
from engine.rules.deadlines import What
from engine.rules.stand_in import next_move
from engine.rules.state import State
from engine.scenario.model import Scenario
from engine.values import ANY


def command_of(scenario: Scenario, state: State, move: Move) -> cmd.AnyCommand:
    """What is sent, when it can be."""
    now, name = state.now_ms, f"c{state.seq}"
    match move.kind:
        case "answer":
            role = None if move.slot == ANY else move.slot
            at_ms = max(now, _taken_ms(scenario, state, move))
            return cmd.Submit(
                id=name,
                at_ms=at_ms,
                by=move.seat,
                task=move.task,
                answer=move.answer,
                role=role,
            )
        case "hint":
            role = None if move.slot == ANY else move.slot
            return cmd.TakeHint(id=name, at_ms=now, by=move.seat, task=move.task, role=role)
        case "rescue":
            return cmd.TryRescue(
                id=name, at_ms=now, by=move.seat, seat=move.slot, answer=move.answer
            )
        case "release":
            return time_up("hold", move.slot, state.holds[move.slot].until_ms)
        case "stand_in":
            due = next_move(scenario, state, move.slot)
            assert due is not None, "the stand-in has something to do"
            return time_up("stand_in", move.slot, max(now, due.at_ms))
        case "tick":
            assert state.scene is not None
            assert state.scene.tick_at_ms, "the scene's clock eats"
            return time_up("tick", state.scene.id, max(now, state.scene.tick_at_ms))
        case _:
            assert state.scene is not None
            assert state.scene.limit_at_ms is not None, "the scene has a limit"
            return time_up("limit", state.scene.id, max(now, state.scene.limit_at_ms))


def _taken_ms(scenario: Scenario, state: State, move: Move) -> int:
    """From when on, by the wall, the task takes answers."""
    assert state.scene is not None, "the run has begun"
    task = scenario.scenes[state.scene.id].tasks[move.task]
    return state.scene.tasks[task.id].opened_ms + task.least_ms + state.paused_ms


def time_up(what: What, subject: str, at_ms: int) -> cmd.TimeUp:
    """That something was due."""
    name = f"{what}:{subject}:{at_ms}"
    return cmd.TimeUp(id=name, at_ms=at_ms, by=cmd.CLOCK, what=what, subject=subject)
