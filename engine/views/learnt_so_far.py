"""What a seat has learnt in all scenes until now, kept to the end.

A scene takes its tasks along when it turns, and what they taught with them. What was answered, by
whom, is remembered beside the state (`Aside.got`); here it becomes what that taught.
"""

from __future__ import annotations

from collections.abc import Collection

from engine.rules.state import Got, State
from engine.scenario.model import Scenario
from engine.values import ANY, FactId, RoleId, SeatId, TrapId
from engine.views.learnt import learnt, learnt_by, taught
from engine.views.parts.seat_parts import LearntIn
from engine.views.parts.shared import Learnt


class SoFar:
    """What a seat has learnt, looked at again and again: of what has come since, and no more."""

    __slots__ = ("_found", "_got", "_hangs_on")

    def __init__(self) -> None:
        self._got: tuple[Got, ...] = ()
        self._hangs_on: tuple[object, ...] = ()
        self._found: dict[FactId, LearntIn] = {}

    def of(
        self,
        scenario: Scenario,
        state: State,
        seat: SeatId,
        acts: Collection[RoleId],
        faced: frozenset[TrapId],
    ) -> tuple[LearntIn, ...]:
        """Oldest first, each fact once. `faced`: traps that the team may still fall into; what is
        so isn't told of them by a rescue."""
        got, seen, hangs_on = state.aside.got, len(self._got), (seat, tuple(acts), faced)
        if hangs_on != self._hangs_on or got[:seen] != self._got:
            self._found, seen = {}, 0
        for one in got[seen:]:
            rescued = one.kind == "rescue" and one.trap in faced
            known = None
            if not rescued and _concerns(scenario, one, seat, acts):
                known = _taught(scenario, one)
            if known is not None and known.id not in self._found:
                where = scenario.scenes[one.scene].title
                self._found[known.id] = LearntIn(where=where, learnt=known)
        self._got, self._hangs_on = got, hangs_on
        return tuple(self._found.values())


def _concerns(scenario: Scenario, got: Got, seat: SeatId, acts: Collection[RoleId]) -> bool:
    """It was the seat's own act, or done for a role it acts for, or for whoever has the task."""
    if got.kind in ("fall", "rescue") or got.seat == seat:
        return got.seat == seat
    if got.slot not in ("", ANY):
        return got.slot in acts
    return any(role in acts for role in scenario.scenes[got.scene].tasks[got.task].who.roles)


def _taught(scenario: Scenario, got: Got) -> Learnt | None:
    if got.trap:
        trap = scenario.traps[got.trap]
        return learnt(scenario, trap.truth, trap)
    task = scenario.scenes[got.scene].tasks[got.task]
    return taught(scenario, task) if got.kind == "skip" else learnt_by(scenario, task, got.answer)
