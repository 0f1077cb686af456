"""A backup that no program of ours wrote: its digests agree, for anybody can reckon them, and what it
holds is nonsense. The kind: a file believed because its checksum is right. Told as damaged, by
whoever reads it; nothing is changed, and no pipe is waited for."""

from __future__ import annotations

import asyncio
import gzip
import os
from collections.abc import Callable
from pathlib import Path
from typing import IO, Any, cast

import msgspec
import pytest
from typer.testing import CliRunner

from engine.cli import main
from engine.store.backup.archive import Header, Part, Writer, open_archive
from engine.store.backup.backup import backup
from engine.store.backup.copies import KEPT, copied, copies, copy_before
from engine.store.backup.verify import verify_database
from tests.support.evenings import YIDA, evening, keep_logs, yida

run = CliRunner().invoke
Rows = list[list[Any]]
Parts = list[tuple[Part, Rows]]
Change = Callable[[Part, Rows], None]


def put(column: str, value: Any) -> Change:
    """That value in the column of every row."""

    def change(part: Part, rows: Rows) -> None:
        for row in rows:
            row[part.columns.index(column)] = value

    return change


NONSENSE: dict[str, tuple[str, Change]] = {
    "a text for a time": ("sessions", put("created_ms", "x")),
    "nothing for a time": ("sessions", put("created_ms", None)),
    "a day of no calendar": ("sessions", put("created_ms", 10**18)),
    "a day of no calendar in the audit log": ("audit", put("at_ms", 10**18)),
    "an object for a digest": ("sessions", put("digest", {"a": 1})),
    "a list for an id": ("runs", put("id", [1])),
    "a list for a run": ("events", put("run", [1])),
    "a text for a number": ("audit", put("seq", "q")),
    "a text for a log's number": ("events", put("seq", "q")),
    "nothing for a body": ("events", put("body", None)),
}


@pytest.fixture
def url(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> str:
    """An evening is kept there already, and `good.backup` is of it."""
    found = f"sqlite:///{tmp_path}/kept.db"
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("HONGCHUAN_DATABASE_URL", found)
    keep_logs(found, YIDA.read_bytes(), evening(yida(), "untrusted"))
    for name in ("first.backup", "good.backup"):  # the first leaves a line in the audit log
        assert run(main, ["backup", name]).exit_code == 0
    return found


def forged(change: Callable[[Header, Parts], Header | None]) -> Path:
    """`good.backup` changed, with all its digests right."""
    parts: Parts = []
    with gzip.open("good.backup") as packed:
        first, *lines, _ = packed.read().splitlines()
    header = msgspec.json.decode(first, type=Header)
    for line in lines:
        found = msgspec.json.decode(line)
        if isinstance(found, list):
            parts[-1][1].append(found)
        elif "part" in found:
            parts.append((msgspec.convert(found, Part), []))
    header = change(header, parts) or header
    with gzip.open("forged.backup", "wb") as out:
        writer = Writer(cast(IO[bytes], out), header)
        for part, rows in parts:
            writer.begin(part)
            for row in rows:
                writer.row(row)
            writer.end()
        writer.finish()
    return Path("forged.backup")


def refused(file: Path, url: str) -> str:
    """What `restore` says; nothing has changed, and no backup of a vain try lies there."""
    before = asyncio.run(verify_database(url)).fingerprint
    [*there] = copies(url)
    told = run(main, ["restore", str(file), "--yes"])
    assert isinstance(told.exception, SystemExit), told.exception
    assert told.exit_code == 1, told.output
    assert copies(url) == there
    assert asyncio.run(verify_database(url)).fingerprint == before
    return told.output


@pytest.mark.parametrize(("table", "change"), NONSENSE.values(), ids=NONSENSE)
def test_nonsense_is_told_as_damaged(table: str, change: Change, url: str) -> None:
    def spoil(header: Header, parts: Parts) -> None:
        [found] = [each for each in parts if each[0].part == table]
        assert found[1], "there are rows"
        change(*found)

    file = forged(spoil)
    assert "备份已损坏" in refused(file, url)
    told = run(main, ["verify", str(file)])
    assert told.exception is None or isinstance(told.exception, SystemExit), told.exception


@pytest.mark.parametrize("column", ["created_ms", "digest"])
def test_a_column_that_isnt_there(column: str, url: str) -> None:
    def drop(header: Header, parts: Parts) -> None:
        for place, (part, rows) in enumerate(parts):
            if column in part.columns:
                at = part.columns.index(column)
                left = tuple(each for each in part.columns if each != column)
                parts[place] = (msgspec.structs.replace(part, columns=left), rows)
                for row in rows:
                    del row[at]

    file = forged(drop)
    assert "备份已损坏" in refused(file, url)
    told = run(main, ["verify", str(file)])
    assert told.exception is None or isinstance(told.exception, SystemExit), told.exception


@pytest.mark.parametrize("revision", ["", "head", "base", "+1", "-1", "0001:0002", "9999", "x"])
def test_a_version_is_one_of_ours(revision: str, url: str) -> None:
    file = forged(lambda header, _: msgspec.structs.replace(header, revision=revision))
    assert "更新的版本" in refused(file, url)


@pytest.mark.parametrize("command", [["verify"], ["restore", "--yes"]])
def test_a_pipe_isnt_waited_for(command: list[str], url: str) -> None:
    os.mkfifo("pipe")
    told = run(main, [command[0], "pipe", *command[1:]])
    assert told.exit_code == 2, told.output
    assert "不是普通的文件" in told.output


def test_vain_tries_drive_out_no_backup(url: str) -> None:
    """What was before an act that was done stays, however often another is tried in vain."""
    for _ in range(KEPT):
        with copied(url, "restore", asyncio.run(copy_before(url, "restore"))):
            pass
    file = forged(lambda header, _: msgspec.structs.replace(header, revision="9999"))
    for _ in range(KEPT):
        refused(file, url)
    for _ in range(KEPT):  # it may have been done in part: its own backup stays, too
        older = copies(url)
        kept = asyncio.run(copy_before(url, "restore"))
        with pytest.raises(OSError, match="full"), copied(url, "restore", kept):
            raise OSError("full")
        assert {one.path for one in copies(url)} >= {one.path for one in older}
    with open_archive(Path("good.backup")) as reader:
        assert reader.header.revision
    assert asyncio.run(backup(url, Path("more.backup"), 1)).parts
