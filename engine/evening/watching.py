"""What is looked at every few seconds while the program serves: this machine's addresses, its
disk."""

from __future__ import annotations

import asyncio
from typing import Final

import structlog

from engine.errors import reason_of
from engine.evening.house import House

LOOK_S: Final = 5.0

log = structlog.get_logger()


class Watch:
    """A task that looks, and rings whoever shows a session where something has changed."""

    name: str

    def __init__(self, house: House) -> None:
        self._house = house
        self._task: asyncio.Task[None] | None = None
        self._failed = ""

    def start(self) -> None:
        """Begin to watch."""
        self._task = asyncio.create_task(self._watch(), name=self.name)

    async def close(self) -> None:
        """Stop."""
        if self._task is not None:
            self._task.cancel()
            await asyncio.gather(self._task, return_exceptions=True)

    def look(self) -> bool:
        """Look once; True: it has changed, and everybody who shows it was rung. Raises OSError."""
        raise NotImplementedError

    def ring(self) -> None:
        """Whoever shows a session looks again."""
        for run in self._house.host.watched():
            self._house.host.rung(run)

    def look_or_say(self) -> None:
        """Look; where nobody can, say why, once for as long as it stays so."""
        try:
            self.look()
        except OSError as error:
            why = reason_of(error).zh
            if why != self._failed:
                log.warning(f"{self.name}.unreadable", why=why)
            self._failed = why
        else:
            self._failed = ""

    async def _watch(self) -> None:
        while True:
            await asyncio.sleep(LOOK_S)
            self.look_or_say()
