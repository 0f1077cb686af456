"""The threads that aiosqlite holds SQLite's connections in: each is over before its loop is.

A task that is cancelled while it opens a connection leaves the thread to end by itself, and that
thread still answers to the loop. Where the loop was closed meanwhile it dies with a traceback.
Rejected: to cancel nothing (a server that stops would wait for whoever looks about).
"""

from __future__ import annotations

import asyncio
from threading import Thread
from typing import Any, Final
from weakref import WeakSet

import aiosqlite
from sqlalchemy.ext.asyncio import AsyncEngine

_THREADS: Final = "hongchuan_threads"
"""The execution option of an engine that has its threads counted."""


class _Threads:
    """Those of one engine's connections."""

    def __init__(self, wait_s: float) -> None:
        """`wait_s`: how long one is waited for at most; what a statement of it may take."""
        self._wait_s = wait_s
        self._begun: WeakSet[Thread] = WeakSet()

    def connect(self, *args: Any, **options: Any) -> aiosqlite.Connection:
        """What SQLAlchemy asks for a connection (`async_creator_fn`); opens nothing yet."""
        made = aiosqlite.connect(*args, **options)
        thread: Thread = made._thread
        thread.daemon = True  # as SQLAlchemy has it where it makes the connection itself
        self._begun.add(thread)
        return made

    async def ended(self) -> None:
        """Wait for each that has been told to end."""
        for thread in [each for each in self._begun if each.is_alive()]:
            await asyncio.to_thread(thread.join, self._wait_s)


def held(wait_s: float, options: dict[str, Any]) -> dict[str, Any]:
    """What `create_async_engine` is told, beside the engine's `options`, to have its threads
    counted."""
    threads = _Threads(wait_s)
    return {
        "connect_args": {"async_creator_fn": threads.connect},
        "execution_options": {**options, _THREADS: threads},
    }


async def dispose(engine: AsyncEngine) -> None:
    """Let go of an engine's connections, and of their threads."""
    await engine.dispose()
    threads: _Threads | None = engine.get_execution_options().get(_THREADS)
    if threads is not None:
        await threads.ended()
