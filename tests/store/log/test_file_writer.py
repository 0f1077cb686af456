"""The thread that writes the logs into a SQLite file: how little it does for an append, and that after
trouble at any step nothing is written, nothing is acknowledged, and the next append works."""

from __future__ import annotations

import asyncio
import sqlite3
import threading
from collections import Counter
from collections.abc import AsyncIterator, Callable
from functools import partial
from pathlib import Path
from unittest.mock import Mock

import pytest
from sqlalchemy import text

from engine.errors import ConcurrentAppend, StoreUnavailable, Unkeepable
from engine.rules.chain import judged, key_of
from engine.store import database as opening
from engine.store.database import Database, open_database, writing
from engine.store.log import file as writers
from engine.store.log.file import FileWriter
from tests.support.logs import ready
from tests.support.patience import soon

SECRET = "kept"
STEPS_MAX = 500
RUNS = ("a", "b", "c")


class Hand:
    """Reaches into the thread: sees its statements, stops it after so many steps."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self.said: Counter[str] = Counter()
        """How often each statement was begun, by its first word."""
        self.stop_after: int | None = None
        """Steps of SQLite's machine until it is interrupted; None: it isn't."""
        self.connections: list[sqlite3.Connection] = []
        monkeypatch.setattr(opening, "_prepare", partial(self._prepare, opening._prepare))

    def _prepare(self, real: Callable[..., None], connection: object, *, busy_ms: int) -> None:
        real(connection, busy_ms=busy_ms)
        if isinstance(connection, sqlite3.Connection):  # the pool's come wrapped
            connection.set_trace_callback(self._heard)
            connection.set_progress_handler(self._step, 1)
            self.connections.append(connection)

    def _heard(self, statement: str) -> None:
        self.said[statement.split()[0]] += 1

    def _step(self) -> int:
        if self.stop_after is None:
            return 0
        self.stop_after -= 1
        return int(self.stop_after < 0)


@pytest.fixture
def hand(monkeypatch: pytest.MonkeyPatch) -> Hand:
    return Hand(monkeypatch)


@pytest.fixture
async def kept(hand: Hand, sqlite_url: str) -> AsyncIterator[Database]:
    """A database whose thread is in hand."""
    database = await open_database(sqlite_url, busy_ms=50, secret=SECRET)
    yield database
    await database.close()


async def appended(database: Database, seq: int, *runs: str) -> list[BaseException | None]:
    """What becomes of an append of one event to each of these runs, all of them at once."""
    batches = (database.store.append(run, seq, ready(seq + 1, f"c{seq}")) for run in runs)
    return await soon(asyncio.gather(*batches, return_exceptions=True))


# ── how little it does ──────────────────────────────────────────────────────────────────────────


async def test_an_append_is_one_statement_and_a_group_one_commit(
    kept: Database, hand: Hand
) -> None:
    runs = [f"r{number}" for number in range(50)]
    assert await appended(kept, 0, *runs) == [None] * 50
    for seq in (1, 2, 3):
        hand.said.clear()
        assert await appended(kept, seq, *runs) == [None] * 50
        assert hand.said == {"BEGIN": 1, "PRAGMA": 1, "INSERT": 50, "COMMIT": 1}


async def test_how_a_log_ends_is_read_once(kept: Database, hand: Hand) -> None:
    assert await appended(kept, 0, *RUNS) == [None] * 3
    assert hand.said["SELECT"] == 3
    assert await appended(kept, 1, *RUNS) == [None] * 3
    assert hand.said["SELECT"] == 3


async def test_not_many_ends_are_remembered(
    kept: Database, hand: Hand, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(writers, "HEADS_MAX", 2)
    for seq in range(3):
        assert await appended(kept, seq, *RUNS) == [None] * 3
    assert hand.said["SELECT"] == 9


# ── others who write to the file ────────────────────────────────────────────────────────────────


async def test_what_others_write_and_erase_is_known(kept: Database, sqlite_url: str) -> None:
    other = await open_database(sqlite_url, secret=SECRET)
    turns = [kept, other, other, kept, kept, other]
    for seq, database in enumerate(turns):
        assert await appended(database, seq, "r") == [None]
    stale = await appended(kept, 2, "r")
    assert [(type(one), one.actual_seq) for one in stale if isinstance(one, ConcurrentAppend)] == [
        (ConcurrentAppend, 6)
    ]
    async with writing(other.engine).begin() as connection:
        await connection.execute(text("DELETE FROM events"))
    [gone] = await appended(kept, 6, "r")
    assert isinstance(gone, ConcurrentAppend)
    assert gone.actual_seq == 0
    assert await appended(kept, 0, "r") == [None]
    await other.close()
    assert judged(await kept.store.appends("r"), [key_of(SECRET)]).found == "held"


async def test_two_who_write_at_once_lose_or_win_whole(sqlite_url: str) -> None:
    databases = [await open_database(sqlite_url, secret=SECRET) for _ in range(2)]

    async def write(database: Database, writer: int) -> int:
        won = 0
        for number in range(10):
            for run in RUNS:
                seq = len(await database.store.read(run))
                batch = ready(seq + 1, f"{writer}.{number}", count=2)
                try:
                    await database.store.append(run, seq, batch)
                except ConcurrentAppend:
                    continue
                won += 1
        return won

    both = (write(database, writer) for writer, database in enumerate(databases))
    won = sum(await soon(asyncio.gather(*both)))
    logs = [await databases[0].store.read(run) for run in RUNS]
    assert sum(map(len, logs)) == 2 * won
    for run, log in zip(RUNS, logs, strict=True):
        assert [record.seq for record in log] == list(range(1, len(log) + 1))
        assert judged(await databases[1].store.appends(run), [key_of(SECRET)]).found == "held"
    for database in databases:
        await database.close()


# ── trouble ─────────────────────────────────────────────────────────────────────────────────────


async def test_stopped_at_any_step_it_writes_nothing_and_goes_on(
    kept: Database, hand: Hand
) -> None:
    """From the beginning of a transaction to its commit, each of a group is told. Only where the
    commit is stopped once it is through may it stand there all the same, for all of them."""
    assert await appended(kept, 0, *RUNS) == [None] * 3
    seq, stopped, through = 1, 0, False
    while not through:
        assert stopped < STEPS_MAX, "it is never through"
        hand.said.clear()
        hand.stop_after = stopped
        outcomes = await appended(kept, seq, *RUNS)
        through, hand.stop_after = hand.stop_after >= 0, None
        if not through:
            stopped += 1
            assert [type(one) for one in outcomes] == [StoreUnavailable] * 3
            assert "interrupted" in repr([one.why for one in outcomes if one])  # type: ignore[attr-defined]
        logs = [await kept.store.appends(run) for run in RUNS]
        [written] = {log[-1].last_seq - seq for log in logs}
        assert written == (outcomes == [None] * 3) or hand.said["COMMIT"]
        assert {judged(log, [key_of(SECRET)]).found for log in logs} == {"held"}
        seq += written
        assert await appended(kept, seq, *RUNS) == [None] * 3
        seq += 1
    assert stopped > 20


async def test_of_a_group_one_that_cant_be_written_spoils_no_other(kept: Database) -> None:
    """Each is written alone then; a run that has no name to be written by comes into no group."""
    refuse = "BEFORE INSERT ON events WHEN NEW.run = 'b' BEGIN SELECT RAISE(ABORT, 'no'); END"
    async with writing(kept.engine).begin() as connection:
        await connection.execute(text(f"CREATE TRIGGER refuse {refuse}"))
    groups: list[int] = []
    kept.store.on_group = lambda appends, waiting: groups.append(appends)
    one, other, nameless, third = await appended(kept, 0, "a", "b", "\x00", "c")
    assert (one, third) == (None, None)
    assert isinstance(other, sqlite3.IntegrityError)
    assert isinstance(nameless, Unkeepable)
    assert groups == [3, 1, 1, 1]
    assert await appended(kept, 1, "a", "c") == [None] * 2


async def test_a_connection_that_breaks_is_made_anew(kept: Database, hand: Hand) -> None:
    """Whatever keeps it from going back leaves it behind, not the thread."""
    assert await appended(kept, 0, *RUNS) == [None] * 3
    writer = kept.store._writer
    assert isinstance(writer, FileWriter)
    broken = Mock(sqlite3.Connection, in_transaction=True)
    broken.execute.side_effect = sqlite3.OperationalError("disk I/O error")
    writer._connection = broken
    outcomes = await appended(kept, 1, *RUNS)
    assert [type(one) for one in outcomes] == [StoreUnavailable] * 3
    broken.close.assert_called_once()
    assert await appended(kept, 1, *RUNS) == [None] * 3
    assert len(hand.connections) == 2


async def test_no_thread_to_be_had_is_not_saved(
    kept: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(thread: threading.Thread) -> None:
        raise RuntimeError("can't start new thread")

    with monkeypatch.context() as patch:
        patch.setattr(threading.Thread, "start", refuse)
        outcomes = await appended(kept, 0, *RUNS)
        assert [type(one) for one in outcomes] == [StoreUnavailable] * 3
    assert await appended(kept, 0, *RUNS) == [None] * 3


async def test_a_file_that_is_gone_is_not_made(kept: Database, tmp_path: Path) -> None:
    """Before the first append, there is no connection yet."""
    file, aside = tmp_path / "var" / "test.db", tmp_path / "aside"
    file.parent.rename(aside)
    outcomes = await appended(kept, 0, *RUNS)
    assert [type(one).__name__ for one in outcomes] == ["StoreUnavailable"] * 3
    assert not file.parent.exists()
    aside.rename(file.parent)
    assert await appended(kept, 0, *RUNS) == [None] * 3


async def test_the_thread_ends_with_the_database(sqlite_url: str) -> None:
    database = await open_database(sqlite_url)
    before = {*threading.enumerate()}
    await database.store.append("r", 0, ready(1, "a"))
    [thread] = [one for one in threading.enumerate() if one.name == "event-writer"]
    assert thread not in before
    await database.close()
    assert not thread.is_alive()
    await database.close()
