"""Drafts: every state is kept, and nobody overwrites what they haven't seen."""

from __future__ import annotations

import asyncio
from typing import Any

import pytest
from sqlalchemy.exc import OperationalError
from sqlalchemy.ext.asyncio import AsyncConnection

from engine.errors import StoreUnavailable
from engine.store.database import Database
from engine.store.scripts.drafts import Draft, StaleDraft


async def save(database: Database, text: bytes, base: int, author: str = "甲") -> Draft:
    return await database.drafts.save("s", text, base=base, author=author)


async def test_history_grows_and_the_newest_is_first(database: Database) -> None:
    assert await database.drafts.newest("s") is None
    first = await save(database, b"one", 0)
    second = await save(database, b"two", first.number, "乙")
    history = await database.drafts.history("s")
    assert [(saved.number, saved.author) for saved in history] == [(2, "乙"), (1, "甲")]
    assert await database.drafts.newest("s") == second
    assert await database.drafts.names() == ["s"]


async def test_saving_the_same_again_adds_nothing(database: Database) -> None:
    first = await save(database, b"one", 0)
    assert await save(database, b"one", 7) == first
    assert len(await database.drafts.history("s")) == 1


async def test_what_others_saved_meanwhile_is_shown_and_kept(database: Database) -> None:
    first = await save(database, b"one", 0)
    await save(database, b"theirs", first.number, "乙")
    with pytest.raises(StaleDraft) as caught:
        await save(database, b"mine", first.number)
    assert caught.value.theirs.text == b"theirs"
    assert caught.value.theirs.author == "乙"
    merged = await save(database, b"both", caught.value.theirs.number)
    assert merged.number == 3


async def test_two_at_once_are_not_both_saved(database: Database) -> None:
    results = await asyncio.gather(
        *(save(database, f"{n}".encode(), 0) for n in range(4)), return_exceptions=True
    )
    saved = [result for result in results if isinstance(result, Draft)]
    assert len(saved) == 1
    assert all(isinstance(result, Draft | StaleDraft) for result in results)


async def test_what_an_import_does_not_bring_stays(database: Database) -> None:
    drafts = database.drafts
    assert await drafts.keep_files("s", {"a.svg": b"1", "b.svg": b"2"}) == []
    assert await drafts.keep_files("s", {}) == []
    assert await drafts.keep_files("s", {"b.svg": b"3", "c.svg": b"4"}) == ["b.svg"]
    assert await drafts.files("s") == {"a.svg": b"1", "b.svg": b"3", "c.svg": b"4"}
    assert await drafts.files("other") == {}


async def test_what_was_replaced_or_laid_aside_is_brought_back(database: Database) -> None:
    drafts = database.drafts
    for body in (b"1", b"2", b"3"):
        await drafts.keep_files("s", {"a.svg": body})
    assert await drafts.lay_aside("s", "a.svg")
    assert not await drafts.lay_aside("s", "a.svg"), "it is gone already"
    assert await drafts.files("s") == {}
    laid = await drafts.aside("s")
    assert len({one.at_ms for one in laid}) == 3, "each of them, though no time went by"
    for one, body in zip(laid, (b"3", b"2", b"1"), strict=True):
        assert await drafts.bring_back("s", "a.svg", one.at_ms)
        assert await drafts.files("s") == {"a.svg": body}
    assert len(await drafts.aside("s")) == 2
    assert not await drafts.bring_back("s", "a.svg", 7)
    assert not await drafts.bring_back("other", "a.svg", laid[0].at_ms)


@pytest.mark.parametrize("place", range(5))
async def test_a_package_is_taken_in_whole_or_not_at_all(
    database: Database, monkeypatch: pytest.MonkeyPatch, place: int
) -> None:
    """Whichever of its writes the disk has no room for: a draft, a file laid aside, a new one."""
    await database.drafts.take_in("s", b"one", {"a.png": b"old"}, author="甲")
    execute, writes = AsyncConnection.execute, 0

    async def full(self: AsyncConnection, statement: Any, *rest: Any, **more: Any) -> Any:
        nonlocal writes
        if getattr(statement, "is_dml", False):
            writes += 1
            if writes == place + 1:
                raise OperationalError("", None, Exception("database or disk is full"))
        return await execute(self, statement, *rest, **more)

    files = {"a.png": b"new", "b.png": b"more"}
    with monkeypatch.context() as patched:
        patched.setattr(AsyncConnection, "execute", full)
        with pytest.raises(StoreUnavailable):
            await database.drafts.take_in("s", b"two", files, author="乙")
    newest = await database.drafts.newest("s")
    assert newest is not None
    assert newest.text == b"one"
    assert await database.drafts.files("s") == {"a.png": b"old"}
    assert await database.drafts.aside("s") == []
    assert await database.drafts.take_in("s", b"two", files, author="乙") == ["a.png"]
    assert await database.drafts.files("s") == files
