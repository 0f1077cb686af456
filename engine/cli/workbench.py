"""What the author's commands share: scripts found, compiled, written back; refusals told.

Exit 2: something that was named isn't there, can't be read or written. Exit 1: it was, and there is
something wrong with it.
"""

from __future__ import annotations

from pathlib import Path
from typing import NoReturn

import typer

from engine.author.paths import NotThereError, ScriptFile, find_scripts
from engine.boundary import UNREADABLE, CantWrite, tell, tell_aside, tell_error, write_whole
from engine.errors import AppError, Issue, ScenarioError
from engine.scenario import compile_scenario
from engine.scenario.model import Scenario
from engine.scenario.strings import STRINGS, translated
from engine.script.encoding import UTF8, UnreadableText


def refuse(error: AppError | OSError, code: int = UNREADABLE) -> NoReturn:
    """Say why it can't be done, and exit."""
    tell_error(error)
    raise typer.Exit(code) from error


def find(paths: list[Path]) -> tuple[ScriptFile, ...]:
    """The scripts at the paths; exits 2 if something that was named isn't there."""
    try:
        found = find_scripts(paths)
    except NotThereError as error:
        refuse(error)
    for name in found.passed_over:
        tell_aside(f"略过 {name}：不是剧本。")
    return found.scripts


def text_of(script: ScriptFile) -> str:
    """The text of a script that may be written again, then in UTF-8; exits 2 if it is none."""
    try:
        read = script.text()
    except UnreadableText as error:
        refuse(error)
    if read.encoding != UTF8:
        tell_aside(f"{script.name}：原是 {read.encoding} 编码，写回去是 UTF-8。")
    return read.text


def write(file: Path, text: str) -> None:
    """Write a text file in UTF-8, whole or not at all; exits 2 and says why if it can't be."""
    try:
        write_whole(file, text)
    except CantWrite as error:
        refuse(error)


def compile_path(path: Path) -> Scenario:
    """The scenario at `path`; prints its issues and exits 1 if it has any."""
    return compile_file(*find([path]))


def compile_file(script: ScriptFile) -> Scenario:
    """The scenario; prints its issues and exits 1 if it has any."""
    try:
        return compile_scenario(script.data, script.name)
    except ScenarioError as error:
        for issue in error.issues:
            print_issue(issue)
        raise typer.Exit(1) from error


def compile_whole(script: ScriptFile) -> Scenario:
    """The scenario, once the strings files beside it are sound too. Raises ScenarioError."""
    scenario = compile_scenario(script.data, script.name)
    for file in STRINGS.values():
        words = script.folder / file
        if words.is_file():
            translated(scenario, words.read_bytes(), str(words))
    return scenario


def print_issue(issue: Issue) -> None:
    """One issue on one line: place, code, what is wrong, what to do."""
    place = f"{issue.place.file}:{issue.place.line}:{issue.place.column}"
    kind = "提醒：" if issue.advice else ""
    tell(f"{place} {issue.code} {kind}{issue.message.zh} {issue.remedy.zh}")


def issue_json(issue: Issue) -> dict[str, object]:
    """One issue as `--json` gives it."""
    shown: dict[str, object] = {
        "code": issue.code,
        "file": issue.place.file,
        "line": issue.place.line,
        "column": issue.place.column,
        "message": issue.message.zh,
        "remedy": issue.remedy.zh,
    }
    shown |= {"advice": True} if issue.advice else {}
    return shown | ({"play": list(issue.play)} if issue.play is not None else {})
