"""Bringing a database to this program's version: a newer one is told apart, an older one is backed
up first. There is no other way back: a migration goes one way, and the backup is what was before.
"""

from __future__ import annotations

import time
from pathlib import Path
from typing import Final

import structlog
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from alembic.util import CommandError
from sqlalchemy import Connection
from sqlalchemy.ext.asyncio import AsyncConnection

from engine.errors import AppError, reason_of
from engine.store.backup.backup import backup
from engine.store.backup.copies import place_of
from engine.store.database import SWEPT, alembic_config, migrate
from engine.store.place.unopened import CantOpen, shown

FOLDER: Final = Path("var")
"""Where the backup of a PostgreSQL database is put; SQLite's lies beside its file."""

log = structlog.get_logger()


async def upgraded(connection: AsyncConnection, url: str, secret: str) -> None:
    """Migrates within the caller's transaction, which holds the lock of all who migrate.

    Raises:
        CantOpen: newer, no_backup; nothing has changed.
    """
    scripts = ScriptDirectory.from_config(alembic_config())
    newest = str(scripts.get_current_head())
    held = await connection.run_sync(_revision)
    if held == newest:
        return
    if held is None:
        await connection.run_sync(migrate, secret=secret)
        if connection.dialect.name == "sqlite":  # a new file has no old pages to be swept
            await connection.exec_driver_sql(f"PRAGMA user_version={SWEPT:d}")
        return
    try:
        scripts.get_revision(held)
    except CommandError as error:
        raise CantOpen("newer", version=held, known=newest, what=shown(url)) from error
    kept = await _keep(url, held, newest)
    try:
        await connection.run_sync(migrate, secret=secret)
    except BaseException:
        # The transaction takes everything back: the backup is of no use, and one for each try of a
        # server that is started again and again would fill the disk.
        if kept is not None:
            kept.unlink(missing_ok=True)
        raise
    told = f"数据库从 {held} 版升到 {newest} 版了，升级前的备份 upgraded, backup kept"
    log.warning(told, file=str(kept))


def _revision(connection: Connection) -> str | None:
    try:
        return MigrationContext.configure(connection).get_current_revision()
    except CommandError as error:
        raise CantOpen("foreign", what=shown(str(connection.engine.url)), why=error) from error


async def _keep(url: str, held: str, newest: str) -> Path | None:
    """A backup of the database as it is; None: it is in memory only."""
    place = place_of(url)
    if place is None:
        return None
    name = f"{place.stem}.before-{newest}"
    number = 1
    while (path := place.with_name(f"{name}{f'-{number}' if number > 1 else ''}.backup")).exists():
        number += 1
    try:
        path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        await backup(url, path, time.time_ns() // 1_000_000)
    except (AppError, OSError) as error:
        why = reason_of(error) if isinstance(error, OSError) else error.message
        raise CantOpen("no_backup", what=path, why=why, version=held) from error
    return path
