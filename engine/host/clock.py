"""The clock of the process: the wall's, read once, and carried on by a clock that nobody sets.

A wall clock that is set forward or back while an evening runs would fire deadlines early or never;
this one just goes on. It also counts the time a laptop was asleep: the monotonic clock that event
loops go by stands then, on Linux, and every instant recorded after a lid was opened would be as
much too early. What such a time means for an evening is `pulse.py`'s to say.
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable
from functools import partial
from typing import Final, Protocol


class Clock(Protocol):
    """Where the host takes its time from."""

    def now_ms(self) -> int:
        """Now, in milliseconds since 1970."""

    async def sleep_until(self, at_ms: int) -> None:
        """Return at `at_ms` or soon after."""


NAP_S: Final = 1.0
"""So long is slept at once: what the machine sleeps besides, the event loop knows nothing of."""


def sleepless() -> int | None:
    """The system's clock that goes on while the machine is asleep, an id for `clock_gettime_ns`:
    Linux' CLOCK_BOOTTIME, macOS' CLOCK_MONOTONIC. None: there is none, or `monotonic` is it."""
    for name in ("CLOCK_BOOTTIME", "CLOCK_MONOTONIC"):
        found: int | None = getattr(time, name, None)
        if found is not None:
            try:
                time.clock_gettime_ns(found)
            except OSError:
                continue  # a kernel that knows it by name only
            return found
    return None


class SteadyClock:
    """The real clock."""

    def __init__(self) -> None:
        source = sleepless()
        self._elapsed_ns: Callable[[], int] = (
            time.monotonic_ns if source is None else partial(time.clock_gettime_ns, source)
        )
        self._offset_ns = time.time_ns() - self._elapsed_ns()

    def now_ms(self) -> int:
        """Now, in milliseconds since 1970."""
        return (self._elapsed_ns() + self._offset_ns) // 1_000_000

    async def sleep_until(self, at_ms: int) -> None:
        """Return at `at_ms` or soon after."""
        while True:
            left_s = (at_ms - self.now_ms()) / 1000
            await asyncio.sleep(min(NAP_S, max(0.0, left_s)))
            if self.now_ms() >= at_ms:
                return
