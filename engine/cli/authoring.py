"""A script as it is written: `hongchuan check strings schema new sources fmt`."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Annotated

import msgspec
import typer

from engine.author.beside import look_beside
from engine.author.paths import SCRIPT_FILE
from engine.boundary import UNREADABLE, making, tell, tell_aside
from engine.cli.workbench import (
    compile_file,
    compile_path,
    compile_whole,
    find,
    issue_json,
    print_issue,
    text_of,
    write,
)
from engine.errors import Issue, ScenarioError
from engine.scenario.strings import strings_of
from engine.script.fields import ID


def check(paths: list[Path], as_json: Annotated[bool, typer.Option("--json")] = False) -> None:
    """Check the structure of scripts."""
    found: list[Issue] = []
    advice: list[Issue] = []
    left: list[str] = []
    scripts = find(paths)
    for script in scripts:
        try:
            compile_whole(script)
        except ScenarioError as error:
            found += error.issues
            left += unchecked(script.name, error)
        beside = look_beside(script)
        found += [each for each in beside if not each.advice]
        advice += [each for each in beside if each.advice]
    if as_json:
        typer.echo(msgspec.json.encode([issue_json(each) for each in (*found, *advice)]).decode())
    for issue in () if as_json else (*found, *advice):
        print_issue(issue)
    for line in left:
        tell_aside(line)
    if not found and not as_json:
        hints_too = f"没有错误，{len(advice)} 处提醒" if advice else "没有问题"
        tell(f"{len(scripts)} 个剧本，{hints_too}。")
    raise typer.Exit(1 if found else 0)


def unchecked(name: str, error: ScenarioError) -> list[str]:
    """What can't be looked at until a script's issues are mended, in a sentence; or nothing."""
    what = "、".join(text.zh for text in error.left)
    return [f"{name}：改好上面这些，才查得了{what}。请再查一遍。"] if what else []


def strings(path: Path) -> None:
    """Every text of a script that people read, by its address: what a strings file translates."""
    for address, text in strings_of(compile_path(path)).items():
        tell(f"{address}: {json.dumps(text, ensure_ascii=False)}")


def print_schema() -> None:
    """The JSON Schema of scripts, for editors (yaml-language-server)."""
    typer.echo(schema_text())


def schema_text() -> str:
    """The schema as it is written to files."""
    from engine.scenario.schema import schema  # what few commands need is imported by them alone

    return json.dumps(schema(), ensure_ascii=False, indent=2)


def new(folder: Path, title: Annotated[str, typer.Option()] = "新剧本") -> None:
    """Begin a scenario in a new folder; its name becomes the scenario's id."""
    from engine.author.new import SCHEMA_FILE, starter

    name = folder.resolve().name
    if ID.fullmatch(name) is None:
        tell(f"{name}：文件夹名要以字母开头，只用字母、数字、- 和 _。")
        raise typer.Exit(1)
    if folder.is_file() or (folder.exists() and any(folder.iterdir())):
        tell(f"{folder}：已经有东西了。请换一个新的文件夹。")
        raise typer.Exit(1)
    with making(folder, SCRIPT_FILE, SCHEMA_FILE):
        write(folder / SCRIPT_FILE, starter(name, title))
        write(folder / SCHEMA_FILE, schema_text() + "\n")
    tell(f"有了：{folder / 'scenario.yaml'}")
    tell(f"接着：hongchuan check {folder} ;hongchuan play {folder}")


def sources(
    paths: list[Path],
    output: Annotated[Path | None, typer.Option("-o", "--output")] = None,
) -> None:
    """The bibliography of scripts, and what still has to be checked against the originals."""
    from engine.author.bibliography import bibliography

    text = bibliography([compile_file(script) for script in find(paths)])
    if output is None:
        typer.echo(text, nl=False)
        return
    write(output, text)
    tell(f"写好了：{output}")


def fmt(
    paths: list[Path],
    check_only: Annotated[bool, typer.Option("--check", help="只看，不改")] = False,
) -> None:
    """Tidy scripts; their meaning and comments stay. Exit 1: --check found one untidy."""
    from engine.author.fmt import FormatError, formatted

    untidy = 0
    for script in find(paths):
        try:
            done = formatted(text_of(script))
        except FormatError as error:
            tell(f"{script.name}:{error.message.zh}{error.remedy.zh}")
            raise typer.Exit(UNREADABLE) from error
        if done.encode() == script.data:
            continue
        untidy += 1
        tell(f"{script.name}:{'可以整理' if check_only else '整理好了'}")
        if not check_only:
            write(Path(script.name), done)
    raise typer.Exit(1 if untidy and check_only else 0)
