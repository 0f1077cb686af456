"""What somebody may do in a play. The answers that stand for all others, a task's kind knows."""

from __future__ import annotations

import msgspec
from msgspec.structs import replace

from engine.values import ANY, SeatId, TaskId, Value, VarId

Draws = tuple[tuple[VarId, Value], ...]
"""Drawn variables, and what they are."""


class Move(msgspec.Struct, frozen=True, gc=False, kw_only=True):
    """What somebody may do."""

    kind: str
    """`answer`, `hint`, `rescue`, `stand_in`, `limit`, `tick`; `leave_be` and `dawdle` are no moves
    of anybody's: tasks are left for good, it is settled that the time will run out. `draw`: how
    a play begins."""
    seat: SeatId = ""
    task: TaskId = ""
    slot: str = ""
    answer: tuple[str, ...] = ()
    tasks: frozenset[TaskId] = frozenset()
    ticks: int = 0
    """How often the scene's clock had eaten by then, where that is settled as the scene is left."""
    draws: Draws = ()
    """What the run had drawn, that is asked from here on for the first time."""

    @property
    def undrawn(self) -> Move:
        """The same, whatever is drawn."""
        return replace(self, draws=())

    def text(self, several: bool) -> str:
        """As a test's `play` has it; empty for what takes time, not a hand. `several`: the task
        has more slots than one, so the role must be named."""
        match self.kind:
            case "answer":
                who = f"{self.slot}:" if several and self.slot != ANY else ""
                return f"{who}{self.task}={','.join(self.answer)}"
            case "hint":
                return f"hint={self.task}"
            case "rescue":
                return f"rescue={self.answer[0]}"
            case _:
                return ""
