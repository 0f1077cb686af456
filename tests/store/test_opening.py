"""What keeps a database from being opened is told in a sentence: which one, what is wrong, what to
do; nothing in it is changed. The kind: errors at the boundary of start-up."""

from __future__ import annotations

import errno
import sqlite3
import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest
from sqlalchemy import Connection, text
from sqlalchemy.exc import OperationalError

from engine.store.backup.archive import open_archive
from engine.store.backup.backup import restore
from engine.store.database import make_engine, migrate, open_database, writing
from engine.store.place.unopened import CantOpen, cant_open, shown
from tests.support.postgres import Cluster

NEWER = "ffff"


def in_no_folder(folder: Path) -> Path:
    (folder / "file").write_text("x", encoding="utf-8")
    return folder / "file" / "kept.db"


def a_folder(folder: Path) -> Path:
    (folder / "kept.db").mkdir()
    return folder / "kept.db"


def no_database(folder: Path) -> Path:
    (folder / "kept.db").write_text("剧本\n" * 2000, encoding="utf-8")
    return folder / "kept.db"


def kept(folder: Path, *statements: str) -> Path:
    file = folder / "kept.db"
    with sqlite3.connect(file) as connection:
        for statement in statements:
            connection.execute(statement)
    connection.close()
    return file


def of_a_newer_program(folder: Path) -> Path:
    return kept(
        folder,
        "CREATE TABLE alembic_version (version_num VARCHAR(32) NOT NULL)",
        f"INSERT INTO alembic_version VALUES ('{NEWER}')",
    )


def of_another_program(folder: Path) -> Path:
    return kept(folder, "CREATE TABLE accounts (id INTEGER)", "CREATE TABLE events (id INTEGER)")


def damaged(folder: Path) -> Path:
    file = kept(folder, "CREATE TABLE t (x)", "INSERT INTO t VALUES (zeroblob(20000))")
    body = bytearray(file.read_bytes())
    body[100:4096] = b"\xff" * 3996
    file.write_bytes(body)
    return file


SQLITE: dict[str, tuple[Callable[[Path], Path], str]] = {
    "a file where its folder should be": (in_no_folder, "no_folder"),
    "a folder": (a_folder, "no_file"),
    "no database": (no_database, "damaged"),
    "damaged": (damaged, "damaged"),
    "newer": (of_a_newer_program, "newer"),
    "another program's": (of_another_program, "foreign"),
}


@pytest.mark.parametrize(("make", "code"), SQLITE.values(), ids=SQLITE)
async def test_a_file_that_cant_be_opened_is_told(
    make: Callable[[Path], Path], code: str, tmp_path: Path
) -> None:
    file = make(tmp_path)
    before = file.read_bytes() if file.is_file() else None
    with pytest.raises(CantOpen) as told:
        await open_database(f"sqlite:///{file}")
    assert told.value.code == code
    for sentence in (told.value.message.zh, told.value.message.en):
        assert str(tmp_path) in sentence
    if code == "newer":
        assert NEWER in told.value.message.zh
    if code == "damaged":
        assert file.read_bytes() == before


@pytest.mark.parametrize(
    "url", ["nonsense", "mysql://a:pass@b/c", "oracle://x", "postgresql://u:pass@h:port/x", ""]
)
async def test_an_address_of_no_database_is_told_without_its_password(url: str) -> None:
    with pytest.raises(CantOpen) as told:
        await open_database(url)
    assert told.value.code == "bad_url"
    assert "HONGCHUAN_DATABASE_URL" in told.value.message.zh
    assert ":pass@" not in told.value.message.zh + told.value.message.en


async def test_a_file_that_another_program_holds_is_told(tmp_path: Path) -> None:
    file = kept(tmp_path, "CREATE TABLE t (x)")
    holder = sqlite3.connect(file)
    holder.execute("BEGIN EXCLUSIVE")
    with pytest.raises(CantOpen) as told:
        await open_database(f"sqlite:///{file}", busy_ms=50)
    holder.close()
    assert (told.value.code, told.value.passing) == ("locked", True)


def test_a_file_that_can_only_be_read_is_told(tmp_path: Path) -> None:
    file = kept(tmp_path, "CREATE TABLE t (x)")
    only_read = sqlite3.connect(f"file:{file}?mode=ro", uri=True)
    with pytest.raises(sqlite3.OperationalError) as caught:
        only_read.execute("INSERT INTO t VALUES (1)")
    only_read.close()
    found = cant_open(f"sqlite:///{file}", OperationalError("", None, caught.value))
    assert found is not None
    assert found.code == "read_only"


def psql(cluster: Cluster, *statements: str) -> None:
    for statement in statements:
        subprocess.run(
            [
                "psql",
                "-q",
                "-h",
                str(cluster.folder),
                "-U",
                "postgres",
                "-c",
                statement,
                "postgres",
            ],
            check=True,
        )


async def test_what_postgresql_lacks_is_told(postgres: Cluster) -> None:
    psql(postgres, "CREATE ROLE guest LOGIN", "CREATE DATABASE others")
    places = {
        f"postgresql://stranger@/others?host={postgres.folder}": "no_role",
        f"postgresql://postgres@/nowhere?host={postgres.folder}": "no_database",
        f"postgresql://guest@/others?host={postgres.folder}": "no_right",
        "postgresql://u:pass@127.0.0.1:1/x": "unreachable",
        "postgresql://u:pass@nowhere.invalid/x": "unreachable",
    }
    for url, code in places.items():
        with pytest.raises(CantOpen) as told:
            await open_database(url)
        assert told.value.code == code, told.value.why
        assert told.value.passing == (code == "unreachable")
        assert "pass@" not in told.value.message.en


async def test_a_bug_of_ours_passes_as_it_is() -> None:
    assert cant_open("sqlite:///x.db", AssertionError("ours")) is None


def test_a_file_is_shown_with_its_whole_path(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.chdir(tmp_path)
    assert shown("sqlite:///var/kept.db") == str(tmp_path / "var" / "kept.db")


# ── upgrades ────────────────────────────────────────────────────────────────────────────────────

OLD = "0006"


async def an_old_one(url: str) -> None:
    engine = make_engine(url)
    async with writing(engine).begin() as connection:
        await connection.run_sync(migrate, OLD)
        row = text("INSERT INTO scenarios VALUES ('d', 's', '1', :body)")
        await connection.execute(row, {"body": b"text"})
    await engine.dispose()


async def version_of(url: str) -> str:
    engine = make_engine(url)
    async with engine.connect() as connection:
        query = text("SELECT version_num FROM alembic_version")
        found = str((await connection.execute(query)).scalar_one())
    await engine.dispose()
    return found


async def test_an_older_database_is_backed_up_before_it_is_upgraded(
    url: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    await an_old_one(url)
    database = await open_database(url)
    await database.close()
    newest = await version_of(url)
    assert newest > OLD
    [made] = (tmp_path / "var").glob(f"*.before-{newest}.backup")
    with open_archive(made) as reader:
        assert reader.header.revision == OLD
    again = await open_database(url)  # nothing to upgrade, nothing to back up
    assert await again.texts.find("d") == b"text"
    await again.close()
    assert len(list((tmp_path / "var").glob("*.backup"))) == 1
    # The way back: the older program restores it into an empty database, as this one can too.
    await restore(f"sqlite:///{tmp_path}/back.db", made)
    back = await open_database(f"sqlite:///{tmp_path}/back.db")
    assert await back.texts.find("d") == b"text"
    await back.close()


async def test_a_new_database_needs_no_backup(url: str, tmp_path: Path) -> None:
    await (await open_database(url)).close()
    assert not list((tmp_path / "var").glob("*.backup"))


async def test_without_its_backup_nothing_is_upgraded(
    sqlite_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    await an_old_one(sqlite_url)

    async def full(*_: object) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr("engine.store.place.upgrade.backup", full)
    with pytest.raises(CantOpen) as told:
        await open_database(sqlite_url)
    assert told.value.code == "no_backup"
    assert "磁盘满了" in told.value.message.zh
    assert await version_of(sqlite_url) == OLD


async def test_an_upgrade_that_fails_leaves_nothing_behind(
    sqlite_url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    await an_old_one(sqlite_url)

    def broken(connection: Connection, *, secret: str) -> None:
        connection.exec_driver_sql("DROP TABLE notes")
        raise ZeroDivisionError

    monkeypatch.setattr("engine.store.place.upgrade.migrate", broken)
    for _ in range(3):
        with pytest.raises(ZeroDivisionError):
            await open_database(sqlite_url)
    assert await version_of(sqlite_url) == OLD
    assert not list((tmp_path / "var").glob("*.backup"))
