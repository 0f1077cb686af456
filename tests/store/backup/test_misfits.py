"""A value that can't be backed up is named by table, row and column, with what to do; `verify` lists
them all, and nobody else is hurt. The kind: an error of one value, told as one of the whole."""

from __future__ import annotations

import asyncio
import shutil
import sqlite3
from contextlib import closing
from pathlib import Path

import pytest
from typer.testing import CliRunner

from engine.cli import main
from engine.store.backup.copies import NoCopyError, copy_before
from tests.support.evenings import YIDA, evening, keep_logs, yida

run = CliRunner().invoke
GBK = "CAST(x'b5b3d6a7b2bf' AS TEXT)"
"""党支部, as a tool writes it that doesn't ask for UTF-8."""

MISFITS: dict[str, tuple[str, str, str]] = {
    "a name in GBK": ("participants", "name", GBK),
    "a place in GBK": ("sessions", "branch", GBK),
    "half a surrogate pair": ("sessions", "branch", "CAST(x'eda080' AS TEXT)"),
    "a zero": ("sessions", "address", "'x' || char(0)"),
    "bytes for a text": ("accounts", "password_hash", "x'00ff'"),
    "a number for a text": ("runs", "seed", "CAST(x'ff' AS TEXT)"),
    "a text for bytes": ("events", "body", "'{}'"),
    "a text for a number": ("sessions", "created_ms", "'yesterday'"),
    "a day of no calendar": ("sessions", "created_ms", "1000000000000000000"),
    "a day before all": ("seats", "struck_ms", "-1"),
    "a fraction for a number": ("sessions", "created_ms", "1.5"),
    "a script's text for its bytes": ("scenarios", "text", "'title: x'"),
}


@pytest.fixture(scope="module")
def sound(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The database of an evening."""
    file = tmp_path_factory.mktemp("sound") / "kept.db"
    keep_logs(f"sqlite:///{file}", YIDA.read_bytes(), evening(yida(), "misfits"))
    return file


@pytest.mark.parametrize(("table", "column", "value"), MISFITS.values(), ids=MISFITS)
def test_what_cant_be_backed_up_is_named_and_mended(
    table: str,
    column: str,
    value: str,
    sound: Path,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("HONGCHUAN_DATABASE_URL", f"sqlite:///{tmp_path}/kept.db")
    shutil.copyfile(sound, tmp_path / "kept.db")
    one = f"rowid = (SELECT max(rowid) FROM {table})"
    with closing(sqlite3.connect("kept.db")) as db, db:
        (before,) = db.execute(f"SELECT {column} FROM {table} WHERE {one}").fetchone()
        assert db.execute(f"UPDATE {table} SET {column} = {value} WHERE {one}").rowcount == 1
    told = run(main, ["backup", "a.backup"])
    assert told.exit_code == 1, told.output
    assert not Path("a.backup").exists()
    assert f"表 {table}，" in told.output
    assert f"，{column} 列" in told.output
    assert "请停下服务器" in told.output
    with pytest.raises(NoCopyError) as first:  # nor is done what a backup goes before
        asyncio.run(copy_before(f"sqlite:///{tmp_path}/kept.db", "erase"))
    assert f"，{column} 列" in first.value.message.zh
    assert "请停下服务器" in first.value.remedy.zh
    assert "磁盘" not in first.value.remedy.zh
    assert "`hongchuan verify`" in first.value.remedy.en
    listed = run(main, ["verify"])
    assert listed.exit_code == 1, listed.output
    assert f"表 {table}，" in listed.output
    key = told.output.split(f"表 {table}，")[1].split(" 这一行")[0].replace(", ", " AND ")
    with closing(sqlite3.connect("kept.db")) as db, db:  # as the remedy says
        mended = db.execute(f"UPDATE {table} SET {column} = ? WHERE {key}", (before,))
        assert mended.rowcount == 1, key
    assert run(main, ["backup", "a.backup"]).exit_code == 0


def test_a_key_that_cant_be_read_is_named_too(
    sound: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("HONGCHUAN_DATABASE_URL", f"sqlite:///{tmp_path}/kept.db")
    shutil.copyfile(sound, tmp_path / "kept.db")
    with closing(sqlite3.connect("kept.db")) as db, db:
        db.execute(f"UPDATE runs SET id = {GBK}")
    told = run(main, ["backup", "a.backup"])
    assert f"id={GBK.replace('x', 'X')}" in told.output
