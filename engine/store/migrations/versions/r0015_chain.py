"""One row an append instead of one a record, and a chain over them.

What was written before is chained as it stands now, and says since when: what happened to it until
then can't be known, and from now on it can't be changed unseen either.
"""

from __future__ import annotations

import time
from typing import Any

import msgspec
import sqlalchemy as sa
from alembic import context, op

from engine.civil import local
from engine.rules.chain import Key, key_of, link, mark_of
from engine.store.place.secret import secret_of_environment

revision = "0015"
down_revision = "0014"


class _Line(msgspec.Struct):
    seq: int
    by: str
    command: str
    v: int
    event: msgspec.Raw


def upgrade() -> None:
    """Put the records of each command into one row, run by run."""
    made = op.create_table(
        "events_new",
        sa.Column("run", sa.String, nullable=False),
        sa.Column("seq", sa.Integer, nullable=False),
        sa.Column("last_seq", sa.Integer, nullable=False),
        sa.Column("body", sa.LargeBinary, nullable=False),
        sa.Column("link", sa.String, nullable=False),
        sa.PrimaryKeyConstraint("run", "seq", name="events_append"),
    )
    bind = op.get_bind()
    names = ("run", "seq", "by", "command", "version", "body")
    old = sa.table("events", *map(sa.column, names))
    runs = bind.execute(sa.select(old.c.run).distinct().order_by(old.c.run)).scalars().all()
    mark = mark_of(local(time.time_ns() // 1_000_000).date())
    key = _key() if runs else None
    for run in runs:
        assert key is not None
        mine = sa.select(old).where(old.c.run == run).order_by(old.c.seq)
        rows, previous = [], ""
        for seq, last_seq, body in _appends(bind.execute(mine).mappings().all()):
            previous = link(key, previous, run, seq, body, mark=mark)
            row = {"run": run, "seq": seq, "last_seq": last_seq, "body": body, "link": previous}
            rows.append(row)
        bind.execute(made.insert(), rows)
    op.drop_table("events")
    op.rename_table("events_new", "events")


def _key() -> Key:
    """Of the secret that a server hands in. A command may come first, in the same environment."""
    return key_of(context.config.attributes.get("secret") or secret_of_environment())


def _appends(rows: Any) -> list[tuple[int, int, bytes]]:
    """(first seq, last seq, lines) of each command. A log with a gap keeps it."""
    found: list[tuple[int, int, bytes]] = []
    whose = None
    for row in rows:
        line = msgspec.json.encode(
            _Line(row["seq"], row["by"], row["command"], row["version"], msgspec.Raw(row["body"]))
        )
        if whose == (row["seq"] - 1, row["by"], row["command"]):
            first, _, body = found.pop()
            found.append((first, row["seq"], body + b"\n" + line))
        else:
            found.append((row["seq"], row["seq"], line))
        whose = (row["seq"], row["by"], row["command"])
    return found
