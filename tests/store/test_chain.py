"""Whoever has the database and not the secret is told where they changed it."""

from __future__ import annotations

from pathlib import Path

import pytest
from sqlalchemy import text

from engine.store.database import open_database, writing
from engine.store.verify import verify_database
from tests.support.logs import opened, ready

EDITS = {
    "change": "UPDATE events SET body = CAST(replace(body, 's1', 's2') AS BLOB) WHERE seq = 2",
    "remove": "DELETE FROM events WHERE run = 'r' AND seq = 2",
    "swap": "UPDATE events SET link = (SELECT link FROM events WHERE seq = 3) WHERE seq = 2",
    "move": "UPDATE events SET run = 'other'",
    "strip": "UPDATE events SET link = ''",
    "strip the end": "UPDATE events SET link = '' WHERE seq = 4",
}


async def _kept(url: str) -> str:
    database = await open_database(url, secret="mine")
    await database.store.append("r", 0, opened())
    for seq in range(2, 5):
        await database.store.append("r", seq - 1, ready(seq, f"c{seq}", by="s1"))
    head = (await database.store.appends("r"))[-1].link
    await database.close()
    return head


async def _told(url: str, secret: str = "mine", head: str = "") -> list[str]:
    found = await verify_database(url, head, (secret,))
    return [each for each in found.problems if "不属于任何一场" not in each]


@pytest.mark.parametrize("edit", EDITS.values(), ids=EDITS.keys())
async def test_an_edit_of_the_database_is_told(tmp_path: Path, edit: str) -> None:
    url = f"sqlite:///{tmp_path / 'a.db'}"
    head = await _kept(url)
    assert await _told(url, head=head) == []
    database = await open_database(url, secret="mine")
    async with writing(database.engine).begin() as connection:
        await connection.execute(text(edit))
    await database.close()
    assert await _told(url)


async def test_a_tail_cut_off_is_told_by_a_noted_head(tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path / 'a.db'}"
    head = await _kept(url)
    database = await open_database(url, secret="mine")
    async with writing(database.engine).begin() as connection:
        await connection.execute(text("DELETE FROM events WHERE seq = 4"))
    await database.close()
    assert await _told(url) == []
    assert len(await _told(url, head=head)) == 1


async def test_another_secrets_chain_is_told(tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path / 'a.db'}"
    await _kept(url)
    assert "密钥" in (await _told(url, "other"))[0]
