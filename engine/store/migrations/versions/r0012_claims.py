"""Who says that an offline seat is theirs."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0012"
down_revision = "0011"


def upgrade() -> None:
    """Nobody could."""
    op.create_table(
        "claims",
        sa.Column("id", sa.String, primary_key=True),
        sa.Column("phone_hash", sa.String, nullable=False, index=True),
        sa.Column("session", sa.String, nullable=False, index=True),
        *(sa.Column(name, sa.String, nullable=False) for name in ("run", "seat")),
        sa.Column("at_ms", sa.BigInteger, nullable=False),
        sa.Column("settled", sa.String, nullable=False),
    )
