"""That processes run, as whoever comes after them finds it, on both kinds of database."""

from __future__ import annotations

from engine.store.database import Database
from engine.store.place.alive import KEPT_MS, Life


async def test_a_life_is_one_row_however_often_it_is_told(database: Database) -> None:
    for until_ms in (1_000, 6_000, 11_000):
        await database.alive.mark(Life("one", 1_000, until_ms))
    await database.alive.mark(Life("other", 3_000, 4_000))
    await database.alive.mark(Life("one", 60_000, 60_000))
    assert sorted(await database.alive.lives(), key=lambda life: life.from_ms) == [
        Life("one", 1_000, 11_000),
        Life("other", 3_000, 4_000),
        Life("one", 60_000, 60_000),
    ]


async def test_what_is_long_over_is_dropped(database: Database) -> None:
    await database.alive.mark(Life("old", 1_000, 2_000))
    await database.alive.mark(Life("new", 3_000 + KEPT_MS, 3_000 + KEPT_MS))
    assert [life.process for life in await database.alive.lives()] == ["new"]
