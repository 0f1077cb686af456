"""The desk may lock joining."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0013"
down_revision = "0012"


def upgrade() -> None:
    """Whoever had the code could join, always."""
    op.add_column("sessions", sa.Column("locked_ms", sa.BigInteger, nullable=True))
