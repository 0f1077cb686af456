"""What keeps a database from being opened is told in a sentence: which one, what is wrong, what to
do; nothing in it is changed. The kind: errors at the boundary of start-up."""

from __future__ import annotations

import errno
import sqlite3
import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest
from sqlalchemy import Connection, event, text
from sqlalchemy.exc import InterfaceError, OperationalError
from structlog.testing import capture_logs

from engine.store.backup.archive import backup_error, open_archive
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


def a_circle(folder: Path) -> Path:
    (folder / "kept.db").symlink_to("kept.db")
    return folder / "kept.db"


def in_a_circle(folder: Path) -> Path:
    (folder / "round").symlink_to("round")
    return folder / "round" / "kept.db"


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
    "a link to itself": (a_circle, "no_file"),
    "in a folder that is a link to itself": (in_a_circle, "no_folder"),
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


def test_whose_file_keeps_it_shut_is_named(tmp_path: Path) -> None:
    """A lock that a server of another user left, in a folder that is fine."""
    lock = tmp_path / ".kept.db.lock"
    why = PermissionError(errno.EACCES, "Permission denied", str(lock))
    told = cant_open(f"sqlite:///{tmp_path}/kept.db", why)
    assert told is not None
    assert told.code == "no_folder"
    assert str(lock) in told.message.zh
    assert str(lock) in told.message.en


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
    assert "看磁盘还有没有地方" in told.value.remedy.zh
    assert await version_of(sqlite_url) == OLD


async def test_why_there_is_no_backup_says_what_to_do_about_it(
    sqlite_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """On PostgreSQL, say, where the file can't be copied as it is."""
    await an_old_one(sqlite_url)

    async def unfit(*_: object) -> None:
        raise backup_error("newer", "x")

    monkeypatch.setattr("engine.store.place.upgrade.backup", unfit)
    with pytest.raises(CantOpen) as told:
        await open_database(sqlite_url)
    assert told.value.code == "no_backup"
    assert "请先升级程序。" in told.value.remedy.zh
    assert "Upgrade first." in told.value.remedy.en
    assert "磁盘" not in told.value.remedy.zh


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


async def test_an_upgrade_that_cant_be_committed_isnt_told(
    sqlite_url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """As on a disk that fills up at the last moment: it was said to be done, and each try of a
    server that is started again and again left one more backup."""
    await an_old_one(sqlite_url)

    def then_full(connection: Connection, *, secret: str) -> None:
        migrate(connection, secret=secret)
        event.listen(connection, "commit", full)

    def full(_: Connection) -> None:
        raise sqlite3.OperationalError("database or disk is full")

    monkeypatch.setattr("engine.store.place.upgrade.migrate", then_full)
    for _ in range(3):
        with capture_logs() as said, pytest.raises(CantOpen) as told:
            await open_database(sqlite_url)
        assert told.value.code == "full"
        assert not said
    assert await version_of(sqlite_url) == OLD
    assert not list((tmp_path / "var").glob("*.backup"))


async def test_of_tries_that_were_killed_one_backup_stays(
    sqlite_url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    await an_old_one(sqlite_url)
    with monkeypatch.context() as killed:
        killed.setattr("engine.store.place.upgrade.Upgrade.take_back", lambda *_: None)
        killed.setattr("engine.store.place.upgrade.migrate", lambda *_, **__: 1 / 0)
        for _ in range(3):
            with pytest.raises(ZeroDivisionError):
                await open_database(sqlite_url)
    assert len(list((tmp_path / "var").glob("*.backup"))) == 1
    await (await open_database(sqlite_url)).close()
    [kept] = (tmp_path / "var").glob("*.backup")
    with open_archive(kept) as reader:
        assert reader.header.revision == OLD


async def test_a_server_that_goes_away_in_the_middle_is_told_as_away(
    postgres: Cluster, postgres_url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    await an_old_one(postgres_url)

    def then_gone(connection: Connection, *, secret: str) -> None:
        migrate(connection, secret=secret)
        postgres.restart()

    with monkeypatch.context() as restarted:
        restarted.setattr("engine.store.place.upgrade.migrate", then_gone)
        with pytest.raises(CantOpen) as told:
            await open_database(postgres_url)
    assert (told.value.code, told.value.passing) == ("unreachable", True), told.value.why
    assert await version_of(postgres_url) == OLD
    assert not list((tmp_path / "var").glob("*.backup"))
    await (await open_database(postgres_url)).close()


@pytest.mark.parametrize(
    "said",
    [
        "cannot call Transaction.rollback(): the underlying connection is closed",
        "connection was closed in the middle of operation",
        "connection is closed",
    ],
)
def test_however_it_is_said_that_it_went_away(said: str) -> None:
    """It was called a trouble of another kind, with a status at which systemd doesn't try again."""
    gone = InterfaceError("", None, Exception(said))
    told = cant_open("postgresql://h/x", gone)
    assert told is not None
    assert (told.code, told.passing) == ("unreachable", True)
