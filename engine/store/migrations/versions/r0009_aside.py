"""Pictures of scripts that were replaced or laid aside."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0009"
down_revision = "0008"


def upgrade() -> None:
    """None are, so far."""
    op.create_table(
        "draft_files_aside",
        sa.Column("name", sa.String, primary_key=True),
        sa.Column("file", sa.String, primary_key=True),
        sa.Column("at_ms", sa.BigInteger, primary_key=True, autoincrement=False),
        sa.Column("body", sa.LargeBinary, nullable=False),
    )
