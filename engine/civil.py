"""Civil time: the date and the hour that people write down, where the evening is held.

A server in a container runs under UTC, where an evening at 07:20 in Beijing is the day before. So
the zone is a setting of its own, `HONGCHUAN_ZONE`, and never the machine's; the server and the
command line read it alike. Whatever shows a day or an hour to people comes through here, and the
house's tests hold everybody to that. What programs read (logs, xAPI, the wire) stays in
milliseconds or UTC.
"""

from __future__ import annotations

import os
from datetime import date, datetime, time, timedelta
from typing import Final
from zoneinfo import ZoneInfo

from engine.errors import StartError, Text

VARIABLE: Final = "HONGCHUAN_ZONE"
USUAL: Final = "Asia/Shanghai"
FIRST_MS: Final = -62_135_000_000_000
LAST_MS: Final = 253_402_000_000_000
"""The years 1 and 9999, less some days for the zone."""
UNKNOWN: Final = (ValueError, OSError, LookupError)
"""What `ZoneInfo` raises at a name that is none."""


def zone() -> ZoneInfo:
    """The zone set. Raises StartError: there is none of that name."""
    name = os.environ.get(VARIABLE) or USUAL
    try:
        return ZoneInfo(name)
    except UNKNOWN as error:
        raise StartError(
            "settings",
            Text(f"{VARIABLE}={name}：没有这个时区。", f"{VARIABLE}={name} is no time zone."),
            Text(f"请改成 {USUAL} 这样的名字，或不设。", f"Set it like {USUAL}, or not at all."),
        ) from error


def is_zone(name: str) -> bool:
    """A zone of this name is known."""
    try:
        ZoneInfo(name)
    except UNKNOWN:
        return False
    return True


def local(at_ms: int) -> datetime:
    """An instant on the wall of that zone, without the zone, as people write it down. One that no
    calendar has (a damaged row) is the calendar's end: it mustn't keep a list from being shown."""
    shown_ms = min(max(FIRST_MS, at_ms), LAST_MS)
    return datetime.fromtimestamp(shown_ms / 1000, zone()).replace(tzinfo=None)


def day_ms(day: date, *, after: bool = False) -> int:
    """The day's first millisecond, or (`after`) the next day's. Raises OverflowError: no such
    day."""
    begins = datetime.combine(day + timedelta(after), time(), zone())
    return int(begins.timestamp() * 1000)
