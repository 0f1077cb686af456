"""Who plays waits for one other writer at the most, however many write without end. The kind: everybody
races for what only one can have, and whoever asks most often has it most often."""

from __future__ import annotations

import asyncio
import itertools
from typing import Final

import pytest
from sqlalchemy import event, text

from engine.errors import StoreUnavailable
from engine.store.audit import trail
from engine.store.audit.entries import Entry
from engine.store.database import open_database
from engine.store.precedence import Precedence, holds, reads, writes
from tests.support.logs import ready
from tests.support.patience import PATIENCE_S, comes, soon

WRITERS: Final = 4
APPENDS: Final = 20


async def test_an_append_waits_for_one_other_writer_at_the_most(sqlite_url: str) -> None:
    database = await open_database(sqlite_url)
    written = 0

    async def hog() -> None:
        nonlocal written
        while True:
            await database.audit.act(Entry(kind="server", act="x"))
            written += 1

    async def row() -> None:
        nonlocal written
        for number in itertools.count():
            await database.attempts.begin(f"n{number}", "192.0.2.1")
            written += 1

    hogs = [asyncio.create_task(one()) for one in (hog, *[row] * WRITERS)]
    await comes(lambda: written > WRITERS)
    meanwhile = []
    for seq in range(APPENDS):
        before = written
        await soon(database.store.append("r", seq, ready(seq + 1, f"c{seq}")))
        meanwhile.append(written - before)
    for one in hogs:
        one.cancel()
    await asyncio.gather(*hogs, return_exceptions=True)
    await database.close()
    assert max(meanwhile) <= 2, meanwhile  # one that had it, and one told of in the same turn
    assert written > APPENDS / 2, "the others have their turns between"


class Stage:
    """A row, and what becomes of those who stand in it."""

    def __init__(self, patience_s: float = PATIENCE_S) -> None:
        self.row = Precedence(patience_s)
        self.said: list[str] = []
        self.over: dict[str, asyncio.Event] = {}

    async def rows(self, name: str) -> None:
        """One of the others."""
        self.over[name] = asyncio.Event()
        async with self.row.turn():
            self.said.append(name)
            await self.over[name].wait()

    def log(self, name: str) -> None:
        """A group of the log."""
        self.row.first(lambda: self.said.append(name), lambda: self.said.append(f"{name} gave up"))


async def test_the_log_goes_first_and_lets_one_of_the_others_between() -> None:
    stage = Stage()
    tasks = [asyncio.create_task(stage.rows(name)) for name in "abc"]
    await comes(lambda: stage.said == ["a"])
    stage.log("log 1")
    stage.over["a"].set()
    await comes(lambda: len(stage.said) == 2)
    stage.row.done()  # the first group is written
    stage.log("log 2")
    await comes(lambda: len(stage.said) == 3)
    stage.over["b"].set()
    await comes(lambda: len(stage.said) == 4)
    stage.row.done()
    await comes(lambda: len(stage.said) == 5)
    stage.over["c"].set()
    await soon(asyncio.gather(*tasks))
    assert stage.said == ["a", "log 1", "b", "log 2", "c"]
    stage.log("log 3")
    assert stage.said[-1] == "log 3", "nobody has it"


async def test_a_turn_that_is_given_to_somebody_who_has_gone_is_passed_on() -> None:
    stage = Stage()
    stage.log("log")
    gone, next_ = (asyncio.create_task(stage.rows(name)) for name in ("gone", "b"))
    await comes(lambda: len(stage.row._row) == 2)
    stage.row.done()  # it is their turn
    gone.cancel()
    await comes(lambda: stage.said[-1] == "b")
    stage.over["b"].set()
    await soon(next_)
    assert gone.cancelled()
    assert stage.said == ["log", "b"]


async def test_who_waits_too_long_is_told_and_stands_in_nobodys_way() -> None:
    stage = Stage(0.01)
    holder = asyncio.create_task(stage.rows("a"))
    await comes(lambda: stage.said == ["a"])
    with pytest.raises(StoreUnavailable):
        await soon(stage.rows("b"))
    stage.log("log")
    await comes(lambda: stage.said == ["a", "log gave up"])
    stage.over["a"].set()
    await soon(holder)
    stage.log("log 2")
    assert stage.said[-1] == "log 2"


async def test_who_has_a_connection_or_waits_for_one_says_so(sqlite_url: str) -> None:
    """`web/door/weir.py` lets those on at once: what they hold, players wait for."""
    database = await open_database(sqlite_url)
    held = []
    for one in (reads, writes):
        async with one(database.engine) as db:
            await db.execute(text("SELECT 1"))
            held.append(holds())
        held.append(holds())
    await database.close()
    assert held == [True, False, True, False]


async def test_refusals_that_nobody_waits_for_are_written_together(
    sqlite_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(trail, "GATHERED_S", PATIENCE_S)
    database = await open_database(sqlite_url)
    commits = 0

    @event.listens_for(database.engine.sync_engine, "commit")
    def committed(_: object) -> None:
        nonlocal commits
        commits += 1

    for number in range(50):
        told = Entry(kind="nobody", act="live", outcome="x", address=f"192.0.2.{number}")
        database.audit.refused(told)
        await asyncio.sleep(0)
    assert commits == 0
    await soon(database.audit.act(Entry(kind="server", act="x")))  # somebody waits
    assert commits == 1
    assert len(await database.audit.read()) == 51
    database.audit.refused(Entry(kind="nobody", act="live", outcome="y", address="192.0.2.1"))
    await soon(database.close())  # waits for no more to come
