"""A start says what it found, and what speaks against its being all. The kind: a database that is gone,
emptied, older, or another folder's is made or taken without a word."""

from __future__ import annotations

import asyncio
import os
import shutil
import sqlite3
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

import pytest

from engine.store.database import open_database
from engine.store.place.alive import Life
from engine.store.place.custody import Note, holding, witness
from engine.store.place.found import ANEW_MS, Before, Found, look, look_before
from tests.support.evenings import YIDA, admin_of, evening, keep_evening, keep_logs, yida

NOW_MS = 1_800_000_000_000
LONG_AGO_S = (NOW_MS - 2 * ANEW_MS) / 1000


async def start(folder: Path, note: Note | None = None) -> Found:
    """What a start on this folder tells."""
    url = f"sqlite:///{folder}/a.db"
    before = look_before(url, folder / "secret", NOW_MS, note or Note())
    database = await open_database(url)
    try:
        return await look(database, before, note or Note())
    finally:
        await database.close()


def served(folder: Path) -> None:
    url = f"sqlite:///{folder}/a.db"
    with holding(url):
        witness(url, NOW_MS)


def aged(file: Path, body: bytes = b"x") -> None:
    file.write_bytes(body)
    os.utime(file, (LONG_AGO_S, LONG_AGO_S))


TRACES: dict[str, tuple[Callable[[Path], object], str]] = {
    "emptied": (lambda folder: (folder / "a.db").touch(), "0 字节"),
    "word in the lock": (lambda folder: served(folder), "开过服务器"),
    "a backup": (lambda folder: (folder / "b.backup").touch(), "备份"),
    "an upgrade's copy": (lambda folder: (folder / "a.before-0009.db").touch(), "备份"),
    "an older secret": (lambda folder: aged(folder / "secret"), "密钥比它早"),
}


@pytest.mark.parametrize(("leave", "word"), TRACES.values(), ids=TRACES)
async def test_a_new_database_where_there_was_one_is_said(
    leave: Callable[[Path], object], word: str, tmp_path: Path
) -> None:
    leave(tmp_path)
    with holding(f"sqlite:///{tmp_path}/a.db") as custody:
        found = await start(tmp_path, custody.before)
    assert found.told().zh == "新的空库"
    [doubt] = found.doubts
    assert word in doubt.zh
    again = await start(tmp_path)
    assert not again.new
    assert again.told().zh == "还没有场次"


async def test_a_first_start_has_nothing_to_doubt(tmp_path: Path) -> None:
    """Nor has one after a first that failed, and left its secret and its lock."""
    (tmp_path / "secret").touch()
    os.utime(tmp_path / "secret", (NOW_MS / 1000, NOW_MS / 1000))
    with holding(f"sqlite:///{tmp_path}/a.db"):
        pass
    with holding(f"sqlite:///{tmp_path}/a.db") as custody:
        found = await start(tmp_path, custody.before)
    assert (found.new, found.doubts) == (True, ())
    assert found.place == str(tmp_path / "a.db")


@pytest.mark.parametrize(
    ("known", "told"),
    [({"one"}, False), ({"two"}, True), ({"two", "one"}, False), (set(), False)],
    ids=["the same", "another", "another, and the old one beside it", "not asked"],
)
async def test_another_secret_is_said(known: set[str], tmp_path: Path, *, told: bool) -> None:
    """Deleted, or another installation's: a new one was made without a word, and every log was said
    to be chained with a secret that nobody knows."""
    url = f"sqlite:///{tmp_path}/a.db"
    database = await open_database(url, secret="one")
    await keep_evening(
        database, await admin_of(database), YIDA.read_bytes(), [evening(yida(), "found")]
    )
    found = await look(database, Before(new=False), Note(), known)
    await database.close()
    assert [("密钥不是原来的" in doubt.zh) for doubt in found.doubts] == [True] * told


def test_how_much_there_is_is_said(tmp_path: Path) -> None:
    keep_logs(f"sqlite:///{tmp_path}/a.db", YIDA.read_bytes(), evening(yida(), "found"))
    with closing(sqlite3.connect(tmp_path / "a.db")) as db, db:
        db.execute("UPDATE sessions SET created_ms = 1782871200000")
    found = asyncio.run(start(tmp_path))
    assert found.told().zh == "1 场，最近 2026年7月1日"
    assert found.doubts == ()


@pytest.mark.parametrize("lost", [True, False], ids=["lost", "there"])
async def test_a_lost_log_or_an_older_copy_is_said(tmp_path: Path, *, lost: bool) -> None:
    """A copy of the file alone lacks what was written since the last checkpoint, and no more."""
    folder = tmp_path / "here"
    url = f"sqlite:///{folder}/a.db"
    with holding(url) as custody:
        database = await open_database(url)
        await database.alive.mark(Life("p", 1, NOW_MS))
        await database.checkpoint()
        file = folder / "a.db"
        kept = tmp_path / "kept.db"
        shutil.copy(file, kept)
        with closing(sqlite3.connect(kept)) as db:
            assert db.execute("SELECT until_ms FROM alive").fetchall() == [(NOW_MS,)]
        await database.alive.mark(Life("p", 1, NOW_MS + 5_000))
        witness(url, await database.alive.newest_ms())
        await database.close()
        assert custody.before == Note()
    if lost:
        shutil.copy(kept, file)
    with holding(url):
        pass  # a command line between: it serves nobody, and takes no word away
    with holding(url) as custody:
        found = await start(folder, custody.before)
    assert len(found.doubts) == lost
    if lost:
        assert "-wal" in found.doubts[0].zh


async def test_a_checkpoint_keeps_no_writer_waiting(tmp_path: Path) -> None:
    """Not while somebody reads an old page, nor while somebody writes."""
    url = f"sqlite:///{tmp_path}/a.db"
    database = await open_database(url, busy_ms=1)
    with closing(sqlite3.connect(tmp_path / "a.db", isolation_level=None)) as other:
        other.execute("BEGIN")
        other.execute("SELECT * FROM alive").fetchall()
        await database.alive.mark(Life("p", 1, 2))
        await database.checkpoint()
        await database.alive.mark(Life("p", 1, 3))
        other.execute("COMMIT")
        other.execute("BEGIN IMMEDIATE")
        await database.checkpoint()
        other.execute("ROLLBACK")
    await database.close()
