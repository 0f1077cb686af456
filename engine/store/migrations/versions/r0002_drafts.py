"""Drafts of scripts, with their history and pictures."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"


def upgrade() -> None:
    """Make them."""
    op.create_table(
        "drafts",
        sa.Column("name", sa.String, primary_key=True),
        sa.Column("number", sa.Integer, primary_key=True, autoincrement=False),
        sa.Column("at_ms", sa.BigInteger, nullable=False),
        sa.Column("author", sa.String, nullable=False),
        sa.Column("text", sa.LargeBinary, nullable=False),
    )
    op.create_table(
        "draft_files",
        sa.Column("name", sa.String, primary_key=True),
        sa.Column("file", sa.String, primary_key=True),
        sa.Column("body", sa.LargeBinary, nullable=False),
    )
