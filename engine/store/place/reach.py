"""Is the database there, and of which version? Asked before anybody serves; nothing is changed."""

from __future__ import annotations

import sqlite3
from contextlib import closing

from sqlalchemy import text

from engine.store.database import BUSY_MS, make_engine
from engine.store.faults import unavailable
from engine.store.place.custody import file_of
from engine.store.place.unopened import opening
from engine.store.place.whose import is_missing, judge_connected, probe, revision_of


async def reach(url: str) -> None:
    """Return once the database of `url` has answered. Raises CantOpen."""
    with opening(url), unavailable():
        engine = make_engine(url)
        try:
            async with engine.connect() as connection:
                await connection.execute(text("SELECT 1"))
        finally:
            await engine.dispose()


async def held_revision(url: str) -> str | None:
    """The revision of what lies there; None: there is nothing yet. Raises CantOpen."""
    with opening(url), unavailable():
        file = file_of(url)
        if file is None:
            return await _revision_connected(url)
        if is_missing(url):
            return None
        probe(url, BUSY_MS)
        # To set up a connection of ours is to write already.
        with closing(sqlite3.connect(f"{file.as_uri()}?mode=ro", uri=True)) as connection:
            marked = "SELECT version_num FROM alembic_version"
            try:
                row = connection.execute(marked).fetchone()
            except sqlite3.OperationalError as error:
                if "no such table" not in str(error):
                    raise
                return None  # `probe` has seen that it is nobody's
        return None if row is None else str(row[0])


async def _revision_connected(url: str) -> str | None:
    engine = make_engine(url)
    try:
        async with engine.connect() as connection:
            await connection.run_sync(judge_connected, url)
            return await connection.run_sync(revision_of)
    finally:
        await engine.dispose()
