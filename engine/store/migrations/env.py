"""Run by alembic: migrates over the connection that `open_database` hands in.

Everything happens in that connection's own transaction, which holds the lock of all who migrate:
two processes that start at once wait for each other, and a migration that fails leaves nothing.
"""

from __future__ import annotations

from alembic import context
from sqlalchemy import Connection

from engine.store.tables import EventTable

connection: Connection = context.config.attributes["connection"]
context.configure(
    connection=connection, target_metadata=EventTable.metadata, transactional_ddl=True
)
with context.begin_transaction():
    context.run_migrations()
