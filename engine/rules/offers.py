"""Which options of a task can be taken now.

What an option hangs on stands in its script; a kind knows one slot at one moment and never the run,
so it is handed the answer (`Moment.closed`).
"""

from __future__ import annotations

from typing import Final

from engine.kinds.options import Option
from engine.kinds.shown import Closed
from engine.scenario.model import Task
from engine.script.guards import Facts, holds
from engine.values import Map

NONE: Final = Map[str, Closed]()


def closed_in(task: Task, facts: Facts) -> Map[str, Closed]:
    """Those of its options that can't be taken, by id, and why."""
    conditional = task.body.conditional
    if not conditional:
        return NONE
    why = ((option.id, _closed(option, facts)) for option in conditional)
    return Map((name, closed) for name, closed in why if closed is not None)


def _closed(option: Option, facts: Facts) -> Closed | None:
    if option.guard is not None and not holds(option.guard, facts):
        return "shut"
    if option.payable is not None and not holds(option.payable, facts):
        return "dear"
    return None
