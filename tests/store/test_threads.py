"""No thread of a connection outlives the loop it answers to."""

from __future__ import annotations

import asyncio
import sqlite3
import threading
from pathlib import Path
from typing import Any

import pytest

from engine.store.database import make_engine
from engine.store.threads import dispose
from tests.support.patience import soon


async def test_a_connection_that_nobody_waits_for_is_over_before_the_loop_is(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A task cancelled while it connects left a thread that answered to a closed loop."""
    engine = make_engine(f"sqlite:///{tmp_path / 'kept.db'}")
    before, begun, released = set(threading.enumerate()), asyncio.Event(), threading.Event()
    loop, connect = asyncio.get_running_loop(), sqlite3.connect

    def slow(*args: Any, **options: Any) -> Any:
        loop.call_soon_threadsafe(begun.set)
        released.wait()
        return connect(*args, **options)

    async def ask() -> None:
        async with engine.connect():
            pass

    monkeypatch.setattr(sqlite3, "connect", slow)
    asking = asyncio.create_task(ask())
    try:
        await soon(begun.wait())
        (held,) = (each for each in set(threading.enumerate()) - before)
        asking.cancel()
        await asyncio.gather(asking, return_exceptions=True)
        closing = asyncio.create_task(dispose(engine))
        await asyncio.wait({closing}, timeout=0.3)  # at once, where nobody waits for the thread
        assert not closing.done()
    finally:
        released.set()
    await soon(closing)
    assert not held.is_alive()
