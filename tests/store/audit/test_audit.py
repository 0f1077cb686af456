"""The audit log: one chain, whoever writes; nothing is changed in it unseen, and nothing floods it."""

from __future__ import annotations

import asyncio
import sqlite3
from contextlib import closing
from pathlib import Path

import pytest
from msgspec.structs import replace

from engine.errors import StoreUnavailable
from engine.store.audit.refused import BURST
from engine.store.audit.trail import Entry, found_by
from engine.store.backup.verify import verify_database
from engine.store.database import Database, open_database
from tests.support.clock import FakeClock


def act(number: int = 0, who: str = "admin") -> Entry:
    return Entry(kind="staff", who=who, act="command start", target=f"s{number}", address="::1")


def refusal(code: str = "held", seat: str = "s1") -> Entry:
    return Entry(kind="seat", who=seat, act="command submit", target="r", outcome=code)


async def test_several_workers_write_one_chain(url: str) -> None:
    workers = [await open_database(url) for _ in range(3)]
    await asyncio.gather(
        *(worker.audit.act(act(number, f"w{place}"))
          for number in range(40) for place, worker in enumerate(workers))
    )  # fmt: skip
    entries = await workers[0].audit.read(limit=1000)
    assert [entry.seq for entry in entries] == list(range(120, 0, -1))
    for worker in workers:
        await worker.close()
    found = await verify_database(url)
    assert not found.problems
    assert found.chain.seq == 120
    assert found.chain.hash == entries[0].hash


async def test_entries_are_found(database: Database) -> None:
    audit = database.audit
    await audit.act(act())
    await audit.act(Entry(kind="staff", who="周", act="POST /sessions/{name}/address", branch="b"))
    audit.refused(refusal())
    await audit.close()
    assert [one.who for one in await audit.read()] == ["s1", "周", "admin"]
    assert [one.who for one in await audit.read(limit=1, below=3)] == ["周"]
    for wanted, who in (
        ({"who": "周"}, ["周"]), ({"act": "command"}, ["s1", "admin"]), ({"refused": True}, ["s1"]),
        ({"branch": "b"}, ["周"]), ({"since_ms": 1}, ["s1", "周", "admin"]), ({"until_ms": 1}, []),
        ({"act": "%"}, []),
    ):  # fmt: skip
        assert [one.who for one in await audit.read(*found_by(**wanted))] == who, wanted


@pytest.fixture
async def chain(tmp_path: Path) -> Path:
    """A log of nine entries."""
    path = tmp_path / "x.db"
    database = await open_database(f"sqlite:///{path}")
    for number in range(1, 10):
        await database.audit.act(act(number))
    await database.close()
    return path


TAMPERED = {
    "UPDATE audit SET who = 'other' WHERE seq = 4": ["第 4 条被改过"],
    "UPDATE audit SET outcome = 'held' WHERE seq = 1": ["第 1 条被改过"],
    "UPDATE audit SET at_ms = at_ms + 1 WHERE seq = 9": ["第 9 条被改过"],
    "DELETE FROM audit WHERE seq = 5": ["少了第 5 条"],
    "DELETE FROM audit WHERE seq BETWEEN 1 AND 3": ["少了第 1–3 条"],
    "UPDATE audit SET hash = 'x', previous = 'x' WHERE seq = 7":
        ["第 7 条与前一条接不上", "第 7 条被改过", "第 8 条与前一条接不上"],
    "INSERT INTO audit SELECT seq + 5, at_ms, kind, who, branch, act, target, outcome, count,"
    " address, previous, hash FROM audit WHERE seq = 5": [
        "第 10 条与前一条接不上", "第 10 条被改过"],
}  # fmt: skip


@pytest.mark.parametrize("statement", TAMPERED)
async def test_a_changed_row_is_found_with_its_place(statement: str, chain: Path) -> None:
    with closing(sqlite3.connect(chain)) as db:
        db.execute(statement)
        db.commit()
    found = await verify_database(f"sqlite:///{chain}")
    assert len(found.problems) == len(TAMPERED[statement])
    for problem, place in zip(found.problems, TAMPERED[statement], strict=True):
        assert place in problem


async def test_a_tail_cut_off_shows_by_the_head_noted(chain: Path) -> None:
    url = f"sqlite:///{chain}"
    head = (await verify_database(url)).chain.hash
    assert not (await verify_database(url, head)).problems
    with closing(sqlite3.connect(chain)) as db:
        db.execute("DELETE FROM audit WHERE seq > 7")
        db.commit()
    assert not (await verify_database(url)).problems, "the chain alone can't show it"
    assert len((await verify_database(url, head)).problems) == 1


async def test_a_flood_of_refusals_becomes_a_count(sqlite_url: str) -> None:
    clock = FakeClock()
    database = await open_database(sqlite_url, clock=clock.now_ms)
    for _ in range(10_000):
        database.audit.refused(refusal())
    await database.audit.close()
    first, rest = reversed(await database.audit.read())
    assert (first.count, rest.count) == (1, 9_999)
    for number in range(10_000):
        database.audit.refused(refusal(seat=f"s{number}"))
    await database.audit.close()
    entries = await database.audit.read(limit=20_000)
    assert len(entries) < BURST + 10
    assert sum(entry.count for entry in entries) == 20_000, "every one of them is counted"
    assert entries[0].kind == "many"
    await database.close()
    assert not (await verify_database(sqlite_url)).problems


async def test_what_cannot_be_written_is_owed_and_stops_further_acts(tmp_path: Path) -> None:
    path = tmp_path / "x.db"
    database = await open_database(f"sqlite:///{path}", busy_ms=50)
    audit = database.audit
    await audit.ready()
    with closing(sqlite3.connect(path)) as other:
        other.execute("BEGIN IMMEDIATE")
        with pytest.raises(StoreUnavailable):
            await audit.act(act(1))
        with pytest.raises(StoreUnavailable):
            await audit.ready()
        other.rollback()
    await audit.ready()
    await audit.act(act(2))
    assert [entry.target for entry in await audit.read()] == ["s2", "s1"]
    await database.close()


async def test_what_no_database_can_keep_stops_nobody(database: Database) -> None:
    audit = database.audit
    nobody = Entry(kind="nobody", act="POST /x", target="a\0b\x1b[2J\ud800", outcome="not_found")
    audit.refused(nobody)
    audit.refused(replace(refusal(), count=2**80))
    with pytest.raises(StoreUnavailable):
        await audit.act(replace(act(1), count=2**80))
    await audit.ready()
    await audit.act(act(2))
    await audit.close()
    found = [entry.target for entry in await audit.read()]
    assert [target for target in found if target] == ["s2", "a\ufffdb\ufffd[2J\ufffd"]


async def test_one_that_cannot_be_kept_takes_no_others_along(database: Database) -> None:
    audit = database.audit
    told = [replace(act(number), count=2**80 if number == 3 else 1) for number in range(6)]
    done = await asyncio.gather(*(audit.act(each) for each in told), return_exceptions=True)
    assert [isinstance(each, StoreUnavailable) for each in done] == [
        number == 3 for number in range(6)
    ]
    await audit.ready()
    assert len(await audit.read()) == 5


async def test_refusals_are_never_owed(tmp_path: Path) -> None:
    path = tmp_path / "x.db"
    database = await open_database(f"sqlite:///{path}", busy_ms=50)
    with closing(sqlite3.connect(path)) as other:
        other.execute("BEGIN IMMEDIATE")
        database.audit.refused(refusal())
        await database.audit.close()
        await database.audit.ready()
        other.rollback()
    await database.audit.close()
    assert [entry.kind for entry in await database.audit.read()] == ["many"]
    await database.close()


async def test_strangers_do_not_use_up_what_is_told_of_accounts(sqlite_url: str) -> None:
    database = await open_database(sqlite_url, clock=FakeClock().now_ms)
    audit = database.audit
    for number in range(3_000):
        told = Entry(kind="nobody", act="POST /x", target=f"t{number}", outcome="not_found")
        audit.refused(told)
        audit.refused(replace(told, address=f"2001:db8::{number:x}"))
        audit.refused(refusal(seat=f"s{number}"))
    audit.refused(replace(act(), act="login", outcome="wrong_password"))
    await audit.close()
    found = await audit.read(limit=9_000)
    assert [one.who for one in found if one.kind == "staff"] == ["admin"]
    nobody = [(one.address, one.count) for one in found if one.kind == "nobody"]
    assert len(nobody) == 4, "each of a kind and place, and how often again"
    assert sum(one.count for one in found) == 9_001
    await database.close()
