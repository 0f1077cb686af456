"""`hongchuan report` and `hongchuan export`: a session's documents from the command line."""

from __future__ import annotations

import json
from io import BytesIO
from pathlib import Path

import pytest
from docx import Document
from openpyxl import load_workbook
from typer.testing import CliRunner

from engine.cli import main
from tests.engine.export.test_xapi import Flaky, flaky
from tests.support.evenings import YIDA, evening, keep_logs, yida

run = CliRunner().invoke
flaky = flaky


@pytest.fixture
def session(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> str:
    """Id of a session in a database of its own."""
    url = f"sqlite:///{tmp_path}/a.db"
    monkeypatch.setenv("HONGCHUAN_DATABASE_URL", url)
    monkeypatch.delenv("HONGCHUAN_LRS_URL", raising=False)
    return keep_logs(url, YIDA.read_bytes(), evening(yida(), "cli")).id


def test_a_report_is_all_the_documents(session: str, tmp_path: Path) -> None:
    told = run(main, ["report", session, "-o", str(tmp_path / "out")])
    assert told.exit_code == 0, told.stdout
    files = {path.name: path.read_bytes() for path in (tmp_path / "out").iterdir()}
    assert set(files) == {
        "主题党日活动记录.docx",
        "签到与成绩.xlsx",
        "参加证明.html",
        "xapi.json",
        "第1队.jsonl",
    }
    assert Document(BytesIO(files["主题党日活动记录.docx"])).tables
    assert load_workbook(BytesIO(files["签到与成绩.xlsx"])).sheetnames[0] == "签到表"
    log = tmp_path / "out" / "第1队.jsonl"
    again = run(main, ["replay", str(log), "--scenario", str(YIDA)])
    assert again.exit_code == 0, again.stdout


def test_who_asks_for_what_is_not_there_is_told(session: str, tmp_path: Path) -> None:
    told = run(main, ["report", "nobody", "-o", str(tmp_path / "out")])
    assert told.exit_code == 2
    assert "没有这一场" in told.stdout
    assert not (tmp_path / "out").exists()


def test_statements_are_printed_or_pushed(
    session: str, flaky: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    told = json.loads(run(main, ["export", session]).stdout)
    assert run(main, ["export", session, "--push"]).exit_code == 2
    monkeypatch.setenv("HONGCHUAN_LRS_URL", flaky)
    pushed = run(main, ["export", session, "--push"])
    assert pushed.exit_code == 0, pushed.stdout
    assert str(len(told)) in pushed.stdout
    assert sum(Flaky.asked) == len(told)
    Flaky.answers[:] = [400] * (2 * len(told))
    refused = run(main, ["export", session, "--push"])
    assert refused.exit_code == 1
    assert "400" in refused.stdout
