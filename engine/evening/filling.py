"""The disk that the data lie on is watched: where little is left the desk is told, while there is
time to make room; when nothing is left an evening stands still.
"""

from __future__ import annotations

from pathlib import Path

import structlog

from engine.evening.house import House
from engine.evening.watching import Watch
from engine.store.place.room import LOW_BYTES, left_mb, room

log = structlog.get_logger()


class RoomWatch(Watch):
    """The task that watches. `file`: the database's; None: it is elsewhere, and looked after
    there."""

    name = "disk"

    def __init__(self, house: House, file: Path | None) -> None:
        super().__init__(house)
        self._file = file

    def look(self) -> bool:
        """Look once; True: how little is left has changed, and the desks were rung. Raises
        OSError."""
        if self._file is None:
            return False
        before, now = self._house.room_mb, left_mb(room(self._file))
        if before == now:
            return False
        self._house.room_mb = now
        if before is None:
            log.warning("磁盘快满了 the disk is filling up", left_mb=now, low_mb=LOW_BYTES // 10**6)
        self.ring()
        return True
