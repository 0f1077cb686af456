"""What if: another run that begins with the records of this one, up to a moment.

The copied records keep who asked and when; the run is still proved by its own log alone. A fork
never cuts a command in two: its events belong together, and `settle` had its say over all of them.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from engine.errors import AppError, Text
from engine.rules.events import Recorded, RunForked
from engine.rules.replay import replay
from engine.values import RunId

GRACE_MS: Final = 5_000
"""How long a stand-in waits for somebody to take a role in a practice run."""


class CannotForkError(AppError):
    """The moment lies outside the play."""

    def __init__(self) -> None:
        super().__init__(
            "cannot_fork",
            Text("这一刻不在演出当中，分不出演练。", "Nobody was playing at that moment."),
            Text(
                "请选开演之后、结局之前的一步。",
                "Choose a step between the start and the ending.",
            ),
        )


def before(records: Sequence[Recorded], seq: int) -> Sequence[Recorded]:
    """The records up to the command that wrote `seq`: that command is undone, as a whole."""
    if not records:
        return records
    place = min(max(1, seq), len(records)) - 1
    name = (records[place].by, records[place].command)
    while place > 0 and (records[place - 1].by, records[place - 1].command) == name:
        place -= 1
    return records[:place]


def forked(run: RunId, records: Sequence[Recorded], seq: int, at_ms: int) -> list[Recorded]:
    """The first records of a run that takes `run` up before its record `seq`.

    Raises:
        CannotForkError: nobody was playing then.
    """
    kept = before(records, seq)
    if not kept or replay(run, kept).phase != "playing":
        raise CannotForkError
    event = RunForked(at_ms=at_ms, origin=run, origin_seq=len(kept), grace_ms=GRACE_MS)
    command = f"fork:{run}:{len(kept)}"
    return [*kept, Recorded(seq=len(kept) + 1, by="host", command=command, event=event)]
