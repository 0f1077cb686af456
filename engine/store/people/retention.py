"""When may what can't be undone be done by a clock? Only by one that agrees with what is kept, and
after days of grace that were seen to go by: one start with a wrong clock erases nobody.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final

DAY_MS: Final = 86_400_000
NOTED: Final = "lapse due"
"""The audit log's act: a look found a session due. These looks are what grace is counted by."""
PUT_OFF: Final = "lapse put off"
"""The audit log's act: something is due, but the clock isn't believed."""
LOOKS: Final = 3
"""So many looks find a session due before one erases it."""
APART_MS: Final = 20 * 3_600_000
"""Looks nearer to each other count once: many starts in an hour are no days of grace."""
SLACK_MS: Final = 5 * 60_000
"""Clocks of other machines may differ by so much."""
AHEAD_MS: Final = 60 * DAY_MS
"""Branches meet every month; who hears of nothing for longer may have the wrong year."""


def doubt(now_ms: int, newest_ms: int) -> str:
    """Why a clock isn't believed beside the newest record: `behind`, `ahead`; empty: it is."""
    if now_ms < newest_ms - SLACK_MS:
        return "behind"
    return "ahead" if newest_ms and now_ms > newest_ms + AHEAD_MS else ""


def counted(noted_ms: Iterable[int], now_ms: int) -> tuple[int, bool]:
    """(looks before now that count, does one now count, too?)."""
    count, last_ms = 0, -APART_MS
    for at_ms in sorted(noted_ms):
        if at_ms <= now_ms and at_ms - last_ms >= APART_MS:
            count, last_ms = count + 1, at_ms
    return count, now_ms - last_ms >= APART_MS
