"""Where a participant's name may stand that somebody typed: read off the schema, so that a column
nobody thought of is looked through.

Every text of a table that belongs to a session or one of its runs is looked through, but for keys,
and for what `STAYS` says with its reason. A table that belongs to no session has to be in `STAYS`
whole. What is in `STAYS` is never changed: whoever erases is told where the name still stands.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from sqlalchemy import Column, MetaData, String, Table

GONE: Final = "（已删名）"
"""Stands where an erased name was typed into a text."""

STAYS: Final[dict[str, str]] = {
    "events": "a log is never rewritten: what people typed as an answer stands in it",
    "audit": "a chain: staff by account, participants by seat",
    "accounts": "staff, by the name they log in with",
    "branches": "an organisation's name, of many sessions",
    "logins": "hashes, instants, addresses",
    "attempts": "names of accounts that were tried",
    "receipts": "sealed by the key that was sent",
    "scenarios": "a script, by its digest",
    "strings": "a script's words, by its digest",
    "pictures": "bytes of a script's picture, by their digest",
    "session_pictures": "files that a script names",
    "drafts": "a script that is being written",
    "draft_files": "a script's picture",
    "draft_files_aside": "a script's picture",
    "puts": "a script in the menu, and the staff who put it there",
    "put_files": "files that a script names",
    "alive": "processes and instants",
    "claims": "hashes, and a word of ours",
    "sessions": "ids, and addresses of this machine",
    "runs": "ids, and what draws are made from",
    "seats": "ids and hashes",
    "participants": "erased by itself: the one place that knows the name",
    "notes.author": "the account that signs a note",
}
"""By table, or `table.column`: why it isn't looked through."""


def linked(table: Table) -> Column[str] | None:
    """The column that says which session or run a row belongs to; None: it belongs to none."""
    for column in table.columns:
        for key in column.foreign_keys:
            if key.column.table.name in ("sessions", "runs"):
                return column
    return None


def looked_through(metadata: MetaData) -> Iterator[tuple[Table, Column[str], tuple[str, ...]]]:
    """(table, what it belongs by, columns in which names may stand) of every such table."""
    for table in metadata.sorted_tables:
        by = linked(table)
        if table.name in STAYS or by is None:
            continue
        columns = tuple(column.name for column in table.columns if _typed(table, column))
        if columns:
            yield table, by, columns


def is_text(column: Column[str]) -> bool:
    """It holds text, whatever stands around its type."""
    return isinstance(getattr(column.type, "impl_instance", column.type), String)


def _typed(table: Table, column: Column[str]) -> bool:
    """Somebody's words may stand in it."""
    key = column.primary_key or bool(column.foreign_keys)
    return is_text(column) and not key and f"{table.name}.{column.name}" not in STAYS
