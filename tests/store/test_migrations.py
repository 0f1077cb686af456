"""The migrations make the tables that `tables.py` describes."""

from __future__ import annotations

from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from sqlalchemy import Connection

from engine.store.database import Database, open_database
from engine.store.tables import EventTable


async def test_nothing_is_missing_between_migrations_and_tables(database: Database) -> None:
    def compare(connection: Connection) -> list[object]:
        context = MigrationContext.configure(connection, opts={"compare_type": True})
        return list(compare_metadata(context, EventTable.metadata))

    async with database.engine.connect() as connection:
        assert await connection.run_sync(compare) == []


async def test_opening_again_changes_nothing(database: Database, url: str) -> None:
    await database.texts.keep("d", "s", "1", b"text")
    again = await open_database(url)
    assert await again.texts.find("d") == b"text"
    await again.close()
