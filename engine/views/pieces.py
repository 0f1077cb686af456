"""Which pieces of a state each part of a seat is made of, and which of them have changed.

States are immutable and folded piece by piece: a piece that is the same object is as it was, and
whatever is made of such pieces alone is too. `READS` is the one place that says what a part is made
of; a piece that is missing there leaves phones as they were (`tests/properties/test_remembered.py`
finds it).
"""

from __future__ import annotations

from collections.abc import Set
from itertools import compress
from operator import attrgetter, is_not
from typing import Any, Final

from engine.rules.state import State
from engine.values import Map, SeatId, TaskId
from engine.views.team import Names

_OF_STATE: Final = (
    "interrupted path phase ending paused_at_ms paused_ms waits seats covers absence vars holders "
    "holds spent sprung news deck step reflections seed drawn team shown added"
).split()
_OF_ASIDE: Final = ("acts", "tried", "springs", "helped", "got", "polls", "speaking", "called")
_OTHERS: Final = ("scene", "limit_at_ms", "tick_at_ms", "tasks", "facing", "names")
"""The scene's id, its limit, its clock's next tick and its tasks; its tasks again, once a trap has
sprung: until then nothing hangs on who may spring it yet; who is called what."""
PIECES: Final = (*_OF_STATE, *_OF_ASIDE, *_OTHERS)
"""All that seats' parts are made of, besides the script."""

_state: Final = attrgetter(*_OF_STATE)
_aside: Final = attrgetter(*_OF_ASIDE)
_NO_TASKS: Final = Map[TaskId, Any]()


def pieces_of(state: State, names: Names) -> tuple[Any, ...]:
    """The `PIECES` of a state, and of who is called what."""
    scene = state.scene
    at, limit_at_ms, tick_at_ms, tasks = None, None, None, _NO_TASKS
    if scene is not None:
        at, limit_at_ms, tasks = scene.id, scene.limit_at_ms, scene.tasks
        tick_at_ms = scene.tick_at_ms or None
    facing = tasks if state.aside.springs else None
    return (*_state(state), *_aside(state.aside), at, limit_at_ms, tick_at_ms, tasks, facing, names)


_CLOCK: Final = "paused_at_ms paused_ms waits"
ACTING: Final = "seats covers"
"""Who acts for which role."""
_FACED: Final = "phase scene facing interrupted springs"
"""Which misconceptions somebody may still be asked about."""

READS: Final = {
    "scene": f"scene limit_at_ms tick_at_ms path phase ending {ACTING} {_CLOCK}",
    "me": f"acts polls scene tasks holds names added called {ACTING} {_FACED} {_CLOCK}",
    "tasks": f"scene tasks phase holds holders vars tried seed drawn {ACTING} {_CLOCK}",
    "team": f"scene tasks phase seats holds names {_CLOCK}",
    "waiting": f"scene tasks phase holds names paused_at_ms waits {ACTING}",
    "meters": "vars",
    "cards": f"scene phase waits holds holders shown spent {ACTING}",
    "rescues": f"holds seats names seed drawn {_CLOCK}",
    "notice": f"news absence helped names {ACTING} {_FACED}",
    "learnt": f"got {ACTING} {_FACED}",
    "debrief": "phase deck step speaking reflections names seats ending sprung team called",
}
"""Part → the pieces it is made of."""
SINGLY: Final = {"me": "acts tasks", "tasks": "tasks"}
"""Part → those of them of which only some items concern a seat: its own act and the task that was
answered by it; the tasks it is shown and those they wait for."""


def mask_of(names: str) -> int:
    """Pieces as a mask, a bit for each."""
    return sum(1 << PIECES.index(name) for name in set(names.split()))


_PLACES: Final = range(len(PIECES))
EVERY: Final = (1 << len(PIECES)) - 1
"""All pieces, as a mask."""
_TASKS: Final = PIECES.index("tasks")
_ACTS: Final = PIECES.index("acts")


class Changes:
    """What has changed, since when. Moments are counted from 1, one for each state looked at."""

    __slots__ = ("_changed_at", "_pieces", "acts", "latest", "now", "tasks")

    def __init__(self) -> None:
        self.now = 0
        self.latest = EVERY
        """What has changed with the latest moment, as a mask."""
        self.tasks: Set[TaskId] = frozenset()
        """The tasks of the scene that have."""
        self.acts: Set[SeatId] = frozenset()
        """The seats whose last act has."""
        self._changed_at = [0] * len(PIECES)
        self._pieces: tuple[Any, ...] = pieces_of(State(), object())  # type: ignore[arg-type]

    def look(self, state: State, names: Names) -> int:
        """The next moment: what has changed with it, as a mask."""
        self.now += 1
        before, self._pieces = self._pieces, pieces_of(state, names)
        changed, changed_at = 0, self._changed_at
        for place in compress(_PLACES, map(is_not, self._pieces, before)):
            changed |= 1 << place
            changed_at[place] = self.now
        self.tasks = self._pieces[_TASKS].changed_since(before[_TASKS])
        self.acts = self._pieces[_ACTS].changed_since(before[_ACTS])
        self.latest = changed
        return changed

    def since(self, moment: int) -> int:
        """What has changed since a moment, as a mask."""
        if moment == self.now - 1:
            return self.latest
        return sum(1 << place for place, at in enumerate(self._changed_at) if at > moment)
