"""The store in PostgreSQL: the contract, other processes that write, and a server that goes."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator

import pytest

from engine.errors import ConcurrentAppend, StoreUnavailable
from engine.store.database import open_database
from engine.store.log.sql import SqlStore
from tests.store.contract import StoreContract
from tests.support.logs import ready
from tests.support.postgres import Cluster


class TestPostgres(StoreContract):
    """Keeps the contract."""

    @pytest.fixture
    async def store(self, postgres_url: str) -> AsyncIterator[SqlStore]:
        database = await open_database(postgres_url)
        yield database.store
        await database.close()


async def test_a_server_that_restarts_is_found_again(postgres: Cluster, postgres_url: str) -> None:
    database = await open_database(postgres_url)
    await database.store.append("r", 0, ready(1, "a"))
    postgres.stop()
    with pytest.raises(StoreUnavailable):
        await database.store.append("r", 1, ready(2, "b"))
    with pytest.raises(StoreUnavailable):
        await database.store.read("r")
    with pytest.raises(StoreUnavailable):
        await database.sessions.find_seat("token")
    postgres.start()
    await database.store.append("r", 1, ready(2, "b"))
    assert len(await database.store.read("r")) == 2
    await database.close()


async def test_a_server_that_is_not_there_is_unavailable(postgres_url: str) -> None:
    with pytest.raises(StoreUnavailable):
        await open_database(postgres_url.replace("host=", "host=/nowhere"))


async def test_processes_that_open_at_once_migrate_once(postgres_url: str) -> None:
    databases = await asyncio.gather(*(open_database(postgres_url) for _ in range(3)))
    for number, database in enumerate(databases):
        await database.store.append("r", number, ready(number + 1, f"c{number}"))
        await database.close()


async def test_writers_of_other_processes_lose_or_win_whole(postgres_url: str) -> None:
    """Three pools write groups over the same runs in different orders: no jam, no gap, no half."""
    databases = [await open_database(postgres_url) for _ in range(3)]

    async def write(writer: int) -> int:
        won = 0
        for number in range(12):
            runs = [f"r{(writer + number + place) % 5}" for place in range(5)]
            won += sum(await asyncio.gather(*(_try(writer, number, run) for run in runs)))
        return won

    async def _try(writer: int, number: int, run: str) -> bool:
        store = databases[writer].store
        seq = len(await store.read(run))
        try:
            await store.append(run, seq, ready(seq + 1, f"{writer}.{number}", count=3))
        except ConcurrentAppend:
            return False
        return True

    won = sum(await asyncio.gather(*(write(writer) for writer in range(3))))
    logs = [await databases[0].store.read(f"r{n}") for n in range(5)]
    for database in databases:
        await database.close()
    assert sum(len(log) for log in logs) == 3 * won
    assert won >= 12
    for log in logs:
        assert [r.seq for r in log] == list(range(1, len(log) + 1))
        commands = [r.command for r in log]
        assert commands[::3] == commands[1::3] == commands[2::3]
