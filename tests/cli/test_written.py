"""What a command can't write is told in a sentence and ends it with 2; what stood there before still
stands, and nothing half-written lies about. One family over every command that writes."""

from __future__ import annotations

import errno
import fcntl
import os
import shutil
import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
import typer
from typer.testing import CliRunner

from engine.boundary import CantWrite, write_whole
from engine.cli import main
from tests.support.disk import SmallDisk, small_disk
from tests.support.evenings import YIDA, evening, keep_logs, yida
from tests.support.scripts import MINI
from tests.support.server import ROOT

run = CliRunner().invoke

WRITES = {
    "graph": ["graph", "scenario.yaml", "-o"],
    "sources": ["sources", "scenario.yaml", "-o"],
    "new": ["new"],
    "report": ["report", "{session}", "-o"],
    "backup": ["backup"],
}
"""The commands that write where they are told to; the place comes last."""
REWRITES = {"fmt": ["fmt"], "prove": ["prove", "--budget", "1", "--save"], "play": ["play"]}
"""Those that write the script they were given."""
NEITHER = {
    "serve", "check", "test", "schema", "strings", "replay", "export", "restore", "verify", "doctor", "upgrade-check",
    "erase", "lapse",
}  # fmt: skip
"""They print, or write into the database."""

PLACES = {
    "below a file": "scenario.yaml/x",
    "in a folder that can't be": "/proc/nowhere/x",
}


@pytest.fixture(scope="module")
def kept(tmp_path_factory: pytest.TempPathFactory) -> tuple[str, str]:
    """(URL of a database, id of a session in it)."""
    url = f"sqlite:///{tmp_path_factory.mktemp('kept')}/a.db"
    return url, keep_logs(url, YIDA.read_bytes(), evening(yida(), "cli")).id


@pytest.fixture
def folder(
    tmp_path: Path, kept: tuple[str, str], monkeypatch: pytest.MonkeyPatch
) -> Iterator[Path]:
    """The working folder, with a script; it is as it was afterwards."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("HONGCHUAN_DATABASE_URL", kept[0])
    (tmp_path / "scenario.yaml").write_bytes(MINI)
    yield tmp_path
    assert sorted(os.listdir(tmp_path)) == ["scenario.yaml"]
    assert (tmp_path / "scenario.yaml").read_bytes() == MINI


def test_every_command_is_among_them() -> None:
    group = typer.main.get_command(main)
    names = set(group.commands)  # type: ignore[attr-defined]
    assert {*WRITES, *REWRITES, *NEITHER, "erase"} == names


@pytest.mark.parametrize("place", PLACES.values(), ids=PLACES)
@pytest.mark.parametrize("command", WRITES)
def test_a_place_that_cant_be_written_is_told(
    command: str, place: str, folder: Path, kept: tuple[str, str]
) -> None:
    if command == "graph":
        assert shutil.which("dot")
    told = run(main, [*(word.format(session=kept[1]) for word in WRITES[command]), place])
    assert told.exit_code == 2, told.output
    assert isinstance(told.exception, SystemExit)
    assert "请" in told.output
    assert (place.rpartition("/")[0] or place[:40]) in told.output


@pytest.mark.parametrize("command", ["graph", "sources"])
def test_a_folder_is_no_file(command: str, folder: Path) -> None:
    told = run(main, [*WRITES[command], str(folder)])
    assert told.exit_code == 2
    assert "这是一个文件夹" in told.output
    assert "it is a folder" in told.output


def test_a_report_goes_into_no_file(folder: Path, kept: tuple[str, str]) -> None:
    told = run(main, ["report", kept[1], "-o", "scenario.yaml"])
    assert told.exit_code == 2
    assert "scenario.yaml" in told.output
    assert "已经有同名的文件" in told.output


@pytest.fixture
def full(monkeypatch: pytest.MonkeyPatch) -> None:
    """The disk is full when a new file is put into its place."""

    def refuse(self: Path, target: Path) -> None:
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC), str(target))

    monkeypatch.setattr(Path, "replace", refuse)


@pytest.mark.usefixtures("full")
@pytest.mark.parametrize("command", ["graph", "sources", "fmt"])
def test_a_full_disk_costs_nothing_that_was_there(
    command: str, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("engine.author.fmt.formatted", lambda text: text + "# tidy\n")
    words = [*WRITES[command], "scenario.yaml"] if command in WRITES else ["fmt", "scenario.yaml"]
    told = run(main, words)
    assert told.exit_code == 2, told.output
    assert "磁盘满了" in told.output


DISK_BYTES = 2 * 1024 * 1024


@pytest.fixture
def disk(
    tmp_path_factory: pytest.TempPathFactory, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> Iterator[SmallDisk]:
    """The working folder, on a disk that is filled to its last page."""
    with small_disk(tmp_path_factory.mktemp("full") / "disk", DISK_BYTES) as disk:
        monkeypatch.chdir(disk.folder)
        (disk.folder / "scenario.yaml").write_bytes(MINI)
        disk.fill()
        yield disk
        monkeypatch.chdir(folder)


@pytest.mark.parametrize("command", [*WRITES, "fmt"])
def test_on_a_full_disk_nothing_half_is_left(
    command: str, disk: SmallDisk, kept: tuple[str, str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("engine.author.fmt.formatted", lambda text: text + "# tidy\n")
    words = [*WRITES[command], "made"] if command in WRITES else ["fmt", "scenario.yaml"]
    told = run(main, [word.format(session=kept[1]) for word in words])
    assert told.exit_code == 2, told.output
    assert isinstance(told.exception, SystemExit)
    assert "磁盘满了" in told.output
    assert sorted(os.listdir(disk.folder)) == ["filler", "scenario.yaml"]
    assert (disk.folder / "scenario.yaml").read_bytes() == MINI


KILLED = """
import os, signal, sys
os.fsync = lambda _: os.kill(os.getpid(), signal.SIGKILL)
if sys.argv[1] == "hidden":
    os.O_TMPFILE = 0
from engine.author import fmt
fmt.formatted = lambda text: text + "# tidy"
from engine.cli import main
main(sys.argv[2:])
"""
"""Killed when all is written, and nothing has its name yet."""


@pytest.mark.parametrize(
    ("command", "how"),
    [*((command, "nameless") for command in [*WRITES, "fmt"]), ("backup", "hidden")],
)
def test_killed_it_leaves_nothing_half(
    command: str, how: str, folder: Path, kept: tuple[str, str]
) -> None:
    words = [*WRITES[command], "made"] if command in WRITES else ["fmt", "scenario.yaml"]
    words = [word.format(session=kept[1]) for word in words]
    done = subprocess.run(
        [sys.executable, "-c", KILLED, how, *words], env={**os.environ, "PYTHONPATH": str(ROOT)}
    )
    assert done.returncode == -signal.SIGKILL
    left = sorted(set(os.listdir(folder)) - {"scenario.yaml"})
    if command in ("new", "report"):  # the folder that was asked for, with nothing in it
        assert left == ["made"]
        (folder / "made").rmdir()
    elif how == "hidden":
        [part] = left
        assert part.startswith(".made.")
        held = (folder / ".held.hongchuan-part").open("wb")  # somebody else is just writing it
        fcntl.flock(held, fcntl.LOCK_EX)
        assert run(main, words).exit_code == 0
        assert sorted(os.listdir(folder)) == [".held.hongchuan-part", "made", "scenario.yaml"]
        held.close()
        (folder / ".held.hongchuan-part").unlink()
        (folder / "made").unlink()
    else:
        assert left == []


@pytest.mark.parametrize("words", [["schema"], ["strings", "scenario.yaml"], ["verify"]])
def test_a_full_disk_behind_a_pipe_is_told(words: list[str], folder: Path) -> None:
    """`hongchuan schema > file`: what can't be printed can be told on the other channel."""
    with open("/dev/full", "wb") as full:
        done = subprocess.run(
            [sys.executable, "-m", "engine.cli", *words],
            stdout=full, stderr=subprocess.PIPE, env={**os.environ, "PYTHONPATH": str(ROOT)},
        )  # fmt: skip
    told = done.stderr.decode()
    assert done.returncode == 2, told
    assert "磁盘满了" in told
    assert len(told.splitlines()) <= 3, told


def test_a_file_keeps_its_mode_and_a_link_its_target(tmp_path: Path) -> None:
    file = tmp_path / "a"
    file.write_text("before", encoding="utf-8")
    file.chmod(0o640)
    (tmp_path / "link").symlink_to(file)
    write_whole(tmp_path / "link", "after")
    assert (tmp_path / "link").is_symlink()
    assert (file.read_text(encoding="utf-8"), file.stat().st_mode & 0o777) == ("after", 0o640)
    write_whole(Path("/dev/null"), "gone")
    with pytest.raises(CantWrite):
        write_whole(tmp_path, "a folder")
