"""Whatever lies where the database should be: the server says what it is, where, and what to do,
and so does every command; and it lies there as before. The kind: whose the data are is assumed."""

from __future__ import annotations

import asyncio
import gc
import os
import sqlite3
import subprocess
from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path

import pytest
from alembic.script import ScriptDirectory
from typer.testing import CliRunner

import server
from engine.cli import main
from engine.store.backup.backup import backup
from engine.store.database import alembic_config, open_database
from engine.store.place.custody import Note
from engine.store.place.whose import revisions_known
from tests.support.disk import SmallDisk, small_disk
from tests.support.inside import inside
from tests.support.server import ROOT
from web.app import prepare
from web.settings import Settings
from web.startup import PASSING, REFUSED

NEWEST = revisions_known()[-1]
DISK_BYTES = 4 * 1024 * 1024
PASSWORD = "correct-horse-9"


def made(file: Path) -> None:
    """A database of this very program."""

    async def make() -> None:
        await (await open_database(f"sqlite:///{file}")).close()

    asyncio.run(make())


def holding(*statements: str) -> Callable[[Path], None]:
    def make(file: Path) -> None:
        with closing(sqlite3.connect(file)) as connection, connection:
            for statement in statements:
                connection.execute(statement)

    return make


def marked(revision: str, *tables: str) -> Callable[[Path], None]:
    """As a program leaves it that goes by Alembic."""
    return holding(
        *(f"CREATE TABLE {table} (id INTEGER)" for table in tables),
        "CREATE TABLE alembic_version (version_num VARCHAR(32) NOT NULL)",
        f"INSERT INTO alembic_version VALUES ('{revision}')",
    )


def written(body: bytes) -> Callable[[Path], None]:
    def make(file: Path) -> None:
        file.write_bytes(body)

    return make


def cut(share: float) -> Callable[[Path], None]:
    def make(file: Path) -> None:
        made(file)
        os.truncate(file, int(file.stat().st_size * share))

    return make


def newer(file: Path) -> None:
    made(file)
    holding("UPDATE alembic_version SET version_num = 'ffff'")(file)


def unmarked(file: Path) -> None:
    made(file)
    holding("DELETE FROM alembic_version")(file)


def lost_log(file: Path) -> None:
    file.with_name(f"{file.name}-wal").write_bytes(b"x" * 4096)


LIES: dict[str, tuple[Callable[[Path], None], str]] = {
    "another program's": (holding("CREATE TABLE users (id)", "CREATE TABLE pays (id)"), "users"),
    "another's, with names of ours": (
        holding("CREATE TABLE accounts (id)", "CREATE TABLE events (id)"),
        "accounts、events",
    ),
    "another's, of a revision like ours": (marked(NEWEST, "users"), "别的程序的表"),
    "another's, at the beginning": (marked("0001", "accounts", "events"), "别的程序的表"),
    "another's, of a revision of its own": (marked("4f2ac1", "users"), "别的程序的表"),
    "another's, marked in its own way": (
        holding("CREATE TABLE alembic_version (a, b)", "CREATE TABLE users (id)"),
        "users",
    ),
    "a newer program's": (newer, "ffff 版"),
    "without its mark": (unmarked, "没有表，或没有版本号"),
    "a mark alone": (marked(NEWEST), "没有表，或没有版本号"),
    "a text": (written("剧本\n".encode() * 2000), "不是数据库"),
    "a few letters": (written(b"note"), "不是数据库"),
    "a picture": (written(b"\x89PNG\r\n\x1a\n" + bytes(8000)), "不是数据库"),
    "cut in half": (cut(0.5), "损坏"),
    "cut to a page": (cut(0.01), "损坏"),
    "a folder": (Path.mkdir, "不是普通的文件"),
    "a pipe": (os.mkfifo, "不是普通的文件"),
    "a lost log": (lost_log, "空的或不在了"),
}
"""What lies there, and what is said of it."""

COMMANDS = {
    "backup": ["backup", "new.backup"],
    "restore": ["restore", "old.backup", "--yes"],
    "verify": ["verify"],
    "erase": ["erase", "nobody", "s1", "--yes"],
    "lapse": ["lapse", "--yes"],
    "report": ["report", "nobody"],
    "export": ["export", "nobody"],
}
"""Those that open the database."""


@pytest.fixture(scope="module")
def old(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A backup, of an empty database."""
    folder = tmp_path_factory.mktemp("old")
    made(folder / "a.db")
    asyncio.run(backup(f"sqlite:///{folder}/a.db", folder / "old.backup", 0))
    return folder / "old.backup"


@pytest.fixture(autouse=True)
def there(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Where the database should be."""
    for name in [name for name in os.environ if name.startswith("HONGCHUAN_")]:
        monkeypatch.delenv(name)
    file = tmp_path / "kept.db"
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("HONGCHUAN_PORT", "0")
    monkeypatch.setenv("HONGCHUAN_DATABASE_URL", f"sqlite:///{file}")
    monkeypatch.setenv("HONGCHUAN_SECRET_FILE", str(tmp_path / "secret"))
    monkeypatch.setenv("HONGCHUAN_SCENARIOS", str(ROOT / "scenarios"))
    monkeypatch.setattr("web.logs.configure", lambda _kind: None)
    return file


def started(capsys: pytest.CaptureFixture[str]) -> tuple[str, int]:
    """What the server said that didn't start, and with what status."""
    with pytest.raises(SystemExit) as ended:
        server.main()
    said = capsys.readouterr()
    assert said.out == ""
    assert len(said.err.splitlines()) == 2, said.err
    assert isinstance(ended.value.code, int)
    return said.err, ended.value.code


def beside(file: Path) -> dict[str, bytes]:
    """What of the database lies there."""
    return {each.name: each.read_bytes() for each in file.parent.glob("kept.db*") if each.is_file()}


@pytest.mark.parametrize(("lay", "words"), LIES.values(), ids=LIES)
def test_what_is_no_database_of_ours_is_told_and_left_alone(
    lay: Callable[[Path], None],
    words: str,
    there: Path,
    old: Path,
    capsys: pytest.CaptureFixture[str],
) -> None:
    lay(there)
    before = beside(there)
    said, status = started(capsys)
    assert status == REFUSED
    assert words in said
    for line in said.splitlines():
        assert str(there) in line
    assert "请" in said
    assert beside(there) == before
    there.with_name("old.backup").write_bytes(old.read_bytes())
    for name, typed in COMMANDS.items():
        told = CliRunner().invoke(main, typed)
        assert told.exit_code == 2, (name, told.output)
        assert isinstance(told.exception, SystemExit), name
        assert str(there) in told.output, (name, told.output)
        assert words in told.output, (name, told.output)
        assert beside(there) == before, name
    assert not there.with_name("new.backup").exists()


@pytest.mark.parametrize("lay", [lambda _: None, Path.touch])
def test_where_nothing_lies_is_begun(lay: Callable[[Path], None], there: Path, old: Path) -> None:
    for name, typed in COMMANDS.items():
        lay(there)
        there.with_name("old.backup").write_bytes(old.read_bytes())
        told = CliRunner().invoke(main, typed)
        assert told.exit_code == (0 if name == "restore" else 2), (name, told.output)
        assert name == "restore" or f"这里没有数据库：{there}" in told.output, (name, told.output)
        there.unlink(missing_ok=True)
    lay(there)
    made(there)


def test_the_revisions_are_those_that_migrations_go_by() -> None:
    scripts = ScriptDirectory.from_config(alembic_config())
    assert revisions_known() == sorted(each.revision for each in scripts.walk_revisions())


# ── a disk that is full, or can't be written ────────────────────────────────────────────────────


@pytest.fixture
def disk(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[SmallDisk]:
    """Where database and secret are kept."""
    with small_disk(tmp_path / "disk", DISK_BYTES) as mounted:
        file = mounted.folder / "kept.db"
        monkeypatch.setenv("HONGCHUAN_DATABASE_URL", f"sqlite:///{file}")
        monkeypatch.setenv("HONGCHUAN_SECRET_FILE", str(mounted.folder / "secret"))
        yield mounted
        gc.collect()  # what failed while it was opened is let go of


@pytest.mark.parametrize("there_is", ["nothing", "a secret", "a database"])
def test_a_start_on_a_full_disk_says_so(
    there_is: str, disk: SmallDisk, capsys: pytest.CaptureFixture[str]
) -> None:
    file = disk.folder / "kept.db"
    if there_is != "nothing":
        (disk.folder / "secret").write_text("x" * 32, encoding="ascii")
    if there_is == "a database":
        made(file)
    disk.fill()
    said, status = started(capsys)
    assert status == PASSING
    assert "磁盘满了" in said
    assert "请腾出一些空间" in said
    assert str(disk.folder) in said


@pytest.mark.parametrize("was", [lambda _: None, Path.touch], ids=["nothing", "an empty file"])
@pytest.mark.parametrize("left_kib", [0, 8, 40, 200])
def test_a_first_start_that_fails_leaves_no_database(
    left_kib: int, was: Callable[[Path], None], disk: SmallDisk, capsys: pytest.CaptureFixture[str]
) -> None:
    """What lay there had no table, and the next start said that there were no sessions yet."""
    file = disk.folder / "kept.db"
    (disk.folder / "secret").write_text("x" * 32, encoding="ascii")
    was(file)
    before = beside(file)
    disk.fill(left_bytes=left_kib * 1024)
    assert started(capsys)[1] == PASSING
    assert beside(file) == before
    disk.free()
    _, found = asyncio.run(prepare(Settings(), Note()))
    assert found.new
    emptied = [doubt.zh for doubt in found.doubts if "0 字节" in doubt.zh]
    assert bool(emptied) == bool(before)


def test_a_first_start_that_was_killed_is_no_evening(there: Path) -> None:
    """SQLite makes the file at once, and its tables all together."""
    with closing(sqlite3.connect(there)) as begun:
        begun.execute("PRAGMA journal_mode=WAL")
    assert there.stat().st_size
    _, found = asyncio.run(prepare(Settings(), Note()))
    assert (found.new, found.doubts) == (True, ())


def test_a_start_on_a_disk_that_cant_be_written_says_so(
    disk: SmallDisk, capsys: pytest.CaptureFixture[str]
) -> None:
    (disk.folder / "secret").write_text("x" * 32, encoding="ascii")
    made(disk.folder / "kept.db")
    again = ["mount", "-o", "remount,ro", str(disk.folder)]
    subprocess.run(again, check=True)
    said, status = started(capsys)
    subprocess.run([*again[:2], "remount,rw", again[3]], check=True)
    assert status == REFUSED
    assert "这个盘只能读" in said
    assert str(disk.folder) in said


def test_whoever_logs_in_on_a_full_disk_is_told_what_to_do(disk: SmallDisk) -> None:
    said = {"name": "admin", "password": PASSWORD}
    with inside(Settings(admin_password=PASSWORD)) as app:
        form = {**said, "mark": app.mark()}
        disk.fill()
        page = app.ask("POST", "/login", data=form)
        told = app.ask("POST", "/api/token", json=said)
        disk.free()
    for answer in (page, told):
        assert answer.status_code == 503
        assert "磁盘满了" in answer.text
        assert "腾出一些空间" in answer.text
