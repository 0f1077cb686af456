"""What is in the menu stays what it is until somebody puts something else there, or takes it back."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from types import MappingProxyType

import pytest

from engine.store.database import Database, open_database
from engine.store.scripts.puts import Put

NONE: Mapping[str, bytes] = MappingProxyType({})


async def put(
    database: Database, number: int = 1, files: Mapping[str, bytes] = NONE, *, name: str = "s",
    proved: bool = True,
) -> Put:  # fmt: skip
    digest = f"d{number}"
    await database.texts.keep(digest, "s", "1", digest.encode())
    kept = await database.pictures.keep(files)
    return await database.menu.put(name, number, digest, kept, who="甲", proved=proved)


async def test_what_is_put_there_just_so_again_stays(database: Database) -> None:
    first = await put(database, files={"a.png": b"a"})
    assert await put(database, files={"a.png": b"a"}) == first
    assert await database.menu.current() == [first]
    assert set(await database.menu.files(first.id)) == {"a.png"}


@pytest.mark.parametrize(
    "anew",
    [{"number": 2}, {"proved": False}, {"files": {"a.png": b"b"}}, {"files": {}}],
    ids=["another draft", "unproved", "another picture", "no picture"],
)
async def test_what_differs_takes_its_place(database: Database, anew: dict[str, object]) -> None:
    first = await put(database, files={"a.png": b"a"})
    asked = {"number": 1, "proved": True, "files": {"a.png": b"a"}} | anew
    second = await put(database, **asked)  # type: ignore[arg-type]
    assert second.id != first.id
    assert await database.menu.current() == [second]
    [now, before] = await database.menu.of_script("s")
    assert (now, before.id, before.taken_by) == (second, first.id, "甲")
    assert before.taken_ms is not None
    assert before.taken_ms >= before.at_ms


async def test_it_is_taken_back_once_and_by_its_own_act_only(database: Database) -> None:
    first = await put(database)
    second = await put(database, 2)
    assert not await database.menu.take_back("s", first.id, who="乙"), "another took its place"
    assert not await database.menu.take_back("other", second.id, who="乙")
    assert await database.menu.take_back("s", second.id, who="乙")
    assert not await database.menu.take_back("s", second.id, who="乙"), "pressed twice"
    assert await database.menu.current() == []
    kept = await database.menu.find(second.id)
    assert kept is not None
    assert kept.taken_by == "乙"
    assert (await put(database, 2)).id != second.id, "and can be put there again"


async def test_each_branch_has_its_own(database: Database) -> None:
    both = [await put(database, name=name) for name in ("s", "s@b1")]
    assert await database.menu.current() == both
    assert [one.branch for one in both] == ["", "b1"]
    await database.menu.take_back("s@b1", both[1].id, who="乙")
    assert await database.menu.current() == both[:1]


async def test_two_workers_at_once_make_one(database: Database, url: str) -> None:
    other = await open_database(url)
    try:
        found = await asyncio.gather(*(put(one) for one in (database, other) * 3))
        assert len({one.id for one in found}) == 1
        assert await other.menu.current() == await database.menu.current() == [found[0]]
    finally:
        await other.close()
