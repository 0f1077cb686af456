"""Run by alembic: migrates over the connection that `open_database` hands in.

Everything happens in that connection's own transaction, so two processes that start at once wait
for each other, and a migration that fails leaves nothing behind.
"""

from __future__ import annotations

from alembic import context
from sqlalchemy import Connection, text

from engine.store.tables import EventTable

_LOCK = 1921_07_23
"""PostgreSQL's advisory lock for migrating; SQLite's writer lock is held already."""

connection: Connection = context.config.attributes["connection"]
if connection.dialect.name == "postgresql":
    connection.execute(text("SELECT pg_advisory_xact_lock(:key)"), {"key": _LOCK})
context.configure(
    connection=connection, target_metadata=EventTable.metadata, transactional_ddl=True
)
with context.begin_transaction():
    context.run_migrations()
