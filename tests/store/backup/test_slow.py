"""What is done with one row of a backup may take long: nobody cuts it off."""

from __future__ import annotations

import asyncio
from functools import partial

import pytest
from sqlalchemy import text

from engine.store.backup.backup import snapshot
from engine.store.database import make_engine, open_database
from engine.store.place import medium
from tests.support.patience import soon
from tests.support.postgres import postgres as postgres
from tests.support.postgres import postgres_url as postgres_url

IDLE = text(
    "SELECT extract(epoch FROM clock_timestamp() - state_change) FROM pg_stat_activity"
    " WHERE datname = current_database() AND state LIKE 'idle in transaction%'"
    " AND pid != pg_backend_pid()"
)


async def test_a_snapshot_may_stand_idle(
    postgres_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """With a second for all others, and half a second more between two rows of it."""
    monkeypatch.setattr(medium, "make_engine", partial(make_engine, busy_ms=1_000))
    await (await open_database(postgres_url)).close()
    others = make_engine(postgres_url)

    async def idle() -> None:
        while True:
            async with others.connect() as db:
                found = (await db.execute(IDLE)).scalars().all()
            if not found or max(found) > 1.5:  # it was cut off, or it wasn't
                return
            await asyncio.sleep(0)

    async with snapshot(postgres_url) as kept:
        await soon(idle())
        assert await kept.count(kept.tables[0]) == 0
    await others.dispose()
