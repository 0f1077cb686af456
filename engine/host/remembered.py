"""What is remembered of a loaded run beside its state, for those who are shown it.

It hangs on the mailbox and nowhere else: what belongs to a run has one lifetime. Before, each cache
had its own, kept by run id and without an end; a laptop that had led five thousand runs remembered
the pages of all of them, and the names of people who had been erased.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from engine.errors import Lang
from engine.values import Map, SeatId
from engine.views.seat import RunViews


@dataclass
class Remembered:
    """Of one run."""

    names: Map[SeatId, str] | None = None
    """Its participants'; None: to be read anew."""
    views: dict[Lang, RunViews] = field(default_factory=dict)
    """By language, each shared by all sockets."""
    abreast: tuple[Any, ...] = ()
    """What of it was asked about last, where teams keep abreast (`engine/evening/convoy.py`)."""
