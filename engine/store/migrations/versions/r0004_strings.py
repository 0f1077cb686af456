"""The words of scripts in other languages."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"


def upgrade() -> None:
    """Make it."""
    op.create_table(
        "strings",
        sa.Column("digest", sa.String, sa.ForeignKey("scenarios.digest"), primary_key=True),
        sa.Column("lang", sa.String, primary_key=True),
        sa.Column("text", sa.LargeBinary, nullable=False),
    )
