"""The next instant at which something happens by itself, derived from the state.

Nothing is armed and nothing is kept: a restart forgets no deadline, and two workers derive the same
one, with the same command id, so that only one of them gets it into the log. Whoever runs the rules
fires the deadline by deciding its command; every due deadline produces an event, so firing until
none is due comes to an end.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Literal

import msgspec

from engine.rules.absence import absent_at_ms
from engine.rules.commands import CLOCK, TimeUp
from engine.rules.stand_in import next_move
from engine.rules.state import State
from engine.scenario.model import Scenario

What = Literal["limit", "tick", "hold", "absence", "stand_in"]


class Deadline(msgspec.Struct, frozen=True):
    """When, on the wall clock, and the command to decide then."""

    at_ms: int
    command: TimeUp


def next_deadline(scenario: Scenario, state: State) -> Deadline | None:
    """The earliest deadline, ties in the order limit, ticks, holds, absence, stand-ins; None:
    nothing to wait for, or the clock stands (lobby, pause, after the end, while the team waits for
    others)."""
    if state.phase != "playing" or state.stands_since_ms is not None:
        return None
    best: Deadline | None = None
    for what, subject, clock_ms, mark in _all(scenario, state):
        at_ms = clock_ms + state.paused_ms
        if best is None or at_ms < best.at_ms:
            name = f"{what}:{subject}:{mark}{clock_ms}"
            command = TimeUp(id=name, at_ms=at_ms, by=CLOCK, what=what, subject=subject)
            best = Deadline(at_ms, command)
    return best


def idle_deadline(scenario: Scenario, state: State) -> Deadline | None:
    """The next deadline, where nothing is lost by not waiting for it: practice runs are wound on to
    it. A scene's limit is there for the people who are present; without any it is like the rest."""
    due = next_deadline(scenario, state)
    if due is None or due.command.what not in ("limit", "tick"):
        return due
    present = any(seat.online and not seat.left for seat in state.seats.values())
    return None if present else due


def _all(scenario: Scenario, state: State) -> Iterator[tuple[What, str, int, str]]:
    """(what, subject, run-clock instant, what else tells two of them apart)."""
    scene = state.scene
    if scene is not None and scene.limit_at_ms is not None:
        yield "limit", scene.id, scene.limit_at_ms, f"{len(state.path)}:"
    if scene is not None and scene.ticks_left and scene.tick_at_ms:
        yield "tick", scene.id, scene.tick_at_ms, f"{len(state.path)}:"
    for seat, hold in state.holds.items():
        yield "hold", seat, hold.until_ms, ""
    here = {seat.role for seat in state.seats.values() if seat.online and not seat.left}
    for role in state.roles:
        if role in here and role not in state.covers:
            continue  # its own people are there: nothing comes due
        absent_ms = absent_at_ms(state, role)
        if absent_ms is not None:
            yield "absence", role, absent_ms, ""
        move = next_move(scenario, state, role)
        if move is not None:
            yield "stand_in", role, move.at_ms, f"{state.seq}:"
