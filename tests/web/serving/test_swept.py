"""The file's house-keeping. A file of an earlier version is written anew once, and never while people
may be coming in. The kind: what everybody waits for, begun because nobody is there just now."""

from __future__ import annotations

import shutil
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest

from engine.evening.forgetting import DAY_MS, Keeper
from engine.store.database import Database
from engine.store.place.custody import holding
from tests.support.inside import Inside, inside, small

PASSWORD = "一个测试用的密码"


@pytest.fixture
def app(tmp_path: Path) -> Iterator[Inside]:
    with inside(small(tmp_path, admin_password=PASSWORD)) as made:
        yield made


async def as_before(database: Database) -> None:
    """As a version left it that didn't overwrite what it erased."""
    async with database.engine.connect() as db:
        await db.exec_driver_sql("PRAGMA user_version=0")
        await db.commit()


async def made_long_ago(database: Database) -> None:
    async with database.engine.execution_options(writing=True).begin() as db:
        await db.exec_driver_sql(f"UPDATE sessions SET created_ms = created_ms - {DAY_MS * 2}")


def test_it_waits_until_nobody_may_be_joining(app: Inside) -> None:
    services, keeper = app.services, Keeper(app.services)
    database = services.database
    account = {"name": "admin", "password": PASSWORD}
    token = app.ask("POST", "/api/token", json=account).json()["token"]
    headers = {"authorization": f"Bearer {token}"}
    wish = {"scenario": "first-congress-demo"}
    session = app.ask("POST", "/api/sessions", json=wish, headers=headers).json()
    app.run(as_before(database))
    services.scrub = True

    app.run(keeper.scrub())
    assert app.run(database.unswept()), "the code is on the wall"
    assert services.scrub, "it is tried again"

    app.run(made_long_ago(database))
    run = session["runs"][0]

    with services.host.watch(run):
        app.run(keeper.scrub())
    assert app.run(database.unswept()), "somebody is there"

    app.run(keeper.scrub())
    assert not app.run(database.unswept())
    assert not services.scrub


def test_what_is_only_in_the_log_is_missed_without_it(tmp_path: Path) -> None:
    """Killed at any moment, the database without its `-wal` is older than the word in its lock."""
    settings = small(tmp_path, admin_password=PASSWORD)
    file = tmp_path / "test.db"
    with holding(settings.database_url) as custody:
        with inside(settings) as app:
            for _ in range(2):
                app.run(Keeper(app.services).witness())
            alone = tmp_path / "alone.db"
            shutil.copy(file, alone)
        with closing(sqlite3.connect(alone)) as db:
            [[newest_ms]] = db.execute("SELECT max(until_ms) FROM alive")
            assert db.execute("SELECT count(*) FROM accounts").fetchone() == (1,)
    with holding(settings.database_url) as after:
        assert after.before.kept_ms > newest_ms > 0
    assert custody.before.kept_ms == 0
