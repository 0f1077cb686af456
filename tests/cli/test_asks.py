"""What can't be undone at the terminal is asked first, and everything is backed up before it. The
kind: an act for good on one key. One table of all commands: a new one has to be in it."""

from __future__ import annotations

import asyncio
import sqlite3
from pathlib import Path

import pytest
from typer.main import get_command
from typer.testing import CliRunner

from engine.cli import main
from engine.errors import StoreUnavailable
from engine.evening import forgetting
from engine.evening.actors import Operator
from engine.store.backup.backup import backup
from engine.store.backup.copies import KEPT, copied, copies, copy_before
from engine.store.backup.verify import verify_database
from engine.store.database import open_database
from engine.store.people.accounts import Branch
from engine.store.people.retention import DAY_MS
from engine.store.sessions.listing import Wanted
from engine.store.sessions.sessions import Session
from tests.support.evenings import NAMES, YIDA, evening, keep_logs, yida

run = CliRunner().invoke

ASKS = {
    "erase": ["erase", "{session}", "s1"],
    "lapse": ["lapse"],
    "restore": ["restore", "{backup}"],
}
"""For good; each says what will happen to whom, asks, and backs up first."""
UNDONE = {
    "serve": "stops",
    "check": "prints", "prove": "prints; --save adds tests to a script",
    "test": "prints", "schema": "prints", "strings": "prints", "replay": "prints",
    "doctor": "looks, and prints", "upgrade-check": "looks, and prints",
    "verify": "prints", "export": "prints, or sends what the record store takes once",
    "play": "adds tests to a script", "fmt": "the meaning stays",
    "graph": "a picture that can be drawn again", "sources": "a list that can be made again",
    "report": "documents that can be made again",
    "new": "into an empty folder only", "backup": "into a new file only",
}  # fmt: skip
"""Why the others needn't ask."""


@pytest.fixture
def url(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> str:
    found = f"sqlite:///{tmp_path}/var/evening.db"
    monkeypatch.setenv("HONGCHUAN_DATABASE_URL", found)
    return found


@pytest.fixture
def session(url: str, tmp_path: Path) -> Session:
    """An ended evening whose branch kept its names long enough; and a backup of another."""
    other = f"sqlite:///{tmp_path}/other.db"
    keep_logs(other, YIDA.read_bytes(), evening(yida(), "other"))
    asyncio.run(backup(other, tmp_path / "other.backup", 86_400_000))
    made = keep_logs(url, YIDA.read_bytes(), evening(yida(), "asks"))

    async def end() -> None:
        database = await open_database(url, clock=lambda: 10 * DAY_MS)
        (branch,) = await database.people.list_branches()
        await database.people.change_branch(Branch(branch.id, branch.name, 1))
        await database.sessions.close_session(made.id)
        async with database.engine.execution_options(writing=True).begin() as db:
            await db.exec_driver_sql("UPDATE sessions SET created_ms = 86400000")
        await database.close()

    asyncio.run(end())
    return made


def prints(url: str) -> str:
    """Of every log, and of how many names there are."""
    found = asyncio.run(verify_database(url))
    return f"{found.fingerprint} {names(url)}"


def names(url: str) -> list[str]:
    async def read() -> list[str]:
        database = await open_database(url)
        found = [
            name
            for session in await database.listing.every(Wanted())
            for each in session.runs
            for name in (await database.sessions.names(each.id)).values()
        ]
        await database.close()
        return sorted(found)

    return asyncio.run(read())


def words(command: str, session: Session, tmp_path: Path) -> list[str]:
    filled = {"session": session.id, "backup": str(tmp_path / "other.backup")}
    return [word.format(**filled) for word in ASKS[command]]


def test_every_command_asks_or_needs_not() -> None:
    commands: dict[str, object] = vars(get_command(main))["commands"]
    assert set(commands) == ASKS.keys() | UNDONE.keys()
    assert not ASKS.keys() & UNDONE.keys()


@pytest.mark.parametrize("answer", ["n\n", "", "\n"])
@pytest.mark.parametrize("command", ASKS)
def test_without_a_yes_nothing_happens(
    command: str, answer: str, session: Session, url: str, tmp_path: Path
) -> None:
    before = prints(url)
    told = run(main, words(command, session, tmp_path), input=answer)
    assert told.exit_code == 1, told.output
    assert prints(url) == before
    assert f"before-{command}-1.backup" in told.output, "where the backup will lie"
    assert not copies(url)


@pytest.mark.parametrize("yes", [[], ["--yes"]])
@pytest.mark.parametrize("command", ASKS)
def test_a_yes_does_it_and_the_backup_takes_it_back(
    command: str, yes: list[str], session: Session, url: str, tmp_path: Path
) -> None:
    before = prints(url)
    told = run(main, [*words(command, session, tmp_path), *yes], input="" if yes else "y\n")
    assert told.exit_code == 0, told.output
    after = prints(url)
    assert after != before
    (kept,) = copies(url)
    assert kept.path.name == f"evening.before-{command}-1.backup"
    again = run(main, ["restore", str(kept.path), "--yes"])
    assert again.exit_code == 0, again.output
    assert prints(url) == before


def test_the_question_says_to_whom(session: Session, url: str, tmp_path: Path) -> None:
    told = run(main, words("erase", session, tmp_path), input="n\n").output
    assert NAMES[0] in told
    told = run(main, words("lapse", session, tmp_path), input="n\n").output
    assert session.id in told
    assert "4 人有姓名" in told
    assert "这台电脑的时间是" in told
    told = run(main, words("restore", session, tmp_path), input="n\n").output
    assert told.count("1 场（最近一场") == 2, told


def test_not_endlessly_many(url: str, session: Session) -> None:
    made = []
    for _ in range(KEPT + 2):
        made.append(asyncio.run(copy_before(url, "erase")))
        with copied(url, "erase", made[-1]):
            pass
    assert [copy.path for copy in copies(url)] == made[-KEPT:]


@pytest.mark.parametrize("command", ASKS)
def test_without_room_for_a_backup_it_isnt_done(
    command: str, session: Session, url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = prints(url)
    with monkeypatch.context() as full:
        full.setattr("engine.atomic.os.fsync", _full)
        told = run(main, [*words(command, session, tmp_path), "--yes"])
    assert told.exit_code == 1, told.output
    assert "没有做：先要做一份备份" in told.output
    assert prints(url) == before


@pytest.mark.parametrize("there_is", ["an evening", "nothing"])
def test_a_restore_that_has_no_room_changes_nothing_and_leaves_nothing(
    there_is: str,
    session: Session,
    url: str,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """The backup before it is made; then the disk is full."""
    if there_is == "nothing":
        url = f"sqlite:///{tmp_path}/new/evening.db"
        monkeypatch.setenv("HONGCHUAN_DATABASE_URL", url)
    before = prints(url) if there_is == "an evening" else ""

    async def full(*_: object) -> None:
        raise sqlite3.OperationalError("database or disk is full")

    with monkeypatch.context() as filled:
        filled.setattr("engine.store.backup.backup._insert", full)
        told = run(main, [*words("restore", session, tmp_path), "--yes"])
    assert told.exit_code == 2, told.output
    assert "磁盘满了，写不进去" in told.output
    assert "请组织者" not in told.output, "that is a page's word"
    assert not copies(url)
    if there_is == "an evening":
        assert "没有换，原有的都还在。" in told.output
        assert prints(url) == before
    else:
        assert not (tmp_path / "new" / "evening.db").exists()


def test_a_backup_that_has_no_room_is_told_to_an_operator(
    session: Session, url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def full(*_: object) -> None:
        raise StoreUnavailable("OperationalError: database or disk is full")

    monkeypatch.setattr("engine.store.backup.backup.backup", full)
    told = run(main, [*words("restore", session, tmp_path), "--yes"])
    assert told.exit_code == 1, told.output
    assert "磁盘满了，写不进去" in told.output
    assert "请组织者" not in told.output


def test_where_nobody_is_erased_no_backup_stays(session: Session, url: str) -> None:
    async def twice() -> list[bool]:
        database = await open_database(url)
        run_id = session.runs[0].id
        done = [
            await forgetting.erase(database, Operator(), session, run_id, seat)
            for seat in ("s1", "s1", "s99")
        ]
        await database.close()
        return done

    assert asyncio.run(twice()) == [True, False, False]
    assert [one.path.name for one in copies(url)] == ["evening.before-erase-1.backup"]


def _full(handle: int) -> None:
    raise OSError(28, "No space left on device")


def test_there_is_nothing_to_back_up_in_memory() -> None:
    assert asyncio.run(copy_before("sqlite://", "lapse")) is None
    assert copies("sqlite://") == []
