"""This machine's addresses are watched: in another Wi-Fi the code on the wall leads nowhere.

Whoever shows a session is rung when they change, so that wall and desk have the new one within
seconds; and the desk is told which address the phones had that is gone.
"""

from __future__ import annotations

import asyncio

import structlog

from engine.evening.house import House

LOOK_S = 5.0

log = structlog.get_logger()


class AddressWatch:
    """The task that watches."""

    def __init__(self, house: House) -> None:
        self._house = house
        self._known = [one.url for one in house.reachable()]
        self._task: asyncio.Task[None] | None = None

    def start(self) -> None:
        """Begin to watch."""
        self._task = asyncio.create_task(self._watch(), name="addresses")

    async def close(self) -> None:
        """Stop."""
        if self._task is not None:
            self._task.cancel()
            await asyncio.gather(self._task, return_exceptions=True)

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
        for run in house.host.watched():
            house.host.rung(run)
        return True

    async def _watch(self) -> None:
        while True:
            await asyncio.sleep(LOOK_S)
            try:
                self.look()
            except OSError:  # an interface that went away while it was read
                log.warning("addresses.unreadable", exc_info=True)
