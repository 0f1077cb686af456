"""Who was struck off a session's documents."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0007"
down_revision = "0006"


def upgrade() -> None:
    """Nobody was, so far."""
    op.add_column("seats", sa.Column("struck_ms", sa.BigInteger, nullable=True))
