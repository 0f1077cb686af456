"""Branches, roles, logins that are seen, failed logins."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"


def upgrade() -> None:
    """Make them. `admin` stays what it was, anybody else leads sessions; all logins end."""
    op.create_table(
        "branches",
        sa.Column("id", sa.String, primary_key=True),
        sa.Column("name", sa.String, nullable=False, unique=True),
        sa.Column("retention_days", sa.Integer, nullable=True),
    )
    # By hand, for a reference can't be added to a table of SQLite's in any other way.
    for table in ("accounts", "sessions"):
        op.execute(f"ALTER TABLE {table} ADD COLUMN branch VARCHAR REFERENCES branches (id)")
        op.create_index(f"ix_{table}_branch", table, ["branch"])
    _widen_accounts()
    _make_logins()
    op.create_table(
        "attempts",
        sa.Column("name", sa.String, primary_key=True),
        sa.Column("address", sa.String, primary_key=True),
        sa.Column("failures", sa.Integer, nullable=False),
        sa.Column("last_ms", sa.BigInteger, nullable=False),
        sa.Column("locked_until_ms", sa.BigInteger, nullable=False),
        sa.Column("good_ms", sa.BigInteger, nullable=False),
    )


def _widen_accounts() -> None:
    for column in (
        sa.Column("roles", sa.String, nullable=False, server_default="facilitator"),
        sa.Column("disabled_ms", sa.BigInteger, nullable=True),
        sa.Column("totp_secret", sa.String, nullable=True),
        sa.Column("totp_confirmed", sa.Boolean, nullable=False, server_default=sa.false()),
        sa.Column("totp_step", sa.BigInteger, nullable=False, server_default="0"),
    ):
        op.add_column("accounts", column)
    op.execute("UPDATE accounts SET roles = 'administrator' WHERE name = 'admin'")


def _make_logins() -> None:
    op.drop_table("logins")
    op.create_table(
        "logins",
        sa.Column("token_hash", sa.String, primary_key=True),
        sa.Column("account", sa.String, sa.ForeignKey("accounts.id"), nullable=False),
        sa.Column("expires_ms", sa.BigInteger, nullable=False),
        sa.Column("created_ms", sa.BigInteger, nullable=False),
        sa.Column("last_seen_ms", sa.BigInteger, nullable=False),
        sa.Column("address", sa.String, nullable=False),
    )
    op.create_index("ix_logins_account", "logins", ["account"])
