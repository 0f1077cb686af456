"""Is the database's own file sound?"""

from __future__ import annotations

from typing import Final

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncConnection

TOLD_MAX: Final = 10
"""Faults of the file that are told; more of them say nothing more."""


async def damage(connection: AsyncConnection) -> list[str]:
    """What is wrong with the file, in SQLite's words; empty: nothing, or it isn't SQLite's. It
    reads the file once, beside whoever writes. Raises what the driver raises at a page that can't
    be read at all."""
    if connection.dialect.name != "sqlite":
        return []
    rows = await connection.execute(text(f"PRAGMA quick_check({TOLD_MAX:d})"))
    return [str(told) for (told,) in rows if told != "ok"]
