"""`hongchuan`: what authors and operators type.

    hongchuan serve                      the server, as `python server.py`
    hongchuan check PATH… [--json]       structure; exit 0 sound, 1 issues, 2 can't be read
    hongchuan test PATH                  the script's own `tests:`
    hongchuan replay LOG --scenario PATH folds a log; prints the end state's fingerprint

PATH is a script or its folder.
"""

from __future__ import annotations

import runpy
from pathlib import Path
from typing import Annotated

import msgspec
import typer
from rich.console import Console

from engine.errors import Issue, Rejection, ReplayError, ScenarioError
from engine.proof.playthrough import Playthrough
from engine.rules.codec import decode_log
from engine.rules.replay import fingerprint, replay
from engine.scenario import compile_scenario
from engine.scenario.model import PlayTest, Scenario

main = typer.Typer(no_args_is_help=True, add_completion=False, help="红船 · hongchuan")
out = Console(soft_wrap=True, highlight=False)

UNREADABLE = 2


def read_script(path: Path) -> tuple[str, bytes]:
    """(name, bytes) of a script or of the one in a folder; exits 2 if it can't be read."""
    file = path / "scenario.yaml" if path.is_dir() else path
    try:
        return str(file), file.read_bytes()
    except OSError as error:
        out.print(f"{file}:读不了({error.strerror})。请检查路径。", markup=False)
        raise typer.Exit(UNREADABLE) from error


def compile_path(path: Path) -> Scenario:
    """The scenario at `path`; prints its issues and exits 1 if it has any."""
    name, data = read_script(path)
    try:
        return compile_scenario(data, name)
    except ScenarioError as error:
        for issue in error.issues:
            print_issue(issue)
        raise typer.Exit(1) from error


def print_issue(issue: Issue) -> None:
    """One issue on one line: place, code, what is wrong, what to do."""
    place = f"{issue.place.file}:{issue.place.line}:{issue.place.column}"
    out.print(f"{place} {issue.code} {issue.message.zh} {issue.remedy.zh}", markup=False)


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
    return shown | ({"play": list(issue.play)} if issue.play is not None else {})


@main.command()
def serve() -> None:
    """Serve. Settings come from the environment (docs/settings.md)."""
    runpy.run_path(str(Path(__file__).resolve().parents[1] / "server.py"), run_name="__main__")


@main.command()
def check(paths: list[Path], as_json: Annotated[bool, typer.Option("--json")] = False) -> None:
    """Check the structure of scripts."""
    found: list[Issue] = []
    for path in paths:
        name, data = read_script(path)
        try:
            compile_scenario(data, name)
        except ScenarioError as error:
            found += error.issues
    if as_json:
        typer.echo(msgspec.json.encode([issue_json(issue) for issue in found]).decode())
    for issue in () if as_json else found:
        print_issue(issue)
    if not found and not as_json:
        out.print(f"{len(paths)} 个剧本,没有问题。")
    raise typer.Exit(1 if found else 0)


@main.command()
def test(path: Path) -> None:
    """Run the script's own tests."""
    scenario = compile_path(path)
    failed = 0
    for case in scenario.tests:
        problem = run_test(scenario, case)
        failed += problem is not None
        out.print(
            f"{'✗' if problem else '✓'} {case.name}{f':{problem}' if problem else ''}", markup=False
        )
    out.print(f"{len(scenario.tests) - failed} 通过,{failed} 未通过")
    raise typer.Exit(1 if failed else 0)


def run_test(scenario: Scenario, case: PlayTest) -> str | None:
    """What went otherwise than the test expects; None: nothing."""
    table = Playthrough(scenario)
    for number, move in enumerate(case.play, start=1):
        try:
            table.move(move)
        except Rejection as refusal:
            return f"第 {number} 步 {move}:{refusal.message.zh}"
    state, expect = table.state, case.expect
    scene = state.scene.id if state.scene is not None else ""
    if expect.ending is not None and state.ending != expect.ending:
        return f"应到结局 {expect.ending},实在 {state.ending or scene}"
    if expect.scene is not None and scene != expect.scene:
        return f"应在 {expect.scene},实在 {scene}"
    if expect.traps is not None and set(state.sprung) != set(expect.traps):
        return f"应踩中 {sorted(expect.traps)},实为 {sorted(state.sprung)}"
    wrong = [name for name, value in expect.vars.items() if state.vars[name] != value]
    return (
        f"变量 {wrong[0]} 应为 {expect.vars[wrong[0]]},实为 {state.vars[wrong[0]]}"
        if wrong
        else None
    )


@main.command(name="replay")
def replay_log(log: Path, scenario: Annotated[Path, typer.Option()]) -> None:
    """Fold a log, and print the fingerprint of its end state."""
    compile_path(scenario)
    try:
        lines = log.read_bytes().splitlines()
    except OSError as error:
        out.print(f"{log}:读不了({error.strerror})。请检查路径。", markup=False)
        raise typer.Exit(UNREADABLE) from error
    try:
        state = replay(log.name, decode_log(log.name, lines))
    except ReplayError as error:
        out.print(f"{error.message.zh} {error.remedy.zh}", markup=False)
        raise typer.Exit(1) from error
    out.print(f"{state.seq} 条记录,结局 {state.ending or '—'}")
    out.print(fingerprint(state))


if __name__ == "__main__":
    main()
