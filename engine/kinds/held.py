"""How far a task and its slots are, and the moment in which a kind is asked. Frozen, hashable.

Instants named `*_ms` here are run-clock instants (`engine/values.py`).
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Literal

import msgspec

from engine.kinds.shown import Closed
from engine.values import CardId, Map, RoleId, SeatId

Holders = Mapping[CardId, tuple[RoleId, ...]]
"""Who holds each card."""


class SlotState(msgspec.Struct, frozen=True, gc=False):
    """How far one slot of a task is."""

    done: bool = False
    answer: tuple[str, ...] = ()
    seat: SeatId = ""
    """Who answered last; empty for nobody yet, or a stand-in."""
    tries: int = 0
    missed: bool = False
    """The last answer was wrong and may be given again."""
    hinted: bool = False


class TaskState(msgspec.Struct, frozen=True, gc=False):
    """A task that is part of the scene and no longer locked, or is out of it."""

    status: Literal["open", "done", "skipped", "out"]
    opened_ms: int
    slots: Map[str, SlotState] = Map()
    shuffled: tuple[str, ...] = ()
    order: tuple[str, ...] = ()
    decided: str = ""
    """The choice a vote fell on."""
    rounds: int = 0
    """How often a vote was tied."""
    picked: tuple[str, ...] | msgspec.UnsetType = msgspec.UNSET
    """The options that are shown, of a longer list; unset where all are."""


class Moment(msgspec.Struct, frozen=True):
    """A task as it stands for one of its slots: all of a run that a kind may ask."""

    held: TaskState
    slot: str
    clock_ms: int = 0
    holders: Holders = Map()
    closed: Mapping[str, Closed] = Map()
    """Options that can't be taken now, and why."""

    @property
    def mine(self) -> SlotState:
        """The slot itself."""
        return self.held.slots.get(self.slot, UNTOUCHED)


UNTOUCHED = SlotState()
AFRESH = Moment(TaskState("open", 0), "")
"""Nothing has been answered: for what the script alone tells."""
