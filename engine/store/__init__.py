"""The event log and the plain tables, on SQLModel. SQLite by default, PostgreSQL when it grows."""
