"""What authors type, and what they are told."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from typer.testing import CliRunner

from engine.cli import main
from engine.proof.playthrough import Playthrough
from engine.rules.codec import encode
from engine.rules.replay import fingerprint
from tests.support.scripts import MINI, MINI_TEXT, compile_text

run = CliRunner().invoke


@pytest.fixture
def script(tmp_path: Path) -> Path:
    file = tmp_path / "scenario.yaml"
    file.write_bytes(MINI)
    return file


def test_check(script: Path) -> None:
    assert run(main, ["check", str(script)]).exit_code == 0
    assert run(main, ["check", str(script.parent), "--json"]).stdout.strip() == "[]"
    script.write_text(MINI_TEXT.replace("minutes: 10", "minutes: 十"), encoding="utf-8")
    told = run(main, ["check", str(script)])
    assert told.exit_code == 1
    assert ":6:10 SC106" in told.stdout
    [issue] = json.loads(run(main, ["check", str(script), "--json"]).stdout)
    assert set(issue) == {"code", "file", "line", "column", "message", "remedy"}
    assert run(main, ["check", str(script.parent / "nope.yaml")]).exit_code == 2


def test_the_scripts_own_tests(script: Path) -> None:
    assert run(main, ["test", str(script)]).exit_code == 0
    wrong = MINI_TEXT.replace("expect: {ending: lake, traps: []}", "expect: {ending: broken}")
    script.write_text(wrong, encoding="utf-8")
    told = run(main, ["test", str(script)])
    assert told.exit_code == 1
    assert "应到结局 broken" in told.stdout


def test_replay(script: Path, tmp_path: Path) -> None:
    table = Playthrough(compile_text(MINI_TEXT))
    table.move("date=d23")
    log = tmp_path / "log.jsonl"
    log.write_bytes(b"\n".join(encode(record) for record in table.records))
    told = run(main, ["replay", str(log), "--scenario", str(script)])
    assert told.exit_code == 0
    assert fingerprint(table.state) in told.stdout
    log.write_bytes(b"\n".join(encode(record) for record in table.records[1:]))
    assert run(main, ["replay", str(log), "--scenario", str(script)]).exit_code == 1
