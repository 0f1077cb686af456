"""The backups that the program makes by itself, before what can't be undone; and what others lie
beside the database: in all of them erased names stand as before.

`hongchuan.before-erase-7.backup` lies beside the file of a SQLite database, or in `var`.
Of each kind the newest few are kept: told by their number, for a clock may be wrong.
"""

from __future__ import annotations

import re
import time
from pathlib import Path
from typing import Final, Literal

import msgspec
from sqlalchemy import make_url

from engine.errors import AppError, StoreError, Text, reason_of
from engine.store.backup.archive import BackupError, open_archive

KEPT: Final = 3
"""Backups of each kind that are kept."""
Act = Literal["erase", "lapse", "restore"]
_NUMBER: Final = re.compile(r"-(\d+)\.backup$")


class Copy(msgspec.Struct, frozen=True):
    """A backup that lies there."""

    path: Path
    made_ms: int
    """0: it doesn't say."""


class NoCopyError(StoreError):
    """No backup could be made, so what can't be undone wasn't done."""

    def __init__(self, path: Path, why: str) -> None:
        super().__init__(
            "no_copy",
            Text(
                f"没有做：先要做一份备份，没有做成（{path}：{why}）。",
                f"Not done: the backup before it couldn't be made ({path}: {why}).",
            ),
            Text(
                "请看磁盘还有没有地方、文件夹能不能写，再试一次。",
                "See whether the disk is full or the folder can't be written, and try again.",
            ),
        )


def place_of(url: str) -> Path | None:
    """Where the database's backups lie, with its name; None: it is in memory only."""
    from engine.store.place import upgrade  # which makes backups, too

    parsed = make_url(url)
    if parsed.get_backend_name() != "sqlite":
        return upgrade.FOLDER / str(parsed.database)
    if not parsed.database or parsed.database == ":memory:":
        return None
    return Path(parsed.database)


def copies(url: str) -> list[Copy]:
    """Every backup that lies beside the database, by name; those cut short by a crash too."""
    place = place_of(url)
    if place is None or not place.parent.is_dir():
        return []
    found = [*place.parent.glob("*.backup"), *place.parent.glob(".*.backup.*")]
    return [Copy(path, _made_ms(path)) for path in sorted(found)]


def _made_ms(path: Path) -> int:
    try:
        with open_archive(path) as reader:
            return reader.header.made_ms
    except (BackupError, OSError):
        return 0


def next_path(url: str, act: Act) -> Path | None:
    """Where the next backup before such an act will lie; None: the database is in memory only."""
    place = place_of(url)
    if place is None:
        return None
    newest = max((number for number, _ in _numbered(place, act)), default=0)
    return place.with_name(f"{place.stem}.before-{act}-{newest + 1}.backup")


async def copy_before(url: str, act: Act) -> Path | None:
    """Back everything up, and drop the oldest such backup; where it lies. Raises NoCopyError."""
    from engine.store.backup.backup import backup  # which opens databases, and they lapse

    path = next_path(url, act)
    if path is None:
        return None
    try:
        path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        await backup(url, path, time.time_ns() // 1_000_000)
    except (AppError, OSError) as error:
        why = reason_of(error) if isinstance(error, OSError) else error.message
        raise NoCopyError(path, why.zh) from error
    place = place_of(url)
    assert place is not None, "it has a path"
    for _, old in sorted(_numbered(place, act))[:-KEPT]:
        old.unlink(missing_ok=True)
    return path


def _numbered(place: Path, act: Act) -> list[tuple[int, Path]]:
    found = place.parent.glob(f"{place.stem}.before-{act}-*.backup")
    return [(int(number[1]), path) for path in found if (number := _NUMBER.search(path.name))]
