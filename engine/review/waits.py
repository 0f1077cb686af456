"""Who waited for whom, while a log is read; `engine/review/course.py` says what counts as one."""

from __future__ import annotations

from engine.review.course import Course, Wait
from engine.values import ANY, RoleId, TaskId


class Waits:
    """The waits of a course while its log is read."""

    def __init__(self, course: Course) -> None:
        self._course = course
        self.open: dict[TaskId, set[str]] = {}
        """Slots that owe an answer, by the tasks that the barrier looks at."""
        self.since_ms = 0
        """Run clock up to which all is counted."""
        self._waiting: dict[RoleId, Wait] = {}

    def count(self, clock_ms: int, *, still: bool) -> None:
        """The time since the last change goes to whoever had nothing to do in it; nobody's, where
        the run stood `still`."""
        began_ms, self.since_ms = self.since_ms, clock_ms
        if clock_ms <= began_ms or not self._course.bands or still:
            return
        owing = tuple(sorted({slot for slots in self.open.values() for slot in slots}))
        band = len(self._course.bands) - 1
        for role in dict.fromkeys(self._course.role_by_seat.values()):
            if not owing or role in owing or ANY in owing:
                continue
            last = self._waiting.get(role)
            if last is None or (last.band, last.owing, last.until_ms) != (band, owing, began_ms):
                last = Wait(
                    band=band, waiter=role, owing=owing, clock_ms=began_ms, until_ms=clock_ms
                )
                self._waiting[role] = last
                self._course.waits.append(last)
            last.until_ms = clock_ms
