"""Names apart from seats, under a pseudonym; the audit log."""

from __future__ import annotations

import secrets

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"


def upgrade() -> None:
    """Make them; every name moves."""
    _move_names()
    op.create_table(
        "audit",
        sa.Column("seq", sa.BigInteger, primary_key=True, autoincrement=False),
        sa.Column("at_ms", sa.BigInteger, nullable=False),
        sa.Column("kind", sa.String, nullable=False),
        sa.Column("who", sa.String, nullable=False),
        sa.Column("branch", sa.String, nullable=True),
        *(sa.Column(name, sa.String, nullable=False) for name in ("act", "target", "outcome")),
        sa.Column("count", sa.Integer, nullable=False),
        *(sa.Column(name, sa.String, nullable=False) for name in ("address", "previous", "hash")),
    )
    op.create_index("audit_who", "audit", ["who", "seq"])
    op.create_index("audit_branch", "audit", ["branch", "seq"])
    op.create_index("audit_at", "audit", ["at_ms"])


def _move_names() -> None:
    people = op.create_table(
        "participants",
        sa.Column("pseudonym", sa.String, primary_key=True),
        sa.Column("name", sa.String, nullable=False),
        sa.Column("erased_ms", sa.BigInteger, nullable=True),
    )
    op.create_index("ix_participants_erased_ms", "participants", ["erased_ms"])
    known = op.get_bind().execute(sa.text("SELECT run, seat, name, token_hash FROM seats")).all()
    held = [(secrets.token_hex(8), *row) for row in known]
    op.drop_table("seats")
    seats = op.create_table(
        "seats",
        sa.Column("run", sa.String, sa.ForeignKey("runs.id"), primary_key=True),
        sa.Column("seat", sa.String, primary_key=True),
        sa.Column(
            "pseudonym",
            sa.String,
            sa.ForeignKey("participants.pseudonym"),
            nullable=False,
            unique=True,
        ),
        sa.Column("token_hash", sa.String, nullable=False, unique=True),
    )
    op.bulk_insert(people, [{"pseudonym": each[0], "name": each[3]} for each in held])
    op.bulk_insert(
        seats,
        [
            {"run": run, "seat": seat, "pseudonym": pseudonym, "token_hash": token}
            for pseudonym, run, seat, _, token in held
        ],
    )
