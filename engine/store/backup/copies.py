"""The backups that the program makes by itself, before what can't be undone; and what others lie
beside the database: in all of them erased names stand as before.

`hongchuan.before-erase-7.backup` lies beside the file of a SQLite database, or in `var`.
Of each kind the newest few are kept: told by their number, for a clock may be wrong.
"""

from __future__ import annotations

import errno
import re
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Final, Literal

import msgspec
from sqlalchemy import make_url

from engine.atomic import PART
from engine.errors import AppError, StoreError, StoreUnavailable, Text, reason_of
from engine.home import data_folder
from engine.store.backup.archive import BackupError, open_archive
from engine.store.place.unopened import cant_open

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

    def __init__(self, url: str, path: Path, error: AppError | OSError) -> None:
        why, remedy = because(url, error)
        super().__init__(
            "no_copy",
            Text(
                f"没有做：先要做一份备份，没有做成（{path}：{_within(why.zh)}）。",
                f"Not done: the backup before it couldn't be made ({path}: {_within(why.en)}).",
            ),
            remedy,
        )


class Deed(msgspec.Struct):
    """What can't be undone, and has a backup before it."""

    changed: bool = True
    """Something was changed, or may have been: so its backup stays."""


ROOM: Final = Text(
    "请看磁盘还有没有地方、文件夹能不能写，再试一次。",
    "See whether the disk is full or the folder can't be written, and try again.",
)


def because(url: str, error: AppError | OSError) -> tuple[Text, Text]:
    """(why there is no backup, what to do about it): what mends one cause mends no other; and what
    a participant's page says of the database is no word for whoever looks after it."""
    if isinstance(error, OSError):
        return reason_of(error), ROOM
    if isinstance(error, StoreUnavailable):
        error = cant_open(url, error) or error
    return error.message, error.remedy


def is_full(error: AppError | OSError) -> bool:
    """It is for want of room: that may pass, without anybody's changing a setting."""
    cause = error.errno == errno.ENOSPC if isinstance(error, OSError) else None
    return cause or isinstance(error, StoreUnavailable) and error.code in ("full", "not_saved")


def _within(sentence: str) -> str:
    """A sentence, to stand within another's brackets."""
    return sentence.rstrip("。.")


def place_of(url: str) -> Path | None:
    """Where the database's backups lie, with its name; None: it is in memory only."""
    parsed = make_url(url)
    if parsed.get_backend_name() != "sqlite":
        return data_folder() / str(parsed.database)
    if not parsed.database or parsed.database == ":memory:":
        return None
    return Path(parsed.database)


def copies(url: str) -> list[Copy]:
    """Every backup that lies beside the database, by name; those cut short by a crash too."""
    place = place_of(url)
    if place is None or not place.parent.is_dir():
        return []
    # Of what can't be put into a backup there is the file as it was (`upgrade.py`).
    names = "*.backup", ".*.backup.*", "*.before-*.db", f".*.db.*{PART}"
    found = {path for name in names for path in place.parent.glob(name)}
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
    """Back everything up; where it lies. Raises NoCopyError. The act goes into `copied`."""
    from engine.store.backup.backup import backup  # which opens databases, and they lapse

    path = next_path(url, act)
    if path is None:
        return None
    try:
        path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        await backup(url, path, time.time_ns() // 1_000_000)
    except (AppError, OSError) as error:
        raise NoCopyError(url, path, error) from error
    return path


@contextmanager
def copied(url: str, act: Act, path: Path | None) -> Iterator[Deed]:
    """The act that `path` is the backup before. Only one that was done takes the oldest's place: a
    backup of each vain try would drive out those that hold something else. One that changed
    nothing leaves no backup (nor does what isn't taken at all, BackupError); after any other
    failure it stays, for a part may have been done."""
    deed = Deed()
    try:
        yield deed
    except BackupError:
        deed.changed = False
        raise
    except BaseException as error:  # an interrupt may come while it is being committed
        deed.changed = deed.changed or not isinstance(error, Exception)
        raise
    finally:
        if path is not None and not deed.changed:
            path.unlink(missing_ok=True)
    place = place_of(url)
    if place is not None and deed.changed:
        for _, old in sorted(_numbered(place, act))[:-KEPT]:
            old.unlink(missing_ok=True)


def _numbered(place: Path, act: Act) -> list[tuple[int, Path]]:
    found = place.parent.glob(f"{place.stem}.before-{act}-*.backup")
    return [(int(number[1]), path) for path in found if (number := _NUMBER.search(path.name))]
