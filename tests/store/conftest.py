"""Databases for the tests of the store: each test has its own."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from engine.store.database import Database, open_database
from tests.support.clock import Now
from tests.support.postgres import postgres as postgres
from tests.support.postgres import postgres_url as postgres_url


@pytest.fixture(autouse=True)
def backups_of_upgrades(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """What is backed up before an upgrade lies with the test's own things."""
    monkeypatch.setenv("HONGCHUAN_HOME", str(tmp_path))


@pytest.fixture
def sqlite_url(tmp_path: Path) -> str:
    """A file that isn't there yet, in a folder that isn't either."""
    return f"sqlite:///{tmp_path}/var/test.db"


@pytest.fixture(params=["sqlite_url", "postgres_url"])
def url(request: pytest.FixtureRequest) -> str:
    """An empty database of each kind."""
    found: str = request.getfixturevalue(request.param)
    return found


@pytest.fixture
def now() -> Now:
    """The clock of `database`."""
    return Now()


@pytest.fixture
async def database(url: str, now: Now) -> AsyncIterator[Database]:
    """An open database of each kind."""
    opened = await open_database(url, clock=now)
    yield opened
    await opened.close()
