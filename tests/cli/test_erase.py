"""`hongchuan erase`: asks about the very person, and takes what the audit log names."""

from __future__ import annotations

import asyncio
from pathlib import Path

import pytest
from typer.testing import CliRunner

from engine.cli import main
from engine.store.audit.trail import Entry
from engine.store.database import open_database
from engine.store.sessions.sessions import Session
from tests.support.evenings import NAMES, YIDA, evening, keep_logs, yida

run = CliRunner().invoke


@pytest.fixture
def session(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Session:
    """Two teams' evening in a database of its own."""
    url = f"sqlite:///{tmp_path}/a.db"
    monkeypatch.setenv("HONGCHUAN_DATABASE_URL", url)
    logs = [evening(yida(), f"erase {team}", team=team) for team in (1, 2)]
    return keep_logs(url, YIDA.read_bytes(), *logs)


def held(session: Session, tmp_path: Path) -> tuple[list[str], list[Entry]]:
    """(what is left of the name in the first seat of each team, entries of the audit log)."""

    async def read() -> tuple[list[str], list[Entry]]:
        database = await open_database(f"sqlite:///{tmp_path}/a.db")
        names = [(await database.sessions.names(each.id))["s1"] for each in session.runs]
        entries = await database.audit.read()
        await database.close()
        return names, list(entries)

    return asyncio.run(read())


def test_who_is_to_be_erased_is_said_before(session: Session, tmp_path: Path) -> None:
    told = run(main, ["erase", session.code, "s1", "--team", "2"], input="n\n")
    assert told.exit_code == 1
    assert f"清除第 2 队 s1 {NAMES[0]}的姓名？" in told.output
    assert held(session, tmp_path) == ([NAMES[0], NAMES[0]], [])
    assert run(main, ["erase", session.id, "s1", "--team", "2"], input="y\n").exit_code == 0
    assert held(session, tmp_path)[0] == [NAMES[0], ""]


def test_the_run_that_the_audit_log_names_will_do(session: Session, tmp_path: Path) -> None:
    told = run(main, ["erase", session.runs[1].id, "s1", "--yes"])
    assert told.exit_code == 0, told.output
    names, (entry,) = held(session, tmp_path)
    assert names == [NAMES[0], ""]
    assert entry.target == f"{session.runs[1].id}/s1"
    again = run(main, ["erase", *entry.target.split("/")])
    assert again.exit_code == 1
    assert "第 2 队 s1 没有姓名可清除" in again.output


def test_what_is_not_there_is_said(session: Session) -> None:
    for words, said in (
        (["nobody", "s1"], "没有这一场：nobody"),
        ([session.id, "s1", "--team", "3"], "没有第 3 队"),
        ([session.runs[1].id, "s1", "--team", "1"], "没有第 1 队"),
        ([session.id, "s99"], "第 1 队没有座位 s99"),
    ):
        told = run(main, ["erase", *words])
        assert (told.exit_code, said in told.output) == (2, True), told.output
    listed = run(main, ["erase", session.id]).output
    assert f"第 2 队  s1  {NAMES[0]}" in listed
