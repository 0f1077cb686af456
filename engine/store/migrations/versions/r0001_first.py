"""The first tables."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None


def upgrade() -> None:
    """Make them."""
    _make_log()
    _make_accounts()
    _make_sessions()


def _make_log() -> None:
    op.create_table(
        "events",
        sa.Column("run", sa.String, primary_key=True),
        sa.Column("seq", sa.Integer, primary_key=True, autoincrement=False),
        sa.Column("at_ms", sa.BigInteger, nullable=False),
        sa.Column("by", sa.String, nullable=False),
        sa.Column("command", sa.String, nullable=False),
        sa.Column("command_key", sa.String),
        sa.Column("tag", sa.String, nullable=False),
        sa.Column("version", sa.Integer, nullable=False),
        sa.Column("body", sa.LargeBinary, nullable=False),
        sa.UniqueConstraint("run", "command_key", name="events_command"),
        sqlite_with_rowid=False,
    )


def _make_accounts() -> None:
    op.create_table(
        "accounts",
        sa.Column("id", sa.String, primary_key=True),
        sa.Column("name", sa.String, nullable=False, unique=True),
        sa.Column("password_hash", sa.String, nullable=False),
    )
    op.create_table(
        "logins",
        sa.Column("token_hash", sa.String, primary_key=True),
        sa.Column("account", sa.String, sa.ForeignKey("accounts.id"), nullable=False),
        sa.Column("expires_ms", sa.BigInteger, nullable=False),
    )
    op.create_index("ix_logins_account", "logins", ["account"])


def _make_sessions() -> None:
    op.create_table(
        "scenarios",
        sa.Column("digest", sa.String, primary_key=True),
        sa.Column("id", sa.String, nullable=False),
        sa.Column("version", sa.String, nullable=False),
        sa.Column("text", sa.LargeBinary, nullable=False),
    )
    op.create_table(
        "sessions",
        sa.Column("id", sa.String, primary_key=True),
        sa.Column("code", sa.String, nullable=False),
        sa.Column("scenario", sa.String, nullable=False),
        sa.Column("digest", sa.String, sa.ForeignKey("scenarios.digest"), nullable=False),
        sa.Column("owner", sa.String, sa.ForeignKey("accounts.id"), nullable=False),
        sa.Column("created_ms", sa.BigInteger, nullable=False),
        sa.Column("closed_ms", sa.BigInteger),
        sa.Column("address", sa.String, nullable=False),
    )
    op.create_index("ix_sessions_owner", "sessions", ["owner"])
    op.create_index(
        "sessions_open_code",
        "sessions",
        ["code"],
        unique=True,
        sqlite_where=sa.text("closed_ms IS NULL"),
        postgresql_where=sa.text("closed_ms IS NULL"),
    )
    op.create_table(
        "runs",
        sa.Column("id", sa.String, primary_key=True),
        sa.Column("session", sa.String, sa.ForeignKey("sessions.id"), nullable=False),
        sa.Column("team", sa.Integer, nullable=False),
        sa.Column("seed", sa.String, nullable=False),
        sa.UniqueConstraint("session", "team", name="runs_team"),
    )
    op.create_table(
        "seats",
        sa.Column("run", sa.String, sa.ForeignKey("runs.id"), primary_key=True),
        sa.Column("seat", sa.String, primary_key=True),
        sa.Column("name", sa.String, nullable=False),
        sa.Column("token_hash", sa.String, nullable=False, unique=True),
    )
