"""What lies on a medium that can't be written is backed up and verified as it is. The kind: reading
that takes it for granted that it may write."""

from __future__ import annotations

import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest
from typer.testing import CliRunner

from engine.cli import main
from engine.store.place.custody import holding
from tests.support.disk import SmallDisk, small_disk
from tests.support.evenings import YIDA, evening, keep_logs, yida

run = CliRunner().invoke
DISK_BYTES = 8 * 1024 * 1024


@pytest.fixture
def stick(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[SmallDisk]:
    """With a closed evening's database, whose log was copied along where there is one."""
    with small_disk(tmp_path / "stick", DISK_BYTES) as disk:
        monkeypatch.setenv("HONGCHUAN_DATABASE_URL", f"sqlite:///{disk.folder}/a.db")
        monkeypatch.chdir(tmp_path)
        yield disk


def mount(disk: SmallDisk, how: str) -> None:
    subprocess.run(["mount", "-o", f"remount,{how}", str(disk.folder)], check=True)


@pytest.mark.parametrize("log", ["without its log", "with its log"])
def test_a_read_only_medium_is_backed_up(log: str, stick: SmallDisk, tmp_path: Path) -> None:
    file = tmp_path / "here.db"
    session = keep_logs(f"sqlite:///{file}", YIDA.read_bytes(), evening(yida(), "medium"))
    if log == "with its log":  # as after kill -9: what was written last is only there
        subprocess.run(
            [
                "python3",
                "-c",
                "import os, sqlite3, sys\n"
                "db = sqlite3.connect(sys.argv[1], isolation_level=None)\n"
                "db.execute('PRAGMA wal_autocheckpoint=0')\n"
                "db.execute(\"UPDATE sessions SET code = 'INTHELOG'\")\n"
                "os.kill(os.getpid(), 9)",
                str(file),
            ],
            check=False,
        )
        assert file.with_name("here.db-wal").stat().st_size
    for each in tmp_path.glob("here.db*"):
        shutil.copyfile(each, stick.folder / each.name.replace("here", "a"))
    mount(stick, "ro")
    before = {each.name: each.read_bytes() for each in stick.folder.iterdir()}
    told = run(main, ["backup", "a.backup"])
    assert told.exit_code == 0, told.output
    assert "没有记进审计日志" in told.output
    assert run(main, ["verify"]).exit_code == 0
    checked = run(main, ["verify", "a.backup"])
    assert checked.exit_code == 0, checked.output
    assert before == {each.name: each.read_bytes() for each in stick.folder.iterdir()}
    mount(stick, "rw")
    back = f"sqlite:///{tmp_path}/back.db"
    put = run(main, ["restore", "a.backup"], env={"HONGCHUAN_DATABASE_URL": back})
    assert put.exit_code == 0, put.output
    found = subprocess.run(
        ["python3", "-c", "import sqlite3, sys\n"
         "print(sqlite3.connect(sys.argv[1]).execute('SELECT code FROM sessions').fetchone()[0])",
         str(tmp_path / "back.db")],
        capture_output=True, text=True, check=True,
    )  # fmt: skip
    assert found.stdout.strip() == ("INTHELOG" if "with its" in log else session.code)


def test_what_is_lent_for_reading_while_a_server_writes_it_is_refused(
    stick: SmallDisk, tmp_path: Path
) -> None:
    url = f"sqlite:///{stick.folder}/a.db"
    keep_logs(url, YIDA.read_bytes(), evening(yida(), "medium"))
    with holding(url):
        lent = tmp_path / "lent"
        lent.mkdir()
        subprocess.run(["mount", "--bind", str(stick.folder), str(lent)], check=True)
        subprocess.run(["mount", "-o", "remount,ro,bind", str(lent)], check=True)
        try:
            other = {"HONGCHUAN_DATABASE_URL": f"sqlite:///{lent}/a.db"}
            told = run(main, ["backup", "a.backup"], env=other)
        finally:
            subprocess.run(["umount", str(lent)], check=True)
    assert told.exit_code == 2, told.output
    assert "红船已经开着" in told.output
    assert not (tmp_path / "a.backup").exists()
