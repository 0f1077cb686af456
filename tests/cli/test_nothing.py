"""What was named and isn't there is said, with exit 2; and no work at all is no success."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from typer.main import get_command
from typer.testing import CliRunner

from engine.cli import main
from tests.support.scripts import MINI, MINI_TEXT

run = CliRunner().invoke
SHIPPED = Path(__file__).resolve().parents[2] / "scenarios"

NAMED = {
    "check": [["nosuch1"], ["nosuch1", "nosuch2"], ["{script}", "nosuch1"], ["nosuch1", "--json"]],
    "prove": [["nosuch1"], ["nosuch1", "nosuch2"], ["{script}", "nosuch1"], ["nosuch*/*"]],
    "test": [["nosuch1"]],
    "play": [["nosuch1"]],
    "graph": [["nosuch1", "-o", "x.svg"], ["{script}", "--log", "nosuch1", "-o", "x.svg"]],
    "sources": [["nosuch1"], ["nosuch1", "nosuch2"], ["{script}", "nosuch1"]],
    "strings": [["nosuch1"]],
    "fmt": [["nosuch1"], ["nosuch1", "nosuch2"], ["--check", "{script}", "nosuch1"]],
    "replay": [["nosuch1", "--scenario", "{script}"], ["{log}", "--scenario", "nosuch1"]],
    "report": [["nosuch1"]],
    "export": [["nosuch1"]],
    "restore": [["nosuch1"]],
    "erase": [["nosuch1", "s1", "--yes"]],
    "verify": [["nosuch1"]],
}
"""Each command that is told what to look at, with things that aren't there."""
NO_INPUT = {"doctor", "upgrade-check", "serve", "schema", "new", "backup", "lapse"}
"""Commands that are told nothing to look at."""


@pytest.fixture(autouse=True)
def elsewhere(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder with a script and an empty log, and no database."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("HONGCHUAN_DATABASE_URL", f"sqlite:///{tmp_path}/none.db")
    (tmp_path / "scenario.yaml").write_bytes(MINI)
    (tmp_path / "empty.jsonl").write_bytes(b"\n")
    return tmp_path


def filled(words: list[str], folder: Path) -> list[str]:
    return [
        word.format(script=folder / "scenario.yaml", log=folder / "empty.jsonl") for word in words
    ]


def test_every_command_is_looked_at() -> None:
    commands: dict[str, object] = vars(get_command(main))["commands"]
    assert set(commands) == set(NAMED) | NO_INPUT


@pytest.mark.parametrize(
    ("command", "words"),
    [(command, words) for command, cases in NAMED.items() for words in cases],
    ids=lambda each: each if isinstance(each, str) else " ".join(each),
)
def test_what_is_not_there_is_exit_2_and_named(
    command: str, words: list[str], elsewhere: Path
) -> None:
    told = run(main, [command, *filled(words, elsewhere)])
    assert told.exit_code == 2, told.output
    assert told.exception is None or isinstance(told.exception, SystemExit)
    assert "没有问题" not in told.output
    if command not in ("report", "export", "erase"):  # there the database isn't there either
        missing = [word for word in words if word.startswith("nosuch")]
        assert all(name in told.output for name in missing), told.output
    assert not (elsewhere / "none.db").exists()


@pytest.mark.parametrize(
    "command", ["check", "prove", "sources", "fmt", "strings", "test", "graph"]
)
def test_a_folder_without_a_script_is_not_there(command: str, elsewhere: Path) -> None:
    (elsewhere / "empty").mkdir()
    told = run(main, [command, "empty"])
    assert told.exit_code == 2
    assert "没有 scenario.yaml" in told.output


@pytest.mark.parametrize("command", ["check", "prove", "sources", "fmt"])
def test_files_that_are_no_scripts_are_passed_over_aloud(command: str, elsewhere: Path) -> None:
    for name in ("NOTES.md", "b.txt"):
        (elsewhere / name).write_text("x", encoding="utf-8")
    told = run(main, [command, "NOTES.md", "b.txt"])
    assert told.exit_code == 2, told.output
    assert "没有可看的" in told.output
    told = run(main, [command, "NOTES.md", "scenario.yaml"])
    assert "略过 NOTES.md" in told.stderr
    assert told.exit_code in ((1,) if command == "prove" else (0,))  # MINI isn't ten minutes long


def test_the_folder_of_scripts_may_be_given_whole() -> None:
    told = run(main, ["check", *(str(path) for path in sorted(SHIPPED.iterdir())), "--json"])
    assert told.exit_code == 0
    assert [each for each in json.loads(told.stdout) if not each.get("advice")] == []


def test_no_tests_and_no_records_are_no_success(elsewhere: Path) -> None:
    bare = MINI_TEXT[: MINI_TEXT.index("tests:")]
    (elsewhere / "scenario.yaml").write_text(bare, encoding="utf-8")
    told = run(main, ["test", "scenario.yaml"])
    assert told.exit_code == 1
    assert "没有 tests" in told.output
    told = run(main, ["replay", "empty.jsonl", "--scenario", "scenario.yaml"])
    assert told.exit_code == 2
    assert "一模一样" not in told.output
    assert "一条记录也没有" in told.output
    assert run(main, ["graph", "scenario.yaml", "--log", "empty.jsonl"]).exit_code == 2


def test_new_on_a_file_and_tests_on_one_line_are_said(elsewhere: Path) -> None:
    (elsewhere / "taken").write_text("x", encoding="utf-8")
    told = run(main, ["new", "taken"])
    assert (told.exit_code, "已经有东西了" in told.output) == (1, True)
    broken = Path(__file__).parents[1] / "broken" / "SC601-no-card.yaml"
    text = (
        broken.read_text(encoding="utf-8").rstrip("\n")
        + "\ntests: [{name: 甲, play: [], expect: {scene: one}}]\n"
    )
    (elsewhere / "scenario.yaml").write_text(text, encoding="utf-8")
    told = run(main, ["prove", "scenario.yaml", "--save"])
    assert told.exit_code == 2, told.output
    assert "tests 写在一行里" in told.output
    assert (elsewhere / "scenario.yaml").read_text(encoding="utf-8") == text
