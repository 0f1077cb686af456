"""Bringing a database to this program's version: a newer one is told apart, an older one is backed
up first. There is no other way back: a migration goes one way, and the backup is what was before.
"""

from __future__ import annotations

import sqlite3
import time
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager, closing
from pathlib import Path

import msgspec
import structlog
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine

from engine.atomic import named_aside
from engine.errors import AppError
from engine.store.backup.archive import BackupError, Manifest, manifest_of
from engine.store.backup.backup import backup
from engine.store.backup.copies import because, is_full, place_of
from engine.store.database import SWEPT, migrate
from engine.store.place.unopened import CantOpen
from engine.store.place.whose import judge_connected, revision_of, revisions_known

log = structlog.get_logger()


class Upgrade(msgspec.Struct, frozen=True):
    """What a database was brought from, and to."""

    held: str
    newest: str
    kept: Path | None
    """The backup that was made before; None: it is in memory only."""
    made: bool
    """It was made for this upgrade; else it lay there, of the same rows."""

    def told(self) -> None:
        """It is done: said once that is sure."""
        told = f"数据库从 {self.held} 版升到 {self.newest} 版了，升级前的备份 upgraded, backup kept"
        log.warning(told, file=str(self.kept))

    def take_back(self, found: str | None) -> None:
        """It failed. `found`: the revision of the tables since then; None: nobody can look. As long
        as they are what they were, the backup is of no use, and one for each try of a server that
        is started again and again would fill the disk."""
        if found == self.held and self.made and self.kept is not None:
            self.kept.unlink(missing_ok=True)


@asynccontextmanager
async def upgrading(engine: AsyncEngine) -> AsyncIterator[Callable[[Upgrade], None]]:
    """The transaction in which a database is upgraded; handed what it is to be brought from and to,
    it says so once it is committed, and takes the backup away where nothing was."""
    begun: list[Upgrade] = []
    try:
        yield begun.append
    except BaseException:
        for each in begun:
            each.take_back(await _found(engine))
        raise
    for each in begun:
        each.told()


async def _found(engine: AsyncEngine) -> str | None:
    try:
        async with engine.connect() as connection:
            return await connection.run_sync(revision_of)
    except (SQLAlchemyError, OSError):
        return None


async def upgraded(
    connection: AsyncConnection, url: str, secret: str, begin: Callable[[Upgrade], None]
) -> None:
    """Migrates within the caller's transaction, which holds the lock of all who migrate. `begin`:
    told, once there is a backup.

    Raises:
        CantOpen: newer, foreign, damaged, no_backup; nothing has changed.
    """
    newest = max(revisions_known())
    await connection.run_sync(judge_connected, url)
    held = await connection.run_sync(revision_of)
    if held == newest:
        return
    if held is None:
        await connection.run_sync(migrate, secret=secret)
        if connection.dialect.name == "sqlite":  # a new file has no old pages to be swept
            await connection.exec_driver_sql(f"PRAGMA user_version={SWEPT:d}")
        return
    begin(await _keep(url, held, newest))
    await connection.run_sync(migrate, secret=secret)


async def _keep(url: str, held: str, newest: str) -> Upgrade:
    """With a backup of the database as it is."""
    place = place_of(url)
    if place is None:
        return Upgrade(held, newest, None, made=False)
    path = _free(place, newest, ".backup")
    try:
        path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        try:
            same = _same(place, newest, await backup(url, path, time.time_ns() // 1_000_000), path)
        except BackupError as error:
            if error.code != "misfit":
                raise
            path, same = _free(place, newest, ".db"), None
            copied(place, path)
    except (AppError, OSError) as error:
        why, then = because(url, error)
        wrong = CantOpen("no_backup", what=path, why=why, then=then, version=held)
        wrong.passing = is_full(error)
        raise wrong from error
    return Upgrade(held, newest, same or path, made=same is None)


def _same(place: Path, newest: str, made: Manifest, path: Path) -> Path | None:
    """One of the same rows that lies there already, which a try left that was killed: it stays in
    the new one's place."""
    for old in sorted(place.parent.glob(f"{place.stem}.before-{newest}*.backup")):
        if old != path and manifest_of(old) == made:
            path.unlink()
            return old
    return None


def _free(place: Path, newest: str, suffix: str) -> Path:
    name = f"{place.stem}.before-{newest}"
    number = 1
    while (path := place.with_name(f"{name}{f'-{number}' if number > 1 else ''}{suffix}")).exists():
        number += 1
    return path


def copied(place: Path, path: Path) -> None:
    """SQLite's file as it is, whole or not at all. A backup goes by columns; one value that isn't
    what its column says (`engine/store/backup/misfits.py`) would keep everybody from starting."""
    with named_aside(path) as part:
        try:
            with closing(sqlite3.connect(place)) as held, closing(sqlite3.connect(part)) as copy:
                copy.execute("PRAGMA journal_mode=OFF")  # a file that isn't whole is thrown away
                held.backup(copy)
        except sqlite3.Error as error:
            raise OSError(str(error)) from error
