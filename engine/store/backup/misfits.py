"""Values that aren't what their column says: SQLite keeps whatever it is given, by whichever
program or disk. PostgreSQL wouldn't take them, and a backup that holds one couldn't be put back; so
it is found while the backup is made, and named.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Final

from sqlalchemy import Column, Integer, LargeBinary, String, Table

from engine.civil import LAST_MS
from engine.errors import Text, Unkeepable
from engine.store.faults import check_keepable

SHOWN_MAX: Final = 80
_KINDS: Final[tuple[tuple[type[Any], type[Any], Text], ...]] = (
    (LargeBinary, bytes, Text("不是原样的字节", "no bytes")),
    (String, str, Text("不是文字", "no text")),
    (Integer, int, Text("不是数", "no number")),
)
_NO_DAY: Final = Text("不是哪一天的时刻", "no instant of any day")
"""Past the calendar's end. By a session of such a day, every clock is behind what is kept, and for
ever after no name lapses (`retention.py`)."""
_UNKEEPABLE: Final = Text(
    "里面有不是 UTF-8 的字节、保存不了的字符，或太大的数", "not UTF-8, or beyond what can be kept"
)


def as_found(body: bytes) -> str:
    """A text of SQLite's, as it is read for a backup: what isn't UTF-8 stays to be seen, as halves
    of surrogate pairs, which no text has otherwise."""
    return body.decode("utf-8", "surrogateescape")


def misfit(table: Table, row: Sequence[Any]) -> Text | None:
    """Which value of the row can't be kept, by table, key and column, and why; None: none."""
    for column, value in zip(table.columns, row, strict=True):
        why = _wrong(column, value)
        if why is not None:
            keys = ", ".join(
                f"{key.name}={_shown(held)}"
                for key, held in zip(table.columns, row, strict=True)
                if key.primary_key
            )
            return Text(
                f"表 {table.name}，{keys} 这一行，{column.name} 列：{why.zh}",
                f"table {table.name}, row {keys}, column {column.name}: {why.en}",
            )
    return None


def _wrong(column: Column[Any], value: Any) -> Text | None:
    if value is None:
        return None
    if column.name.endswith("_ms") and isinstance(value, int) and not 0 <= value <= LAST_MS:
        return _NO_DAY
    for kind, meant, told in _KINDS:
        if isinstance(column.type, kind) and not isinstance(value, meant):
            return told
    try:
        check_keepable(value)
    except Unkeepable:
        return _UNKEEPABLE
    return None


def _shown(value: Any) -> str:
    """A key's value, whatever is in it; as SQLite takes it in a WHERE."""
    if isinstance(value, bytes):
        return f"X'{value.hex()}'"[:SHOWN_MAX]
    if isinstance(value, str):
        held = value.encode("utf-8", "surrogateescape")
        plain = value.isprintable() and held.decode("utf-8", "replace") == value
        quoted = "'" + value.replace("'", "''") + "'"
        return quoted[:SHOWN_MAX] if plain else f"CAST(X'{held.hex()}' AS TEXT)"[:SHOWN_MAX]
    return str(value)
