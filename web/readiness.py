"""Word to whoever started us that we take connections now: systemd, or a test.

The protocol is sd_notify(3)'s: one datagram to the socket that NOTIFY_SOCKET names. Ten lines are
less to keep than a library that has had no release for years; polling /readyz would be the
alternative, which costs a starting machine most where it is slowest.
"""

from __future__ import annotations

import asyncio
import os
import socket
import time
from pathlib import Path
from typing import Final

from engine.errors import StoreUnavailable
from engine.store.database import Database
from engine.store.place.custody import file_of
from engine.store.place.room import FULL_BYTES, room

VARIABLE: Final = "NOTIFY_SOCKET"
READY: Final = b"READY=1"

TRIED_S: Final = 1.0
"""Whoever asks within so long hears what was found last: asking often costs the disk nothing."""


def tell_ready() -> None:
    """Say that this process serves; nobody asked, or nobody listens any more: nothing happens."""
    address = os.environ.get(VARIABLE, "")
    if not address or not hasattr(socket, "AF_UNIX"):
        return
    if address.startswith("@"):  # Linux' names without a file
        address = "\0" + address[1:]
    with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as teller:
        try:
            teller.sendto(READY, address)
        except OSError:
            return


class Readiness:
    """Whether what is said now would be kept: something is written to find out."""

    def __init__(self, database: Database, url: str) -> None:
        self._database = database
        self._file = file_of(url)
        self._trying: asyncio.Task[None] | None = None
        self._tried_s = 0.0

    async def check(self) -> None:
        """Raises StoreUnavailable: it wouldn't."""
        now_s = time.monotonic()
        known = self._trying
        if known is None or (known.done() and now_s - self._tried_s > TRIED_S):
            self._tried_s = now_s
            known = self._trying = asyncio.create_task(self._try(), name="readiness")
        await asyncio.shield(known)

    async def _try(self) -> None:
        if self._file is not None and free(self._file) < FULL_BYTES:
            raise StoreUnavailable(f"the disk of {self._file} is full")
        await self._database.alive.try_write()


def free(file: Path) -> int:
    """Bytes free where a file lies. Raises StoreUnavailable: nobody can look."""
    try:
        return room(file)
    except OSError as error:
        raise StoreUnavailable(f"{file.parent}: {error.strerror}") from error
