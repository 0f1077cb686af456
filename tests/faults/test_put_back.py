"""P15: a backup is put back over what is there, on PostgreSQL, and that back again."""

from __future__ import annotations

import asyncio
from pathlib import Path

import pytest
from typer.testing import CliRunner

from engine.cli import main
from engine.errors import StoreUnavailable
from engine.store.audit.entries import typed
from engine.store.backup.backup import restore
from engine.store.backup.verify import verify_database
from engine.store.database import open_database
from tests.faults.conftest import postgres, postgres_url
from tests.faults.test_backup import file, prepared

__all__ = ["file", "postgres", "postgres_url"]


async def names_in(url: str) -> list[str]:
    """Who sits in the first run, and can still be given a seat: what was put back is written on."""
    database = await open_database(url)
    try:
        found = [*(await database.sessions.names("r0")).values()]
        await database.audit.act(typed("console look"))
        return found
    finally:
        await database.close()


def test_the_command_puts_back_over_what_is_there_and_that_back_again(
    postgres_url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """On PostgreSQL: a later state, with more people; what it replaced is kept first, and put
    back over it likewise. Each is sound, has its own people, and is written on."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("HONGCHUAN_DATABASE_URL", postgres_url)
    monkeypatch.setenv("HONGCHUAN_SECRET_FILE", str(tmp_path / "no secret here"))
    asyncio.run(prepared(postgres_url))
    before = asyncio.run(names_in(postgres_url))

    async def somebody_more() -> None:
        database = await open_database(postgres_url)
        await database.sessions.create_seat("r0", "钱二")
        await database.close()

    invoke = CliRunner().invoke
    assert invoke(main, ["backup", "first.backup"]).exit_code == 0
    asyncio.run(somebody_more())
    after = asyncio.run(names_in(postgres_url))
    assert len(after) == len(before) + 1

    asked = invoke(main, ["restore", "first.backup"], input="n\n")
    assert asked.exit_code == 1
    assert asyncio.run(names_in(postgres_url)) == after, "nothing was done"
    for name, there in (("first.backup", before), ("", after), ("first.backup", before)):
        [*kept] = sorted(Path("var").glob("*.before-restore-*.backup"))
        told = invoke(main, ["restore", name or str(kept[-1]), "--yes"])
        assert told.exit_code == 0, told.output
        assert len([*Path("var").glob("*.before-restore-*.backup")]) == len(kept) + 1
        assert asyncio.run(names_in(postgres_url)) == there
        assert "没有记进" not in told.output
        assert not asyncio.run(verify_database(postgres_url)).problems


async def test_what_fails_half_way_leaves_what_was_there(
    file: Path, postgres_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The tables are taken away and filled again in one transaction."""
    await prepared(postgres_url)
    there = await names_in(postgres_url)

    async def cut(*_: object) -> None:
        raise OSError(28, "No space left on device")

    with monkeypatch.context() as full:
        full.setattr("engine.store.backup.backup._insert", cut)
        with pytest.raises(StoreUnavailable):
            await restore(postgres_url, file, over=True)
    assert await names_in(postgres_url) == there
    assert not (await verify_database(postgres_url)).problems
