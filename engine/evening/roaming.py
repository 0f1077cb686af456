"""This machine's addresses are watched: in another Wi-Fi the code on the wall leads nowhere.

Whoever shows a session is rung when they change, so that wall and desk have the new one within
seconds; and the desk is told which address the phones had that is gone.
"""

from __future__ import annotations

import structlog

from engine.evening.house import House
from engine.evening.watching import Watch

log = structlog.get_logger()


class AddressWatch(Watch):
    """The task that watches."""

    name = "addresses"

    def __init__(self, house: House) -> None:
        super().__init__(house)
        self._known = [one.url for one in house.reachable()]

    def look(self) -> bool:
        """Look once; True: they have changed, and everybody who shows them was rung."""
        house = self._house
        now = [one.url for one in house.reachable()]
        if now == self._known:
            return False
        before, self._known = self._known, now
        if house.lost in now:
            house.lost = ""
        elif not house.lost and before[0] not in now:
            house.lost = before[0]
        log.warning("本机的地址变了 addresses changed", before=before[0], now=now[0])
        self.ring()
        return True
