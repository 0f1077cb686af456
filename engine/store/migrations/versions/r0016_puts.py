"""Drafts are put into the menu; a session knows by which such act its script came."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0016"
down_revision = "0015"


def upgrade() -> None:
    """Sessions of before began with what lay in the scenarios folder."""
    op.create_table(
        "puts",
        sa.Column("id", sa.String, primary_key=True),
        sa.Column("name", sa.String, nullable=False),
        sa.Column("number", sa.Integer, nullable=False),
        sa.Column("digest", sa.String, sa.ForeignKey("scenarios.digest"), nullable=False),
        sa.Column("at_ms", sa.BigInteger, nullable=False),
        sa.Column("who", sa.String, nullable=False),
        sa.Column("proved", sa.Boolean, nullable=False),
        sa.Column("taken_ms", sa.BigInteger, nullable=True),
        sa.Column("taken_by", sa.String, nullable=False),
    )
    op.create_index("ix_puts_name", "puts", ["name"])
    op.create_index(
        "puts_in_menu",
        "puts",
        ["name"],
        unique=True,
        sqlite_where=sa.text("taken_ms IS NULL"),
        postgresql_where=sa.text("taken_ms IS NULL"),
    )
    op.create_table(
        "put_files",
        sa.Column("put", sa.String, sa.ForeignKey("puts.id"), primary_key=True),
        sa.Column("file", sa.String, primary_key=True),
        sa.Column("picture", sa.String, sa.ForeignKey("pictures.digest"), nullable=False),
    )
    op.execute("ALTER TABLE sessions ADD COLUMN put VARCHAR REFERENCES puts (id)")
