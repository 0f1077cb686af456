"""A SQLite database that is being made: where its making fails, nothing stays that the next start
would take for one.

What was begun is told from what was kept by its having no table. A start that is killed can't take
it away; so whoever looks what lies there takes a file without a table for none.
"""

from __future__ import annotations

import os
import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager, suppress
from pathlib import Path
from urllib.parse import quote

from engine.store.place.custody import file_of
from engine.store.place.identity import BESIDE


@contextmanager
def anew(url: str) -> Iterator[None]:
    """Where the block fails, a file that it made is gone again; one that was empty is so again."""
    file = file_of(url)
    there = file is not None and file.exists()
    empty = file is not None and not (there and file.stat().st_size)
    try:
        yield
    except BaseException:
        if file is not None and empty:
            with suppress(OSError):
                _take_back(file, keep=there)
        raise


def has_no_table(file: Path) -> bool:
    """Whether it is SQLite's, and nothing was ever kept in it. One that can't be read isn't."""
    if _size(file.with_name(f"{file.name}-wal")):
        return _tables(f"file:{quote(str(file))}?mode=ro") == 0
    # Where the disk is full, no index of its log can be made: it is read as it is.
    return _tables(f"file:{quote(str(file))}?mode=ro&immutable=1") == 0


def _tables(uri: str) -> int | None:
    try:
        with closing(sqlite3.connect(uri, uri=True)) as held:
            return int(held.execute("SELECT count(*) FROM sqlite_master").fetchone()[0])
    except sqlite3.Error:
        return None


def _take_back(file: Path, *, keep: bool) -> None:
    log = file.with_name(f"{file.name}-wal")
    if _size(log) or _size(file) and not has_no_table(file):
        return  # somebody was quicker, and it is a database by now
    for each in (file.with_name(f"{file.name}{ending}") for ending in BESIDE if ending):
        each.unlink(missing_ok=True)
    if keep:
        os.truncate(file, 0)
    else:
        file.unlink(missing_ok=True)


def _size(file: Path) -> int:
    return file.stat().st_size if file.is_file() else 0
