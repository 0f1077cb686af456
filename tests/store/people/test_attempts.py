"""Failed logins are counted for all workers alike, on both kinds of database."""

from __future__ import annotations

import asyncio

import pytest
from sqlalchemy import text

from engine.store.database import Database
from engine.store.people.attempts import (
    HOUR_MS,
    KNOWN_MS,
    LOCK_OUT_AFTER,
    LOCK_OUT_MS,
    SLOW_AFTER,
    SLOW_MS,
    Attempts,
)
from tests.support.clock import Now

HERE, THERE = "192.0.2.1", "192.0.2.2"


@pytest.fixture
def attempts(database: Database) -> Attempts:
    return database.attempts


async def fail(attempts: Attempts, times: int, address: str = HERE) -> list[int]:
    return [await attempts.begin("admin", address) for _ in range(times)]


async def test_ten_failures_lock_that_address_out_for_five_minutes(
    attempts: Attempts, now: Now
) -> None:
    assert await fail(attempts, LOCK_OUT_AFTER) == [0] * LOCK_OUT_AFTER
    assert await attempts.begin("admin", HERE) == LOCK_OUT_MS
    assert await attempts.begin("admin", THERE) == 0, "nobody is locked out by a stranger"
    assert await attempts.begin("somebody else", HERE) == 0
    now.ms += LOCK_OUT_MS
    assert await attempts.begin("admin", HERE) == 0, "it is over, and counted afresh"
    assert await attempts.begin("admin", HERE) == 0


async def test_tries_at_once_are_counted_one_by_one(attempts: Attempts) -> None:
    waits = await asyncio.gather(*(attempts.begin("admin", HERE) for _ in range(16)))
    assert sorted(waits)[:LOCK_OUT_AFTER] == [0] * LOCK_OUT_AFTER
    assert min(sorted(waits)[LOCK_OUT_AFTER:]) > 0


async def test_a_success_forgets_the_failures(attempts: Attempts) -> None:
    await fail(attempts, LOCK_OUT_AFTER)
    await attempts.succeeded("admin", HERE)
    assert await fail(attempts, LOCK_OUT_AFTER) == [0] * LOCK_OUT_AFTER


async def test_a_network_is_slowed_down_and_who_is_known_there_is_not(
    attempts: Attempts, now: Now
) -> None:
    await attempts.begin("admin", HERE)
    await attempts.succeeded("admin", HERE)
    for number in range(SLOW_AFTER):
        assert await attempts.begin("admin", f"192.0.2.{100 + number}") == 0
    assert await attempts.begin("admin", THERE) == SLOW_MS
    assert await attempts.begin("admin", HERE) == 0, "it has logged in from there before"
    assert await attempts.begin("admin", "198.51.100.1") == 0, "strangers take no turns elsewhere"
    now.ms += SLOW_MS
    assert await attempts.begin("admin", THERE) == 0, "one in ten seconds"
    assert await attempts.begin("admin", THERE) == SLOW_MS
    now.ms += HOUR_MS
    assert await fail(attempts, 3, THERE) == [0, 0, 0]


async def test_an_ipv6_network_is_one_address(attempts: Attempts) -> None:
    for number in range(LOCK_OUT_AFTER):
        assert await attempts.begin("admin", f"2001:db8:0:1::{number:x}") == 0
    assert await attempts.begin("admin", "2001:db8:0:1:ffff::1") == LOCK_OUT_MS
    assert await attempts.begin("admin", "2001:db8:0:2::1") == 0
    for _ in range(LOCK_OUT_AFTER):
        await attempts.begin("admin", "::ffff:192.0.2.1")
    assert await attempts.begin("admin", HERE) == LOCK_OUT_MS


async def test_old_rows_are_forgotten(database: Database, attempts: Attempts, now: Now) -> None:
    await fail(attempts, 1)
    now.ms += KNOWN_MS + 1
    await fail(attempts, 1, THERE)
    async with database.engine.connect() as db:
        rows = await db.execute(text("SELECT address FROM attempts ORDER BY address"))
        assert [row.address for row in rows] == ["192.0.2.0/24", THERE]
