"""What is in a database, or in a backup, in a few words: for whoever is asked whether one is to
take the other's place."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any, Final

import msgspec

from engine.civil import local
from engine.store.backup.archive import BackupError, Part, each_row, open_archive
from engine.store.backup.backup import snapshot
from engine.store.place.whose import is_missing

_TOLD: Final = {"sessions": "created_ms", "participants": "name"}
"""The tables that are told of, and the column that counts."""


class Contents(msgspec.Struct):
    """Sessions, and people with names."""

    sessions: int = 0
    newest_ms: int = 0
    """When the newest session was opened; 0: there is none."""
    people: int = 0
    rows: int = 0
    """Of all tables: accounts and scripts, too."""

    def add(self, table: str, columns: Sequence[str], row: Sequence[Any]) -> None:
        """Count a row."""
        self.rows += 1
        if table not in _TOLD:
            return
        held = row[columns.index(_TOLD[table])]
        if table == "sessions":
            self.sessions += 1
            self.newest_ms = max(self.newest_ms, held)
        else:
            self.people += bool(held)

    def __str__(self) -> str:
        newest = f"（最近一场 {local(self.newest_ms):%Y年%m月%d日}）" if self.newest_ms else ""
        return f"{self.sessions} 场{newest}、{self.people} 人的姓名，共 {self.rows} 行"


async def of_database(url: str) -> Contents:
    """What is there. Raises BackupError, StoreUnavailable."""
    found = Contents()
    if is_missing(url):
        return found
    try:
        async with snapshot(url) as kept:
            for table in kept.tables:
                columns = [column.name for column in table.columns]
                if table.name in _TOLD:
                    async for row in kept.rows(table):
                        found.add(table.name, columns, row)
                else:
                    found.rows += await kept.count(table)
    except BackupError as error:
        if error.code != "nothing":
            raise
    return found


def of_backup(path: Path) -> Contents:
    """What it holds; all of it is checked. Raises BackupError, OSError."""
    found = Contents()
    part = Part("", (), ())

    def begin(begun: Part) -> None:
        nonlocal part
        part = begun

    with open_archive(path) as reader:
        each_row(reader, begin, lambda row: found.add(part.part, part.columns, row))
    return found
