"""A session keeps the pictures it began with, as it keeps its text."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0014"
down_revision = "0013"


def upgrade() -> None:
    """Sessions of before go by what lies in the script's folder."""
    op.create_table(
        "pictures",
        sa.Column("digest", sa.String, primary_key=True),
        sa.Column("body", sa.LargeBinary, nullable=False),
    )
    op.create_table(
        "session_pictures",
        sa.Column("session", sa.String, sa.ForeignKey("sessions.id"), primary_key=True),
        sa.Column("file", sa.String, primary_key=True),
        sa.Column("picture", sa.String, sa.ForeignKey("pictures.digest"), nullable=False),
    )
