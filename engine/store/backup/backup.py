"""Backups: what is kept, read in one snapshot while others write, and written back whole or not.

The tables are taken as they are found in the database, not as this version describes them: a backup
changes nothing and needs no migration, and one of an older revision is put into tables of that
revision, which are then migrated as a database would be. Logins, failed attempts at them and
receipts are left out: a restored backup mustn't revive what was ended. So is when processes ran,
which is this machine's own.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import ExitStack, asynccontextmanager
from pathlib import Path
from typing import Any, Final

from sqlalchemy import (
    Column,
    Connection,
    LargeBinary,
    MetaData,
    Table,
    func,
    insert,
    make_url,
    select,
    text,
    type_coerce,
)
from sqlalchemy.exc import DataError, IntegrityError, ProgrammingError
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine
from sqlalchemy.types import NullType

from engine.errors import Unkeepable
from engine.store.backup.archive import (
    FORMAT,
    VERSION,
    Header,
    Manifest,
    Part,
    Reader,
    Writer,
    backup_error,
    new_file,
    open_archive,
)
from engine.store.backup.copies import Deed
from engine.store.backup.misfits import as_found, misfit
from engine.store.database import BUSY_MS, LOCK_TO_MIGRATE, make_engine, migrate, writing
from engine.store.faults import unavailable
from engine.store.place.anew import anew
from engine.store.place.custody import holding
from engine.store.place.medium import readable
from engine.store.place.soundness import damage
from engine.store.place.unopened import CantOpen, opening, shown
from engine.store.place.whose import is_missing, judge_connected, probe, revisions_known
from engine.store.tables import EventTable

BATCH: Final = 500
"""Rows read or written at once."""
LEFT_OUT: Final = ("alembic_version", "alive", "attempts", "claims", "logins", "receipts")
_OURS: Final = {"alembic_version", *EventTable.metadata.tables}
LEAVING_S: Final = 2.0
"""So long connections have that are just being closed: ours, those of a server that was stopped."""
_OTHERS: Final = text(
    "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database()"
    " AND backend_type = 'client backend' AND pid <> pg_backend_pid()"
)


class Snapshot:
    """A database at one instant, while others go on writing."""

    def __init__(self, connection: AsyncConnection, tables: list[Table], revision: str) -> None:
        self._connection = connection
        self.tables = tables
        """Those that are kept; each after the ones it refers to."""
        self.revision = revision

    async def rows(self, table: Table) -> AsyncIterator[tuple[Any, ...]]:
        """The table's rows, in the order of its key; some may not be what their columns say
        (`misfits.py`)."""
        # SQLAlchemy makes bytes of what isn't any, or fails without a word of where.
        columns = (type_coerce(c, NullType()) if is_binary(c) else c for c in table.columns)
        query = select(*columns).order_by(*table.primary_key.columns)
        found = await self._connection.stream(query, execution_options={"yield_per": BATCH})
        async for row in found:
            yield tuple(row)

    async def damage(self) -> list[str]:
        """What is wrong with the database's file, in its own words."""
        return await damage(self._connection)

    async def count(self, table: Table) -> int:
        """How many rows it has."""
        counted = select(func.count()).select_from(table)
        return int(await self._connection.scalar(counted) or 0)


@asynccontextmanager
async def snapshot(url: str) -> AsyncIterator[Snapshot]:
    """The database of `url` as it is now. Raises BackupError nothing, StoreUnavailable."""
    if is_missing(url):
        raise backup_error("nothing", shown(url))
    with ExitStack() as held:
        with opening(url):
            engine = held.enter_context(readable(url))
        try:
            with unavailable():
                async with connected(engine, url) as connection:
                    if engine.dialect.name == "postgresql":
                        connection = await connection.execution_options(
                            isolation_level="REPEATABLE READ", postgresql_readonly=True
                        )
                    async with connection.begin():
                        await _undisturbed(connection)
                        tables = await connection.run_sync(_tables)
                        if "events" not in tables.tables:
                            raise backup_error("nothing", shown(url))
                        yield Snapshot(connection, _kept(tables), await _revision(connection))
        finally:
            await engine.dispose()


async def _undisturbed(connection: AsyncConnection) -> None:
    """What is done with one row may take longer than PostgreSQL lets a transaction stand idle (5 s,
    for those that hold locks); this one only reads."""
    if connection.dialect.name == "postgresql":
        await connection.exec_driver_sql("SET LOCAL idle_in_transaction_session_timeout = 0")


@asynccontextmanager
async def connected(engine: AsyncEngine, url: str) -> AsyncIterator[AsyncConnection]:
    """A connection to the database of `url`. Raises CantOpen."""
    with opening(url):
        probe(url, BUSY_MS, engine.url)
        connection = await engine.connect()
    try:
        if engine.dialect.name == "postgresql":
            await connection.run_sync(judge_connected, url)
            await connection.rollback()
        else:
            held = (await connection.get_raw_connection()).driver_connection
            assert held is not None, "it is connected"
            held.text_factory = as_found
        yield connection
    finally:
        await connection.close()


def _tables(connection: Connection) -> MetaData:
    """Our tables as they stand; somebody else's in the same database are none of our business."""
    found = MetaData()
    found.reflect(connection, only=lambda name, _: name in _OURS)
    return found


def _kept(found: MetaData) -> list[Table]:
    return [table for table in found.sorted_tables if table.name not in LEFT_OUT]


async def _revision(connection: AsyncConnection) -> str:
    query = text("SELECT version_num FROM alembic_version")
    return str((await connection.execute(query)).scalar_one())


def part_of(table: Table) -> Part:
    """How the table stands in a backup."""
    columns = tuple(str(column.name) for column in table.columns)
    binary = tuple(str(column.name) for column in table.columns if is_binary(column))
    return Part(str(table.name), columns, binary)


def is_binary(column: Column[Any]) -> bool:
    """It keeps bytes, which stand in a backup in base64."""
    return isinstance(column.type, LargeBinary)


async def backup(url: str, path: Path, now_ms: int) -> Manifest:
    """Write everything kept in the database of `url` to a new file.

    Raises:
        BackupError: exists, nothing, misfit.
        StoreUnavailable, OSError: there is no new file.
    """
    with new_file(path) as out:
        async with snapshot(url) as kept:
            writer = Writer(out, Header(FORMAT, VERSION, kept.revision, now_ms))
            for table in kept.tables:
                writer.begin(part_of(table))
                async for row in kept.rows(table):
                    if found := misfit(table, row):
                        raise backup_error("misfit", found)
                    writer.row(row)
                writer.end()
        return writer.finish()


async def restore(
    url: str, path: Path, *, over: bool = False, deed: Deed | None = None
) -> Manifest:
    """Write a backup into the empty database of `url`, at the newest revision. All or nothing.
    `over`: in the place of what is there, whoever asked having been told and backed it up. `deed`:
    told from when on something may have been changed.

    Raises:
        BackupError: not_backup, damaged, cut, too_large, newer, not_empty.
        CantOpen: held, by a server that runs; in_use, on PostgreSQL.
        StoreUnavailable, OSError.
    """
    deed = deed or Deed()
    deed.changed = False
    with open_archive(path) as reader:
        if reader.header.revision not in revisions_known():  # alembic takes more for one: head, +1
            raise backup_error("newer", reader.header.revision)
        for _ in reader:  # to its end: every digest is checked before anything is written
            pass
    await unused(url)
    with holding(url):
        return await _restored(url, path, over=over, deed=deed)


async def unused(url: str) -> None:
    """Returns once nobody else is connected to a PostgreSQL database: a server whose tables are
    taken away would go on with what it remembers. Whose a SQLite file is, its lock says
    (`holding`). Marks that a server runs (`engine/store/place/alive.py`) would say less: they
    outlive it, and go by clocks. Raises CantOpen in_use, StoreUnavailable."""
    with opening(url):
        if make_url(url).get_backend_name() != "postgresql":
            return
        engine = make_engine(url)
    try:
        with unavailable():
            async with connected(engine, url) as connection:
                until_s = asyncio.get_running_loop().time() + LEAVING_S
                while others := int(await connection.scalar(_OTHERS) or 0):
                    if asyncio.get_running_loop().time() > until_s:
                        raise CantOpen("in_use", what=shown(url), count=others)
                    await connection.rollback()  # a transaction sees what it saw
                    await asyncio.sleep(0.1)
    finally:
        await engine.dispose()


async def _restored(url: str, path: Path, *, over: bool, deed: Deed) -> Manifest:
    with anew(url):
        with opening(url):
            engine = make_engine(url)
        try:
            with unavailable():
                async with connected(writing(engine), url) as connection, connection.begin():
                    if engine.dialect.name == "postgresql":
                        await connection.execute(LOCK_TO_MIGRATE)
                    with open_archive(path) as reader:
                        await _refill(connection, reader, over=over)
                        assert reader.manifest is not None, "it was read to its end"
                        # On SQLite a commit that fails is none; elsewhere its answer may be lost.
                        deed.changed = engine.dialect.name == "postgresql"
                        manifest = reader.manifest
                deed.changed = True
                return manifest
        finally:
            await engine.dispose()


async def _refill(connection: AsyncConnection, reader: Reader, *, over: bool) -> None:
    await _clear(connection, over=over)
    await connection.run_sync(_migrated(reader.header.revision))
    tables = (await connection.run_sync(_tables)).tables
    table: Table | None = None
    names: tuple[str, ...] = ()
    waiting: list[dict[str, Any]] = []
    for found in reader:
        if isinstance(found, Part):
            await _insert(connection, table, waiting)
            table, names, waiting = tables.get(found.part), found.columns, []
            if table is None or table.name in LEFT_OUT or {*names} != {*table.columns.keys()}:
                raise backup_error("damaged", f"{found.part}：不是这一版的表")
            continue
        row = dict(zip(names, found, strict=True))
        assert table is not None, "a part goes before its rows"
        if wrong := misfit(table, [row[column.name] for column in table.columns]):
            raise backup_error("damaged", wrong)  # SQLite would keep it, and every page read it
        waiting.append(row)
        if len(waiting) == BATCH:
            await _insert(connection, table, waiting)
            waiting = []
    await _insert(connection, table, waiting)
    await connection.run_sync(migrate)


async def _clear(connection: AsyncConnection, *, over: bool) -> None:
    """Take away tables that have no rows, or `over` all the same; they may be of another revision
    than the backup.

    Raises BackupError not_empty.
    """
    found = await connection.run_sync(_tables)
    for table in found.sorted_tables:
        if over or table.name == "alembic_version":
            continue
        if (await connection.execute(select(table).limit(1))).first() is not None:
            raise backup_error("not_empty", table.name)
    await connection.run_sync(found.drop_all)


def _migrated(revision: str) -> Callable[[Connection], None]:
    from alembic.util import CommandError  # only here: slow to import, and seldom needed

    def to_revision(connection: Connection) -> None:
        try:
            migrate(connection, revision)
        except CommandError as error:
            raise backup_error("newer", revision) from error

    return to_revision


async def _insert(
    connection: AsyncConnection, table: Table | None, rows: list[dict[str, Any]]
) -> None:
    if table is None or not rows:
        return
    try:
        await connection.execute(insert(table), rows)
    except (IntegrityError, DataError, ProgrammingError, OverflowError, Unkeepable) as error:
        reason = getattr(error, "orig", None) or error
        raise backup_error("damaged", f"{table.name}：{reason}") from error
