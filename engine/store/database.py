"""Opening a database: SQLite in a file, or PostgreSQL; migrated, ready for use.

SQLite runs with a write-ahead log and `synchronous=FULL`: a commit is on the disk when it returns.
A transaction that means to write says so at its beginning (`writing`): one that reads first and
writes later fails with "locked" at once, whatever the busy timeout.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from functools import partial
from pathlib import Path
from typing import Any, Final

import structlog
from msgspec.structs import replace
from sqlalchemy import URL, Connection, event, make_url, text
from sqlalchemy.ext.asyncio import AsyncEngine, create_async_engine

from engine.plain import real
from engine.store.audit.trail import Audit, Entry
from engine.store.backup.copies import NoCopyError, copied, copy_before
from engine.store.faults import as_well_as_can_be, check_keepable, unavailable
from engine.store.log.file import Place
from engine.store.log.sql import SqlStore
from engine.store.people.accounts import People
from engine.store.people.attempts import Attempts
from engine.store.people.privacy import Due, Lapsed, Privacy
from engine.store.people.retention import LOOKS, NOTED, PUT_OFF, counted, doubt
from engine.store.place.alive import Alive
from engine.store.place.anew import anew
from engine.store.place.custody import file_of
from engine.store.place.identity import Identity, Moved
from engine.store.place.soundness import damage
from engine.store.place.unopened import CantOpen, opening
from engine.store.place.whose import check_whole, probe
from engine.store.precedence import ROW, Precedence
from engine.store.receipts import Receipts
from engine.store.scripts.drafts import Drafts
from engine.store.scripts.pictures import Pictures
from engine.store.scripts.puts import Menu
from engine.store.scripts.texts import Texts
from engine.store.sessions.activities import Activities
from engine.store.sessions.claims import Claims
from engine.store.sessions.listing import Listing
from engine.store.sessions.notes import Notes
from engine.store.sessions.sessions import Sessions
from engine.store.threads import dispose, held

log = structlog.get_logger()

BUSY_MS = 5_000
"""How long a writer waits for another one before it is told that nothing was saved."""

MIGRATE_MS = 60_000
"""How long a worker waits for another one that migrates PostgreSQL."""

_DRIVERS = {
    "sqlite": "sqlite+aiosqlite",
    "postgres": "postgresql+asyncpg",
    "postgresql": "postgresql+asyncpg",
}

LOCK_TO_MIGRATE = text("SELECT pg_advisory_xact_lock(19210723)")
"""Held while migrating; SQLite's writers go one at a time by themselves. Before alembic begins, for
its `context` is the process's, and can't serve two migrations that wait for each other."""


SWEPT: Final = 1
"""The mark (`user_version`) of a SQLite file in which nothing erased was ever left: made, or once
written anew, by a version that overwrites what it erases."""


class Database:
    """What is kept: the logs of the runs, and the tables around them."""

    def __init__(
        self,
        engine: AsyncEngine,
        clock: Callable[[], int],
        url: str,
        secret: str = "",
        place: Place | None = None,
    ) -> None:
        """`place`: the file of the logs, where they are in a SQLite file."""
        self.engine = engine
        self.url = url
        self._clock = clock
        self.store = SqlStore(engine, secret, place)
        self.people = People(engine, clock)
        self.attempts = Attempts(engine, clock)
        self.sessions = Sessions(engine, clock)
        self.listing = Listing(engine, clock)
        self.texts = Texts(engine)
        self.pictures = Pictures(engine, clock)
        self.drafts = Drafts(engine, clock)
        self.menu = Menu(engine, clock)
        self.notes = Notes(engine, clock)
        self.activities = Activities(engine)
        self.alive = Alive(engine, clock)
        self.claims = Claims(engine, clock)
        self.audit = Audit(engine, clock)
        self.privacy = Privacy(engine, clock)
        self.receipts = Receipts(engine, clock)

    async def look(self) -> list[Lapsed]:
        """Forget everybody whose branch keeps them no longer, if the clock is to be believed and
        the days of grace have been seen to go by; record it, and what is put off.

        Raises StoreUnavailable.
        """
        now_ms, due = self._clock(), await self.privacy.due()
        if not due:
            return []
        await self.audit.ready()
        newest_ms = await self.privacy.newest_ms()
        if why := doubt(now_ms, newest_ms):
            log.warning("lapse.put_off", why=why, sessions=len(due), newest_ms=newest_ms)
            told = Entry(kind="server", who="server", act=PUT_OFF, target=why, count=len(due))
            await self.audit.act(told)
            return []
        ripe = []
        for each in due:
            count, counts = counted(each.noted_ms, now_ms)
            if not counts:
                continue
            if count >= LOOKS:
                ripe.append(each)
                continue
            log.info("lapse.due", session=each.session, look=count + 1, of=LOOKS)
            told = Entry(kind="server", who="server", act=NOTED, target=each.session)
            await self.audit.act(replace(told, branch=each.branch))
        try:
            return await self.lapse(ripe)
        except NoCopyError as error:  # it is looked again tomorrow, when there may be room
            log.warning("lapse.put_off", why=error.message.zh, sessions=len(ripe))
            told = Entry(kind="server", who="server", act=PUT_OFF, target=error.code)
            await self.audit.act(replace(told, count=len(ripe)))
            return []

    async def lapse(self, due: Sequence[Due], who: str = "server") -> list[Lapsed]:
        """Forget the people of these sessions now, and record it; back everything up before.

        Raises:
            StoreUnavailable.
            NoCopyError: there is no backup, so nothing was done.
        """
        await self.audit.ready()
        if not due:
            return []
        kept = await copy_before(self.url, "lapse")
        log.info("lapse.backed_up", file=str(kept))
        with copied(self.url, "lapse", kept) as deed:
            done = await self.privacy.lapse(due)
            deed.changed = bool(done)
        for lapsed in done:
            log.info("lapse.done", session=lapsed.session, people=lapsed.people)
            entry = Entry(
                kind="server",
                who=who,
                act="lapse",
                branch=lapsed.branch,
                target=lapsed.session,
                count=max(1, lapsed.people),
            )
            await self.audit.act(entry)
        return done

    async def damage(self) -> list[str]:
        """What is wrong with the database's file (`soundness.py`). Raises StoreUnavailable."""
        with unavailable():
            async with self.engine.connect() as connection:
                return await damage(connection)

    async def scrub(self, *, whole: bool = False) -> bool:
        """Leave no old page of what was erased in SQLite's files; False: somebody is just reading
        one, try again. `whole`: what was written by earlier versions too, which didn't overwrite
        what they erased; everybody waits meanwhile, so it is done once a database (SWEPT).
        PostgreSQL looks after itself (vacuum)."""
        if self.engine.dialect.name != "sqlite":
            return True
        with unavailable():
            async with self.engine.connect() as connection:
                held = (await connection.get_raw_connection()).driver_connection
                assert held is not None, "it is connected"
                if whole and not await is_swept(held):
                    await held.execute("VACUUM")
                    await held.execute(f"PRAGMA user_version={SWEPT:d}")
                cursor = await held.execute("PRAGMA wal_checkpoint(TRUNCATE)")
                busy, _, _ = await cursor.fetchone()
                await cursor.close()
        return not busy

    async def checkpoint(self) -> None:
        """Bring SQLite's log into its main file, as far as no reader needs it; whoever writes goes
        on meanwhile. So a copy of the file alone lacks seconds, not an evening."""
        if self.engine.dialect.name != "sqlite":
            return
        with unavailable():
            async with self.engine.connect() as connection:
                held = (await connection.get_raw_connection()).driver_connection
                assert held is not None, "it is connected"
                await (await held.execute("PRAGMA wal_checkpoint(PASSIVE)")).close()

    async def unswept(self) -> bool:
        """Whether old pages of earlier versions may still be in SQLite's file."""
        if self.engine.dialect.name != "sqlite":
            return False
        with unavailable():
            async with self.engine.connect() as db:
                return not await is_swept((await db.get_raw_connection()).driver_connection)

    async def close(self) -> None:
        """Finish what waits to be written, and let go of every connection."""
        await self.store.close()
        await self.audit.close()
        await dispose(self.engine)


async def is_swept(held: Any) -> bool:
    """Whether a SQLite file carries the mark; `held`: the driver's connection to it."""
    async with held.execute("PRAGMA user_version") as cursor:
        (mark,) = await cursor.fetchone()
    return bool(mark >= SWEPT)


async def open_database(
    url: str,
    *,
    busy_ms: int = BUSY_MS,
    clock: Callable[[], int] | None = None,
    secret: str = "",
) -> Database:
    """The database of `url`, at the newest revision; its folder is made if need be. `secret`: the
    installation's, which the chains of the logs are keyed with.

    Raises:
        CantOpen: it can't be reached or written, is damaged, another program's, or of a newer
            version of this one.
    """
    place = None
    with opening(url), unavailable(), anew(url):
        engine = make_engine(url, busy_ms=busy_ms)
        probe(url, busy_ms)
        if engine.dialect.name == "postgresql":
            patient = make_engine(url, busy_ms=max(busy_ms, MIGRATE_MS))
            try:
                await _migrate(patient, url, secret)
            finally:
                await patient.dispose()
        else:
            await _migrate(engine, url, secret)
            file = file_of(url)
            if file is not None:
                identity = _keep_to(engine, file)
                place = Place(file, partial(_prepare, busy_ms=busy_ms), identity.check)
    return Database(engine, clock or _wall_ms, url, secret, place)


async def _migrate(engine: AsyncEngine, url: str, secret: str) -> None:
    # Only here: the upgrade makes a backup first, and backups open databases themselves.
    from engine.store.place.upgrade import upgraded, upgrading

    try:
        async with upgrading(engine) as begin, writing(engine).begin() as connection:
            if engine.dialect.name == "postgresql":
                await connection.execute(LOCK_TO_MIGRATE)
            await upgraded(connection, url, secret, begin)
    except BaseException:
        await engine.dispose()
        raise


def _wall_ms() -> int:
    return time.time_ns() // 1_000_000


def make_engine(url: str, *, busy_ms: int = BUSY_MS) -> AsyncEngine:
    """An engine for `url` (`sqlite:///…` or `postgresql://…`); opens nothing yet."""
    parsed = make_url(url)
    parsed = parsed.set(drivername=_DRIVERS.get(parsed.drivername, parsed.drivername))
    made = _sqlite if parsed.get_backend_name() == "sqlite" else _postgres
    engine = made(parsed, busy_ms)

    @event.listens_for(engine.sync_engine, "before_cursor_execute")
    def look(connection: Any, cursor: Any, statement: str, values: Any, *more: Any) -> None:
        check_keepable(values)

    return engine


def _postgres(url: URL, busy_ms: int) -> AsyncEngine:
    seconds = busy_ms / 1000
    return create_async_engine(
        url,
        pool_pre_ping=True,
        pool_timeout=seconds,
        connect_args={
            "timeout": seconds,
            "command_timeout": seconds,
            # A worker that is cut off in the middle of a transaction holds its locks no longer.
            "server_settings": {
                "idle_in_transaction_session_timeout": f"{busy_ms:d}",
                "tcp_user_timeout": f"{busy_ms:d}",
            },
        },
    )


def writing(engine: AsyncEngine) -> AsyncEngine:
    """The same engine, for transactions that write: SQLite takes its lock at their beginning."""
    return engine.execution_options(writing=True)


def migrate(connection: Connection, revision: str = "head", secret: str = "") -> None:
    """Bring the tables to a revision, the newest one by default. `secret` keys what is chained on
    the way."""
    from alembic import command

    config = alembic_config()
    config.attributes["secret"] = secret
    config.attributes["connection"] = connection
    command.upgrade(config, revision)


def alembic_config() -> Any:
    """Where the migrations are, as alembic is told (`alembic.config.Config`)."""
    # Only here, where there is something to migrate: it is a seventh of all a start imports.
    from alembic.config import Config

    config = Config()
    config.set_main_option("script_location", str(Path(__file__).parent / "migrations"))
    return config


def _sqlite(url: URL, busy_ms: int) -> AsyncEngine:
    if url.database:
        # Names and secrets are in it: for whoever runs the server alone. SQLite's other files
        # beside it take after it.
        file = Path(url.database)
        check_whole(file)
        file.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        file.touch(mode=0o600)
    wait_s, row = busy_ms / 1000, Precedence(busy_ms / 1000)
    engine = create_async_engine(url, pool_timeout=wait_s, **held(wait_s, {ROW: row}))

    @event.listens_for(engine.sync_engine, "connect")
    def connected(connection: Any, record: object) -> None:
        # Transactions begin where `begin` below says, not where the driver guesses.
        connection.isolation_level = None
        _prepare(connection, busy_ms=busy_ms)
        # One text that isn't UTF-8 shows as it can, and takes nothing else along with it.
        connection.driver_connection.text_factory = as_well_as_can_be

    @event.listens_for(engine.sync_engine, "begin")
    def begin(connection: Connection) -> None:
        connection.exec_driver_sql("BEGIN IMMEDIATE" if _means_to_write(connection) else "BEGIN")

    return engine


def _prepare(connection: Any, *, busy_ms: int) -> None:
    cursor = connection.cursor()
    for pragma in (
        f"busy_timeout={busy_ms:d}",
        "journal_mode=WAL",
        "synchronous=FULL",
        "foreign_keys=ON",
        # What is erased is overwritten, not only marked as free.
        "secure_delete=ON",
    ):
        cursor.execute(f"PRAGMA {pragma}")
    cursor.close()


def _means_to_write(connection: Connection) -> bool:
    return bool(connection.get_execution_options().get("writing", False))


def _keep_to(engine: AsyncEngine, file: Path) -> Identity:
    """From now on nothing is written, nor a connection opened, unless the files that lie there are
    those that are open now; which they are. Raises CantOpen no_file."""
    identity = Identity(file)
    try:
        identity.hold()
    except Moved as error:
        raise CantOpen("no_file", what=real(file), why=error.why) from error

    @event.listens_for(engine.sync_engine, "do_connect")
    def connect(*_: object) -> None:
        identity.check()

    def look(connection: Connection) -> None:
        if _means_to_write(connection):
            identity.check()

    event.listen(engine.sync_engine, "begin", look)
    event.listen(engine.sync_engine, "commit", look)
    return identity
