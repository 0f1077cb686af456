"""A SQLite database on a medium that can't be written: a stick with its switch set, a DVD, a share.

SQLite needs to write beside a database even to read it, for those who write meanwhile. Here nobody
can: told so (`immutable`), it reads the file as it is. Its log isn't read then; so a database that
was copied with one is copied once more, to where it can be put together.
"""

from __future__ import annotations

import os
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import quote

from sqlalchemy.ext.asyncio import AsyncEngine, create_async_engine

from engine.store.database import make_engine
from engine.store.place.custody import file_of, is_held
from engine.store.place.unopened import CantOpen


@contextmanager
def readable(url: str) -> Iterator[AsyncEngine]:
    """An engine to read the database of `url` with, wherever it lies.

    Raises CantOpen held: a server writes it by another way; OSError.
    """
    file = file_of(url)
    if file is None or not file.exists() or not is_read_only(file):
        yield make_engine(url)
        return
    if is_held(file):  # the same folder, lent to us for reading
        raise CantOpen("held", what=file.parent, file=file)
    log = file.with_name(f"{file.name}-wal")
    if not (log.exists() and log.stat().st_size):
        yield _immutable(file)
        return
    with tempfile.TemporaryDirectory(prefix="hongchuan-") as folder:
        for each in (file, log):
            shutil.copyfile(each, Path(folder) / each.name)
        yield make_engine(f"sqlite:///{Path(folder) / file.name}")


def is_read_only(file: Path) -> bool:
    """Whether the file system that it lies on is mounted for reading alone."""
    if not hasattr(os, "statvfs"):
        return False
    return bool(os.statvfs(file).f_flag & os.ST_RDONLY)


def _immutable(file: Path) -> AsyncEngine:
    return create_async_engine(
        f"sqlite+aiosqlite:///file:{quote(str(file))}?mode=ro&immutable=1&uri=true"
    )
