"""Practice sessions that continue another run; what a branch files; trainers' notes."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"


def upgrade() -> None:
    """Make them."""
    op.add_column("sessions", sa.Column("origin_run", sa.String, nullable=True))
    op.add_column("sessions", sa.Column("origin_seq", sa.Integer, nullable=True))
    words = ("branch", "topic", "held", "place", "host", "recorder", "absent", "remarks")
    op.create_table(
        "activities",
        sa.Column("session", sa.String, sa.ForeignKey("sessions.id"), primary_key=True),
        *(sa.Column(name, sa.String, nullable=False) for name in words),
        sa.Column("photo", sa.LargeBinary, nullable=True),
    )
    op.create_table(
        "notes",
        sa.Column("id", sa.String, primary_key=True),
        sa.Column("run", sa.String, sa.ForeignKey("runs.id"), nullable=False, index=True),
        sa.Column("seq", sa.Integer, nullable=False),
        sa.Column("at_ms", sa.BigInteger, nullable=False),
        sa.Column("author", sa.String, nullable=False),
        sa.Column("text", sa.String, nullable=False),
    )
