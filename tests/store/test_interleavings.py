"""What a store looks at before it writes is still so when it writes: on SQLite and on PostgreSQL,
with another connection that changes it between any two statements (`interleaved.py`)."""

from __future__ import annotations

import asyncio
import inspect
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from argon2 import PasswordHasher
from sqlalchemy import event

from engine.store import quotas
from engine.store.database import Database, open_database
from engine.store.people import passwords
from tests.store.interleaved import SHORT_MS, Row, serial
from tests.store.meetings import BLIND, ROWS
from tests.store.meetings.ground import NOW, Ground
from tests.support.postgres import Cluster


@pytest.fixture(scope="module", autouse=True)
def few_and_fast() -> Iterator[None]:
    """Bounds are near, and passwords are hashed fast."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(quotas, "NOTES_MAX", 1)
        patch.setattr(quotas, "SESSIONS_A_DAY", 2)
        patch.setattr(passwords, "_hasher", PasswordHasher(1, 8, 1))
        yield


@pytest.fixture(scope="module")
def runner() -> Iterator[asyncio.Runner]:
    with asyncio.Runner() as found:
        yield found


@pytest.fixture(scope="module", params=["sqlite", "postgres"])
def two(
    request: pytest.FixtureRequest,
    runner: asyncio.Runner,
    tmp_path_factory: pytest.TempPathFactory,
) -> Iterator[tuple[Database, Database]]:
    """One database over two pools, as two processes have it."""
    folder: Path = tmp_path_factory.mktemp("two")
    url = f"sqlite:///{folder}/x.db"
    if request.param == "postgres":
        cluster: Cluster = request.getfixturevalue("postgres")
        url = cluster.create_database()
    first = runner.run(open_database(url, clock=NOW))
    second = runner.run(open_database(url, clock=NOW))
    for database in (first, second):
        runner.run(prepare(database, hasty=database is second))
    yield first, second
    for database in (first, second):
        runner.run(database.close())


async def prepare(database: Database, *, hasty: bool) -> None:
    """Nothing here outlives the test: nobody waits for the disk. Who is `hasty` waits for a lock
    only a moment, and for everything else as long as it takes."""
    said = [f"SET lock_timeout = {SHORT_MS}"] if hasty else []
    if database.engine.dialect.name == "sqlite":
        said = ["PRAGMA synchronous=OFF", *([f"PRAGMA busy_timeout={SHORT_MS}"] if hasty else [])]

    async def tell(driver: Any) -> None:
        for each in said:
            await driver.execute(each)

    @event.listens_for(database.engine.sync_engine, "connect")
    def connected(connection: Any, record: object) -> None:
        connection.run_async(tell)

    async with database.engine.connect() as db:
        await tell((await db.get_raw_connection()).driver_connection)


@pytest.mark.parametrize("row", ROWS, ids=str)
def test_what_is_asked_is_still_so_when_it_is_done(
    row: Row, two: tuple[Database, Database], runner: asyncio.Runner
) -> None:
    first, second = two

    async def ground() -> Any:
        return await (row.ground or Ground)().laid(first)

    runner.run(serial(row, ground, first, second))


def written(kind: type[Any], name: str, seen: set[str]) -> bool:
    """The method begins a transaction that writes, itself or by another of its class."""
    found = getattr(kind, name, None)
    if name in seen or not inspect.isfunction(found):
        return False
    seen.add(name)
    source = inspect.getsource(found)
    calls = re.findall(r"self\.(\w+)\(", source)
    writes = "self._writing" in source or "writes(self._engine)" in source
    return writes or any(written(kind, each, seen) for each in calls)


def awaitable(method: object) -> bool:
    """A coroutine, or what hands out a future."""
    hands_out = str(getattr(method, "__annotations__", {}).get("return", ""))
    return inspect.iscoroutinefunction(method) or hands_out.startswith("asyncio.Future")


def test_whoever_looks_and_writes_is_met(
    two: tuple[Database, Database],
) -> None:
    """A new method that writes has a row in `meetings.py`, or says why it needs none."""
    named = {
        f"{part}.{name}"
        for part, repository in vars(two[0]).items()
        if type(repository).__module__.startswith("engine.store")
        for name, method in inspect.getmembers(type(repository), awaitable)
        if not name.startswith("_") and written(type(repository), name, set())
    }
    assert {row.method for row in ROWS} | set(BLIND) == named
