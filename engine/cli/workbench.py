"""What the author's commands share: scripts found, compiled, written back; refusals told.

Exit 2: something that was named isn't there, can't be read or written. Exit 1: it was, and there is
something wrong with it.
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import NoReturn

import typer
from rich.console import Console

from engine.author.keep import standing, with_test
from engine.author.paths import NotThereError, ScriptFile, find_scripts
from engine.boundary import UNREADABLE, CantWrite, tell_error, write_whole
from engine.errors import AppError, Issue, ReplayError, ScenarioError
from engine.proof.playthrough import Playthrough
from engine.rules.codec import decode_log
from engine.rules.events import Recorded
from engine.scenario import compile_scenario
from engine.scenario.model import Scenario
from engine.scenario.strings import STRINGS, translated
from engine.script.encoding import UTF8, UnreadableText, decoded

out = Console(soft_wrap=True, highlight=False)
aside = Console(soft_wrap=True, highlight=False, stderr=True)
"""For what isn't the answer: beside `--json` too."""


def tell(text: str) -> None:
    """Say it as it is."""
    out.print(text, markup=False)


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
        aside.print(f"略过 {name}：不是剧本。", markup=False)
    return found.scripts


def text_of(script: ScriptFile) -> str:
    """The text of a script that may be written again, then in UTF-8; exits 2 if it is none."""
    try:
        read = script.text()
    except UnreadableText as error:
        refuse(error)
    if read.encoding != UTF8:
        aside.print(f"{script.name}：原是 {read.encoding} 编码，写回去是 UTF-8。", markup=False)
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
    out.print(f"{place} {issue.code} {kind}{issue.message.zh} {issue.remedy.zh}", markup=False)


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


def kept(script: ScriptFile, text: str, name: str, play: Sequence[str], table: Playthrough) -> str:
    """The text with the play as one more test; exits 2 where its `tests:` can't be added to."""
    try:
        return with_test(text, name, play, standing(table))
    except ValueError as error:
        tell(f"{script.name}：tests 写在一行里，加不进去。请改成每条一行，以“- ”开头。")
        raise typer.Exit(UNREADABLE) from error


def read_log(log: Path) -> list[Recorded]:
    """The records of a JSONL log; exits 2 if it can't be read or is empty, 1 if it isn't one."""
    try:
        lines = decoded(log.read_bytes()).text.encode().split(b"\n")
        records = list(decode_log(log.name, lines))
    except ReplayError as error:
        refuse(error, 1)
    except (OSError, UnreadableText) as error:
        refuse(error)
    if not records:
        tell(f"{log}：里面一条记录也没有。请检查路径，或重新下载记录。")
        raise typer.Exit(UNREADABLE)
    return records
