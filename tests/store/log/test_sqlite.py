"""The store in a SQLite file: the contract, and trouble with the file."""

from __future__ import annotations

import asyncio
import sqlite3
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from msgspec.structs import replace
from sqlalchemy import text

from engine.errors import ReplayError, StoreUnavailable
from engine.rules.chain import key_of
from engine.store.database import Database, open_database, writing
from engine.store.log.file import FileWriter
from engine.store.log.pooled import PooledWriter
from engine.store.log.sql import SqlStore
from tests.store.contract import StoreContract
from tests.support.logs import ready

SHORT_MS = 50


@pytest.fixture
async def hasty(sqlite_url: str) -> AsyncIterator[Database]:
    """A database that waits for a lock only a moment."""
    database = await open_database(sqlite_url, busy_ms=SHORT_MS)
    yield database
    await database.close()


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "var" / "test.db"


class TestSqlite(StoreContract):
    """Keeps the contract, by a thread of its own."""

    @pytest.fixture
    async def store(self, sqlite_url: str) -> AsyncIterator[SqlStore]:
        database = await open_database(sqlite_url)
        yield database.store
        await database.close()


class TestSqliteByThePool(StoreContract):
    """Keeps the contract, written as PostgreSQL is."""

    @pytest.fixture
    async def store(self, sqlite_url: str) -> AsyncIterator[SqlStore]:
        database = await open_database(sqlite_url)
        database.store._writer = PooledWriter(database.engine, key_of(""))
        yield database.store
        await database.close()


async def test_a_log_is_there_after_opening_again(sqlite_url: str) -> None:
    first = await open_database(sqlite_url)
    await first.store.append("r", 0, ready(1, "a", count=3))
    await first.close()
    second = await open_database(sqlite_url)
    assert await second.store.read("r") == list(ready(1, "a", count=3))
    await second.close()


async def test_a_commit_is_on_the_disk(hasty: Database) -> None:
    async with hasty.engine.connect() as connection:
        synchronous = (await connection.execute(text("PRAGMA synchronous"))).scalar_one()
        journal = (await connection.execute(text("PRAGMA journal_mode"))).scalar_one()
    assert (synchronous, journal) == (2, "wal")


async def test_what_waits_shares_a_commit(hasty: Database) -> None:
    """How many statements that takes: `test_file_writer.py`."""
    groups: list[int] = []
    hasty.store.on_group = lambda appends, waiting: groups.append(appends)
    await asyncio.gather(*(hasty.store.append(f"r{n}", 0, ready(1, "a")) for n in range(200)))
    assert groups == [200]


async def test_a_locked_database_saves_nothing_and_works_again(hasty: Database, path: Path) -> None:
    await hasty.store.append("r", 0, ready(1, "a"))
    other = sqlite3.connect(path, isolation_level=None)
    other.execute("BEGIN IMMEDIATE")
    with pytest.raises(StoreUnavailable) as caught:
        await hasty.store.append("r", 1, ready(2, "b"))
    assert "locked" in caught.value.why
    with pytest.raises(StoreUnavailable):
        await hasty.texts.keep("d", "s", "1", b"text")
    assert len(await hasty.store.read("r")) == 1
    other.execute("ROLLBACK")
    other.close()
    await hasty.store.append("r", 1, ready(2, "b"))
    assert len(await hasty.store.read("r")) == 2


async def test_a_full_disk_saves_nothing_and_works_again(hasty: Database, path: Path) -> None:
    await hasty.store.append("r", 0, ready(1, "a"))
    _limit_pages(hasty, extra=2)
    written, why = 0, ""
    while not why and written < 200:
        try:
            await hasty.store.append(f"q{written}", 0, ready(1, "b", count=50))
        except StoreUnavailable as error:
            why = error.why
        else:
            written += 1
    assert "full" in why
    assert len(await hasty.store.read(f"q{written}")) == 0
    _limit_pages(hasty, extra=500)
    await hasty.store.append(f"q{written}", 0, ready(1, "b", count=50))
    kept = [len(await hasty.store.read(f"q{number}")) for number in range(written + 1)]
    assert kept == [50] * (written + 1)
    with sqlite3.connect(path) as check:
        assert check.execute("PRAGMA integrity_check").fetchall() == [("ok",)]
    check.close()


def _limit_pages(database: Database, extra: int) -> None:
    """Let the file grow by `extra` pages only, from the next append on; the limit is kept by the
    writer's own connection."""
    writer = database.store._writer
    assert isinstance(writer, FileWriter)
    place = writer._place

    def check() -> None:
        place.check()
        writer._place = place
        assert writer._connection is not None
        [(used,)] = writer._connection.execute("PRAGMA page_count")
        writer._connection.execute(f"PRAGMA max_page_count={used + extra}")

    writer._place = replace(place, check=check)


async def test_a_file_that_is_no_database_is_unavailable(tmp_path: Path) -> None:
    (tmp_path / "x.db").write_bytes(b"nothing of the kind" * 100)
    with pytest.raises(StoreUnavailable):
        await open_database(f"sqlite:///{tmp_path}/x.db")


async def test_a_folder_that_cannot_be_made_is_unavailable(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(StoreUnavailable):
        await open_database(f"sqlite:///{tmp_path}/file/x.db")


async def test_a_row_that_is_no_event_is_told_by_its_place(hasty: Database) -> None:
    for seq in range(1, 4):
        await hasty.store.append("r", seq - 1, ready(seq, f"c{seq}"))
    async with writing(hasty.engine).begin() as connection:
        await connection.execute(text("UPDATE events SET body = x'7b7d' WHERE seq = 2"))
    with pytest.raises(ReplayError) as caught:
        await hasty.store.read("r")
    assert (caught.value.run, caught.value.seq, caught.value.tag) == ("r", 2, "")
    assert caught.value.message.zh.startswith("第 2 条记录无法重放")


async def test_an_append_that_cannot_be_written_spoils_no_other(hasty: Database) -> None:
    """Texts have no half characters, unless there is a bug: it hits its own sender alone."""
    poison = ready(1, "a", by="s1")[0]
    too_late = type(poison.event)(at_ms=1, seat="\ud800")  # type: ignore[call-arg]
    poisoned = (type(poison)(seq=1, by="s1", command="a", event=too_late),)
    good, bad, fine = await asyncio.gather(
        hasty.store.append("good", 0, ready(1, "a")),
        hasty.store.append("bad", 0, poisoned),
        hasty.store.append("fine", 0, ready(1, "a")),
        return_exceptions=True,
    )
    assert (good, fine) == (None, None)
    assert isinstance(bad, Exception)
    assert await hasty.store.read("bad") == []
    assert len(await hasty.store.read("fine")) == 1


async def test_a_sender_that_gave_up_stops_nobody(hasty: Database) -> None:
    gone = asyncio.ensure_future(hasty.store.append("gone", 0, ready(1, "a")))
    await asyncio.sleep(0)
    gone.cancel()
    await hasty.store.append("r", 0, ready(1, "a"))
    assert len(await hasty.store.read("r")) == 1
    assert gone.cancelled()


async def test_the_file_is_for_whoever_runs_the_server_alone(tmp_path: Path) -> None:
    """Names, hashes and secrets are in it, and in what SQLite keeps beside it."""
    folder = tmp_path / "var"
    database = await open_database(f"sqlite:///{folder}/x.db")
    assert folder.stat().st_mode & 0o077 == 0
    assert {file.stat().st_mode & 0o777 for file in folder.iterdir()} == {0o600}
    await database.close()
