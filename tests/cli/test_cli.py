"""What authors type, and what they are told."""

from __future__ import annotations

import json
import os
import sys
from pathlib import Path

import pytest
import typer
from typer.testing import CliRunner

from engine.cli import main
from engine.proof.playthrough import Playthrough
from engine.rules.codec import encode
from engine.rules.replay import fingerprint
from tests.support.scripts import MINI, MINI_TEXT, compile_text

run = CliRunner().invoke
COMMANDS = typer.main.get_command(main).commands  # type: ignore[attr-defined]


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


def test_tests_tell_what_they_leave_out(script: Path) -> None:
    told = json.loads(run(main, ["test", str(script), "--json"]).stdout)
    assert [each["divergence"] for each in told["tests"]] == [None, None]
    by_kind = {line["kind"]: line for line in told["coverage"]}
    assert by_kind["trap"]["seen"] == by_kind["trap"]["total"] == 1
    assert by_kind["ending"]["missing"] == ["broken"]
    wrong = MINI_TEXT.replace("date=d23, door=report", "door=report, door=report", 1)
    script.write_text(wrong, encoding="utf-8")
    told = run(main, ["test", str(script)])
    assert told.exit_code == 1
    assert "第 2 步" in told.stdout
    assert "recorder:date" in told.stdout


def test_prove(script: Path) -> None:
    script.write_text(MINI_TEXT.replace("minutes: 10", "minutes: 2"), encoding="utf-8")
    told = run(main, ["prove", str(script)])
    assert told.exit_code == 0, told.stdout
    assert "全部走完" in told.stdout.splitlines()[-1]
    told = run(main, ["prove", str(script), "--json"])
    assert told.stdout.strip() == "[]"
    assert "全部走完" in told.stderr
    script.write_text("format: 1\n", encoding="utf-8")
    assert run(main, ["prove", str(script)]).exit_code == 1
    assert run(main, ["prove", str(script.parent / "none")]).exit_code == 2


def test_advice_is_printed_and_fails_with_strict_alone(script: Path) -> None:
    script.write_text(MINI_TEXT.replace("minutes: 10", "minutes: 2"), encoding="utf-8")
    told = run(main, ["prove", str(script)])
    assert told.exit_code == 0, told.stdout
    assert "提醒：" in told.stdout
    assert "猜得到" in told.stdout.splitlines()[-2]
    strict = run(main, ["prove", str(script), "--strict"])
    assert strict.exit_code == 1
    given = json.loads(run(main, ["prove", str(script), "--strict", "--json"]).stdout)
    assert given
    assert all(issue["advice"] for issue in given)


def test_prove_keeps_the_plays_it_found(tmp_path: Path) -> None:
    file = tmp_path / "scenario.yaml"
    broken = Path(__file__).parents[1] / "broken" / "SC601-no-card.yaml"
    file.write_bytes(broken.read_bytes())
    told = run(main, ["prove", str(file), "--save"])
    assert told.exit_code == 1
    assert "走法：" in told.stdout
    assert run(main, ["test", str(file)]).exit_code == 0
    assert "证明 SC601" in file.read_text(encoding="utf-8")
    [issue] = json.loads(run(main, ["prove", str(file), "--json"]).stdout)
    assert issue["play"]


def test_a_budget_that_ends_is_said(script: Path) -> None:
    told = run(main, ["prove", str(script), "--budget", "0"])
    assert told.exit_code == 1


def test_graph_new_fmt_and_schema(script: Path, tmp_path: Path) -> None:
    drawn = tmp_path / "x.svg"
    assert run(main, ["graph", str(script), "-o", str(drawn)]).exit_code == 0
    assert "望志路106号" in drawn.read_text(encoding="utf-8")
    table = Playthrough(compile_text(MINI_TEXT))
    table.move("date=d23")
    log = tmp_path / "log.jsonl"
    log.write_bytes(b"\n".join(encode(record) for record in table.records))
    assert run(main, ["graph", str(script), "-o", str(drawn), "--log", str(log)]).exit_code == 0
    assert "(1 次)" in drawn.read_text(encoding="utf-8")
    assert json.loads(run(main, ["schema"]).stdout)["title"] == "红船剧本"
    folder = tmp_path / "begin"
    assert run(main, ["new", str(folder), "--title", "开头"]).exit_code == 0
    assert run(main, ["check", str(folder)]).exit_code == 0
    assert run(main, ["prove", str(folder)]).exit_code == 0
    assert run(main, ["new", str(folder)]).exit_code == 1
    assert run(main, ["new", str(tmp_path / "1921")]).exit_code == 1
    assert run(main, ["fmt", str(folder)]).exit_code == 0
    assert run(main, ["fmt", "--check", str(folder)]).exit_code == 0
    script.write_text("a: [", encoding="utf-8")
    assert run(main, ["fmt", str(script)]).exit_code == 2


def test_play(script: Path) -> None:
    told = run(main, ["play", str(script)], input="date=d23\ns 开了头\nq\n")
    assert told.exit_code == 0
    assert "开了头" in script.read_text(encoding="utf-8")


def test_replay_says_where_an_edited_script_would_go_otherwise(
    script: Path, tmp_path: Path
) -> None:
    table = Playthrough(compile_text(MINI_TEXT))
    for move in ("date=d1", "rescue=y38"):
        table.move(move)
    log = tmp_path / "log.jsonl"
    log.write_bytes(b"\n".join(encode(record) for record in table.records))
    same = MINI_TEXT.replace("望志路106号", "望志路")
    script.write_text(same, encoding="utf-8")
    told = run(main, ["replay", str(log), "--scenario", str(script)])
    assert told.exit_code == 0
    assert "一模一样" in told.stdout
    script.write_text(MINI_TEXT.replace("mistakes: +1}", "mistakes: +2}"), encoding="utf-8")
    told = run(main, ["replay", str(log), "--scenario", str(script)])
    assert told.exit_code == 1
    assert "var.set" in told.stdout


def test_check_tells_all_of_thirty_mistakes_at_once(script: Path) -> None:
    lines = "".join(f"  x{n}: {{name: 甲, brief: 乙, goall: 丙}}\n" for n in range(30))
    script.write_text(MINI_TEXT.replace("roles:\n", "roles:\n" + lines), encoding="utf-8")
    found = json.loads(run(main, ["check", str(script), "--json"]).stdout)
    assert len([issue for issue in found if issue["code"] == "SC101"]) == 30


@pytest.mark.parametrize("command", COMMANDS)
def test_all_but_the_server_stand_back_for_those_who_play(
    command: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A proof or a backup in another terminal has what an evening leaves of the processors."""
    stood_back: list[int] = []
    monkeypatch.setattr(os, "nice", stood_back.append)
    monkeypatch.setattr(sys, "argv", ["hongchuan", command, "--help"])
    with pytest.raises(SystemExit):
        main()
    assert stood_back == ([] if command == "serve" else [10])
