"""A log that was touched is told by `hongchuan replay`, a database by `hongchuan verify`: which run,
from which record on, and an exit that a script notices."""

from __future__ import annotations

import re
from collections.abc import Callable
from contextlib import closing
from pathlib import Path
from sqlite3 import connect
from typing import Final

import pytest
from typer.testing import CliRunner

from engine.cli import main
from tests.support.evenings import YIDA, evening, keep_logs, yida

run = CliRunner().invoke
Lines = list[bytes]
AT: Final = 10


def right(lines: Lines) -> Lines:
    """Every wrong answer is turned right."""
    return [line.replace(b'"verdict":"trap"', b'"verdict":"right"') for line in lines]


def one_seats(lines: Lines) -> Lines:
    """All of a seat's answers are given to another."""
    return [line.replace(b'"by":"s2"', b'"by":"s1"') for line in lines]


def removed(lines: Lines) -> Lines:
    """A record is gone."""
    return lines[:AT] + lines[AT + 1 :]


def renumbered(lines: Lines) -> Lines:
    """A record is gone, and nobody sees it by the numbers."""
    later = [re.sub(rb'"seq":(\d+)', lambda n: b'"seq":%d' % (int(n[1]) - 1), line, count=1)
             for line in lines[AT + 1 :]]  # fmt: skip
    return lines[:AT] + later


def inserted(lines: Lines) -> Lines:
    """A record stands there twice."""
    return [*lines[: AT + 1], *lines[AT:]]


def swapped(lines: Lines) -> Lines:
    """Two have changed places."""
    return [*lines[:AT], lines[AT + 1], lines[AT], *lines[AT + 2 :]]


EDITS: Final = (right, one_seats, removed, renumbered, inserted, swapped)


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A database with one evening, and its documents."""
    made = tmp_path_factory.mktemp("chain")
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("HONGCHUAN_SECRET", "an installation of its own")
        patch.setenv("HONGCHUAN_DATABASE_URL", f"sqlite:///{made}/a.db")
        session = keep_logs(f"sqlite:///{made}/a.db", YIDA.read_bytes(), evening(yida(), "chain"))
        assert run(main, ["report", session.id, "-o", str(made)]).exit_code == 0
    return made


@pytest.fixture
def lines(folder: Path) -> Lines:
    """The exported log's."""
    return (folder / "第1队.jsonl").read_bytes().splitlines()


def replayed(tmp_path: Path, lines: Lines, *more: str) -> tuple[int, str]:
    """(exit, what was told)."""
    log = tmp_path / "log.jsonl"
    log.write_bytes(b"\n".join(lines) + b"\n")
    told = run(main, ["replay", str(log), "--scenario", str(YIDA), *more])
    return told.exit_code, told.output


@pytest.mark.parametrize("edit", EDITS)
def test_a_log_that_was_touched(
    tmp_path: Path, lines: Lines, edit: Callable[[Lines], Lines]
) -> None:
    code, told = replayed(tmp_path, lines)
    assert (code, "链完好" in told) == (0, True), told
    assert edit(lines) != lines
    code, told = replayed(tmp_path, edit(lines))
    assert code == 1
    assert re.search(r"第 \d+ 条", told), told


def test_an_end_cut_off_shows_against_the_head_that_was_noted(tmp_path: Path, lines: Lines) -> None:
    _, told = replayed(tmp_path, lines)
    head = re.findall(r"链首 (\S+)", told)[0]
    assert replayed(tmp_path, lines, "--head", f" {head}\n")[0] == 0
    ends = [place for place, line in enumerate(lines, start=1) if b'"chain":' in line]
    short = lines[: ends[-2]]
    assert replayed(tmp_path, short)[0] == 0, "nothing in the log itself tells"
    code, told = replayed(tmp_path, short, "--head", head)
    assert (code, f"现在到第 {ends[-2]} 条为止" in told) == (1, True), told


def test_links_taken_away_are_no_proof(tmp_path: Path, lines: Lines) -> None:
    _, told = replayed(tmp_path, lines)
    head = re.findall(r"链首 (\S+)", told)[0]
    bare = [re.sub(rb',"run":"[^"]*","chain":"[^"]*"\}$', b"}", line) for line in lines]
    code, told = replayed(tmp_path, right(bare))
    assert (code, "没有链：改没改过，查不出来" in told) == (0, True), told
    assert replayed(tmp_path, right(bare), "--head", head)[0] == 1


def test_who_has_no_secret_is_told_that_nothing_was_checked(
    tmp_path: Path, lines: Lines, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("HONGCHUAN_SECRET")
    monkeypatch.setenv("HONGCHUAN_SECRET_FILE", str(tmp_path / "none"))
    code, told = replayed(tmp_path, lines)
    assert (code, "链没有查：这里没有密钥" in told) == (0, True), told
    assert not (tmp_path / "none").exists(), "and none is made"


def test_a_secret_from_before_is_kept_beside_the_new_one(
    tmp_path: Path, lines: Lines, monkeypatch: pytest.MonkeyPatch, secret: str
) -> None:
    monkeypatch.setenv("HONGCHUAN_SECRET", "another from now on")
    monkeypatch.setenv("HONGCHUAN_SECRET_FILE", str(tmp_path / "secret"))
    code, told = replayed(tmp_path, lines)
    assert (code, "不是用这里的密钥做的" in told) == (1, True), told
    (tmp_path / "secret.former").write_text(f"older still\n{secret}\n", encoding="utf-8")
    assert replayed(tmp_path, lines)[0] == 0


def test_a_database_that_was_touched(
    folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "a.db").write_bytes((folder / "a.db").read_bytes())
    monkeypatch.setenv("HONGCHUAN_DATABASE_URL", f"sqlite:///{tmp_path}/a.db")
    told = run(main, ["verify"])
    assert (told.exit_code, "1 局：链完好" in told.output) == (0, True), told.output
    with closing(connect(tmp_path / "a.db")) as database, database:
        [(whose, seq)] = database.execute(
            "UPDATE events SET body = CAST(replace(body, '\"s1\"', '\"s2\"') AS BLOB)"
            " WHERE seq = (SELECT max(seq) FROM events) RETURNING run, seq"
        )
    told = run(main, ["verify"])
    assert told.exit_code == 1
    assert f"局 {whose}：从第 {seq} 条记录起与链不符" in told.output
