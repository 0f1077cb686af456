"""The clock of the process: the wall's, read once, and carried on by the monotonic clock.

A wall clock that is set forward or back while an evening runs would fire deadlines early or never;
this one just goes on.
"""

from __future__ import annotations

import asyncio
import time
from typing import Protocol


class Clock(Protocol):
    """Where the host takes its time from."""

    def now_ms(self) -> int:
        """Now, in milliseconds since 1970."""

    async def sleep_until(self, at_ms: int) -> None:
        """Return at `at_ms` or soon after."""


class SteadyClock:
    """The real clock."""

    def __init__(self) -> None:
        self._offset_ns = time.time_ns() - time.monotonic_ns()

    def now_ms(self) -> int:
        """Now, in milliseconds since 1970."""
        return (time.monotonic_ns() + self._offset_ns) // 1_000_000

    async def sleep_until(self, at_ms: int) -> None:
        """Return at `at_ms` or soon after."""
        await asyncio.sleep(max(0, at_ms - self.now_ms()) / 1000)
