"""Is the database there at all? Asked by a process before it begins to serve."""

from __future__ import annotations

from sqlalchemy import text

from engine.store.database import make_engine
from engine.store.faults import unavailable
from engine.store.place.unopened import opening


async def reach(url: str) -> None:
    """Return once the database of `url` has answered. Raises CantOpen."""
    with opening(url), unavailable():
        engine = make_engine(url)
        try:
            async with engine.connect() as connection:
                await connection.execute(text("SELECT 1"))
        finally:
            await engine.dispose()
