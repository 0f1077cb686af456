"""A session has one branch; what was typed for one is kept as it was written. Sessions that are
tried out count for nothing. Who takes part may be known again another evening.
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0008"
down_revision = "0007"


def upgrade() -> None:
    """The column goes by what it holds; where it says what the session says, it says nothing."""
    op.execute("ALTER TABLE activities RENAME COLUMN branch TO branch_written")
    op.execute(
        "UPDATE activities SET branch_written = '' WHERE EXISTS ("
        "SELECT 1 FROM sessions JOIN branches ON branches.id = sessions.branch "
        "WHERE sessions.id = activities.session AND branches.name = activities.branch_written)"
    )
    op.add_column(
        "sessions", sa.Column("trial", sa.Boolean, nullable=False, server_default=sa.false())
    )
    op.add_column("participants", sa.Column("person", sa.String, nullable=True))
    for name in ("person", "name"):
        op.create_index(f"ix_participants_{name}", "participants", [name])
